# SPDX-License-Identifier: GPL-2.0-or-later
"""The mirror of connection sync when its process, its interface or its configuration changes, and its size."""

import os
import signal
import socket
import struct
import time

import netns
from configs import SYNC, pair_member
from lab import CLIENT, VIP, expect, only_in_all, takes_long, wait_for
from test_sync import Back, wait_bound

N_MANY = 20000
UDP = {"port": 53, "protocol": "UDP", "check": "", "servers": {1: 1, 2: 1}}


def member(priority, sync=SYNC):
    return pair_member(priority, sync=sync, **UDP)


def send_udp(first, n, source=CLIENT):
    """A datagram to the service from each of n ports of the client; each one is a connection of IPVS."""
    with netns.open_socket("client", socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for port in range(first, first + n):
            udp = struct.pack("!HHHH", port, 53, 9, 0) + b"x"
            head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton(source),
                               socket.inet_aton(VIP))
            raw.sendto(head + udp, (VIP, 0))


def n_connections(namespace):
    return netns.read(namespace, "/proc/thread-self/net/ip_vs_conn").count("\nUDP")


def mirror(director):
    status = director.status()
    return ((status or {}).get("sync") or {}).get("mirror") or {}


def mirrored(director, n):
    wait_for(lambda: mirror(director).get("connections", 0) >= n, 20,
             lambda: f"the mirror of {director.label} has {n}: {mirror(director)}")


def sync_pid(director):
    return director.child("lvsd: sync")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        return sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(dict(line.split(":", 1) for line in status)["VmRSS"].split()[0])


def drops(namespace, port):
    """Of the kernel's own socket for the datagrams of the other director, which has no inode. That of lvsd has a filter,
    whose drops count too."""
    rows = [line.split() for line in netns.read(namespace, "/proc/thread-self/net/udp").splitlines()[1:]]
    return sum(int(row[-1]) for row in rows if row[1].endswith(f":{port:04X}") and row[9] == "0")


def start_alone(lab, sync=SYNC):
    a = lab.director("dir1", member(150, sync)).wait_ready()
    wait_for(lambda: a.holds_vip() and len(a.servers(f"udp:{VIP}:53") or ()) == 2, 10, "dir1 serves")
    wait_for(lambda: mirror(a), 10, "dir1 has a mirror")
    netns.run("client", "ping", "-c1", "-W2", VIP, check=False)
    return a


def late(lab, sync=SYNC):
    return lab.director("dir2", member(100, sync)).wait_ready()


def test_other_parameters(lab):
    """Over IPv6, with another group, port, syncid, length and TTL, and to a director of the other form: one that
    starts late learns of idle connections."""
    form = "\tlvs_sync_daemon {} group ff05::51 port 9000 id 77 maxlen 1300 ttl 3\n"
    a = start_alone(lab, form.format("eth0 VI_1"))
    send_udp(10000, 200)
    mirrored(a, 200)
    b = late(lab, form.format("eth0 inst VI_1"))
    wait_for(lambda: n_connections("dir2") >= 200, 10, lambda: f"dir2 has {n_connections('dir2')}: {b.log_tail(5)}")
    expect(mirror(a)["last_sent"] == 200, f"{mirror(a)}")


@only_in_all
def test_loss(lab):
    """With 20 % loss a returning director misses part of what is announced: nothing is repeated in this mode. Less
    than half is missed."""
    a = start_alone(lab)
    send_udp(10000, 1000)
    mirrored(a, 1000)
    netns.run(None, "modprobe", "sch_netem", check=False)
    netns.run("dir1", "tc", "qdisc", "add", "dev", "eth0", "root", "netem", "loss", "20%")
    late(lab)
    wait_for(lambda: mirror(a).get("bulks", 0) >= 1, 20, "the bulk is over")
    time.sleep(1)
    n = n_connections("dir2")
    print(f"    with 20 % loss {n} of 1000 connections arrive")
    expect(500 < n, f"{n} of 1000")


