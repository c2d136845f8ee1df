# SPDX-License-Identifier: GPL-2.0-or-later
"""A new file while lvsd runs: by SIGHUP and by lvsctl reload."""

import contextlib
import json
import os
import signal

import netns
from configs import SYNC, alone, global_defs, instance, pair_member, service
from lab import (SERVICE, VIP, expect, expect_alive, fetch, hold, open_sessions, server_key, wait_for)


def started(lab, **options):
    """One director with the VIP and three servers."""
    director = lab.director("dir1", pair_member(150, **options)).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    director.wait_servers((1, 2, 3))
    lab.wait_balanced()
    return director


def states(director):
    return [rs["state"] for rs in director.status()["virtual_servers"][0]["real_servers"]]


def test_hup_applies_exactly_one_change(lab):
    """A weight edited in the file: SIGHUP makes one request to the kernel, the order of servers stays and no
    connection is lost."""
    director = started(lab)
    sessions = open_sessions(lab, 6)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    before = director.shape()
    director.write(pair_member(150, servers={1: 1, 2: 5, 3: 1}))
    director.hup()
    director.wait_servers({server_key(1): 1, server_key(2): 5, server_key(3): 1}, 5)
    changes = watch.changes()
    expect(changes == ["set-dest"], f"requests to the kernel: {changes}")
    order = [row[0] for row in director.shape()[SERVICE][2]]
    expect(order == [row[0] for row in before[SERVICE][2]], f"the order of servers is {order}")
    expect_alive(sessions)


def test_ctl_reload_applies(lab):
    """lvsctl reload exits 0 when the file is good, and the change is in force when it has."""
    director = started(lab)
    director.write(pair_member(150, servers={1: 4, 2: 1, 3: 1}))
    done = director.reload()
    expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    director.wait_servers({server_key(1): 4, server_key(2): 1, server_key(3): 1}, 1)


def seen_while_no_file_is_read(lab, director, sees):
    """Whether sees(), which the health of rs3 brings about, became true while `lvsctl reload` waited. The supervisor is
    stopped meanwhile, so no loader runs."""
    supervisor = director.process.pid
    os.kill(supervisor, signal.SIGSTOP)
    try:
        waiting = netns.start(None, [lab.lvsctl, "-R", director.run_dir, "reload"], "/dev/null")
        wait_for(sees, 20, "the table follows the health of rs3")
        is_waiting = waiting.poll() is None
        expect(director.status(), "the status is not answered")
    finally:
        os.kill(supervisor, signal.SIGCONT)
    status = waiting.wait(60)
    expect(status in (0, 1), f"lvsctl reload ended with status {status}")
    return is_waiting


def test_a_loader_that_stands_still(lab):
    """While the file cannot be read, a server that dies leaves the table, and the status is answered; lvsctl reload
    waits, and its answer is true."""
    director = started(lab)
    for _ in range(5):  # a reading is given up after 8 s, which may be too short on this machine
        lab.web[3].stop()
        is_gone = seen_while_no_file_is_read(lab, director, lambda: server_key(3) not in director.servers())
        lab.web[3].start()
        director.wait_servers((1, 2, 3))
        if is_gone:
            break
    expect(is_gone, "a server that died left the table only when the reload had ended")
    director.write(pair_member(150, servers={1: 4, 2: 1, 3: 1}))
    done = director.reload()
    expect(done.returncode == 0 and "weight 1 -> 4" in done.stdout, f"status {done.returncode}: {done}")


def test_reload_with_error_changes_nothing(lab):
    """A file with an error: lvsctl reload exits 1 with the diagnostics, the log says so, nothing changes."""
    director = started(lab)
    sessions = open_sessions(lab, 3)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    addresses = lab.watch(netns.AddressWatch("dir1"))
    before = director.status()
    director.write(pair_member(120, servers={1: 9, 2: 1}).replace("delay_loop 1", "delay_lop 1"))
    done = director.reload()
    said = done.stdout + done.stderr
    expect(done.returncode == 1, f"status {done.returncode}: {said}")
    line = [n for n, text in enumerate(open(director.config_file, encoding="utf-8"), 1) if "delay_lop" in text][0]
    expect(f"{director.config_file}:{line}:" in said and "error:" in said, f"it said: {said}")
    expect("delay_loop" in said and "^" in said, f"no suggestion or no caret: {said}")
    after = director.status()
    expect(after["config_digest"] == before["config_digest"], "the digest changed")
    for instance in before["vrrp"] + after["vrrp"]:
        del instance["lateness"]  # of the advertisements that were sent meanwhile
    expect(after["vrrp"] == before["vrrp"], f"vrrp was {before['vrrp']} and is {after['vrrp']}")
    wait_for(lambda: f"{director.config_file}:{line}:" in director.log(), 2, "the log has the error")
    expect_alive(sessions)
    expect(not watch.changes(), "requests were made to the kernel")
    expect(not addresses.events(), "an address changed")


