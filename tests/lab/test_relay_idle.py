# SPDX-License-Identifier: GPL-2.0-or-later
"""200 sessions, idle for a minute: how many live after what, in each mode and with keepalived. LAB_DAEMON=keepalived runs
the rows of both directors in the kernel's mode with keepalived."""

import time

import netns
from configs import SYNC, global_defs, instance
from lab import (CLIENT, DAEMON, VIP, Session, any_daemon, expect, only_in_all, server_address, server_name, takes_long,
                 wait_for)
from test_relay import key_file, relay_block
from test_traffic import Undo

N, IDLE_S = 200, 60
GATEWAY = "10.9.0.101"
NAT_PORT = 81
FAR = "10.7.0.1"
PRIORITY = {"dir1": 150, "dir2": 100}


def services():
    """DR on port 80 and NAT on port 81 of the same address, without checks: the table is the same all the time."""
    servers = "".join(f"\treal_server {server_address(n)} {{port}} {{{{\n\t\tweight 1\n\t}}}}\n" for n in (1, 2, 3))
    text = "virtual_server {vip} {port} {{\n\tlvs_sched rr\n\tlvs_method {method}\n\tprotocol TCP\n" + servers + "}}\n"
    return "".join(text.format(vip=VIP, port=port, method=method) for port, method in ((80, "DR"), (NAT_PORT, "NAT")))


def texts(lab, mode):
    key = key_file(lab)
    files = {}
    for me, other in (("dir1", "dir2"), ("dir2", "dir1")):
        sync = "" if mode == "relay" else SYNC
        files[me] = global_defs(f"lab_{PRIORITY[me]}", sync) + instance(PRIORITY[me], vips=(VIP + "/24", GATEWAY + "/32")) + services()
        if mode == "relay":
            files[me] += relay_block(me, other, key)
    return files


def lose(name, is_lost):
    """The way of connection sync loses 20 % of what this director sends, and VRRP nothing: one lost advertisement in five
    would be no fault of sync."""
    netns.run(None, "modprobe", "sch_netem", check=False)
    if not is_lost:
        netns.run(name, "tc", "qdisc", "del", "dev", "eth0", "root", check=False)
        return
    for line in ("qdisc add dev eth0 root handle 1: prio bands 4",
                 "qdisc add dev eth0 parent 1:4 handle 40: netem loss 20%",
                 "filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip protocol 17 0xff match ip dport 8850 0xffff flowid 1:4",
                 "filter add dev eth0 parent 1: protocol ip prio 2 u32 match ip protocol 17 0xff match ip dport 8848 0xffff flowid 1:4"):
        netns.run(name, "tc", *line.split())


def prepare(lab):
    for number in (1, 2, 3):
        lab.watch(Undo(lab, server_name(number), f"route add {FAR}/32 via {GATEWAY}", undo=[f"route del {FAR}/32 via {GATEWAY}"]))
    lab.watch(Undo(lab, "client", f"addr add {FAR}/32 dev lo", undo=[f"addr del {FAR}/32 dev lo"]))
    lab.serve((1, 2, 3), NAT_PORT)
    for name in PRIORITY:
        prepare_director(lab, name)


def prepare_director(lab, name):
    lab.batch(name, f"route replace {FAR}/32 via {CLIENT}")


def open_both(lab):
    sessions = []
    for i in range(N):
        session = Session() if i % 2 else Session(port=NAT_PORT, source=FAR)
        lab.closers.append(session)
        session.exchange()
        sessions.append(session)
    return sessions


def alive(sessions):
    """(DR, NAT) of those that answer. A session is asked once: to ask again would tell it anew."""
    lives = [session.lives(3.0) for session in sessions]
    return sum(lives[1::2]), sum(lives[0::2])


def idle(begun):
    time.sleep(max(0, IDLE_S - (time.monotonic() - begun)))


def run_row(lab, mode, cause, has_loss=False, is_late=False):
    """Sessions are made, are idle, dir1 is lost by the cause; half of them are asked; dir1 returns and takes its address
    back; the others, which have been silent since they were made, are asked."""
    files = texts(lab, mode)
    prepare(lab)
    a = lab.director("dir1", files["dir1"]).wait_ready()
    b = None if is_late else lab.director("dir2", files["dir2"]).wait_ready()
    wait_for(a.holds_vip, 40, "dir1 has the VIP")
    if has_loss:
        for name in PRIORITY:
            lose(name, True)
    begun = time.monotonic()
    sessions = open_both(lab)
    if is_late:
        b = lab.director("dir2", files["dir2"]).wait_ready()
    idle(begun)
    if cause == "killed":
        a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 15, "dir2 has the VIP")
    half = N // 2
    over = alive(sessions[:half])
    if cause == "killed":
        lab.reboot("dir1")
        prepare_director(lab, "dir1")
        if has_loss:
            lose("dir1", True)
        a.start()
    else:
        lab.plug_link("dir1")
    wait_for(lambda: a.holds_vip() and not b.holds_vip(), 60, "dir1 has the VIP again")
    back = alive(sessions)
    row = f"{mode}, {cause}" + (", 20 % loss" if has_loss else "") + (", backup came late" if is_late else "")
    print(f"    {DAEMON} {row}: after the failover DR {over[0]} of {half // 2}, NAT {over[1]} of {half // 2}; after the return "
          f"DR {back[0]} of {half}, NAT {back[1]} of {half}")
    if mode == "relay":
        expect(over == (half // 2, half // 2) and back == (half, half), f"{row}: {over} {back}")


@only_in_all
@takes_long
def test_relay_killed(lab):
    """Mode relay: 200 of 200 live after the death of the master, and after its return."""
    run_row(lab, "relay", "killed")


@only_in_all
@takes_long
def test_relay_cut(lab):
    """The same when its link is cut and plugged in again."""
    run_row(lab, "relay", "cut")


@only_in_all
@takes_long
def test_relay_killed_loss(lab):
    """The same with 20 % loss on the way of connection sync."""
    run_row(lab, "relay", "killed", has_loss=True)


@only_in_all
@takes_long
def test_relay_killed_late(lab):
    """The same when the backup started after the sessions were made."""
    run_row(lab, "relay", "killed", is_late=True)


@only_in_all
@takes_long
@any_daemon
def test_kernel_killed(lab):
    """The kernel's mode, for the table: how many live is printed."""
    run_row(lab, "kernel", "killed")


@only_in_all
@takes_long
@any_daemon
def test_kernel_cut(lab):
    """The same when the link is cut."""
    run_row(lab, "kernel", "cut")


@only_in_all
@takes_long
@any_daemon
def test_kernel_killed_loss(lab):
    """The same with 20 % loss."""
    run_row(lab, "kernel", "killed", has_loss=True)


@only_in_all
@takes_long
@any_daemon
def test_kernel_killed_late(lab):
    """The same when the backup started after the sessions were made."""
    run_row(lab, "kernel", "killed", is_late=True)
