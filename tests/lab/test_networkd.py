# SPDX-License-Identifier: GPL-2.0-or-later
"""A master whose interface systemd-networkd looks after."""

import os

import netns
from lab import DIRECTORS, Skip, expect, only_in_all, wait_for
from test_network_manager import Program, expect_master, pair, prepare

NETWORKD = "/lib/systemd/systemd-networkd"
# networkd with folders of its own in place of the machine's. It waits for udev, which no namespace has, unless /sys
# cannot be written.
GO = """set -e
mount --make-rprivate /
mkdir -p {folder}/run/systemd/network {folder}/run/systemd/netif {folder}/run/dbus
cp {folder}/front.network {folder}/run/systemd/network
chown systemd-network:systemd-network {folder}/run/systemd/netif
mount --bind {folder}/run /run
mount -t sysfs -o ro sysfs /sys
exec env SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console """ + NETWORKD + "\n"
NETWORK = """[Match]
Name=eth0
[Network]
Address={address}/24
LinkLocalAddressing=no
IPv6AcceptRA=no
LLDP=no
"""


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


@only_in_all
def test_start_and_restart(lab):
    """networkd starts under a master, configures its interface, stops and starts again: the master stays so, has its
    address, and nobody takes over. networkd brings the interface up again: the master is back."""
    if not os.path.exists(NETWORKD):
        raise Skip("systemd-networkd is not installed")
    folder = prepare(lab, "networkd", go=GO, front_network=NETWORK)
    # networkd 252 sends its request again and again if the address has no broadcast address before.
    address = DIRECTORS["dir1"]
    lab.batch("dir1", f"addr del {address}/24 dev eth0", f"addr add {address}/24 brd + dev eth0")
    best, other = pair(lab)
    daemon = Program(lab, "dir1", ["unshare", "-m", "sh", folder + "/go"], folder + "/log")

    def starts(what):
        if os.path.exists(daemon.log):
            os.unlink(daemon.log)  # what a former start wrote
        daemon.start()
        daemon.wait(lambda: "eth0: State changed: configuring -> configured" in read(daemon.log), 30,
                    "networkd has configured the interface")
        expect_master(best, other, what)

    for what in ("as networkd starts", "as networkd starts again"):
        starts(what)
        daemon.close()
        expect_master(best, other, "as networkd stops")
    lab.batch("dir1", "link set eth0 down")
    wait_for(other.holds_vip, 5, "the other director has the VIP")
    starts("as networkd brings the interface up")
    expect(not other.holds_vip(), "the other director has the VIP still")
    expect(netns.has_address("dir1", address), "networkd has taken the interface's own address")
