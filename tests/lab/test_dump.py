# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump files, beside those of Debian's keepalived: read by a program that reads keepalived's, both say the same."""

import glob
import json
import os
import shutil
import signal
import time

from configs import global_defs, instance
from lab import VIP, Skip, expect, hold, wait_for

SIGNALS = {"data": signal.SIGUSR1, "stats": signal.SIGUSR2, "json": signal.SIGRTMIN + 2}
FILES = {"data": "state_dump_file", "stats": "stats_dump_file", "json": "json_dump_file"}
EXCLUDED = "\tvirtual_ipaddress_excluded {\n\t\t10.9.0.190/32 dev eth0\n\t}\n"
SCRIPTS = ("vrrp_script good {\n\tscript /usr/bin/true\n\tinterval 1\n\trise 1\n\tfall 1\n}\n"
           "vrrp_script bad {\n\tscript /usr/bin/false\n\tinterval 1\n\trise 1\n\tfall 1\n\tweight -2\n}\n")


def file_of(priority, more=""):
    return (global_defs(f"dump_{priority}", "\tscript_user root\n" + more) + SCRIPTS
            + instance(priority, advert_int="1", extra=EXCLUDED + "\ttrack_script {\n\t\tgood\n\t\tbad\n\t}\n")
            + instance(priority, name="VI_2", vrid=52, advert_int="2", vips=("10.9.0.180/24", "10.9.0.181/32")))


def data_of(text):
    """Instances and scripts, as the exporters for Prometheus read keepalived.data: by the indent and the key."""
    instances, scripts, at, key = {}, {}, None, None
    for line in text.splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        if line.startswith(" VRRP Instance") and equals:
            at = instances.setdefault(value, {"vips": [], "evips": []})
        elif line.startswith(" VRRP Script") and equals:
            at = scripts.setdefault(value, {})
        elif not line.startswith("   "):
            at = None
        elif at is not None and line.startswith("     "):
            if key in ("vips", "evips"):
                at[key].append(line.strip())
        elif at is not None:
            name = name if equals else line.partition(":")[0].strip()
            key = "evips" if name.startswith("Virtual IP Excluded") else "vips" if name.startswith("Virtual IP (") else name
            if equals:
                at[key] = value
    return instances, scripts


def stats_of(text):
    """{instance: {"section/key": number}} of keepalived.stats."""
    instances, at, section = {}, None, ""
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if not line.startswith(" "):
            expect(name == "VRRP Instance", f"'{line}' is no instance")
            at = instances.setdefault(value, {})
        elif not value:
            section = name
        else:
            at[f"{section}/{name}" if line.startswith("    ") else name] = int(value)
    return instances


def is_open(path):
    """Does a process still write it? keepalived writes in place."""
    for fd in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(fd) == path:
                return True
        except OSError:
            pass  # it has ended, or is closed
    return False


def dump(director, kind, path):
    """Sends the signal, and waits for a file that was not there before."""
    if os.path.exists(path):
        os.remove(path)
    director.process.send_signal(SIGNALS[kind])
    wait_for(lambda: os.path.exists(path) and os.path.getsize(path) and not is_open(path), 5, f"{director.label} writes {path}")
    expect(os.stat(path).st_mode & 0o7777 == 0o600 and os.stat(path).st_uid == 0, f"mode and owner of {path}")
    with open(path, encoding="ascii") as file:
        return file.read()


def same(ours, theirs, keys, what):
    for key in keys:
        expect(key in ours and ours.get(key) == theirs.get(key),
               f"{what}: {key} is {ours.get(key)!r}, in keepalived {theirs.get(key)!r}")


def instance_is_read_alike(ours, theirs, name, states):
    expect((ours["State"], theirs["State"]) == states, f"{name}: states are {ours['State']}, {theirs['State']}")
    same(ours, theirs, ("VRRP Version", "Interface", "Virtual Router ID", "Gratuitous ARP delay", "Advert interval",
                        "Preempt", "Accept", "Multicast address" if "Multicast address" in theirs else "Preempt"), name)
    master = ours if states[0] == "MASTER" else theirs
    backup = theirs if master is ours else ours
    for kind in ("vips", "evips"):
        expect(master[kind] == [line + " set" for line in backup[kind]], f"{name}: {kind} are {ours[kind]}, {theirs[kind]}")
    expect(backup["Master router"] in ("10.9.0.11", "10.9.0.12"), f"{name}: the master is {backup['Master router']}")


