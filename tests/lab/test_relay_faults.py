# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode relay when something breaks: the key, the private interface, a process, the kernel's roles, the way between both
directors, or the configuration of one of them."""

import os
import signal
import socket
import time

import netns
from configs import SYNC, pair_member
from lab import DIRECTORS, expect, expect_alive, knows_sessions, open_sessions, stalls, start_pair, takes_long, wait_for
from test_failover import isolate
from test_reconcile import sync_roles
from test_relay import key_file, pair_files, peer, relay_block

PRIVATE = "lvsd-sync0"


def is_ready(director):
    status = director.status()
    return bool(status and status["sync"] and status["sync"]["peers"][0].get("state") == "ready")


def wait_both_ready(a, b, timeout=15):
    for director in (a, b):
        wait_for(lambda: is_ready(director), timeout, lambda: f"{director.label} is READY: {(director.status() or {}).get('sync')}")


def ready_pair(lab, more="", key=None):
    a, b = start_pair(lab, *pair_files(lab, more, key))
    wait_both_ready(a, b)
    return a, b


def expect_told(lab, n=10):
    """New sessions through dir1 are known on dir2."""
    sessions = open_sessions(lab, n)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the new sessions")
    return sessions


def fail_over(lab, a, b, sessions):
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions)


def both_roles(director):
    wait_for(lambda: sync_roles(director.namespace) == {"master", "backup"}, 10, f"both roles of {director.label}")


def reload(director, text):
    director.write(text)
    answer = director.reload()
    expect(answer.returncode == 0, f"{director.label}: the reload failed: {answer.stdout}{answer.stderr}")


def expect_no_gap(director, n_lines):
    """The log has no line of a peer that is lost behind the first n_lines."""
    lines = [line for line in director.log().splitlines()[n_lines:] if "sync: nothing comes" in line]
    expect(not lines, lines)


def n_lines(director):
    return len(director.log().splitlines())


def start_second(lab, file_a, file_b):
    """dir2 has the VIP when dir1, the better one, starts; gives the seconds until dir1 has it."""
    b = lab.director("dir2", file_b).wait_ready()
    wait_for(b.holds_vip, 20, "dir2 has the VIP")
    a = lab.director("dir1", file_a)
    begun = time.monotonic()
    a.wait_ready()
    wait_for(a.holds_vip, 25, "dir1 has the VIP")
    return a, b, stalls.ran(begun)


def test_other_key(lab):
    """The peer has another key: its state is DOWN, log and status say why, and dir1 takes its address back after
    sync_wait. With the right key in the file a reload is enough."""
    right, wrong = key_file(lab), key_file(lab, "wrong.key", b"w")
    more = "\tsync_wait 4\n"
    (file_a, file_b), (_, right_b) = pair_files(lab, more, wrong), pair_files(lab, more, right)
    file_a = pair_files(lab, more, right)[0]
    a, b, took = start_second(lab, file_a, file_b)
    expect(3.5 <= took < 12, f"dir1 had the VIP {took:.1f} s after its start, with sync_wait 4 s")
    for director in (a, b):
        wait_for(lambda: peer(director)["state"] == "down" and peer(director)["rejected"].get("tag"), 5, lambda: f"{peer(director)}")
        wait_for(lambda: "has another key" in director.log(), 5, lambda: f"the log says why: {director.log_tail()}")
        said = director.log().count("has another key")
        expect(said == 1, f"the log says it {said} times")
        expect("another key" in director.ctl("sync", "status").stdout, lambda: director.ctl("sync", "status").stdout)
    expect("sync_wait" in a.log(), "dir1 says that it did not wait any longer")
    reload(b, right_b)
    wait_both_ready(a, b)


def test_other_syncid(lab):
    """The peer has another syncid: the same."""
    key, more = key_file(lab), "\tsync_wait 3\n"
    file_a, file_b = pair_files(lab, more, key)[0], pair_files(lab, more + "\tsyncid 9\n", key)[1]
    a, b, took = start_second(lab, file_a, file_b)
    expect(2.5 <= took < 11, f"dir1 had the VIP {took:.1f} s after its start, with sync_wait 3 s")
    for director in (a, b):
        wait_for(lambda: "has another syncid" in director.log(), 5, lambda: f"the log says why: {director.log_tail()} {peer(director)}")
        expect("another syncid" in director.ctl("sync", "status").stdout, lambda: director.ctl("sync", "status").stdout)
    reload(a, pair_files(lab, more + "\tsyncid 9\n", key)[0])
    wait_both_ready(a, b)
    fail_over(lab, a, b, expect_told(lab))


def test_keys_are_exchanged(lab):
    """Two reloads on each side and one to clean up bring a new key without a gap."""
    old, new = key_file(lab), key_file(lab, "new.key", b"n")

    def files(first, *others):
        line = "".join(f"\tkey_file {path} id {number}\n" for path, number in others)
        blocks = [relay_block(me, other, f"{first[0]} id {first[1]}", line) for me, other in (("dir1", "dir2"), ("dir2", "dir1"))]
        return [pair_member(priority, sync="") + block for priority, block in zip((150, 100), blocks)]

    a, b = start_pair(lab, *files((old, 1)))
    wait_both_ready(a, b)
    sessions = expect_told(lab)
    marks = n_lines(a), n_lines(b)
    for texts in (files((old, 1), (new, 2)), files((new, 2), (old, 1)), files((new, 2))):
        for director, text in zip((a, b), texts):
            reload(director, text)
            sessions += expect_told(lab, 3)
    wait_both_ready(a, b)
    wait_for(lambda: peer(a)["key"] == 2 and peer(b)["key"] == 2, 10, lambda: f"{peer(a)} {peer(b)}")
    for director, mark in zip((a, b), marks):
        expect_no_gap(director, mark)
    fail_over(lab, a, b, sessions)


def private_index(name):
    """0: there is none."""
    with netns.inside(name):
        try:
            return socket.if_nametoindex(PRIVATE)
        except OSError:
            return 0


@takes_long
def test_private_interface(lab):
    """The private interface is deleted, renamed and set down on each director: it is made again, the roles are bound to
    it, and sessions of before and of later are known on both."""
    a, b = ready_pair(lab)
    sessions = expect_told(lab)
    for what in (f"link del {PRIVATE}", f"link set {PRIVATE} down", f"link set {PRIVATE} down\nlink set {PRIVATE} name was0"):
        for director in (a, b):
            index = private_index(director.namespace)
            lab.batch(director.namespace, what)
            if not what.endswith("down"):
                wait_for(lambda: private_index(director.namespace) not in (0, index), 5, f"after `{what}` there is a new one")
            wait_for(lambda: director.status()["sync"]["index"] == private_index(director.namespace), 5, "lvsd knows it")
            both_roles(director)
            sessions += expect_told(lab, 5)
            wait_both_ready(a, b)
    expect_alive(sessions)
    fail_over(lab, a, b, sessions)


@takes_long
def test_processes(lab):
    """The sync process killed and stopped, the director process killed, the kernel's roles stopped by hand, on each
    director: all is known again afterwards. A director whose lvsd is killed is known to be gone."""
    a, b = ready_pair(lab)
    sessions = expect_told(lab)
    for director in (a, b):
        pid = director.child("lvsd: sync")
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: director.children().get("lvsd: sync") not in (None, pid), 10, "the sync process is replaced")
        sessions += open_sessions(lab, 3)
        wait_both_ready(a, b)
        wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions after a sync process was killed")
        for seconds in (1, 5):
            pid = director.child("lvsd: sync")
            os.kill(pid, signal.SIGSTOP)
            begun = time.monotonic()
            sessions += open_sessions(lab, 3)
            time.sleep(max(0, seconds - (time.monotonic() - begun)))
            os.kill(pid, signal.SIGCONT)
            wait_both_ready(a, b)
            wait_for(lambda: knows_sessions("dir2", sessions), 20, f"dir2 knows the sessions after {seconds} s of SIGSTOP of {director.label}")
        pid = director.child("lvsd: director")
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: director.children().get("lvsd: director") not in (None, pid), 10, "the director process is replaced")
        director.wait_ready()
        wait_both_ready(a, b)
        sessions += expect_told(lab, 3)
        for role in ("master", "backup"):
            netns.run(director.namespace, "ipvsadm", "--stop-daemon", role)
            both_roles(director)
        sessions += expect_told(lab, 3)
    expect(a.holds_vip() and not b.holds_vip(), "the VIP has moved")
    expect_alive(sessions)
    fail_over(lab, a, b, sessions)
    wait_for(lambda: peer(b)["state"] == "down", 5, "dir2 knows that dir1 is gone")


def test_supervisor_killed(lab):
    """The supervisor of the backup is killed alone: when it runs again, it has all sessions; the master's goes on."""
    a, b = ready_pair(lab)
    sessions = expect_told(lab)
    os.kill(b.process.pid, signal.SIGKILL)
    b.process.wait()
    wait_for(lambda: peer(a)["state"] == "down", 10, lambda: f"dir1 misses dir2: {peer(a)}")
    sessions += open_sessions(lab, 5)
    b.start().wait_ready()
    wait_both_ready(a, b)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    fail_over(lab, a, b, sessions)


