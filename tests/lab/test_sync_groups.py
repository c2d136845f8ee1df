# SPDX-License-Identifier: GPL-2.0-or-later
"""Sync groups: a pair of directors with two links, of which one fails. The instances of both links move together."""

import os
import shutil
import signal
import threading
import time

import netns
from configs import global_defs, instance
from lab import VIP, Skip, expect, hold, stalls, wait_for
from test_scripts import lines, script

INSIDE = "192.168.9.100"
# A version that both daemons have, and an interval at which a master-down time is 0.7 s.
ADVERT_INT = "0.2"
# A group may be seen between two of its addresses, as they are added one after the other.
SPLIT_MAX = 0.5


class Back:
    """The second link of each director: eth1, on a switch of its own."""

    def __init__(self, lab):
        lab.batch(None, "link add back type bridge forward_delay 0 mcast_snooping 0", "link set back up",
                  *(f"link add {name}b type veth peer name eth1 netns {name}" for name in ("dir1", "dir2")),
                  *(f"link set {name}b master back up" for name in ("dir1", "dir2")))
        for number, name in enumerate(("dir1", "dir2"), 1):
            lab.batch(name, f"addr add 192.168.9.{number}/24 dev eth1", "link set eth1 up")

    def close(self):
        netns.run(None, "ip", "link", "del", "back")


class Watch(threading.Thread):
    """Looks whether a director holds one of two addresses for long without the other."""

    def __init__(self, directors):
        super().__init__(daemon=True)
        self.directors, self.is_over, self.split = directors, False, 0.0

    def run(self):
        since = {}
        while not self.is_over:
            for director in self.directors:
                held = {address.text for address in netns.addresses(director.namespace)}
                now = time.monotonic()
                if (VIP in held) == (INSIDE in held):
                    since.pop(director, None)
                else:
                    self.split = max(self.split, stalls.ran(since.setdefault(director, now), now))
            time.sleep(0.02)

    def stop(self):
        self.is_over = True
        self.join()


def config(lab, name, priority, extra="", members=("VI_1", "VI_2"), more="", advert_int=ADVERT_INT):
    tell = script(lab, f"{name}.sh", f'echo "$@" >> {lab.scratch}/{name}.told\n')
    inside = instance(priority, name="VI_2", advert_int=advert_int, vrid=52, vips=(INSIDE + "/24",))
    return (global_defs(name, "\tscript_user root\n")
            + "vrrp_sync_group VG {\n\tgroup {\n" + "".join(f"\t\t{member}\n" for member in members)
            + f"\t}}\n\tnotify {tell}\n\tnotify_all_states\n{extra}}}\n"
            + instance(priority, advert_int=advert_int) + inside.replace("eth0", "eth1") + more)


def told(lab, name):
    return lines(f"{lab.scratch}/{name}.told")


def holds_both(director):
    return director.holds_vip() and director.holds_vip(INSIDE)


def holds_none(director):
    return not director.holds_vip() and not director.holds_vip(INSIDE)


def group(director):
    return director.status()["sync_groups"][0]["state"]


def fault(director, name):
    return next(item["fault"] for item in director.status()["vrrp"] if item["name"] == name)


def moved(to, other, what):
    wait_for(lambda: holds_both(to) and holds_none(other), 6, what, 0.02)


def test_link(lab):
    """One of two links fails: both instances are in FAULT at once, and the other director has both addresses. A link
    without a carrier's loss that passes nothing splits no group. Group scripts run once for each state."""
    lab.watch(Back(lab))
    best = lab.director("dir1", config(lab, "best", 150)).wait_ready()
    other = lab.director("dir2", config(lab, "other", 100)).wait_ready()
    moved(best, other, "the better director has both addresses")
    wait_for(lambda: told(lab, "best")[-1:] == ["GROUP VG MASTER 0"], 3, "the group's script was told of MASTER")
    watch = lab.watch(Watch((best, other)))
    watch.start()
    lab.cut_link("dir1b")
    moved(other, best, "the other director has both addresses")
    wait_for(lambda: group(best) == "FAULT" and group(other) == "MASTER", 3, "the status of both groups")
    expect("vrrp=VI_2 of the same vrrp_sync_group VG has a fault: interface eth1" in fault(best, "VI_1"),
           f"the fault of VI_1 is: {fault(best, 'VI_1')}")
    wait_for(lambda: "vrrp_sync_group=VG MASTER -> FAULT: with vrrp=VI_2" in best.log(), 2, "the log names the group")
    lab.plug_link("dir1b")
    moved(best, other, "the better director has both addresses again")
    # The links between the switches: each director is alone on one of them, and hears the other on the other one.
    netns.run(None, "ip", "link", "set", "dir1b", "nomaster")
    hold(lambda: holds_both(best) and holds_none(other), 1.5, "both groups with a link that passes nothing")
    netns.run(None, "ip", "link", "set", "dir1b", "master", "back")
    watch.stop()
    expect(watch.split < SPLIT_MAX, f"a group was split for {watch.split:.2f} s")
    wait_for(lambda: told(lab, "best") == [f"GROUP VG {state} 0" for state in
                                            ("BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER")], 3,
             lambda: f"the group's script was told {told(lab, 'best')}")