def test_dump_files(lab):
    """On SIGUSR1, SIGUSR2 and SIGRTMIN+2 lvsd writes what keepalived writes: a reader of one reads the other alike, as
    master and as backup. Nobody's link is followed, no password is in it, and a reload changes where the files are."""
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    where = {kind: f"{lab.scratch}/lvsd.{kind}" for kind in SIGNALS}
    names = "".join(f"\t{FILES[kind]} {path}\n" for kind, path in where.items())
    ours = lab.director("dir1", file_of(150, names)).wait_ready()
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    peer = lab.director("dir2", label="keepalived")
    peer.daemon = "keepalived"
    peer.start(file_of(100))
    wait_for(lambda: "BACKUP STATE" in peer.log(), 8, "keepalived is in BACKUP state")
    wait_for(lambda: all(instance["state"] == "MASTER" for instance in ours.status()["vrrp"]), 10, "lvsd is MASTER of both")
    time.sleep(6)  # scripts have run, and keepalived has heard advertisements

    (mine, my_scripts), (theirs, their_scripts) = (data_of(dump(ours, "data", where["data"])),
                                                   data_of(dump(peer, "data", "/tmp/keepalived.data")))
    expect(set(mine) == set(theirs) == {"VI_1", "VI_2"}, f"instances {set(mine)}, {set(theirs)}")
    for name in mine:
        instance_is_read_alike(mine[name], theirs[name], name, ("MASTER", "BACKUP"))
    expect(set(my_scripts) == set(their_scripts), f"scripts {my_scripts}, {their_scripts}")
    for name in my_scripts:
        same(my_scripts[name], their_scripts[name], ("Command", "Interval", "Rise", "Fall", "Status"), name)
    expect(my_scripts["good"]["Status"] == "GOOD" and my_scripts["bad"]["Status"] == "BAD", f"{my_scripts}")

    my_stats, their_stats = (stats_of(dump(ours, "stats", where["stats"])),
                             stats_of(dump(peer, "stats", "/tmp/keepalived.stats")))
    for name in mine:
        expect(list(my_stats[name]) == list(their_stats[name]), f"counters of {name}: {my_stats[name]}")
        expect(my_stats[name]["Became master"] == 1 and my_stats[name]["Advertisements/Sent"] > 2, f"{my_stats}")
        expect(their_stats[name]["Advertisements/Received"] > 2, f"{their_stats}")

    both = [{one["data"]["iname"]: one for one in json.loads(dump(director, "json", path))}
            for director, path in ((ours, where["json"]), (peer, "/tmp/keepalived.json"))]
    for name in mine:
        same(both[0][name]["data"], both[1][name]["data"], ("vrid", "ifp_ifname", "garp_delay", "version", "nopreempt"), name)
        expect(list(both[0][name]["stats"]) == list(both[1][name]["stats"]), f"counters of {name} in JSON")
        expect((both[0][name]["data"]["state"], both[1][name]["data"]["state"]) == (2, 1), f"states of {name} in JSON")

    became_backup(ours, peer, where)
    moved(lab, ours, where)