@takes_long
def test_modes(lab):
    """From kernel mode to the relay and back, one director first: sessions live all the time, and when both have the
    same mode again, each mode carries all of them."""
    kernel = pair_member(150, sync=SYNC), pair_member(100, sync=SYNC)
    relay = pair_files(lab)
    a, b = start_pair(lab, *kernel)
    sessions = expect_told(lab)
    for _ in range(2):
        for first, second, texts in ((a, b, relay), (b, a, kernel)):
            for director in (first, second):
                reload(director, texts[director is b])
                both_roles(director)
                expect_alive(sessions)
            sessions += expect_told(lab, 5)
            if texts is relay:
                wait_both_ready(a, b)
    expect(not private_index("dir1") and not private_index("dir2"), "a private interface is left behind")
    # The kernel of the other one says nothing of its own.
    wait_for(lambda: (a.status()["sync"]["mirror"] or {}).get("connections"), 10, "there is a mirror in kernel mode")
    reload(a, relay[0])
    reload(b, relay[1])
    wait_both_ready(a, b)
    for director in (a, b):
        pid = director.child("lvsd: sync")
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: director.children().get("lvsd: sync") not in (None, pid), 10, "the sync process is replaced")
        wait_both_ready(a, b)
    fail_over(lab, a, b, sessions)


