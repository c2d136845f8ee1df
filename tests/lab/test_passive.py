# SPDX-License-Identifier: GPL-2.0-or-later
"""`passive`: connections that nobody answers have the checks of a server probed long before delay_loop."""

import contextlib
import threading

import netns
from configs import global_defs
from lab import DIRECTORS, VIP, expect, hold, server_address, server_key, server_name, wait_for, fetch

DIRECTOR = DIRECTORS["dir1"]
# An address of the client that the servers answer by way of the director, for NAT.
NAT_CLIENT, NAT_PORT = "10.8.0.1", 81
# A probe a day, so that nothing that is found within seconds is found by it.
CHECK = "TCP_CHECK {\n\tconnect_timeout 1\n\tretry 1\n\tdelay_before_retry 1\n\t}\n"


def service(port, method, passive="passive\n"):
    servers = "".join(f"\treal_server {server_address(number)} {port} {{\n\t{CHECK}\t}}\n" for number in (1, 2))
    return (f"virtual_server {VIP} {port} {{\n\tdelay_loop 100000\n\twarmup 0\n\tlvs_sched rr\n\tlvs_method {method}\n"
            f"\tprotocol TCP\n\t{passive}{servers}}}\n")


def key(port):
    return f"tcp:{VIP}:{port}"


@contextlib.contextmanager
def ways(lab):
    """The virtual address on dir1, and answers that come back through dir1 for NAT."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    lab.batch("dir1", "addr add 10.8.0.11/24 dev eth0")
    lab.batch("client", f"addr add {NAT_CLIENT}/24 dev eth0")
    for number in (1, 2):
        lab.batch(server_name(number), f"route add 10.8.0.0/24 via {DIRECTOR}")
    try:
        yield
    finally:
        for number in (1, 2):
            lab.batch(server_name(number), "route del 10.8.0.0/24")
        lab.batch("client", f"addr del {NAT_CLIENT}/24 dev eth0")


@contextlib.contextmanager
def dropping(number, port, *but):
    """The server no longer hears packets to the port; but: words of iptables for those that it drops."""
    rule = ["INPUT", "-p", "tcp", "--dport", str(port), *but, "-j", "DROP"]
    netns.run(server_name(number), "iptables-legacy", "-A", *rule)
    try:
        yield
    finally:
        netns.run(server_name(number), "iptables-legacy", "-D", *rule)


class Clients:
    """Connections one after the other from some threads at a time, which wait for no answer for long."""

    def __init__(self, port, source):
        self.is_over, self.n = False, 0
        self.threads = [threading.Thread(target=self.run, args=(port, source)) for _ in range(6)]
        for thread in self.threads:
            thread.start()

    def run(self, port, source):
        while not self.is_over:
            self.n += fetch(port=port, timeout=0.4, source=source) is not None
            netns.time.sleep(0.1)

    def close(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()


def checks(director, port):
    """When the check of each server was probed last, and how."""
    found = [vs for vs in director.status()["virtual_servers"] if vs["key"] == key(port)]
    return [rs["checks"][0]["last"] for rs in found[0]["real_servers"]]


def show(lab, port, method, source):
    both = {f"{server_address(number)}:{port}": 1 for number in (1, 2)}
    with ways(lab):
        director = lab.director("dir1", global_defs() + service(port, method)).wait_ready()
        director.wait_servers(both, 20, key(port))
        wait_for(lambda: all(last["outcome"] for last in checks(director, port)), 10, "the first probes")
        clients = lab.watch(Clients(port, source))
        wait_for(lambda: clients.n >= 20, 20, "answers")
        first = checks(director, port)
        hold(lambda: checks(director, port) == first, 4, "nobody is probed while clients have answers")

        # The director itself is heard: it probes, again and again, and takes nobody out.
        with dropping(1, port, "!", "-s", DIRECTOR):
            wait_for(lambda: checks(director, port)[0]["at"] != first[0]["at"], 12, "an early probe")
            second = checks(director, port)[0]
            wait_for(lambda: checks(director, port)[0]["at"] != second["at"], 12, "a second early probe")
            expect(checks(director, port)[0]["outcome"] == first[0]["outcome"], str(checks(director, port)))
            expect(checks(director, port)[1] == first[1], "the other server was probed")
            expect(director.servers(key(port)) == both, "a suspicion was a verdict")
        log = director.log()
        expect("rs=" + server_address(1) in log and "clients seem to get no answer" in log, log[-2000:])

        # Nobody is heard: out of the table, long before the next probe in time.
        with dropping(1, port):
            director.wait_servers({f"{server_address(2)}:{port}": 1}, 20, key(port))
        clients.close()


def test_direct_routing(lab):
    """A server that drops what clients send, but not what the director sends, is probed within seconds and stays; one
    that drops all is out long before its probe in time. Direct routing."""
    show(lab, 80, "DR", None)


def test_nat(lab):
    """The same by NAT, where the director counts what comes back."""
    lab.serve((1, 2), NAT_PORT)
    show(lab, NAT_PORT, "NAT", NAT_CLIENT)


def test_off(lab):
    """Without the keyword nobody is probed early."""
    with ways(lab):
        director = lab.director("dir1", global_defs() + service(80, "DR", "")).wait_ready()
        director.wait_servers({server_key(number): 1 for number in (1, 2)}, 20)
        wait_for(lambda: all(last["outcome"] for last in checks(director, 80)), 10, "the first probes")
        first = checks(director, 80)
        clients = lab.watch(Clients(80, None))
        with dropping(1, 80):
            hold(lambda: checks(director, 80) == first, 8, "nobody is probed")
        clients.close()