def test_hup_with_error_changes_nothing(lab):
    """SIGHUP with an error in the file: the log says so, nothing changes, and a good file works afterwards."""
    director = started(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.write(pair_member(150, servers={1: 9}) + "virtual_server 10.9.0.256 80 {\n}\n")
    director.hup()
    wait_for(lambda: "10.9.0.256" in director.log(), 5, "the log has the error")
    hold(lambda: director.is_running() and director.servers() == {server_key(n): 1 for n in (1, 2, 3)}, 1,
         "the table of before")
    expect(not watch.changes(), "requests were made to the kernel")
    director.write(pair_member(150, servers={1: 9, 2: 1, 3: 1}))
    director.hup()
    director.wait_servers({server_key(1): 9, server_key(2): 1, server_key(3): 1}, 5)


def test_an_empty_file_is_refused(lab):
    """A file that leaves no object is refused, by SIGHUP too, with the command that puts it in force; plan says so;
    --yes agrees; warnings of a reload come to lvsctl's stderr."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    director.write(alone().replace("\tprotocol TCP\n", "") + service(port=81, check=""))
    done = director.reload()
    expect(done.returncode == 0 and "warning: virtual_server 10.9.0.100: protocol is absent" in done.stderr
           and "warning" not in done.stdout, f"it said: {done.stdout}{done.stderr}")
    director.write(alone())
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers((1, 2, 3))
    for text in ("", global_defs()):
        director.write(text)
        done = director.reload()
        expect(done.returncode == 1 and "1 virtual server, 0 VRRP instances" in done.stderr
               and "lvsctl reload --yes" in done.stderr, f"status {done.returncode}: {done.stderr}")
    plan = director.ctl("plan", director.config_file)
    expect(plan.returncode == 0 and "without --yes a reload with it is refused" in plan.stderr, f"plan: {plan.stderr}")
    before = director.log().count("lvsctl reload --yes")
    director.hup()
    wait_for(lambda: director.log().count("lvsctl reload --yes") > before, 5, "SIGHUP's refusal is in the log")
    expect(director.ctl("status", "--yes").returncode == 2, "--yes belongs to reload")
    expect(director.servers() is not None, "the service went")
    done = director.reload("--yes")
    expect(done.returncode == 0 and "remove vs=" in done.stdout, f"status {done.returncode}: {done.stderr}")
    wait_for(lambda: director.servers() is None, 10, "the service is gone")
    expect(director.reload().returncode == 0, "nothing to lose: no --yes is needed")


def test_unchanged_file_changes_nothing(lab):
    """Reloading an unchanged file sends the kernel no change and touches no address."""
    director = started(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    addresses = lab.watch(netns.AddressWatch("dir1"))
    for _ in range(3):
        done = director.reload()
        expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    hold(director.holds_vip, 1, "dir1 has the VIP")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")
    expect(not addresses.events(), "an address changed")


def test_reload_keeps_what_is_known(lab):
    """A server that is down stays down and out over a reload, and its state is not asked anew."""
    director = started(lab)
    lab.web[3].stop()
    director.wait_servers((1, 2), 5)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.write(pair_member(150, servers={1: 2, 2: 1, 3: 1}))
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({server_key(1): 2, server_key(2): 1}, 3)
    expect(states(director) == ["up", "up", "down"], f"states are {states(director)}")
    changes = watch.changes()
    expect(changes == ["set-dest"], f"requests to the kernel: {changes}")


def test_services_come_and_go(lab):
    """A service added to the file appears with its servers, one that is gone from it is removed, others stay."""
    director = started(lab)
    sessions = open_sessions(lab, 3)
    director.write(pair_member(150) + service(port=8080, servers={1: 1, 2: 1}, check=""))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: director.servers(f"tcp:{VIP}:8080") is not None
             and len(director.servers(f"tcp:{VIP}:8080")) == 2, 5, "the new service has two servers")
    director.write(pair_member(150))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: set(director.shape()) == {SERVICE}, 5, "the new service is gone")
    expect_alive(sessions)


def test_priority_and_addresses_change_in_place(lab):
    """A new priority and a second address are taken over without the first address leaving the interface."""
    director = started(lab)
    addresses = lab.watch(netns.AddressWatch("dir1"))
    text = (global_defs("lab_150", SYNC)
            + instance(140, vips=(VIP + "/32", "10.9.0.101/32")) + service())
    director.write(text)
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: director.holds_vip("10.9.0.101"), 5, "dir1 has the second address")
    events = addresses.events()
    expect(("remove", VIP) not in events, f"addresses: {events}")
    wait_for(lambda: director.status()["vrrp"][0]["priority"] == 140, 3, "the priority is 140")
    director.write(pair_member(140))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: not director.holds_vip("10.9.0.101"), 5, "the second address is gone")
    events = addresses.events()
    expect(("remove", VIP) not in events, f"addresses: {events}")
    expect(director.holds_vip() and fetch(), "the VIP does not answer")


def test_instance_gone_from_the_file(lab):
    """An instance that is gone from the file gives its address back; the services stay."""
    director = started(lab)
    director.write(alone())
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: not director.holds_vip(), 5, "dir1 has not the VIP")
    expect(set(director.servers()) == {server_key(n) for n in (1, 2, 3)}, f"servers: {director.servers()}")


SECOND, THIRD = "10.9.0.101", "10.9.0.102"


def noted(director):
    """The addresses that lvsd may hold, as the run dir has them."""
    with open(director.run_dir + "/state/addresses.json", encoding="ascii") as file:
        return {item["address"] for item in json.load(file)["addresses"]}


def reload_without_vrrp(director, text, *options):
    """A reload that the vrrp process cannot carry out: it stands still, and then dies."""
    vrrp = director.child("lvsd: vrrp")
    os.kill(vrrp, signal.SIGSTOP)
    director.write(text)
    done = director.reload(*options)
    with contextlib.suppress(ProcessLookupError):  # the supervisor may have ended it by now
        os.kill(vrrp, signal.SIGKILL)
    expect(done.returncode == 0, f"the reload was refused: {done}")


def test_address_that_its_vrrp_process_cannot_remove(lab):
    """An address that a reload takes out of the file leaves the machine also when the vrrp process hangs or dies in that
    reload, when no instance stays, and when all of lvsd was killed before it."""
    first = global_defs() + instance(150, advert_int="0.1")
    director = lab.director("dir1", first.replace(f"{VIP}/32", f"{VIP}/32\n{THIRD}/32")
                            + instance(150, "VI_2", "0.1", 52, vips=(f"{SECOND}/32",))).wait_ready()
    wait_for(lambda: all(map(director.holds_vip, (VIP, SECOND, THIRD))), 10, "dir1 has all three")
    vrrp = director.child("lvsd: vrrp")
    os.kill(vrrp, signal.SIGSTOP)
    director.write(first)
    expect(director.reload().returncode == 0, "the reload was refused")
    named = noted(director)
    # A vrrp process that stands still is replaced after 1 s, on a busy machine before the reload has been answered.
    expect(named == {VIP, SECOND, THIRD} or director.child("lvsd: vrrp") != vrrp, f"the run dir names {named}")
    wait_for(lambda: not director.holds_vip(SECOND) and not director.holds_vip(THIRD), 10, "the other two are gone")
    expect(director.child("lvsd: vrrp") != vrrp, "vrrp was not replaced")
    wait_for(lambda: director.holds_vip() and noted(director) == {VIP}, 10, "dir1 has the first alone")

    reload_without_vrrp(director, global_defs() + instance(150, advert_int="0.1", vips=(f"{SECOND}/32",)))
    wait_for(lambda: not director.holds_vip() and director.holds_vip(SECOND), 10, "dir1 has the second alone")
    reload_without_vrrp(director, global_defs(), "--yes")
    wait_for(lambda: not director.holds_vip(SECOND) and not noted(director), 10, "no address is left")

    for after in (first.replace(VIP, THIRD), global_defs()):
        director.write(first)
        expect(director.reload().returncode == 0, "the reload was refused")
        wait_for(director.holds_vip, 10, "dir1 has the VIP again")
        director.kill_group()
        director.start(after).wait_ready()
        wait_for(lambda: not director.holds_vip(), 10, "the VIP is gone")
    wait_for(lambda: not noted(director), 10, "the run dir names no address")
