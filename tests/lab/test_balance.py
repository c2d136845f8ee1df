# SPDX-License-Identifier: GPL-2.0-or-later
"""Balancing by the kernel's table and the health of real servers."""

from configs import alone, pair_member
from lab import *


def test_requests_are_balanced(lab):
    """The VIP comes to the only director and requests are balanced over three servers."""
    director = lab.director("dir1", pair_member(150, sync="")).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    director.wait_servers((1, 2, 3))
    lab.wait_balanced()
    counts = [fetch() for _ in range(30)]
    expect(all(counts.count(f"rs{n}") == 10 for n in (1, 2, 3)), f"30 requests went to {counts}")


def test_killed_server_leaves_and_returns(lab):
    """A server that is killed leaves the kernel's table, and is back in it when it runs again."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    lab.web[2].stop()
    director.wait_servers((1, 3), 5)
    lab.web[2].start()
    director.wait_servers((1, 2, 3), 5)
