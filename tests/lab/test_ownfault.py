# SPDX-License-Identifier: GPL-2.0-or-later
"""The director's own fault is not the servers': its link or its route goes away, and the pool stays."""

import contextlib
import os
import re
import signal
import socket
import time

import netns
from configs import alone, global_defs, instance, pair_member, real_server, service, tcp_check
from lab import (DAEMON, DIRECTORS, VIP, Session, any_daemon, expect, expect_alive, fetch, hold, server_address,
                 server_key, start_pair, takes_long, wait_for)

CHECK = tcp_check(timeout=3, retry=1)
FAULT = 12
# keepalived deletes the servers of such a fault after 7 s; the director's own bound is 60 s.
BOUND = 60
NAT_VIP, NAT_CLIENT = "10.8.0.100", "10.8.0.1"
# A server that has an address of its own, which can be taken away without a word.
LOST = "10.9.0.33"
N = 15


@contextlib.contextmanager
def nat_side(lab):
    """A second network beside the servers', so that their answers come back through dir1."""
    routes = [(f"rs{number}", "10.8.0.0/24 via " + DIRECTORS["dir1"]) for number in (1, 2, 3)]
    lab.batch("client", f"addr add {NAT_CLIENT}/24 dev eth0")
    lab.batch("dir1", "addr add 10.8.0.11/24 dev eth0")
    lab.batch("rs3", f"addr add {LOST}/24 dev eth0")
    for name, route in routes:
        lab.batch(name, "route add " + route)
    try:
        yield
    finally:
        lab.batch("client", f"addr del {NAT_CLIENT}/24 dev eth0")
        netns.run("rs3", "ip", "addr", "del", f"{LOST}/24", "dev", "eth0", check=False)
        for name, route in routes:
            lab.batch(name, "route del " + route)


def script_check(lab):
    """A script that succeeds as long as the cable is in; gives its check and the file that it looks for."""
    flag = lab.scratch + "/cable"
    with open(flag, "w", encoding="ascii"):
        pass
    return f'MISC_CHECK {{\n\t\t\tmisc_path "/usr/bin/test -e {flag}"\n\t\t\tmisc_timeout 2\n\t\t}}', flag


def lone_file(script):
    """Everything behind one link: DR, NAT, a script's check, and two services whose server dies."""
    text = (global_defs() + instance(150, advert_int="0.1", vips=(VIP + "/32", NAT_VIP + "/32"))
            + service(check=CHECK) + service(check=CHECK, address=NAT_VIP, method="NAT")
            + service(servers={1: 1}, check=script, port=83)
            + service(servers={3: 1}, check=CHECK, port=81) + service(servers={}, port=82))
    text = text.replace("delay_loop 1", "delay_loop 2")
    return text[:text.rindex("}")] + real_server(3, check=CHECK, port=82).replace(server_address(3), LOST) + "}\n"


def open_both(lab, n):
    """n sessions by DR and n by NAT."""
    sessions = []
    for address, source in ((VIP, None), (NAT_VIP, NAT_CLIENT)):
        sessions += [lab.watch(Session(address, source=source)) for _ in range(n)]
    for session in sessions:
        session.exchange()
    return sessions


