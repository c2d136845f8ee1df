# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode relay with 100,000 connections."""

import time

import netns
from configs import pair_member
from lab import VIP, expect, only_in_all, stalls, takes_long, wait_for
from sync_kinds import counters
from test_relay import key_file, peer, relay_block
from test_relay_faults import wait_both_ready
from test_sync_faults import UDP, mirror, resident_kb, send_udp, sync_pid, ticks
from test_traffic import Undo

N = 100000
PORTS = 50000
BACKUP_PORT = 8864
RMEM_MAX = "/proc/sys/net/core/rmem_max"


def drops(namespace):
    """Of the socket of the kernel's backup role."""
    rows = [line.split() for line in netns.read(namespace, "/proc/thread-self/net/udp").splitlines()[1:]]
    return sum(int(row[-1]) for row in rows if row[1].endswith(f":{BACKUP_PORT:04X}"))


def lateness(director):
    """How late advertisements left, as the status has it."""
    return director.status()["vrrp"][0].get("lateness")


def write_rmem_max(value):
    """Of the whole guest. Gives what it was."""
    with open(RMEM_MAX, "r+", encoding="ascii") as file:
        was = file.read()
        file.seek(0)
        file.write(str(value))
    return was


def n_known():
    """By the counters of the service: to read a list of so many takes the guest half a minute."""
    return sum(int(words[-1]) for servers in counters("dir2").values() for words in servers.values())


def join_many(lab):
    """dir2 joins dir1, which has 100,000 connections. Gives both, the seconds until dir2 is READY, and how
    many connections its kernel has then."""
    key = key_file(lab)
    member = {name: pair_member(priority, sync="", **UDP) + relay_block(name, other, key)
              for name, priority, other in (("dir1", 150, "dir2"), ("dir2", 100, "dir1"))}
    a = lab.director("dir1", member["dir1"]).wait_ready()
    wait_for(lambda: a.holds_vip() and len(a.servers(f"udp:{VIP}:53") or ()) == 2, 40, "dir1 serves")
    netns.run("client", "ping", "-c1", "-W2", VIP, check=False)
    empty, before = resident_kb(sync_pid(a)), ticks(sync_pid(a))
    lab.watch(Undo(lab, "client", "addr add 10.9.0.2/24 dev eth0", undo=["addr del 10.9.0.2/24 dev eth0"]))
    send_udp(10000, PORTS)
    send_udp(10000, PORTS, "10.9.0.2")
    wait_for(lambda: mirror(a).get("connections", 0) >= N, 60, lambda: f"the mirror has all: {mirror(a)}")
    full, used = resident_kb(sync_pid(a)), ticks(sync_pid(a)) - before
    print(f"    the sync process: {empty} kB empty, {full} kB with {N}: {(full - empty) * 1024 / N:.0f} bytes a connection; "
          f"{used * 10} ms of processor to take them")
    b = lab.director("dir2", member["dir2"]).wait_ready()
    pids = sync_pid(a), sync_pid(b)
    before, begun = [ticks(pid) for pid in pids], time.monotonic()
    wait_for(lambda: peer(b)["state"] == "ready", 60, lambda: f"{peer(b)}", 0.05)
    took = stalls.ran(begun)
    used = [(ticks(pid) - then) * 10 for pid, then in zip(pids, before)]
    state, known = peer(b), n_known()
    print(f"    {N}: READY after {took:.1f} s; dir2 knows {known}; {drops('dir2')} drops; {used[0]} ms of processor here, "
          f"{used[1]} ms there; recovered {state['recovered']}, lost {state['lost']}, received {state['received']}; "
          f"lateness {lateness(a)}")
    return a, b, took, known


def expect_roles_stay(a, b):
    expect(a.vrrp_state() == "MASTER" and "MASTER -> BACKUP" not in a.log(), "the master has left")
    expect(b.vrrp_state() == "BACKUP" and "BACKUP -> MASTER" not in b.log(), "an advertisement was late")


@only_in_all
@takes_long
def test_many(lab):
    """With net.core.rmem_max for the whole sync_sock_size: dir2 has all within 10 s, its kernel drops nothing."""
    was = write_rmem_max(4194304)
    try:
        a, b, took, known = join_many(lab)
    finally:
        write_rmem_max(was)
    state = peer(b)
    expect(drops("dir2") == 0 and state["kernel_drops"] == 0, f"{drops('dir2')} drops, {state}")
    expect(known >= N and state["lost"] == 0 and took < 10, f"{known} after {took:.1f} s: {state}")
    expect_roles_stay(a, b)


@only_in_all
@takes_long
def test_many_dropped(lab):
    """With the usual rmem_max the kernel of dir2 drops some: that is noticed, and repaired by further bulks."""
    a, b, _, _ = join_many(lab)
    wait_for(lambda: n_known() >= N, 60, lambda: f"dir2 knows {n_known()} of {N}: {peer(b)}", 1)
    wait_both_ready(a, b)
    state = peer(b)
    print(f"    at last: {n_known()} known, {drops('dir2')} drops, {peer(a)['bulks_sent']} bulks, {state}")
    expect((state["kernel_drops"] > 0) == (drops("dir2") > 0), f"{drops('dir2')} drops, {state}")
    expect_roles_stay(a, b)
