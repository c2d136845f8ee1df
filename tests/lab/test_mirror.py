# SPDX-License-Identifier: GPL-2.0-or-later
"""The mirror of the kernel's connections: a director that comes back learns of those that are idle."""

import os
import signal

from configs import pair_member
from lab import expect, expect_alive, knows_sessions, open_sessions, start_pair, wait_for

N = 100


def mirror(director):
    return director.status()["sync"]["mirror"]


def pair(lab):
    return start_pair(lab, pair_member(150), pair_member(100))


def knows(director, n):
    state = mirror(director)
    return state and state["connections"] >= n


def test_idle_sessions_survive_fail_back(lab):
    """Sessions that send nothing between a failover and the return of the better director survive that return: the
    other director announces them before the addresses move. Half of them have sent nothing since before the failover,
    so that only its kernel's list shows them."""
    a, b = pair(lab)
    sessions = open_sessions(lab, N)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions[:N // 2])
    # From here on these are silent, too.
    wait_for(lambda: knows(b, N // 2), 20, "the mirror of dir2 has the sessions")
    lab.reboot("dir1")
    a.start()
    wait_for(lambda: knows_sessions("dir1", sessions), 20, "dir1 knows the sessions")
    expect(not a.holds_vip(), "dir1 took the VIP before it knew the sessions")
    wait_for(a.holds_vip, 30, "dir1 has the VIP again")
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has given it back")
    expect_alive(sessions)
    wait_for(lambda: mirror(b)["bulks"] >= 1, 5, "the status of dir2 shows the bulk")
    state = mirror(b)
    expect(state["last_sent"] >= N and N // 2 - 5 <= state["last_listed"] <= N // 2
           and not state["last_unsent"] and not state["lost"], f"the mirror says {state}")
    wait_for(lambda: "also idle ones, were announced to the director that came back" in b.log(), 3, "the log says it")


def test_mirror_process(lab):
    """The sync process has no capability; killed, it is back, and its mirror grows again."""
    a, b = pair(lab)
    sessions = open_sessions(lab, 10)
    wait_for(lambda: knows(a, 10), 20, "the mirror of dir1 has the sessions")
    before = a.child("lvsd: sync")
    with open(f"/proc/{before}/status", encoding="ascii") as status:
        rights = dict(line.split(":\t", 1) for line in status.read().splitlines())
    expect(int(rights["CapEff"], 16) == 0 and int(rights["CapPrm"], 16) == 0, f"it has capabilities: {rights['CapEff']}")
    expect(rights["NoNewPrivs"] == "1" and rights["Seccomp"] == "2", "it is not confined")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: a.children().get("lvsd: sync") not in (None, before), 5, "the sync process is back")
    wait_for(lambda: mirror(a) is not None and mirror(a)["connections"] < 10, 5, "its mirror begins anew")
    expect(a.holds_vip() and not b.holds_vip(), "the VIP moved")

    def tells_again():
        expect_alive(sessions)
        return knows(a, 10)

    wait_for(tells_again, 30, "the mirror has the sessions in use again", 1)