def send_requests(sessions):
    for session in sessions:
        with contextlib.suppress(OSError):
            session.socket.send(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n", socket.MSG_DONTWAIT)


def count_answers(sessions, requests, timeout):
    """How many of the sessions bring an answer to each of the requests."""
    deadline, n = time.monotonic() + timeout, 0
    for session in sessions:
        data = b""
        try:
            while data.count(b"HTTP/1.1 200") < requests:
                session.socket.settimeout(max(deadline - time.monotonic(), 0.05))
                piece = session.socket.recv(65536)
                if not piece:
                    break
                data += piece
        except OSError:
            pass
        n += data.count(b"HTTP/1.1 200") == requests
    return n


def reasons(director):
    """What the last probes of all servers say."""
    return [check["last"]["reason"] or "" for vs in director.status()["virtual_servers"]
            for rs in vs["real_servers"] for check in rs["checks"]]


def cut_for(lab, busy, meanwhile):
    """dir1's cable is out for FAULT seconds; the busy sessions send twice a second. Gives how often they sent."""
    begin = time.monotonic()
    lab.cut_link("dir1")
    meanwhile()
    n = 0
    time.sleep(0.3)
    while time.monotonic() - begin < FAULT - 0.3:
        send_requests(busy)
        n += 1
        time.sleep(0.5)
    return n


class Routeless:
    """dir2 has lost the route to its servers: what comes of it after the bound, beside the other test."""

    def __init__(self, lab):
        self.lab = lab
        self.director = lab.director("dir2", alone(check=tcp_check(timeout=3))).wait_ready()
        wait_for(lambda: all("connected" in reason for reason in reasons(self.director)), 5, "dir2's servers are up")
        lab.batch("dir2", "route del 10.9.0.0/24 dev eth0")
        self.begin = time.monotonic()

    def paths(self):
        return [rs["path"] for rs in self.director.status()["virtual_servers"][0]["real_servers"]]

    def expect_no_verdict(self):
        paths = self.paths()
        expect(all(path and path["fault"] == "no_route" and not path["cut_off"] for path in paths), str(paths))
        text = self.director.ctl("status").stdout
        expect(f"no verdict: no route to {server_address(1)} since 20" in text, text)
        expect(self.director.servers() == {server_key(n): 1 for n in (1, 2, 3)}, str(self.director.servers()))

    def expect_bound(self):
        idle = {server_key(n): 0 for n in (1, 2, 3)}
        self.director.wait_servers(idle, BOUND + 6 - (time.monotonic() - self.begin))
        took = time.monotonic() - self.begin
        expect(took >= BOUND - 0.5, f"weight 0 after {took:.1f} s")
        expect(all(path["cut_off"] for path in self.paths()), str(self.paths()))
        expect("WEIGHT 0 until the director reaches it" in self.director.ctl("status").stdout, "status does not say it")
        log = self.director.log()
        expect(log.count("has weight 0: this director has not been able to reach it for 60 s") == 3, log)
        # A director that replaces this one finds weight 0, and must not take it for a server that is out.
        os.kill(self.director.child("lvsd: director"), signal.SIGKILL)
        wait_for(lambda: self.director.status() and all(self.paths()), 10, "another director has its outcomes")
        expect(self.director.servers() == idle, str(self.director.servers()))
        self.lab.batch("dir2", f"route add 10.9.0.0/24 dev eth0 src {DIRECTORS['dir2']}")
        self.director.wait_servers({server_key(n): 1 for n in (1, 2, 3)}, 4)


@any_daemon
@takes_long
def test_cable_fault_of_a_lone_director(lab):
    """A lone director's cable is out for 12 s: its tables stay whole, 30 sessions that send all the time and 30 that
    are silent go on, by DR and NAT alike, and servers that died meanwhile are found afterwards. A director that has
    no route for 60 s has its servers at weight 0 then, over its own death too, until the route is back."""
    routeless = Routeless(lab) if DAEMON == "lvsd" else None
    with nat_side(lab):
        lab.serve((3,), 81)
        lab.serve((3,), 82)
        script, flag = script_check(lab)
        director = lab.director("dir1", lone_file(script)).wait_ready()
        wait_for(lambda: director.holds_vip(NAT_VIP), 10, "dir1 has the VIPs")
        wait_for(lambda: fetch(VIP) and fetch(NAT_VIP, source=NAT_CLIENT), 5, "both services answer")
        before = director.shape()
        expect([len(shape[2]) for _, shape in sorted(before.items())] == [3, 3, 1, 1, 1], f"the table is {before}")
        busy, idle = open_both(lab, N), open_both(lab, N)
        other = Lost(lab)
        requests = cut_for(lab, busy, lambda: (other.die(), os.unlink(flag)))
        if routeless:
            routeless.expect_no_verdict()
        if director.daemon == "lvsd":
            expect(director.shape() == before, f"the table has changed: {director.shape()}")
            texts = reasons(director)
            expect(all(re.match(r"no verdict: no carrier on eth0 since 20\S+Z$", text) for text in texts), str(texts))
        script_check(lab)
        lab.plug_link("dir1")
        wait_for(lambda: director.holds_vip(NAT_VIP), 10, "dir1 has the VIPs again")
        expect_alive(idle)
        alive = count_answers(busy, requests, 20)
        expect(alive == 2 * N, f"{alive} of {2 * N} busy sessions are alive")
        director.wait_servers((1, 2, 3))
        for port in (81, 82):
            director.wait_servers((), 10, f"tcp:{VIP}:{port}")
    if routeless:
        routeless.expect_bound()


def test_a_returning_director_has_its_pool(lab):
    """The better director's cable is out, and a server dies meanwhile: when it comes back it preempts with a whole
    pool, and not before it has found the dead server. No new connection fails."""
    a, b = start_pair(lab, *(pair_member(priority, "0.2", sync="", check=tcp_check(timeout=2)) for priority in (150, 100)))
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 5, "dir2 has the VIP")
    wait_for(lambda: all("no carrier" in reason for reason in reasons(a)), 10, "no probe of dir1 has a verdict")
    lab.web[3].stop()
    b.wait_servers((1, 2))
    expect(a.servers() == {server_key(n): 1 for n in (1, 2, 3)}, f"dir1's pool is {a.servers()}")
    wait_for(lambda: fetch(timeout=1), 3, "dir2 answers")
    lab.plug_link("dir1")
    failed = 0

    def holders():
        return [director.holds_vip() for director in (a, b)]

    def has_vip():
        nonlocal failed
        before = holders()
        is_answered = fetch(timeout=2) is not None
        # Without sync, a connection that is being made while the VIP moves is known to the other director only.
        failed += not is_answered and holders() == before and sum(before) == 1
        return a.holds_vip()

    wait_for(has_vip, 10, "dir1 has the VIP again")
    expect(a.servers() == {server_key(n): 1 for n in (1, 2)}, f"dir1 preempted with {a.servers()}")
    hold(lambda: has_vip() and not failed, 2, "each new connection is answered")
    log = a.log()
    found, preempted = log.index("rs=10.9.0.23:80 up -> down"), log.rindex("BACKUP -> MASTER")
    expect(found < preempted, log)


class Lost:
    """Two servers that die: one refuses, of the other nothing answers any more."""

    def __init__(self, lab):
        self.web = lab.closers[0]
        self.lab = lab

    def die(self):
        self.web.stop()
        self.lab.batch("rs3", f"addr del {LOST}/24 dev eth0")
