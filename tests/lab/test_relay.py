# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode relay: two directors exchange their connections, sealed, and none is lost over failover and fail-back."""

import os

from configs import pair_member
from lab import DIRECTORS, expect, expect_alive, knows_sessions, open_sessions, start_pair, wait_for

N = 100


def key_file(lab, name="sync.key", seed=b"k"):
    path = os.path.join(lab.scratch, name)
    with open(path, "wb") as file:
        file.write(seed * 32)
    os.chmod(path, 0o600)
    return path


def relay_block(me, other, key, more=""):
    return (f"sync {{\n\tmode relay\n\tlisten {DIRECTORS[me]}\n\tpeer {DIRECTORS[other]}\n\tkey_file {key}\n{more}}}\n")


def pair_files(lab, more="", key=None):
    key = key or key_file(lab)
    return (pair_member(150, sync="") + relay_block("dir1", "dir2", key, more),
            pair_member(100, sync="") + relay_block("dir2", "dir1", key, more))


def peer(director):
    return director.status()["sync"]["peers"][0]


def test_sessions_survive_both_ways(lab):
    """Sessions survive the death of the master and its return after a reboot, half of them idle all the time. The
    director that returns takes its address back when it is READY, not earlier."""
    a, b = start_pair(lab, *pair_files(lab))
    wait_for(lambda: peer(a)["state"] == "ready" and peer(b)["state"] == "ready", 10, lambda: f"{peer(a)} {peer(b)}")
    sessions = open_sessions(lab, N)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions[:N // 2])
    lab.reboot("dir1")
    a.start()
    wait_for(lambda: knows_sessions("dir1", sessions), 20, "dir1 knows the sessions")
    wait_for(a.holds_vip, 30, "dir1 has the VIP again")
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has given it back")
    expect_alive(sessions)
