# SPDX-License-Identifier: GPL-2.0-or-later
"""Connection sync on an interface of its own: that interface made again, and the heartbeats of the directors."""

import os
import socket
import struct
import time

import netns
from configs import pair_member
from lab import DIRECTORS, expect, expect_alive, hold, knows_sessions, open_sessions, start_pair, takes_long, wait_for
from test_failover import HOLD, SYNC_USUAL, held_for, sync_sysctls
from test_reconcile import sync_roles

SYNC = "\tlvs_sync_daemon eth1 VI_1\n"


class Back:
    """A second network of the two directors, eth1 in each, for connection sync alone."""

    def __init__(self, lab):
        self.lab = lab
        lab.batch(None, "link add back type bridge forward_delay 0 mcast_snooping 0", "link set back up")
        for name in DIRECTORS:
            self.make(name)

    def make(self, name):
        last = DIRECTORS[name].rsplit(".", 1)[1]
        self.lab.batch(None, f"link add {name}s type veth peer name eth1 netns {name}",
                       f"link set {name}s master back up")
        self.lab.batch(name, f"addr add 10.8.0.{last}/24 dev eth1", f"addr add fd08::{last}/64 dev eth1 nodad",
                       "link set eth1 up")

    @staticmethod
    def remove(name):
        netns.run(None, "ip", "link", "del", f"{name}s")

    def remake(self, name):
        self.remove(name)
        self.make(name)

    def close(self):
        """Without a wait for the kernel, which takes the links of a removed namespace away later."""
        for name in DIRECTORS:
            netns.run(None, "ip", "link", "del", f"{name}s", check=False)
        netns.run(None, "ip", "link", "del", "back")


def index_of(name):
    with netns.inside(name):
        return socket.if_nametoindex("eth1")


def sync_status(director):
    status = director.status()
    return status["sync"] if status else {}


def wait_bound(director):
    """Until both roles run and the director has seen the interface that is there now."""
    index = index_of(director.namespace)
    wait_for(lambda: sync_status(director).get("index") == index, 5, f"{director.label} knows index {index}")
    wait_for(lambda: sync_roles(director.namespace) == {"master", "backup"}, 5, "both roles")


def expect_faults_named(lab, director):
    """An interface that is down, or has another name, is said to be so; nothing is made anew when it is back."""
    def wait_fault(text):
        wait_for(lambda: text in (sync_status(director)["fault"] or "none"), 5, f"the fault: {text}")

    said = director.log().count("is restarted")
    lab.batch(director.namespace, "link set eth1 down")
    wait_fault("eth1 of connection sync is down")
    lab.batch(director.namespace, "link set eth1 name eth9")
    wait_fault("eth1 of connection sync has another name now: eth9")
    lab.batch(director.namespace, "link set eth9 name eth1", "link set eth1 up")
    wait_fault("none")
    expect(director.log().count("is restarted") == said, "a role was made anew")


def start_synced_pair(lab, sync=SYNC):
    back = lab.watch(Back(lab))
    a, b = start_pair(lab, pair_member(150, sync=sync), pair_member(100, sync=sync))
    for director in (a, b):
        wait_bound(director)
    return back, a, b


def fail_over(lab, a, b, sessions):
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions)


def test_interface_made_again(lab):
    """The interface of connection sync is deleted and made again under the same name on both directors: the roles
    are made anew, sessions in use meanwhile are told again, and all live on after a failover. Where only the
    address of the interface is another one, the master role alone is made anew: it would send from the former."""
    back, a, b = start_synced_pair(lab)
    sessions = open_sessions(lab, 15)
    back.remove("dir1")
    wait_for(lambda: "eth1 of connection sync does not exist" in (sync_status(a)["fault"] or ""), 5, "the fault")
    sessions += open_sessions(lab, 15)
    back.make("dir1")
    back.remake("dir2")
    for director in (a, b):
        wait_bound(director)
        wait_for(lambda: director.log().count("role on eth1 is restarted") == 2, 5, "both roles are made anew")
        expect(sync_status(director)["fault"] is None, "there is still a fault")
    expect_alive(sessions)
    lab.batch("dir1", "addr del 10.8.0.11/24 dev eth1", "addr add 10.8.0.111/24 dev eth1")
    wait_for(lambda: "master role on eth1 is restarted: the kernel's thread sent from an address" in a.log(), 5,
             "the master role is made anew")
    expect(a.log().count("is restarted") == 3, "the backup role is made anew too")
    expect_faults_named(lab, b)
    sessions += open_sessions(lab, 5)
    expect_alive(sessions)
    fail_over(lab, a, b, sessions)


