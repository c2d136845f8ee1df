# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of UDP services, of servers that users have: unbound."""

import os

import netns
from configs import global_defs
from lab import VIP, expect, server_address, server_name, wait_for


class Unbound:
    """unbound in the namespace of a real server. It answers for example.org itself and refuses all else."""

    def __init__(self, lab, number):
        self.name, self.log = server_name(number), f"{lab.scratch}/unbound.{number}.log"
        self.file = f"{lab.scratch}/unbound.{number}.conf"
        with open(self.file, "w", encoding="ascii") as file:
            file.write("server:\n" + "".join(f"    {line}\n" for line in (
                f"interface: {server_address(number)}", "do-daemonize: no", "chroot: \"\"", "username: \"\"",
                "pidfile: \"\"", "use-syslog: no", "num-threads: 1", "access-control: 0.0.0.0/0 allow",
                "module-config: \"iterator\"", "local-zone: example.org. static",
                "local-data: \"www.example.org. IN A 192.0.2.7\"", "local-zone: . refuse")))
        self.process = None

    def start(self):
        self.process = netns.start(self.name, ["unbound", "-c", self.file, "-p"], self.log)

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def servers(check):
    return (f"virtual_server {VIP} 53 {{\n\tdelay_loop 0.3\n\tlvs_sched rr\n\tlvs_method DR\n\tprotocol UDP\n"
            + "".join(f"\treal_server {server_address(number)} 53 {{\n\t\t{check}\n\t}}\n" for number in (1, 2))
            + "}\n")


def states(director):
    return [server["state"] for server in director.status()["virtual_servers"][0]["real_servers"]]


def reasons(director):
    return [server["checks"][0]["last"]["reason"] for server in director.status()["virtual_servers"][0]["real_servers"]]


def test_dns_and_udp(lab):
    """DNS_CHECK of unbound: up for a name that it knows, down for one that it refuses, and for a server that is
    gone; UDP_CHECK sends the same question as bytes, is content without a reply, or demands its first bytes."""
    question = "1234" "0100" "0001000000000000" "03777777076578616d706c65036f726700" "00010001"
    timing = "connect_timeout 1 retry 0".replace(" retry", "\n\t\t\tretry")
    dns = f"DNS_CHECK {{\n\t\t\t{timing}\n\t\t\ttype A\n\t\t\tname www.example.org\n\t\t}}"
    udp = f"UDP_CHECK {{\n\t\t\t{timing}\n\t\t\tpayload {question}\n\t\t\trequire_reply 1234XX80\n\t\t}}"
    unbounds = [Unbound(lab, number) for number in (1, 2)]
    try:
        for unbound in unbounds:
            unbound.start()
        director = lab.director("dir1", global_defs() + servers(dns)).wait_ready()
        wait_for(lambda: states(director) == ["up", "up"], 20, "both unbound answer")
        expect(reasons(director) == ["DNS answer NOERROR"] * 2, f"{reasons(director)}")
        director.write(global_defs() + servers(dns.replace("www.example.org", "www.example.net")))
        director.reload()
        wait_for(lambda: states(director) == ["down", "down"], 20, "a name that is refused")
        expect(reasons(director) == ["DNS answer REFUSED"] * 2, f"{reasons(director)}")
        director.write(global_defs() + servers(udp))
        director.reload()
        wait_for(lambda: states(director) == ["up", "up"], 20, "the bytes of the question are answered")
        unbounds[0].close()
        wait_for(lambda: states(director) == ["down", "up"], 20, "the server that is gone")
        expect(reasons(director)[0] == "the server says that nothing listens on the port", f"{reasons(director)}")
        director.write(global_defs() + servers(udp.replace("require_reply 1234XX80", "require_reply 4321")))
        director.reload()
        wait_for(lambda: states(director) == ["down", "down"], 20, "a reply with other bytes")
        expect(reasons(director)[1] == "byte 1 of the reply is 12, wanted 43", f"{reasons(director)}")
        unbounds[0].start()
        director.write(global_defs() + servers(dns))
        director.reload()
        wait_for(lambda: states(director) == ["up", "up"], 20, "the server is back")
    finally:
        for unbound in unbounds:
            unbound.close()
            if os.path.exists(unbound.file):
                os.remove(unbound.file)