def became_backup(ours, peer, where):
    """The same after a handover, which both sides have counted; the counters of a backup are those of now."""
    expect(ours.ctl("vrrp", "release").returncode == 0, "the release was refused")
    wait_for(lambda: all(instance["state"] == "BACKUP" for instance in ours.status()["vrrp"]), 10, "lvsd is BACKUP of both")
    # The priority of the new master is that of its second advertisement.
    wait_for(lambda: all(one["Master priority"] != "0" for one in data_of(dump(ours, "data", where["data"]))[0].values()),
             10, "lvsd knows the priorities of both masters")
    mine, theirs = data_of(dump(ours, "data", where["data"]))[0], data_of(dump(peer, "data", "/tmp/keepalived.data"))[0]
    for name in mine:
        instance_is_read_alike(mine[name], theirs[name], name, ("BACKUP", "MASTER"))
        expect((mine[name]["Master router"], mine[name]["Master priority"]) ==
               ("10.9.0.12", theirs[name]["Effective priority"]), f"the master of {name}: {mine[name]}")
    first = stats_of(dump(ours, "stats", where["stats"]))
    their_stats = stats_of(dump(peer, "stats", "/tmp/keepalived.stats"))
    for name in mine:
        # On a loaded machine keepalived may take over late, and the priority 0 is sent once more.
        sent = first[name]["Priority Zero/Sent"]
        expect(first[name]["Released master"] == 1 and sent in (1, 2), f"{first[name]}")
        expect(their_stats[name]["Priority Zero/Received"] == sent, f"{their_stats[name]}")
    time.sleep(4)
    second = stats_of(dump(ours, "stats", where["stats"]))
    for name, least in (("VI_1", 3), ("VI_2", 1)):
        expect(second[name]["Advertisements/Received"] >= first[name]["Advertisements/Received"] + least,
               f"{name} has received {first[name]}, then {second[name]}")


def moved(lab, ours, where):
    """A link in the place of the file is replaced, and what it leads to stays. A file in a folder of others is refused; and
    without a keyword the log names what there is instead."""
    victim = f"{lab.scratch}/victim"
    with open(victim, "w", encoding="ascii") as file:
        file.write("mine\n")
    os.remove(where["data"])
    os.symlink(victim, where["data"])
    ours.process.send_signal(signal.SIGUSR1)
    wait_for(lambda: not os.path.islink(where["data"]), 5, "the link is replaced")
    with open(victim, encoding="ascii") as file:
        expect(file.read() == "mine\n", "lvsd has followed a link")

    folder = f"{lab.scratch}/dump.open"
    os.makedirs(folder)
    os.chmod(folder, 0o777)
    ours.write(file_of(150, f"\tstate_dump_file {folder}/\n"))
    expect(ours.reload().returncode == 0, "the reload was refused")
    ours.process.send_signal(signal.SIGUSR1)
    wait_for(lambda: f"state_dump_file: {folder} (mode 0777) can be written by others" in ours.log(), 5, "it is refused")
    expect(not os.listdir(folder), "a file was written")
    os.chmod(folder, 0o755)
    ours.process.send_signal(signal.SIGUSR1)
    wait_for(lambda: os.path.exists(f"{folder}/keepalived.data"), 5, "it is written under keepalived's name")
    part = f"{lab.scratch}/part.conf"
    with open(part, "w", encoding="ascii") as file:
        file.write("# a file that is included\n")
    for path in (ours.config_file, f"{ours.run_dir}/lvsd.pid", part):
        ours.write(file_of(150, f"\tstate_dump_file {path}\n") + f"include {part}\n")
        with open(path, encoding="ascii") as file:
            text = file.read()
        expect(ours.reload().returncode == 0, "the reload was refused")
        ours.process.send_signal(signal.SIGUSR1)
        wait_for(lambda path=path: f"state_dump_file: {path} is not written" in ours.log(), 5, f"{path} is refused")
        with open(path, encoding="ascii") as file:
            expect(file.read() == text, f"{path} was replaced")
    ours.write(file_of(150, f"\tstate_dump_file {folder}/\n"))
    expect(ours.reload().returncode == 0, "the reload was refused")
    before = os.stat(where["stats"])
    ours.process.send_signal(signal.SIGUSR2)
    wait_for(lambda: "SIGUSR2 from pid" in ours.log() and "stats_dump_file in global_defs" in ours.log(), 5, "the log says it")
    hold(lambda: os.stat(where["stats"]) == before, 0.5, "the old file stays as it is")
    expect(VIP not in os.listdir(folder) and len(os.listdir(folder)) == 1, f"{os.listdir(folder)}")
