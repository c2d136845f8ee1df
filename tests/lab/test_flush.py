# SPDX-License-Identifier: GPL-2.0-or-later
"""A planned handover takes the youngest connections with it: the kernel has not sent those of the last 2 to 3 s."""

import os
import signal
import time

from configs import pair_member
from lab import expect, expect_alive, open_sessions, stalls, start_pair, wait_for
from test_relay import pair_files, peer

N = 50


def relay_pair(lab):
    a, b = start_pair(lab, *pair_files(lab))
    wait_for(lambda: peer(a)["state"] == "ready" and peer(b)["state"] == "ready", 10, lambda: f"{peer(a)} {peer(b)}")
    return a, b


def kernel_pair(lab):
    return start_pair(lab, pair_member(150), pair_member(100))


def young_sessions(lab):
    """N sessions that were opened within the last second."""
    while True:
        begin = time.monotonic()
        sessions = open_sessions(lab, N)
        if stalls.ran(begin) < 1:
            return sessions
        for session in sessions:
            session.close()


def release(lab, a, b):
    sessions = young_sessions(lab)
    begin = time.monotonic()
    a.ctl("vrrp", "release", check=True)
    took = stalls.ran(begin)
    wait_for(b.holds_vip, 5, "dir2 has the VIP")
    expect_alive(sessions)
    return took


def terminate(lab, a, b):
    sessions = young_sessions(lab)
    a.term()
    wait_for(b.holds_vip, 5, "dir2 has the VIP")
    expect_alive(sessions)


def test_hung_process_that_flushes(lab):
    """A sync process that hangs delays a release by 1 s at most, and the log says what that costs."""
    a, b = relay_pair(lab)
    os.kill(a.child("lvsd: sync"), signal.SIGSTOP)
    begin = time.monotonic()
    a.ctl("vrrp", "release", check=True)
    took = stalls.ran(begin)
    expect(0.9 < took < 2, f"the release took {took:.1f} s")
    wait_for(b.holds_vip, 3, "dir2 has the VIP")
    wait_for(lambda: "connections of the last 3 s could not be sent" in a.log(), 3, "the log says it")


def test_dead_peer_costs_no_flush(lab):
    """Without another director that can be heard nothing is waited for."""
    a, b = relay_pair(lab)
    b.kill_group()
    wait_for(lambda: peer(a)["state"] == "down", 10, "dir1 knows that dir2 is dead")
    open_sessions(lab, 5)
    begin = time.monotonic()
    a.ctl("vrrp", "release")
    took = stalls.ran(begin)
    # Without a taker: two advert_int, then the order is dropped.
    expect(took < 1, f"the release took {took:.1f} s")
    expect(a.holds_vip(), "dir1 has the VIP no more")


def test_release_flushes_in_mode_relay(lab):
    release(lab, *relay_pair(lab))


def test_release_flushes_in_mode_kernel(lab):
    release(lab, *kernel_pair(lab))


def test_stop_flushes_in_mode_relay(lab):
    terminate(lab, *relay_pair(lab))


def test_stop_flushes_in_mode_kernel(lab):
    terminate(lab, *kernel_pair(lab))
