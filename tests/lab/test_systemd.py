# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit file under a real systemd."""

import os
import signal

import netns
from configs import pair_member
from lab import DIRECTORS, VIP, expect, hold, wait_for
from manager import Manager
from wire import WireWatch

WATCHDOG = "[Service]\nWatchdogSec=4\n"


def text(**options):
    return pair_member(150, sync="", **options)


def main_process(manager):
    """The supervisor's number as the lab sees it."""
    for path in os.listdir("/proc"):
        if path.isdigit():
            try:
                with open(f"/proc/{path}/cmdline", "rb") as file:
                    if file.read() == f"{manager.lab.lvsd}\0-n\0".encode():
                        return int(path)
            except OSError:
                continue
    return None


def test_starts_after_network_online(lab):
    """Enabled at boot, lvsd starts when network-online.target is reached, and is active only when its
    configuration serves: lvsctl is answered from then on."""
    manager = lab.watch(Manager(lab, "dir1", text(), is_online=False))
    hold(lambda: manager.show("ActiveState") == "inactive" and not main_process(manager), 1, "lvsd waits")
    manager.write("online", "")
    wait_for(lambda: manager.show("ActiveState") != "inactive", 5, "lvsd starts")
    done = manager.ctl("start", "lvsd")
    status = manager.director.status()
    expect(done.returncode == 0 and status, f"active and not ready: {done.stderr}")
    expect(manager.show("StatusText").startswith("1 virtual server, 1 VRRP instance, digest "),
           f"the status is {manager.show('StatusText')}")
    expect(manager.show("StartLimitIntervalUSec") == "0", "systemd gives up after a few restarts")
    manager.wait_serving()


def test_start_of_a_bad_file(lab):
    """`systemctl start` fails when the file is refused, is not tried again by itself, and succeeds when it is mended."""
    manager = lab.watch(Manager(lab, "dir1", "nonsense\n"))
    wait_for(lambda: manager.show("ActiveState") == "failed", 10, "the start has failed")
    expect((manager.show("ExecMainStatus"), manager.show("NRestarts")) == ("1", "0"), "it was started again")
    expect(manager.ctl("start", "lvsd").returncode != 0, "systemctl start succeeded")
    manager.write("etc/lvsd.conf", text())
    expect(manager.ctl("start", "lvsd").returncode == 0, "systemctl start failed")
    manager.wait_serving()


def test_reload(lab):
    """`systemctl reload` applies the file and succeeds; it fails for a file that is refused, and lvsd serves on."""
    manager = lab.watch(Manager(lab, "dir1", text())).wait_serving()
    before = manager.show("MainPID")
    manager.write("etc/lvsd.conf", text(servers={1: 7, 2: 1, 3: 1}))
    done = manager.ctl("reload", "lvsd")
    expect(done.returncode == 0, f"the reload failed: {done.stderr}")
    weights = [rs["weight"] for rs in manager.director.status()["virtual_servers"][0]["real_servers"]]
    expect(weights == [7, 1, 1], f"the weights are {weights}")
    manager.write("etc/lvsd.conf", "nonsense\n")
    done = manager.ctl("reload", "lvsd")
    expect(done.returncode != 0, "the reload of a bad file succeeded")
    expect(manager.is_active() and manager.show("MainPID") == before, "lvsd did not stay")
    expect(manager.show("NRestarts") == "0" and manager.director.holds_vip(), "lvsd did not serve on")


def test_stop(lab):
    """`systemctl stop` hands over with priority 0 and takes the addresses away; the unit ends without a failure."""
    manager = lab.watch(Manager(lab, "dir1", text())).wait_serving()
    watch = lab.watch(WireWatch("client"))
    expect(manager.ctl("stop", "lvsd").returncode == 0, "systemctl stop failed")
    expect(not manager.director.holds_vip(), "the VIP is still there")
    expect(watch.adverts(DIRECTORS["dir1"])[-1].priority == 0, "the last advertisement has a priority")
    expect((manager.show("ActiveState"), manager.show("Result")) == ("inactive", "success"),
           f"{manager.show('ActiveState')}, {manager.show('Result')}")


def test_killed(lab):
    """All its processes killed by SIGKILL: ExecStopPost takes the addresses away at once, and lvsd is started again."""
    manager = lab.watch(Manager(lab, "dir1", text())).wait_serving()
    addresses = lab.watch(netns.AddressWatch("dir1"))
    events = []

    def seen(event):
        events.extend(addresses.events())
        return event in events

    expect(manager.ctl("kill", "-s", "KILL", "lvsd").returncode == 0, "systemctl kill failed")
    wait_for(lambda: seen(("remove", VIP)), 3, "the VIP is removed")
    wait_for(lambda: manager.show("NRestarts") == "1", 5, "lvsd is started again")
    wait_for(lambda: seen(("add", VIP)), 5, "the VIP comes back")
    manager.wait_serving()


def test_watchdog(lab):
    """A supervisor that stands still is killed by the watchdog, and lvsd is started again."""
    manager = lab.watch(Manager(lab, "dir1", text(), drop_in=WATCHDOG)).wait_serving()
    before = main_process(manager)
    os.kill(before, signal.SIGSTOP)
    wait_for(lambda: manager.show("NRestarts") == "1", 10, "lvsd is started again")
    wait_for(lambda: main_process(manager) not in (None, before), 5, "a new process")
    manager.wait_serving()
