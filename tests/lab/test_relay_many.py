# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode relay with 100,000 connections."""

import time

import netns
from configs import pair_member
from lab import VIP, expect, only_in_all, stalls, takes_long, wait_for
from test_relay import key_file, peer, relay_block
from test_relay_faults import wait_both_ready
from test_sync_faults import UDP, descriptors, mirror, resident_kb, send_udp, sync_pid, ticks

N = 100000
PORTS = 50000
BACKUP_PORT = 8864
# The service for UDP keeps a connection for five minutes.


def drops(namespace):
    """Of the socket of the kernel's backup role."""
    rows = [line.split() for line in netns.read(namespace, "/proc/thread-self/net/udp").splitlines()[1:]]
    return sum(int(row[-1]) for row in rows if row[1].endswith(f":{BACKUP_PORT:04X}"))


def lateness(director):
    """How late advertisements left, as the status has it."""
    return director.status()["vrrp"][0].get("lateness")


@only_in_all
@takes_long
def test_many(lab):
    """A director joins one that has 100,000 connections: it has all within 10 s of a machine that is idle, its kernel drops
    nothing, the master stays MASTER, and what it costs is printed."""
    key = key_file(lab)
    member = {name: pair_member(priority, sync="", **UDP) + relay_block(name, other, key)
              for name, priority, other in (("dir1", 150, "dir2"), ("dir2", 100, "dir1"))}
    a = lab.director("dir1", member["dir1"]).wait_ready()
    wait_for(lambda: a.holds_vip() and len(a.servers(f"udp:{VIP}:53") or ()) == 2, 40, "dir1 serves")
    netns.run("client", "ping", "-c1", "-W2", VIP, check=False)
    empty, before = resident_kb(sync_pid(a)), ticks(sync_pid(a))
    lab.batch("client", "addr add 10.9.0.2/24 dev eth0")
    try:
        send_udp(10000, PORTS)
        send_udp(10000, PORTS, "10.9.0.2")
        wait_for(lambda: mirror(a).get("connections", 0) >= N, 60, lambda: f"the mirror has all: {mirror(a)}")
        full, used = resident_kb(sync_pid(a)), ticks(sync_pid(a)) - before
        print(f"    the sync process: {empty} kB empty, {full} kB with {N}: {(full - empty) * 1024 / N:.0f} bytes a connection; "
              f"{used * 10} ms of processor to take them")
        b = lab.director("dir2", member["dir2"]).wait_ready()
        pids = sync_pid(a), sync_pid(b)
        before, fds = [ticks(pid) for pid in pids], descriptors(pids[0])
        begun = time.monotonic()
        wait_for(lambda: peer(b)["state"] == "ready", 40, lambda: f"{peer(b)}", 0.05)
        took = stalls.ran(begun)
        wait_both_ready(a, b)
        used = [(ticks(pid) - then) * 10 for pid, then in zip(pids, before)]
        known = len(netns.read("dir2", "/proc/thread-self/net/ip_vs_conn").splitlines()) - 1
        state = peer(b)
        print(f"    bulk of {N}: READY after {took:.1f} s; dir2 knows {known}; {drops('dir2')} drops; {used[0]} ms of processor here, "
              f"{used[1]} ms there; recovered {state['recovered']}, lost {state['lost']}, coverage {state['coverage']}; "
              f"lateness {lateness(a)}")
        expect(drops("dir2") == 0 and state["kernel_drops"] == 0, f"{drops('dir2')} drops, {state}")
        expect(known >= N and state["lost"] == 0 and state["received"] >= N, f"{known} {state}")
        expect(a.vrrp_state() == "MASTER" and "MASTER -> BACKUP" not in a.log(), "the master has left")
        expect(b.vrrp_state() == "BACKUP" and "BACKUP -> MASTER" not in b.log(), "an advertisement was late")
        expect(descriptors(pids[0]) == fds and took < 10, f"READY after {took:.1f} s")
    finally:
        lab.batch("client", "addr del 10.9.0.2/24 dev eth0")
