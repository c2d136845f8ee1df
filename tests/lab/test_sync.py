# SPDX-License-Identifier: GPL-2.0-or-later
"""Connection sync on an interface of its own: that interface made again, and the heartbeats of the directors."""

import os
import socket

import netns
from configs import pair_member
from lab import DIRECTORS, expect, expect_alive, knows_sessions, open_sessions, start_pair, wait_for
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

    @staticmethod
    def close():
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
    are made anew, sessions in use meanwhile are told again, and all live on after a failover."""
    back, a, b = start_synced_pair(lab)
    sessions = open_sessions(lab, 15)
    back.remove("dir1")
    wait_for(lambda: "eth1 of connection sync does not exist" in (sync_status(a)["fault"] or ""), 5, "the fault")
    sessions += open_sessions(lab, 15)
    back.make("dir1")
    back.remake("dir2")
    for director in (a, b):
        wait_bound(director)
        wait_for(lambda: director.log().count("role on eth1 is made anew") == 2, 5, "both roles are made anew")
        expect(sync_status(director)["fault"] is None, "there is still a fault")
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
            os.unlink(b.run_dir + "/sync.json")
        said = b.log().count("role on eth1 is made anew")
        b.start().wait_ready()
        wait_bound(b)
        wait_for(lambda: b.log().count("role on eth1 is made anew") == said + 2, 5, "both roles are made anew")
    b.kill_group()
    os.unlink(b.run_dir + "/sync.json")
    said = b.log().count("role on eth1 is made anew")
    b.start().wait_ready()
    wait_bound(b)
    wait_for(lambda: os.path.exists(b.run_dir + "/sync.json"), 5, "the index of roles that live is learnt")
    expect(b.log().count("role on eth1 is made anew") == said, "living roles were made anew")
    fail_over(lab, a, b, open_sessions(lab, 10))


def test_address_of_the_master_role_is_gone(lab):
    """The interface gets another address: the kernel's master role would send from the former one, so it is made
    anew, and sessions live on after a failover."""
    _, a, b = start_synced_pair(lab)
    lab.batch("dir1", "addr del 10.8.0.11/24 dev eth1", "addr add 10.8.0.111/24 dev eth1")
    wait_for(lambda: "master role on eth1 is made anew: the kernel's thread sent from an address" in a.log(), 5,
             "the master role is made anew")
    expect(a.log().count("is made anew") == 1, "the backup role is made anew too")
    fail_over(lab, a, b, open_sessions(lab, 10))