def test_processes_and_reloads(lab):
    """A replaced vrrp process goes on with the whole group. A reload that adds an instance to the group, or takes it
    out, moves nothing, whatever the instance lacks; a script of the group puts all of it into FAULT."""
    lab.watch(Back(lab))
    slow = "0.5"  # a new vrrp process has 2 s, on a busy machine too, before the other director takes over
    best = lab.director("dir1", config(lab, "best", 150, advert_int=slow)).wait_ready()
    other = lab.director("dir2", config(lab, "other", 100, advert_int=slow)).wait_ready()
    moved(best, other, "the better director has both addresses")
    for process in ("lvsd: vrrp", "lvsd: director"):
        old = best.child(process)
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: best.child(process) not in (old, None), 5, f"`{process}` is replaced")
        hold(lambda: holds_both(best) and holds_none(other), 1.0, f"both addresses without `{process}`")
    n_told = len(told(lab, "best"))
    third = instance(150, name="VI_3", advert_int=slow, vrid=53, vips=("10.9.0.103/32",))
    for broken in (third.replace("eth0", "eth7"), third):
        best.write(config(lab, "best", 150, members=("VI_1", "VI_2", "VI_3"), more=broken, advert_int=slow))
        expect(best.reload().returncode == 0, "the reload failed")
        hold(lambda: holds_both(best) and holds_none(other), 1.0, "both addresses with one more instance")
    wait_for(lambda: best.holds_vip("10.9.0.103"), 3, "the new instance follows")
    best.write(config(lab, "best", 150, advert_int=slow))
    expect(best.reload().returncode == 0, "the reload failed")
    hold(lambda: holds_both(best) and holds_none(other), 1.0, "both addresses with one instance less")
    expect(len(told(lab, "best")) == n_told, f"the group's script was told {told(lab, 'best')[n_told:]}")
    check = script(lab, "check.sh", f"test ! -e {lab.scratch}/check.off\n")
    text = config(lab, "best", 150, "\ttrack_script {\n\t\tchk\n\t}\n", advert_int=slow)
    best.write(f'vrrp_script chk {{\n\tscript "{check}"\n\tinterval 0.3\n\ttimeout 3\n}}\n' + text)
    expect(best.reload().returncode == 0, "the reload failed")
    with open(f"{lab.scratch}/check.off", "w", encoding="utf-8"):
        pass
    moved(other, best, "the other director has both addresses")
    os.unlink(f"{lab.scratch}/check.off")
    moved(best, other, "the better director has both addresses again")


def test_beside_keepalived(lab):
    """The other director runs keepalived with the same group. Whichever is better and whosever link fails: both
    addresses move together."""
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    lab.watch(Back(lab))
    ours = lab.director("dir1", config(lab, "ours", 150)).wait_ready()
    peer = lab.director("dir2", label="peer")
    peer.daemon = "keepalived"
    peer.start(config(lab, "peer", 100)).wait_ready()
    moved(ours, peer, "lvsd has both addresses")
    lab.cut_link("dir1b")
    moved(peer, ours, "keepalived has both addresses")
    lab.plug_link("dir1b")
    moved(ours, peer, "lvsd has both addresses again")
    ours.write(config(lab, "ours", 50))
    expect(ours.reload().returncode == 0, "the reload failed")
    moved(peer, ours, "the better keepalived has both addresses")
    lab.cut_link("dir2b")
    moved(ours, peer, "lvsd has both addresses when keepalived's link fails")
    lab.plug_link("dir2b")
    moved(peer, ours, "keepalived has both addresses again")
    expect(ours.process.poll() is None and peer.process.poll() is None, "a daemon has ended")


class Reader:
    """Reads the lines of a FIFO."""

    def __init__(self, path):
        os.mkfifo(path, 0o600)
        self.file = os.open(path, os.O_RDWR | os.O_NONBLOCK)  # no end of file when a writer ends
        self.text = b""

    def lines(self):
        try:
            while more := os.read(self.file, 65536):
                self.text += more
        except BlockingIOError:
            pass
        return self.text.decode().splitlines()

    def close(self):
        os.close(self.file)


def fifo_lines(lab, daemon, more):
    """What a daemon writes: it becomes MASTER, a link of its fails, it stops."""
    path = f"{lab.scratch}/{daemon}.fifo"
    reader = lab.watch(Reader(path))
    text = config(lab, daemon, 150, members=("VI_2", "VI_1"))
    text = text.replace("global_defs {\n", f"global_defs {{\n\tvrrp_notify_fifo {path}\n{more}")
    director = lab.director("dir1", label=daemon)
    director.daemon = daemon
    director.start(text).wait_ready()
    for state in ("MASTER", "FAULT"):
        wait_for(lambda s=state: f'GROUP "VG" {s} 0' in reader.lines(), 15,
                 lambda s=state: f"no {s} in {reader.lines()}: {director.log_tail()}")
        if state == "MASTER":
            lab.cut_link("dir1b")
    expect(director.term() == 0, "the status after TERM is not 0")
    wait_for(lambda: reader.lines()[-1] == 'GROUP "VG" STOP 0', 3, lambda: f"no STOP in {reader.lines()}")
    lab.plug_link("dir1b")
    return reader.lines()


def test_fifo_order(lab):
    """The lines of a FIFO have keepalived's order: the group first at its start, then the instance that acts first."""
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    lab.watch(Back(lab))
    ours = fifo_lines(lab, "lvsd", "\tstartup_gate 0\n")
    theirs = fifo_lines(lab, "keepalived", "")
    expect(ours == theirs, f"lvsd wrote {ours}, keepalived {theirs}")
    expect(len(ours) == 12 and ours[0] == 'GROUP "VG" BACKUP 0', f"{ours}")
