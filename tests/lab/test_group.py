# SPDX-License-Identifier: GPL-2.0-or-later
"""virtual_server_group: one virtual server that is many services of the kernel."""

import netns
from configs import global_defs, instance, real_server, tcp_check
from lab import VIP, expect, fetch, server_key, wait_for
from test_traffic import Undo

MEMBERS = ("10.9.0.101", "10.9.0.102", "10.9.0.103")


def group(*lines):
    return "virtual_server_group web {\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def service(servers=(1, 2, 3), method="NAT", port=80, extra=""):
    return ("virtual_server group web {\n\tdelay_loop 1\n\tlvs_sched rr\n" f"\tlvs_method {method}\n\tprotocol TCP\n"
            + extra + "".join(real_server(number, check=tcp_check(), port=port) for number in servers) + "}\n")


def keys(director):
    return set(director.table())


def test_members_are_services(lab):
    """A range, an address with another port and marks: each is a service of the kernel with all servers, and each
    server is probed once a round for all of them."""
    director = lab.director("dir1", global_defs() + group("10.9.0.101-103 80", f"{VIP} 8080", "fwmark 7", "fwmark 8 inet")
                            + service()).wait_ready()
    wanted = {f"tcp:{member}:80" for member in MEMBERS} | {f"tcp:{VIP}:8080", "fwm4:7", "fwm4:8"}
    wait_for(lambda: keys(director) == wanted, 5, f"services {wanted}")
    servers = {server_key(number): 1 for number in (1, 2, 3)}
    expect(all(director.servers(key) == servers for key in wanted), f"the table is {director.table()}")
    status = director.status()["virtual_servers"]
    expect(len(status) == 1 and status[0]["key"] == "tcp:group:web" and set(status[0]["members"]) == wanted,
           f"status shows {status}")
    expect(all(len(rs["checks"]) == 1 and rs["in_kernel"] is True for rs in status[0]["real_servers"]),
           f"servers are {status[0]['real_servers']}")
    expect("tcp:group:web rr NAT" in director.ctl("status").stdout, "lvsctl status does not name the group")


def test_failure_leaves_every_member(lab):
    """A server that fails leaves all services of the group by one batch, and comes back into all of them."""
    director = lab.director("dir1", global_defs() + group("10.9.0.101-103 80") + service()).wait_ready()
    wait_for(lambda: len(keys(director)) == 3, 5, "three services")
    wait_for(lambda: all(rs["state"] == "up" for rs in director.status()["virtual_servers"][0]["real_servers"]), 5,
             "all are up")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    lab.web[2].stop()
    for member in MEMBERS:
        director.wait_servers((1, 3), 5, f"tcp:{member}:80")
    batches = watch.batches()
    expect(batches == [["del-dest"] * 3], f"batches of requests: {batches}")
    lab.web[2].start()
    for member in MEMBERS:
        director.wait_servers((1, 2, 3), 6, f"tcp:{member}:80")


def test_members_come_and_go(lab):
    """A reload that changes the range makes and deletes exactly the services that differ; the health of servers is
    known to a new member at once. An unchanged file and a restart send nothing."""
    text = global_defs() + group("10.9.0.101-102 80") + service()
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: len(keys(director)) == 2, 5, "two services")
    lab.web[3].stop()
    for member in MEMBERS[:2]:
        director.wait_servers((1, 2), 5, f"tcp:{member}:80")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.write(text.replace("10.9.0.101-102 80", "10.9.0.102-10.9.0.103 80"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: keys(director) == {f"tcp:{member}:80" for member in MEMBERS[1:]}, 3, "the other two services")
    changes = watch.changes()
    expect(changes == ["new-service", "new-dest", "new-dest", "set-dest", "set-dest", "del-service"],
           f"requests: {changes}")
    director.reload()
    director.term()
    director.start().wait_ready()
    changes = watch.changes()
    expect(not changes, f"requests: {changes}")


def test_traffic_to_each_member(lab):
    """Requests to each address of a range are answered, balanced over the servers."""
    vips = tuple(f"{member}/32" for member in MEMBERS)
    for number in (1, 2, 3):
        lab.watch(Undo(lab, f"rs{number}", *(f"addr add {vip} dev lo" for vip in vips),
                       undo=[f"addr del {vip} dev lo" for vip in vips]))
    director = lab.director("dir1", global_defs() + instance(150, vips=vips) + group("10.9.0.101-103 80")
                            + service(method="DR")).wait_ready()
    wait_for(lambda: director.holds_vip(MEMBERS[2]), 10, "dir1 has the addresses")
    for member in MEMBERS:
        director.wait_servers((1, 2, 3), 5, f"tcp:{member}:80")
        wait_for(lambda address=member: fetch(address, timeout=1), 5, f"{member} answers")
        names = sorted(fetch(member) for _ in range(6))
        expect(names == ["rs1", "rs1", "rs2", "rs2", "rs3", "rs3"], f"{member}: six requests went to {names}")


def test_ports_of_members(lab):
    """A real server without a port has each member's, so one group may serve several ports."""
    director = lab.director("dir1", global_defs() + group(f"{VIP} 80", f"{VIP} 443") + "virtual_server group web {\n"
                            "\tprotocol TCP\n\tlvs_method NAT\n\treal_server 10.9.0.21 {\n\t}\n}\n").wait_ready()
    wait_for(lambda: keys(director) == {f"tcp:{VIP}:80", f"tcp:{VIP}:443"}, 5, "two services")
    expect(director.servers(f"tcp:{VIP}:80") == {"10.9.0.21:80": 1}, f"{director.table()}")
    expect(director.servers(f"tcp:{VIP}:443") == {"10.9.0.21:443": 1}, f"{director.table()}")
