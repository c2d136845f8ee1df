# SPDX-License-Identifier: GPL-2.0-or-later
"""A systemd of its own for a director, as in a container: it starts lvsd from the unit that was built.

It is the first process of a process namespace, in the director's network namespace, with its own
/etc, /run and cgroups, and knows only the unit files that lvsd's needs.
"""

import os
import re
import shutil

import netns
from lab import VIP, Skip, wait_for

SYSTEMD = "/lib/systemd/systemd"
SYSTEM_UNITS = "/lib/systemd/system"
UNITS = ("basic.target", "multi-user.target", "network-online.target", "nss-user-lookup.target", "paths.target",
         "shutdown.target", "slices.target", "sockets.target", "sysinit.target", "timers.target", "umount.target")
SYSTEM_CONF = "[Manager]\nShowStatus=no\nDefaultTimeoutStopSec=5\n"
# Something that brings the network up, and takes its time: until the file `online` is there.
NETWORK_UNIT = """[Unit]
DefaultDependencies=no
Before=network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'while ! [ -e {scratch}/online ]; do sleep 0.1; done'
"""
BOOT = """set -e
mount --make-rprivate /
mount -t proc proc /proc
mount --bind {scratch}/etc /etc
hostname {hostname}
mount --bind {lab} {scratch}{lab}
mount --bind /run/modules {scratch}/run/modules
mount --rbind {scratch}/run /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=lab PATH="$PATH" SYSTEMD_UNIT_PATH={scratch}/units {systemd} --system --unit=multi-user.target
"""


class Manager:
    """Boots with lvsd enabled, unless text, its file, is None; drop_in: further lines for its unit."""

    def __init__(self, lab, namespace, text, drop_in="", is_online=True, hostname="lab", label="systemd"):
        if not os.path.exists(SYSTEMD):
            raise Skip("systemd is not installed")
        self.lab, self.namespace, self.scratch = lab, namespace, f"{lab.scratch}/{label}"
        self.hostname, self.is_enabled = hostname, text is not None
        shutil.rmtree(self.scratch, ignore_errors=True)
        for directory in ("lab", "modules"):
            os.makedirs(f"{self.scratch}/run/{directory}")
        self.write_units(drop_in)
        self.write_etc(text)
        if is_online:
            self.write("online", "")
        self.director = lab.director(namespace, label=label)
        self.director.run_dir = self.scratch + "/run/lvsd"
        self.boot()

    def write(self, name, text):
        path = f"{self.scratch}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def write_units(self, drop_in):
        with open(self.lab.build + "/daemon/lvsd.service", encoding="utf-8") as file:
            unit = file.read()
        # The programs are not where they will be installed.
        self.write("units/lvsd.service", re.sub(r"/\S+/(lvsd|lvsctl) ", self.lab.scratch + r"/bin/\1 ", unit))
        self.write("units/lvsd.service.d/lab.conf", drop_in)
        self.write("units/slow-network.service", NETWORK_UNIT.format(scratch=self.scratch))
        for name in UNITS:
            shutil.copy(f"{SYSTEM_UNITS}/{name}", f"{self.scratch}/units/{name}")
        wanted = [("network-online", "slow-network")] + ([("multi-user", "lvsd")] if self.is_enabled else [])
        for target, unit in wanted:
            os.makedirs(f"{self.scratch}/units/{target}.target.wants")
            os.symlink(f"../{unit}.service", f"{self.scratch}/units/{target}.target.wants/{unit}.service")

    def write_etc(self, text):
        self.write("etc/systemd/system.conf", SYSTEM_CONF)
        self.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        if self.is_enabled:
            self.write("etc/lvsd.conf", text)
        os.makedirs(f"{self.scratch}/etc/sysctl.d")
        for name in ("passwd", "group", "nsswitch.conf"):
            shutil.copy("/etc/" + name, f"{self.scratch}/etc/{name}")

    def boot(self):
        command = BOOT.format(scratch=self.scratch, systemd=SYSTEMD, lab=self.lab.scratch,
                              hostname=self.hostname)
        self.process = netns.start(self.namespace, ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--cgroup",
                                                    "sh", "-c", command], self.director.log_file)
        wait_for(lambda: self.ctl("is-system-running").stdout.strip() in ("running", "starting", "degraded"), 10,
                 "systemd runs")

    def run(self, *command, timeout=30):
        """Runs a program beside that systemd, as a login on that machine would."""
        first = netns.run(None, "pgrep", "-P", str(self.process.pid), check=False).stdout.split()
        return netns.run(self.namespace, "nsenter", "-t", *first[:1], "-m", "-u", "-p", "-C", *command, check=False,
                         timeout=timeout)

    def ctl(self, *words, timeout=30):
        return self.run("systemctl", *words, timeout=timeout)

    def show(self, name):
        """A property of lvsd's unit."""
        return self.ctl("show", "--value", "-p", name, "lvsd").stdout.strip()

    def is_active(self):
        return self.ctl("is-active", "lvsd").stdout.strip() == "active"

    def wait_serving(self):
        wait_for(self.is_active, 10, "lvsd is active")
        wait_for(lambda: self.director.holds_vip(VIP), 10, "dir1 has the VIP")
        return self

    def close(self):
        self.process.kill()
        self.process.wait()
