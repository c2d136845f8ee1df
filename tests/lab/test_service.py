# SPDX-License-Identifier: GPL-2.0-or-later
"""The service manager's view, a director that hangs, and storms: nothing stalls and nothing is lost."""

import os
import re
import signal
import socket
import time

import netns
from configs import alone, pair_member
from lab import DIRECTORS, expect, hold, server_key, stalls, wait_for
from wire import WireWatch


class Manager:
    """Listens as systemd does, on a datagram socket."""

    def __init__(self, lab):
        self.path = lab.scratch + "/notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.heard = []

    def read(self):
        while True:
            try:
                self.heard.append((time.monotonic(), self.socket.recv(65536).decode()))
            except BlockingIOError:
                return [text for _, text in self.heard]

    def times(self, word):
        self.read()
        return [at for at, text in self.heard if word in text.split("\n")]

    def wait(self, word, n=1, timeout=10):
        wait_for(lambda: len(self.times(word)) >= n, timeout, f"the manager hears {word} {n} times: {self.heard}")

    def close(self):
        self.socket.close()
        os.unlink(self.path)


class Managed:
    """A director started with the environment of a service manager."""

    def __init__(self, lab, text, watchdog_us=None):
        self.manager = lab.watch(Manager(lab))
        os.environ["NOTIFY_SOCKET"] = self.manager.path
        if watchdog_us:
            os.environ["WATCHDOG_USEC"] = str(watchdog_us)
        try:
            self.director = lab.director("dir1", text)
        finally:
            os.environ.pop("NOTIFY_SOCKET")
            os.environ.pop("WATCHDOG_USEC", None)


def test_notify(lab):
    """The manager hears READY with the pid and a status, RELOADING with a stamp and READY around each reload,
    accepted or refused, and STOPPING."""
    managed = Managed(lab, alone())
    director, manager = managed.director, managed.manager
    manager.wait("READY=1")
    ready = [text for text in manager.read() if "READY=1" in text][0]
    expect(f"MAINPID={director.process.pid}" in ready.split("\n"), ready)
    expect(re.search(r"^STATUS=1 virtual server, 0 VRRP instances, digest [0-9a-f]{12}$", ready, re.M), ready)
    director.wait_ready()
    expect(director.reload().returncode == 0, "the reload was refused")
    manager.wait("READY=1", 2)
    reloading = [text for text in manager.read() if "RELOADING=1" in text]
    expect(len(reloading) == 1 and re.search(r"^MONOTONIC_USEC=\d+$", reloading[0], re.M), repr(reloading))
    director.write("nonsense\n")
    director.hup()
    manager.wait("READY=1", 3)
    expect("the last reload was refused" in manager.read()[-1], manager.read()[-1])
    expect(director.term() == 0, "the exit status is not 0")
    manager.wait("STOPPING=1")


def test_watchdog(lab):
    """With WatchdogSec= the manager hears WATCHDOG at least every half of it; a director that hangs is replaced
    within it, so the manager need not end the daemon, and the table stays."""
    managed = Managed(lab, alone(), watchdog_us=6000000)
    director, manager = managed.director, managed.manager
    director.wait_ready()
    director.wait_servers((1, 2, 3))
    manager.wait("WATCHDOG=1", 4)
    hung = director.child("lvsd: director")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    os.kill(hung, signal.SIGSTOP)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, hung), 8, "the director is replaced")
    n = len(manager.times("WATCHDOG=1"))
    manager.wait("WATCHDOG=1", n + 2)
    times = manager.times("WATCHDOG=1")
    longest = stalls.longest_gap(times)
    expect(longest < 6, f"{longest:.1f} s without WATCHDOG=1")
    expect("has not answered" in director.log(), "the log does not say it")
    expect(director.status() and not watch.changes(), "the table was changed")
    expect(set(director.servers()) == {server_key(n) for n in (1, 2, 3)}, f"{director.servers()}")


