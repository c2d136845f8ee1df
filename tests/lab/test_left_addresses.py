# SPDX-License-Identifier: GPL-2.0-or-later
"""What a killed lvsd has left on an interface that was renamed, or made again, since."""

import json
import os
import signal

import netns
from configs import global_defs, instance
from lab import expect, wait_for

SPARE = "10.66.0.9"


def text():
    return global_defs() + instance(150, vips=("10.9.0.100/32", SPARE + "/32 dev spare0"))


def link(lab, *commands):
    lab.batch("dir1", *(f"link {command}" for command in commands))


def make(lab):
    link(lab, "add spare0 type dummy", "set spare0 up")


def start(lab):
    director = lab.director("dir1", text()).wait_ready()
    wait_for(lambda: netns.has_address("dir1", SPARE), 15, "the master has the address on spare0")
    return director


def index(name):
    return json.loads(netns.run("dir1", "ip", "-j", "link", "show", "dev", name).stdout)[0]["ifindex"]


def recorded(director):
    with open(director.run_dir + "/state/addresses.json", encoding="utf-8") as file:
        return next(held["index"] for held in json.load(file)["addresses"] if held["address"] == SPARE)


def release(lab, director):
    return netns.run("dir1", lab.lvsd, "--release-addresses", "-f", director.config_file, "-R", director.run_dir,
                     check=False, timeout=20)


def test_left_on_a_renamed_interface(lab):
    """lvsd --release-addresses finds the address on an interface that was made again while lvsd ran, and that was renamed
    after the kill; it leaves the same address on another interface that has the old name by then."""
    make(lab)
    director = start(lab)
    link(lab, "del spare0")
    make(lab)
    wait_for(lambda: netns.has_address("dir1", SPARE), 15, "the address is on the new spare0")
    wait_for(lambda: recorded(director) == index("spare0"), 5, "the record has the new interface")
    director.kill_group()
    link(lab, "set spare0 down", "set spare0 name spare1", "set spare1 up")
    make(lab)
    lab.batch("dir1", f"address add {SPARE}/32 dev spare0")
    done = release(lab, director)
    expect(done.returncode == 0 and f"removed {SPARE}/32 from spare1" in done.stdout, f"{done}")
    left = netns.run("dir1", "ip", "-o", "-4", "address", "show").stdout
    expect(f"{SPARE}/32" in left and "spare1" not in left, left)
    link(lab, "del spare0", "del spare1")


def test_left_on_no_interface(lab):
    """The interface was deleted after the kill, and made again by somebody with the same address: that one stays."""
    make(lab)
    director = start(lab)
    director.kill_group()
    link(lab, "del spare0")
    make(lab)
    lab.batch("dir1", f"address add {SPARE}/32 dev spare0")
    done = release(lab, director)
    expect(done.returncode == 0 and SPARE not in done.stdout, f"{done}")
    expect(netns.has_address("dir1", SPARE), "an address that lvsd did not add is gone")
    link(lab, "del spare0")


def test_left_by_an_owner(lab):
    """The vrrp process of an owner is killed: its successor knows which address lvsd has added, and removes that alone
    when lvsd stops; after a kill of all, --release-addresses does."""
    def begin():
        director = lab.director("dir1", global_defs() + instance(255, vips=("10.9.0.100/32", SPARE + "/32"),
                                                                 state="MASTER")).wait_ready()
        wait_for(lambda: netns.has_address("dir1", "10.9.0.100"), 10, "the owner has the address that was missing")
        return director

    lab.batch("dir1", f"address add {SPARE}/32 dev eth0")
    director = begin()
    killed = director.children()["lvsd: vrrp"]
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: vrrp", killed) != killed, 5, "another vrrp process is there")
    wait_for(lambda: director.vrrp_state() == "MASTER", 10, "it goes on")
    director.term()
    expect(not netns.has_address("dir1", "10.9.0.100"), "the address that lvsd added stays")
    expect(netns.has_address("dir1", SPARE), "the owner's own address is gone")
    director = begin()
    director.kill_group()
    done = release(lab, director)
    expect(done.returncode == 0 and "10.9.0.100/32" in done.stdout and SPARE not in done.stdout, f"{done}")
    expect(netns.has_address("dir1", SPARE) and not netns.has_address("dir1", "10.9.0.100"), "the addresses are others")
    lab.batch("dir1", f"address del {SPARE}/32 dev eth0")