@only_in_all
@takes_long
def test_many(lab):
    """20,000 connections: all arrive, and the kernel of the other director drops nothing. The sync process stands still
    while the bulk runs, and a reload is ordered meanwhile: nothing waits, and the bulk ends when the process goes on. Killed,
    it is replaced; its mirror lasts when the director is killed."""
    a = start_alone(lab)
    send_udp(10000, N_MANY)
    expect(n_connections("dir1") == N_MANY, f"dir1 has {n_connections('dir1')}")
    mirrored(a, N_MANY)
    pid = sync_pid(a)
    n_fds, before = descriptors(pid), ticks(pid)
    b = late(lab)
    wait_for(lambda: mirror(a).get("sending"), 10, "the bulk has begun", 0.005)
    os.kill(pid, signal.SIGSTOP)
    begun = time.monotonic()
    expect(a.reload().returncode == 0, "the reload failed")
    expect(a.vrrp_state() == "MASTER" and time.monotonic() - begun < 10, "the director waited for the process")
    os.kill(pid, signal.SIGCONT)
    wait_for(lambda: mirror(a).get("bulks") == 1, 30, lambda: f"the bulk is over: {mirror(a)}")
    wait_for(lambda: n_connections("dir2") == N_MANY, 10, lambda: f"dir2 has {n_connections('dir2')}")
    print(f"    {mirror(a)['last_ms']} ms for {N_MANY} connections, the pause included; {drops('dir2', 8848)} drops; "
          f"{resident_kb(pid)} kB; {(ticks(pid) - before) * 10} ms of processor")
    expect(drops("dir2", 8848) == 0, "the kernel has dropped datagrams")
    expect(sync_pid(a) == pid and descriptors(pid) == n_fds, f"{descriptors(pid)} descriptors, before {n_fds}")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: a.children().get("lvsd: sync") not in (None, pid), 10, "the sync process is back")
    wait_for(lambda: mirror(a).get("connections") == 0, 10, "its mirror begins anew")
    send_udp(40000, 100)
    mirrored(a, 100)
    old = a.child("lvsd: director")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: a.children().get("lvsd: director") not in (None, old), 10, "the director is back")
    wait_for(lambda: mirror(a).get("connections", 0) >= 100, 10, "the mirror has lasted")
    expect(descriptors(sync_pid(a)) == n_fds, f"{descriptors(sync_pid(a))} descriptors, before {n_fds}")
    expect(a.holds_vip() and not b.holds_vip(), "the VIP moved")


def expect_hears(director, port):
    """A new connection comes into the mirror; the process has its usual descriptors, and is quiet."""
    before = mirror(director).get("connections", 0)
    send_udp(port, 20)
    mirrored(director, before + 20)
    pid = sync_pid(director)
    used = ticks(pid)
    time.sleep(0.5)
    expect(ticks(pid) - used < 10, f"the sync process is busy: {ticks(pid) - used} ticks in 0.5 s")
    return pid, descriptors(pid)


def set_sync(director, sync):
    director.write(member(150, sync))
    done = director.reload()
    expect(done.returncode == 0, f"the reload failed: {done.stdout}{done.stderr}")


@takes_long
def test_interface(lab):
    """The interface of connection sync goes down and up, is renamed and named back, deleted and made again:
    the mirror hears the kernel. So it does when lvs_sync_daemon has left the file, is back, and goes to another interface;
    the sync process is the same then, with as many descriptors, and is quiet."""
    back = lab.watch(Back(lab))
    eth1 = SYNC.replace("eth0", "eth1")
    a = start_alone(lab, eth1)
    pid = sync_pid(a)
    usual = pid, descriptors(pid)
    lab.batch("dir1", "link set eth1 down", "link set eth1 up")
    lab.batch("dir1", "link set eth1 down", "link set eth1 name eth9", "link set eth9 up")
    wait_for(lambda: "another name" in (a.status()["sync"]["fault"] or ""), 5, "the fault")
    lab.batch("dir1", "link set eth9 down", "link set eth9 name eth1", "link set eth1 up")
    wait_for(lambda: not a.status()["sync"]["fault"], 5, "no fault")
    back.remake("dir1")
    wait_for(lambda: a.log().count("role on eth1 is restarted") == 2, 5, "the roles are made anew")
    wait_bound(a)
    expect(expect_hears(a, 10300) == usual, "made again")
    set_sync(a, "")
    wait_for(lambda: "lvsd: sync" not in a.children(), 5, "no sync process without lvs_sync_daemon")
    set_sync(a, eth1)
    wait_for(lambda: mirror(a), 10, "a mirror again")
    pid = sync_pid(a)
    set_sync(a, SYNC)
    wait_for(lambda: a.status()["sync"]["interface"] == "eth0", 5, "sync on eth0")
    expect(expect_hears(a, 10400) == (pid, usual[1]), "on another interface")