def test_hung_director(lab):
    """Without a manager too, a director that hangs is replaced: ten seconds after it stopped answering."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    hung = director.child("lvsd: director")
    os.kill(hung, signal.SIGSTOP)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, hung), 15, "the director is replaced")
    wait_for(director.status, 5, "lvsctl is answered")


def test_hup_storm(lab):
    """1,000 HUP in a second: the daemon lives, no advertisement is late, the last edit is in force, and reloads that
    were asked for together are made together."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    director.wait_servers((1, 2, 3))
    children = director.children()
    wire = lab.watch(WireWatch())
    wait_for(lambda: len(wire.adverts(DIRECTORS["dir1"])) >= 3, 5, "advertisements")
    begin = time.monotonic()
    for number in range(1000):
        if number == 900:
            director.write(pair_member(150, servers={1: 9, 2: 1, 3: 1}))
        director.hup()
        time.sleep(max(0, begin + number / 1000 - time.monotonic()))
    director.wait_servers({server_key(1): 9, server_key(2): 1, server_key(3): 1}, 10)
    wait_for(lambda: director.status(), 10, "lvsctl is answered")
    times = [advert.at for advert in wire.adverts(DIRECTORS["dir1"])]
    longest = stalls.longest_gap(times)
    expect(longest < 0.6, f"an advertisement came after {longest:.2f} s, wanted every 0.2 s")
    expect(director.children() == children, lambda: f"of {children}, {director.children()} are left: a process died")
    n = len(re.findall(r"reload: .*: \d+ change", director.log()))
    expect(1 <= n < 900, f"{n} reloads")


def test_reloads_at_once(lab):
    """Reloads asked for while one runs, by HUP and by lvsctl: each lvsctl gets its answer, the file is in force."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    for weight in range(2, 12):
        director.write(alone(servers={1: weight, 2: 1, 3: 1}))
        director.hup()
        done = director.reload()
        expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    director.wait_servers({server_key(1): 11, server_key(2): 1, server_key(3): 1}, 3)


def test_full_disk(lab):
    """With no room in the run dir a reload is applied all the same, a warning says what could not be written, and a
    director that is replaced then does not go back to an older configuration."""
    director = lab.director("dir1")
    os.makedirs(director.run_dir)
    netns.run(None, "mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "tmpfs", director.run_dir)
    try:
        director.start(alone()).wait_ready()
        director.wait_servers((1, 2, 3))
        with open(director.run_dir + "/filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096) == 4096:
                    pass
            except OSError:
                pass
        text = alone(servers={1: 6, 2: 1, 3: 1}) + "! " + "long " * 2000 + "\n"
        director.write(text)
        done = director.reload()
        expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        director.wait_servers({server_key(1): 6, server_key(2): 1, server_key(3): 1}, 3)
        expect(re.search(r"applied\.conf cannot be written: No space left", director.log()), "the log has no warning")
        refused = director.ctl("rollback")
        expect(refused.returncode == 1 and "previous.conf cannot be written: No space left" in refused.stderr, refused)
        doctor = director.ctl("doctor")
        expect(re.search(r"the run dir \S+ has \d+ KiB of room: lvsd may", doctor.stdout), doctor)
        expect("applied.conf is not there" in doctor.stderr and director.config_file in doctor.stderr, doctor.stderr)
        watch = lab.watch(netns.IpvsWatch("dir1"))
        before = director.child("lvsd: director")
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: director.children().get("lvsd: director") not in (None, before), 5, "a new director")
        wait_for(director.status, 5, "lvsctl is answered")
        expect(not watch.changes() and director.servers()[server_key(1)] == 6, "the old configuration came back")
        director.term()
    finally:
        director.kill_group()
        netns.run(None, "umount", "-l", director.run_dir)


def test_fork_failure(lab):
    """A process that cannot be started for want of processes is started when there is room again; meanwhile the
    daemon says why and the table stays."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    usual = netns.sysctl(None, "kernel.threads-max")
    checker = director.child("lvsd: check")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    netns.sysctl(None, "kernel.threads-max", 20)
    try:
        os.kill(checker, signal.SIGKILL)
        wait_for(lambda: re.search("check cannot be started: fork: ", director.log()), 5, "the log says why")
        hold(director.is_running, 0.5, "the daemon runs")
    finally:
        netns.sysctl(None, "kernel.threads-max", usual)
    wait_for(lambda: director.children().get("lvsd: check") not in (None, checker), 5, "a new check process")
    expect(not watch.changes(), "the table changed")