def test_settings_change(lab):
    """A reload changes peers, syncid, private_interface, coverage_min and resync_rate: they are in force at once."""
    a, b = ready_pair(lab)
    sessions = expect_told(lab)
    key = f"{lab.scratch}/sync.key"
    reload(a, pair_member(150, sync="") + relay_block("dir1", "dir2", key, "\tpeer 10.9.0.77\n"))
    wait_for(lambda: len(a.status()["sync"]["peers"]) == 2 and is_ready(a), 5, lambda: a.status()["sync"])
    reload(a, pair_member(150, sync="") + relay_block("dir1", "dir2", key).replace(DIRECTORS["dir2"], "10.9.0.77"))
    wait_for(lambda: peer(b)["state"] == "down", 10, lambda: f"dir2 has lost dir1: {peer(b)}")
    wait_for(lambda: peer(a)["state"] == "down" and peer(a)["address"] == "10.9.0.77", 5, lambda: f"{peer(a)}")
    more = "\tsyncid 7\n\tprivate_interface own7\n\tcoverage_min 90\n\tresync_rate 5000\n"
    for director, text in zip((a, b), pair_files(lab, more, key)):
        reload(director, text)
    wait_both_ready(a, b)
    sessions += expect_told(lab)
    fail_over(lab, a, b, sessions)


@takes_long
def test_split(lab):
    """Both are cut from each other and both are MASTER: after the heal dir1 alone has the VIP, both are READY without a
    hand, and sessions of before live; what dir1 does not take from dir2 meanwhile is counted."""
    a, b = ready_pair(lab)
    sessions = expect_told(lab, 20)
    isolate(("dir1", "dir2"), True)
    try:
        wait_for(lambda: a.holds_vip() and b.holds_vip(), 10, "both have the VIP")
        wait_for(lambda: peer(a)["state"] == "down" and peer(b)["state"] == "down", 10, "both are DOWN")
        alive = sum(session.lives() for session in sessions)
        meanwhile = open_sessions(lab, 20)
    finally:
        isolate(("dir1", "dir2"), False)
    wait_for(lambda: a.holds_vip() and not b.holds_vip(), 20, "dir1 alone has the VIP")
    wait_both_ready(a, b, 30)
    after = sum(session.lives() for session in meanwhile)
    print(f"    of 20 sessions {alive} lived in the split; of 20 made in it {after} live after the heal; {peer(a)['refused']}")
    expect_alive(sessions)
    sessions += expect_told(lab)
    expect(alive == 20, f"{alive} of 20 sessions lived in the split")
    fail_over(lab, a, b, sessions)
