# SPDX-License-Identifier: GPL-2.0-or-later
"""Services by firewall mark whose packets lvsd marks itself: the match block."""

import netns
from configs import global_defs, instance, tcp_check
from lab import VIP, expect, fetch, server_address, wait_for
from test_fnat import far_fetch, members

CLIENTS = [f"10.9.0.{n}" for n in range(101, 113)]


def mark_service(mark=7, matches=(), servers=(1, 2, 3), extra="\tpersistence_timeout 300\n"):
    blocks = "".join(f"\tmatch {{\n{text}\t}}\n" for text in matches)
    reals = "".join(f"\treal_server {server_address(n)} {{\n\t\t"
                    + tcp_check().replace("{", "{\n\t\t\tconnect_port 80", 1) + "\n\t}\n" for n in servers)
    return f"virtual_server fwmark {mark} {{\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method DR\n{extra}{blocks}{reals}}}\n"


def match(ports="", address=VIP, protocol="TCP"):
    return f"\t\taddress {address}\n\t\tprotocol {protocol}\n" + (f"\t\tports {ports}\n" if ports else "")


def file_of(*services):
    return global_defs() + instance(150) + "".join(services)


class Addresses:
    """More addresses of the client, each one a client of its own to the scheduler."""

    def __init__(self, lab):
        self.lab = lab
        lab.batch("client", *(f"addr add {address}/24 dev eth0" for address in CLIENTS))

    def close(self):
        self.lab.batch("client", *(f"addr del {address}/24 dev eth0" for address in CLIENTS))


def start(lab, text):
    director = lab.director("dir1", text).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    wait_for(fetch, 10, "requests are answered")
    return director


def test_http_and_https_go_to_one_server(lab):
    """Port affinity from one file: each client's requests to both ports go to one real server, the clients'
    to several."""
    lab.serve((1, 2, 3), 443)  # what is spoken there does not matter to the director
    lab.watch(Addresses(lab))
    start(lab, file_of(mark_service(matches=[match("80 443")])))
    wait_for(lambda: fetch(port=443), 10, "requests to port 443 are answered")
    chosen = {address: (far_fetch(VIP, 80, 2, address), far_fetch(VIP, 443, 2, address)) for address in CLIENTS}
    apart = {address: names for address, names in chosen.items() if names[0] != names[1] or not names[0]}
    expect(not apart, f"http and https went to {apart}")
    expect(len({names[0] for names in chosen.values()}) == 3, f"the servers chosen are {chosen}")


def test_what_does_not_match_is_not_served(lab):
    """Another port and another address get no mark; ranges, prefixes and a second block do."""
    lab.serve((1, 2, 3), 8043)
    director = start(lab, file_of(mark_service(matches=[match("80")])))
    expect(fetch(port=8043, timeout=0.5) is None, "port 8043 is served")
    text = file_of(mark_service(matches=[match("80"), match("8000-8042 8043-8080", "10.9.0.96/27")]))
    director.write(text)
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: fetch(port=8043, timeout=0.5), 10, "port 8043 is served")
    expect(members("dir1", "lvsd-fwm4-7-2") == {"10.9.0.96/27"}, "the set is not the prefix of the file")


def test_smallest_mark_wins(lab):
    """Of two services that match, the one with the smaller mark serves, whatever the order in the file."""
    one, two = mark_service(5, [match("80")], servers=(1,)), mark_service(9, [match("80")], servers=(2,))
    director = start(lab, file_of(two, one))
    expect(fetch() == "rs1", "the greater mark won")
    director.write(file_of(one, two))
    expect(director.reload().returncode == 0, "the reload was refused")
    expect({fetch() for _ in range(4)} == {"rs1"}, "the greater mark won")


def test_ipv6_marks(lab):
    """Rules and sets of a service by mark over IPv6 are those of ip6tables."""
    text = (global_defs() + "virtual_server fwmark 8 {\n\tip_family inet6\n\tlvs_method DR\n\tmatch {\n"
            "\t\taddress fd09::/64\n\t\tprotocol UDP\n\t\tports 53 5353\n\t}\n\treal_server fd09::21 { }\n}\n")
    lab.director("dir1", text).wait_ready()
    wait_for(lambda: "--set-xmark 0x8/" in netns.run("dir1", "ip6tables-legacy-save", "-t", "mangle").stdout, 10,
             "the rule is there")
    expect(members("dir1", "lvsd-fwm6-8-1") == {"fd09::/64"}, "the set is not the prefix of the file")