def test_interface_made_again_while_down(lab):
    """The same while no lvsd runs on the director: the next one finds the roles dead by the index that it kept, and
    one whose predecessor kept none finds it by the sockets of the kernel."""
    back, a, b = start_synced_pair(lab)
    for is_kept in (True, False):
        b.kill_group()
        back.remake("dir2")
        if not is_kept:
            os.unlink(b.run_dir + "/state/sync.json")
        said = b.log().count("role on eth1 is restarted")
        b.start().wait_ready()
        wait_bound(b)
        wait_for(lambda: b.log().count("role on eth1 is restarted") == said + 2, 5, "both roles are made anew")
    b.kill_group()
    os.unlink(b.run_dir + "/state/sync.json")
    said = b.log().count("role on eth1 is restarted")
    b.start().wait_ready()
    wait_bound(b)
    wait_for(lambda: os.path.exists(b.run_dir + "/state/sync.json"), 5, "the index of roles that live is learnt")
    expect(b.log().count("role on eth1 is restarted") == said, "living roles were made anew")
    fail_over(lab, a, b, open_sessions(lab, 10))


@takes_long
def test_sync_link_returns_last(lab):
    """dir1 lost both networks, and that of connection sync returns last: dir1 says hello when it can be heard, and
    leaves dir2 the VIP for the usual time from then on."""
    _, a, b = start_synced_pair(lab)
    wait_for(a.holds_vip, 25, "dir1 has the VIP")
    lab.cut_link("dir1s")
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    wait_for(lambda: a.vrrp_state() == "FAULT" and sync_status(a)["fault"], 5, "dir1 knows both faults")
    lab.plug_link("dir1")
    wait_for(lambda: held_for(a), 8, "dir1 leaves dir2 alone")
    wait_for(lambda: "cannot learn the connections of the other one now: interface eth1" in a.log(), 3, "the log")
    hold(b.holds_vip, 8, "the VIP on dir2")
    plugged = time.monotonic()  # or a little later
    lab.plug_link("dir1s")
    wait_for(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "1"], 5, "every packet is told")
    wait_for(a.holds_vip, 25, "dir1 has the VIP again")
    expect(time.monotonic() - plugged > HOLD, f"dir1 took the VIP {time.monotonic() - plugged:.1f} s after that")


def test_hello_that_is_lost(lab):
    """What dir1 says does not arrive while its interfaces work, as behind a switch port that does not forward yet. When
    dir2 is heard again, dir1 repeats its hello, and leaves dir2 the VIP for the usual time from then on."""
    b = lab.director("dir2", pair_member(100)).wait_ready()
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    rules = [("iptables-legacy", "-w", "{}", chain, "-p", "udp", "-j", "DROP") for chain in ("INPUT", "OUTPUT")]
    for rule in rules:
        netns.run("dir1", *(word.format("-I") for word in rule))
    a = lab.director("dir1", pair_member(150)).wait_ready()
    wait_for(lambda: held_for(a), 8, "dir1 leaves dir2 alone")
    hold(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "0"], 3, "dir2 has heard no hello")
    for rule in rules:
        netns.run("dir1", *(word.format("-D") for word in rule))
    wait_for(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "1"], 12, "every packet is told")
    wait_for(lambda: "only received a repeated hello" in a.log() and held_for(a) > 10, 3, "the hold begins anew")


def peer_of(director):
    """What the director says of the other one; None before it has heard it."""
    peers = sync_status(director).get("peers")
    return peers[0] if peers else None


@takes_long
def test_heartbeats(lab):
    """Each director hears the other's heartbeats. When those of one do not arrive, the other says that they stay
    away, and the one that they are not heard; both say when they are again. TERM is no loss."""
    _, a, b = start_synced_pair(lab)
    for director in (a, b):
        wait_for(lambda: (peer_of(director) or {}).get("hears_us"), 12, "each hears the other, and knows that")
        expect(sync_status(director)["state"] == "heard", lambda: sync_status(director))
    sessions = open_sessions(lab, 10)
    wait_for(lambda: peer_of(b)["entries_s"] is not None, 15, "dir2 has heard entries of dir1's kernel")
    wait_for(lambda: peer_of(a)["entries_there_s"] is not None, 12, "dir1 knows that")
    netns.run("dir2", "iptables-legacy", "-I", "INPUT", "-s", "10.8.0.11", "-j", "DROP")
    wait_for(lambda: "no heartbeat of 10.8.0.11 for 25 s" in b.log(), 32, "dir2 misses dir1")
    expect(sync_status(b)["state"] == "silent", lambda: sync_status(b))
    wait_for(lambda: "10.8.0.12 arrive here, but ours do not arrive there" in a.log(), 12, "dir1 knows that")
    netns.run("dir2", "iptables-legacy", "-D", "INPUT", "-s", "10.8.0.11", "-j", "DROP")
    wait_for(lambda: "heartbeats of 10.8.0.11 arrive again" in b.log(), 12, "dir2 hears dir1 again")
    wait_for(lambda: "10.8.0.12 receives our heartbeats again" in a.log(), 12, "dir1 knows that")
    expect_alive(sessions)
    b.term()
    wait_for(lambda: sync_status(a)["state"] == "left", 3, "dir1 knows that dir2's lvsd has stopped")


