# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's table against the file: adoption, repair, and what belongs to others."""

import time

import netns
from configs import SYNC, alone, global_defs, instance, service
from lab import (SERVICE, VIP, expect, expect_alive, fetch, hold, open_sessions, server_key, wait_for)

FOREIGN = "tcp:10.9.0.100:9999"


def standing(lab, **options):
    """One director without VRRP, whose machine has the VIP by itself."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", alone(**options)).wait_ready()
    director.wait_servers((1, 2, 3))
    return director


def all_up(director, states=("up", "up", "up")):
    status = director.status()
    return status and [rs["state"] for rs in status["virtual_servers"][0]["real_servers"]] == list(states)


def test_restart_changes_nothing(lab):
    """TERM and start with an unchanged file: no change is sent to the kernel and no connection is lost."""
    director = standing(lab)
    sessions = open_sessions(lab)
    wait_for(lambda: all_up(director), 5, "all servers are up")
    before = director.shape()
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.term() == 0, "the status after TERM is not 0")
    expect(director.shape() == before, f"TERM left {director.shape()}")
    expect_alive(sessions)
    director.start().wait_ready()
    wait_for(lambda: all_up(director), 5, "all servers are up")
    hold(lambda: director.shape() == before, 2, "the table of before")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")
    expect_alive(sessions)


def test_restart_with_a_server_down_changes_nothing(lab):
    """The same while a server is down: it is not put in on trust and taken out again."""
    director = standing(lab)
    lab.web[2].stop()
    director.wait_servers((1, 3), 5)
    sessions = open_sessions(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    wait_for(lambda: all_up(director, ("up", "down", "up")), 5, "rs2 alone is down")
    hold(lambda: set(director.servers()) == {server_key(1), server_key(3)}, 2, "rs1 and rs3 in the table")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")
    expect_alive(sessions)


def test_restart_after_sigkill_changes_nothing(lab):
    """The same after SIGKILL of the whole process group."""
    director = standing(lab)
    sessions = open_sessions(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.kill_group()
    director.start().wait_ready()
    wait_for(lambda: all_up(director), 5, "all servers are up")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")
    expect_alive(sessions)


def test_cleared_table_is_repaired(lab):
    """`ipvsadm -C` by somebody else is repaired within 5 s and logged."""
    director = standing(lab)
    wait_for(lambda: all_up(director), 5, "all servers are up")
    before, n_lines = director.shape(), len(director.log().splitlines())
    netns.run("dir1", "ipvsadm", "-C")
    begin = time.monotonic()
    wait_for(lambda: director.shape() == before, 5, "the table is whole again")
    took = time.monotonic() - begin
    said = director.log().splitlines()[n_lines:]
    expect(any("10.9.0.100:80" in line or "IPVS" in line for line in said), f"{took:.1f} s; the log says {said}")
    wait_for(fetch, 3, "requests are answered")


def test_foreign_change_is_repaired(lab):
    """A server deleted, a weight edited and a server added by somebody else are put right within 5 s."""
    director = standing(lab)
    wait_for(lambda: all_up(director), 5, "all servers are up")
    before = sorted(director.shape()[SERVICE][2])
    for command in (("-d", "-t", f"{VIP}:80", "-r", server_key(1)),
                    ("-e", "-t", f"{VIP}:80", "-r", server_key(2), "-g", "-w", "77"),
                    ("-a", "-t", f"{VIP}:80", "-r", "10.9.0.66:80", "-g")):
        netns.run("dir1", "ipvsadm", *command)
    wait_for(lambda: sorted(director.shape()[SERVICE][2]) == before, 5, "the servers are those of the file")


def test_foreign_service_is_left_alone(lab):
    """A service that lvsd did not make stays as it is over start, reload, repair and stop."""
    netns.run("dir1", "ipvsadm", "-A", "-t", f"{VIP}:9999", "-s", "lc")
    netns.run("dir1", "ipvsadm", "-a", "-t", f"{VIP}:9999", "-r", "10.9.0.77:9999", "-i", "-w", "5")
    foreign = netns.ipvs_shape("dir1")[FOREIGN]
    director = standing(lab)
    expect(director.shape().get(FOREIGN) == foreign, "it was changed at start")
    director.write(alone(servers={1: 2, 2: 1, 3: 1}))
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({server_key(1): 2, server_key(2): 1, server_key(3): 1}, 3)
    expect(director.shape().get(FOREIGN) == foreign, "it was changed by a reload")
    netns.run("dir1", "ipvsadm", "-D", "-t", f"{VIP}:80")
    director.wait_servers((1, 2, 3), 5)
    expect(director.shape().get(FOREIGN) == foreign, "it was changed by a repair")
    director.term()
    expect(netns.ipvs_shape("dir1").get(FOREIGN) == foreign, "it was changed at stop")


def test_service_with_our_key_is_adopted(lab):
    """A service that is there at first start with a key of the file is adopted: what fits is not touched."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    netns.run("dir1", "ipvsadm", "-A", "-t", f"{VIP}:80", "-s", "wrr")
    for number in (1, 2, 3):
        netns.run("dir1", "ipvsadm", "-a", "-t", f"{VIP}:80", "-r", server_key(number), "-g", "-w", "1")
    sessions = open_sessions(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director = lab.director("dir1", alone()).wait_ready()
    wait_for(lambda: all_up(director), 5, "all servers are up")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")
    expect_alive(sessions)


def test_service_that_left_the_file_while_stopped(lab):
    """A service of ours that is gone from the file at the next start is removed."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", alone() + service(port=8080, check="")).wait_ready()
    wait_for(lambda: len(director.shape()) == 2, 5, "two services")
    director.term()
    expect(len(director.shape()) == 2, "TERM changed the table")
    director.start(alone()).wait_ready()
    wait_for(lambda: set(director.shape()) == {SERVICE}, 5, "the service is gone")


def test_sync_roles_are_repaired(lab):
    """Sync roles that somebody else stopped run again within 5 s. A start with a file that has neither a service nor
    sync stops them, and removes the service."""
    director = lab.director("dir1", global_defs(sync=SYNC.replace(" VI_1", "")) + service()).wait_ready()
    wait_for(lambda: sync_roles("dir1") == {"master", "backup"}, 5, "both roles run")
    netns.run("dir1", "ipvsadm", "--stop-daemon", "master")
    netns.run("dir1", "ipvsadm", "--stop-daemon", "backup")
    wait_for(lambda: sync_roles("dir1") == {"master", "backup"}, 5, "both roles run again")
    expect(director.is_running(), "the daemon ended")
    director.term()
    expect(len(director.shape()) == 1 and len(sync_roles("dir1")) == 2, "TERM changed the table")
    director.start(global_defs() + instance(100)).wait_ready()
    wait_for(lambda: not director.shape() and not sync_roles("dir1"), 5, "the service and the roles are gone")
    expect(director.ctl("reconcile").returncode == 0, "reconcile was refused")


def sync_roles(namespace):
    text = netns.run(namespace, "ipvsadm", "-L", "--daemon").stdout
    return {line.split()[0] for line in text.splitlines() if line.strip()}
