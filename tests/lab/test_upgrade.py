# SPDX-License-Identifier: GPL-2.0-or-later
"""Beside an older version, and in its place: `./check --all` builds it out of the history (tests/lab/older)."""

import os
import shutil
import time

import netns
from configs import pair_member
from lab import SERVICE, Skip, expect, knows_sessions, only_in_all, open_sessions, server_key, wait_for
from test_failover import expect_unhurt
from traffic import Traffic


def older_programs(lab):
    """(lvsd, lvsctl) of the older version."""
    folder = lab.build + "/older"
    if not os.path.exists(folder + "/lvsd"):
        try:
            with open(folder + "/why", encoding="utf-8") as why:
                raise Skip(why.read().strip())
        except FileNotFoundError:
            raise Skip(f"the older version is not built: tests/lab/older {lab.build}") from None
    os.makedirs(lab.scratch + "/older", exist_ok=True)
    return [shutil.copy(f"{folder}/{name}", f"{lab.scratch}/older/{name}") for name in ("lvsd", "lvsctl")]


def older(director):
    director.lvsd, director.lvsctl = older_programs(director.lab)
    return director


def newer(director):
    director.lvsd, director.lvsctl = director.lab.lvsd, director.lab.lvsctl
    return director


def fail_over_and_back(lab, version_a, version_b):
    """dir1 (priority 150) and dir2 (100) of two versions: sessions in use all the time survive that dir1 stops, and
    that it returns from a reboot."""
    a, b = version_a(lab.director("dir1")), version_b(lab.director("dir2"))
    a.start(pair_member(150)).wait_ready(20)
    b.start(pair_member(100)).wait_ready(20)
    for director in (a, b):
        director.wait_servers((1, 2, 3), 20)
    wait_for(a.holds_vip, 30, "dir1 has the VIP")
    wait_for(lambda: not b.holds_vip(), 10, "dir2 has it not")
    sessions = open_sessions(lab, 20)
    busy = [lab.watch(Traffic(session.exchange, pause=0.5)) for session in sessions]
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")

    def goes_on():
        moved = time.monotonic()
        wait_for(lambda: all(t.failures or t.names_since(moved + 1) for t in busy), 10, "each session is answered")
        expect_unhurt(busy)

    expect(a.term(20) == 0, "the status after TERM is not 0")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    goes_on()
    lab.reboot("dir1")
    a.start().wait_ready(20)
    wait_for(a.holds_vip, 40, "dir1 has the VIP again")
    wait_for(lambda: not b.holds_vip(), 10, "dir2 has given it back")
    goes_on()
    for director in (a, b):
        expect("is ignored" not in director.log(), f"{director.label} does not understand the other one: {director.log()}")


@only_in_all
def test_newer_and_older(lab):
    """A better director of this version beside one of the older: no busy session is lost by failover and fail-back."""
    fail_over_and_back(lab, newer, older)


@only_in_all
def test_older_and_newer(lab):
    """A better director of the older version beside one of this: no busy session is lost by failover and fail-back."""
    fail_over_and_back(lab, older, newer)


def files_of(director, folder=""):
    return {name for name in os.listdir(director.run_dir + folder) if name.endswith((".json", ".conf"))}


def take_place(director, version, watch):
    """The other version starts in the run dir of the one that has stopped: no request to the kernel, and the server
    that was drained by hand stays so."""
    before = director.shape()
    version(director).start().wait_ready(20)
    wait_for(director.holds_vip, 30, "dir1 has the VIP again")

    def states():
        return [rs["state"] for rs in director.status()["virtual_servers"][0]["real_servers"]]

    wait_for(lambda: states()[::2] == ["up", "up"], 10, "the other servers are up")
    changes = [change for change in watch.changes() if "daemon" not in change and change != "set-config"]
    expect(not changes and director.shape() == before, f"requests to the kernel: {changes}, {director.shape()}")


@only_in_all
def test_upgrade_in_place(lab):
    """The older version is stopped and this one started on its run dir: no request to the kernel, a server that was
    drained by hand stays so and can be undrained. With the files moved back, the older one goes on in the same way. If
    it is killed, this one's --release-addresses removes what it left."""
    director = older(lab.director("dir1")).start(pair_member(150)).wait_ready(20)
    director.wait_servers((1, 2, 3), 20)
    wait_for(director.holds_vip, 20, "dir1 has the VIP")
    expect(director.ctl("drain", SERVICE, server_key(2)).returncode == 0, "the older version does not drain")
    director.wait_servers((1, 3), 10)
    expect(director.term(20) == 0, "the status after TERM is not 0")
    left = files_of(director)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    take_place(director, newer, watch)
    expect({"owned.json", "drain.json"} <= left and left - files_of(director, "/state") <= {"previous.conf", "rollback.json"}
           and not files_of(director), f"{left}, then {files_of(director)} and {files_of(director, '/state')}")
    expect(director.term(20) == 0, "the status after TERM is not 0")
    netns.run(None, "sh", "-c", f"cd {director.run_dir} && chown root state/* && mv state/* . && rmdir state")
    take_place(director, older, watch)
    director.kill_group()
    expect(director.holds_vip(), "no address was left, so the test shows nothing")
    newer(director)
    netns.run("dir1", director.lvsd, "--release-addresses", "-f", director.config_file, "-R", director.run_dir)
    expect(not director.holds_vip(), "the VIP is still there")
    director.start().wait_ready(20)
    wait_for(director.holds_vip, 30, "dir1 has the VIP again")
    expect(director.ctl("undrain", SERVICE, server_key(2)).returncode == 0, "undrain was refused")
    director.wait_servers((1, 2, 3), 10)