def say_hello(ttl, family=socket.AF_INET):
    """A hello of the directors' protocol, from dir1."""
    with netns.open_socket("dir1", family, socket.SOCK_DGRAM) as sender:
        if family == socket.AF_INET:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.8.0.11"))
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
            sender.sendto(bytes((0, 51, 0, 8, 0, 1, 0, 0)), ("224.0.0.81", 8848))
        else:
            with netns.inside("dir1"):
                index = socket.if_nametoindex("eth1")
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, struct.pack("@I", index))
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, ttl)
            sender.sendto(bytes((0, 51, 0, 8, 0, 1, 0, 0)), ("ff02::81", 8848, 0, index))


def forge(address, number, is_leaving=False):
    """A heartbeat of a director that does not exist, from an address of dir1."""
    data = struct.pack("!BBHBBH4sBBBBQ", 0, 51, 24, 0, 1, 0, b"LVSH", 1, is_leaving, 0, 10, number)
    with netns.open_socket("dir1", socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((address, 0))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        sender.sendto(data, ("224.0.0.81", 8848))


def count_heartbeats(listener):
    """The heartbeats of 10.8.0.12 that have come."""
    n = 0
    while True:
        try:
            data, source = listener.recvfrom(2048)
        except BlockingIOError:
            return n
        n += data[8:12] == b"LVSH" and source[0] == "10.8.0.12"


def test_forged_heartbeats(lab):
    """Forged heartbeats of directors that come and go, as many as there may be, are few lines in the log and at most
    one answer a second. When there is no room for one more director the log says so."""
    lab.watch(Back(lab))
    director = lab.director("dir2", pair_member(100, sync=SYNC)).wait_ready()
    wait_for(lambda: sync_status(director).get("index"), 5, "the roles run")
    addresses = [f"10.8.0.{last}" for last in range(101, 110)]
    lab.batch("dir1", *[f"addr add {address}/24 dev eth1" for address in addresses])
    with netns.open_socket("dir1", socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("224.0.0.81", 8848))
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                            socket.inet_aton("224.0.0.81") + socket.inet_aton("10.8.0.11"))
        began = time.monotonic()
        for i in range(300):
            forge(addresses[0], 1000 + i % 2)
            forge(addresses[0], 1000 + i % 2, is_leaving=True)
        wait_for(lambda: director.log().count(addresses[0]) >= 16, 5, "the log has the first ones")
        n, most = count_heartbeats(listener), time.monotonic() - began + 3
    expect(n <= most, f"{n} heartbeats, at most {most} were awaited")
    n, most = director.log().count(addresses[0]), 16 + (time.monotonic() - began) / 10 + 1
    expect(n <= most, f"{n} lines, at most {most} were awaited: {director.log()}")
    for number, address in enumerate(addresses):
        forge(address, number + 1)
    wait_for(lambda: f"the heartbeat of {addresses[8]} is ignored: 8 other directors" in director.log(), 5,
             "the log says that there is no room")
    expect(len(sync_status(director)["peers"]) == 8, lambda: sync_status(director))


def test_hello_from_afar(lab):
    """A hello with another TTL than 255 is dropped, in IPv6 too, and the log says so; with `ttl 1` in the file one
    with TTL 1, which an older lvsd sends, counts."""
    lab.watch(Back(lab))
    cases = ((SYNC.replace("VI_1", "VI_1 group ff02::81"), socket.AF_INET6, (1, 254), None),
             (SYNC, socket.AF_INET, (1, 64, 254), 255),
             (SYNC.replace("VI_1", "VI_1 ttl 1"), socket.AF_INET, (2, 254), 1))
    director = lab.director("dir2", pair_member(100, sync=cases[0][0])).wait_ready()
    for sync, family, far, near in cases:
        director.write(pair_member(100, sync=sync))
        expect(director.reload().returncode == 0, "the reload failed")
        wait_for(lambda: sync_sysctls("dir2") == SYNC_USUAL, 15, "the usual sysctls")
        wait_for(lambda: sync_roles("dir2") == {"master", "backup"}, 5, "both roles")
        for ttl in far:
            say_hello(ttl, family)
        hold(lambda: sync_sysctls("dir2") == SYNC_USUAL, 0.3, "the usual sysctls")
        if near:
            say_hello(near, family)
            wait_for(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "1"], 3, "every packet is told")
    expect("came with TTL 1 and was dropped" in director.log(), "the log does not say it")
