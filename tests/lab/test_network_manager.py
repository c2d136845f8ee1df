# SPDX-License-Identifier: GPL-2.0-or-later
"""A master whose interface NetworkManager looks after."""

import os
import shutil

import netns
from configs import global_defs, instance
from lab import DIRECTORS, VIP, Failure, Skip, expect, hold, only_in_all, wait_for

BUS = """<busconfig><type>system</type><listen>unix:path={folder}/run/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow eavesdrop="true"/></policy>
</busconfig>
"""
# NetworkManager with folders of its own in place of the machine's. It waits for udev, which no namespace has, unless
# /sys cannot be written.
NM = """set -e
mount --make-rprivate /
mkdir -p {folder}/etc/system-connections {folder}/lib
cp {folder}/front.nmconnection {folder}/etc/system-connections
chmod 600 {folder}/etc/system-connections/front.nmconnection
mount --bind {folder}/lib /var/lib/NetworkManager
mount --bind {folder}/etc /etc/NetworkManager
mount --bind {folder}/run /run
printf '[main]\\nplugins=keyfile\\n[keyfile]\\nunmanaged-devices=none\\n' >/etc/NetworkManager/NetworkManager.conf
mount -t sysfs -o ro sysfs /sys
exec /usr/sbin/NetworkManager --debug
"""
CONNECTION = """[connection]
id=front
type=ethernet
interface-name=eth0
[ipv4]
method=manual
address1={address}/24
[ipv6]
method=link-local
"""


class Program:
    """A program of the namespace that can be started again."""

    def __init__(self, lab, namespace, command, log):
        self.namespace, self.command, self.log, self.process = namespace, command, log, None
        lab.watch(self)

    def start(self):
        self.process = netns.start(self.namespace, self.command, self.log)

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def wait(self, condition, timeout, what):
        try:
            wait_for(condition, timeout, what)
        except Failure as failure:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                raise Failure(f"{failure}; its log ends: {file.read()[-2000:]}") from None


def prepare(lab, name, **files):
    folder = f"{lab.scratch}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/run")
    for file_name, text in files.items():
        with open(f"{folder}/{file_name.replace('_', '.')}", "w", encoding="ascii") as file:
            file.write(text.format(folder=folder, address=DIRECTORS["dir1"]))
    return folder


def pair(lab):
    best = lab.director("dir1", global_defs("best") + instance(150)).wait_ready()
    other = lab.director("dir2", global_defs("other") + instance(100)).wait_ready()
    wait_for(best.holds_vip, 5, "the better director has the VIP")
    return best, other


def expect_master(best, other, what):
    wait_for(best.holds_vip, 5, f"the VIP is there {what}")
    hold(lambda: best.vrrp_state() == "MASTER" and other.vrrp_state() == "BACKUP", 1.5, f"the master stays master {what}")


@only_in_all
def test_activation_and_restart(lab):
    """NetworkManager starts under a master, activates its connection again and again, and is restarted: the master stays
    so, has its address, and nobody takes over."""
    if not os.path.exists("/usr/sbin/NetworkManager") or not shutil.which("dbus-daemon"):
        raise Skip("NetworkManager or dbus-daemon is not installed")
    folder = prepare(lab, "nm", go=NM, bus_conf=BUS, front_nmconnection=CONNECTION)
    best, other = pair(lab)
    bus = Program(lab, "dir1", ["dbus-daemon", "--nofork", "--nopidfile", "--config-file=" + folder + "/bus.conf"],
                  folder + "/bus.log")
    bus.start()
    wait_for(lambda: os.path.exists(folder + "/run/bus"), 10, "there is a bus")
    bus_address = "DBUS_SYSTEM_BUS_ADDRESS=unix:path="
    daemon = Program(lab, "dir1", ["env", f"{bus_address}/run/bus", "unshare", "-m", "sh", folder + "/go"], folder + "/log")

    def nmcli(*words):
        return netns.run("dir1", "env", f"{bus_address}{folder}/run/bus", "nmcli", "-t", *words, check=False, timeout=40)

    for what in ("as NetworkManager starts", "as NetworkManager starts again"):
        daemon.start()
        daemon.wait(lambda: "eth0:connected" in nmcli("-f", "DEVICE,STATE", "device").stdout, 30,
                    "NetworkManager has configured the interface")
        expect_master(best, other, what)
        for _ in range(3):
            done = nmcli("connection", "up", "front")
            expect(done.returncode == 0, f"nmcli says {done.stdout}{done.stderr}")
            expect_master(best, other, "as the connection is activated again")
        daemon.close()
        expect_master(best, other, "as NetworkManager stops")
