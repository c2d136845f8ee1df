# SPDX-License-Identifier: GPL-2.0-or-later
"""The closed loop: repairs are counted and logged, refusals empty no pool, large tables are read in slices."""

import json
import os
import shutil
import subprocess
import time

import netns
from configs import global_defs, service
from lab import SERVICE, VIP, Skip, expect, hold, only_in_all, server_address, server_key, takes_long, wait_for
from test_reconcile import sync_roles

SAID = "somebody else changed the IPVS table; repaired: "


def unchecked(servers, method="DR"):
    """A service whose servers are up from the start. servers: {address: weight}."""
    return (f"virtual_server {VIP} 80 {{\n\tlvs_sched wrr\n\tlvs_method {method}\n\tprotocol TCP\n"
            + "".join(f"\treal_server {address} 80 {{\n\t\tweight {weight}\n\t}}\n"
                      for address, weight in servers.items()) + "}\n")


def three():
    return unchecked({server_address(number): 1 for number in (1, 2, 3)})


def with_globals(*lines):
    return global_defs().replace("}", "".join(f"\t{line}\n" for line in lines) + "}")


def ready(lab, text):
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.table(), 5, "a table")
    return director


def repairs_said(director):
    return [line.split(SAID)[1] for line in director.log().splitlines() if SAID in line]


def test_each_repair_is_a_line_and_a_count(lab):
    """What somebody else changed is mended by one request each, named in the log and counted by kind; an intended
    change is neither."""
    director = ready(lab, with_globals("reconcile_interval 600") + three())
    for command in (("-d", "-t", f"{VIP}:80", "-r", server_key(1)),
                    ("-e", "-t", f"{VIP}:80", "-r", server_key(2), "-g", "-w", "77"),
                    ("-a", "-t", f"{VIP}:80", "-r", "10.9.0.66:80", "-g"),
                    ("-E", "-t", f"{VIP}:80", "-s", "rr")):
        netns.run("dir1", "ipvsadm", *command)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    shown = director.status()["virtual_servers"][0]["real_servers"]
    expect((shown[0]["in_kernel"], shown[1]["kernel_weight"]) == (False, 77), f"status shows {shown}")
    expect(not watch.changes() and not repairs_said(director), "asking for the status has mended something")
    answer = json.loads(director.ctl("--json", "reconcile").stdout)
    expect(answer == {"repairs": 4, "foreign_removed": 0, "services": 1, "destinations": 3}, f"it answers {answer}")
    changes = watch.changes()
    expect(sorted(changes) == ["del-dest", "new-dest", "set-dest", "set-service"], f"requests: {changes}")
    said = repairs_said(director)
    expect(len(said) == 4, f"the log says {said}")
    director.write(with_globals("reconcile_interval 600") + unchecked({server_address(1): 1, server_address(2): 5}))
    netns.run("dir1", "ipvsadm", "-d", "-t", f"{VIP}:80", "-r", server_key(1))
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({server_key(1): 1, server_key(2): 5}, 3)
    expect(len(repairs_said(director)) == 5, f"the log says {repairs_said(director)}")
    status = director.status()
    expect(status["repairs"] == 5 and status["reconcile"]["repairs"] == {
        "add_service": 0, "edit_service": 1, "delete_service": 0, "add_dest": 2, "edit_dest": 1, "delete_dest": 1},
        f"status says {status['repairs']}, {status['reconcile']}")
    expect(director.ctl("reconcile").stdout == "1 service with 2 destinations read: 0 repairs\n", "lvsctl reconcile")


def test_a_service_comes_back_as_one_repair(lab):
    """A service that was deleted comes back with its servers: one line, one count, within the interval."""
    director = ready(lab, with_globals("reconcile_interval 2") + three())
    netns.run("dir1", "ipvsadm", "-D", "-t", f"{VIP}:80")
    director.wait_servers((1, 2, 3), 2.5)
    said = repairs_said(director)
    expect(len(said) == 1 and said[0].endswith(", with 3 destinations"), f"the log says {said}")
    expect(director.status()["repairs"] == 1, "it is not counted as one")


def test_interval(lab):
    """With a long reconcile_interval nothing is mended until then; a reload with a short one mends it."""
    director = ready(lab, with_globals("reconcile_interval 600") + three())
    netns.run("dir1", "ipvsadm", "-C")
    hold(lambda: not director.table(), 6, "nobody looks")
    director.write(with_globals("reconcile_interval 1") + three())
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers((1, 2, 3), 2)
    netns.run("dir1", "ipvsadm", "-C")
    director.wait_servers((1, 2, 3), 2)


def test_refused_addition_leaves_the_old_server(lab):
    """A server is replaced by one that the kernel refuses (the other family while a sync role runs): the old one stays
    until the kernel takes the new one, which is tried again and again."""
    director = ready(lab, global_defs() + unchecked({"10.9.0.21": 1, "10.9.0.22": 1}, "TUN"))
    netns.run("dir1", "ipvsadm", "--start-daemon", "backup", "--mcast-interface", "eth0")
    lab.watch(Stopped())
    director.write(global_defs() + unchecked({"fd09::21": 1}, "TUN"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: len(director.servers()) == 1, 3, "one of the two is left")
    hold(lambda: len(director.servers()) == 1, 2, "the last server stays")
    expect("only with TUN, and only while no sync daemon runs" in director.log()
           and "an earlier operation for the same pool was refused" in director.log(), "the log does not say why")
    netns.run("dir1", "ipvsadm", "--stop-daemon", "backup")
    director.wait_servers({"[fd09::21]:80": 1}, 7)
    expect(not repairs_said(director), f"that was no repair: {repairs_said(director)}")


def test_refusal_is_said_once(lab):
    """A scheduler that this kernel lacks: one line over many attempts, the rest is applied, and the sync roles run."""
    director = ready(lab, with_globals("lvs_sync_daemon eth0", "reconcile_interval 1") + three()
                     + service(port=81, scheduler="twos", check=""))
    director.wait_servers((1, 2, 3), 3)
    wait_for(lambda: sync_roles("dir1") == {"master", "backup"}, 5, "both sync roles run")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    tried = watch.wait_changes(12, 20)
    expect(tried.count("new-service") >= 3, f"it is not tried again: {tried}")
    said = [line for line in director.log().splitlines() if 'no scheduler "twos"' in line]
    expect(len(said) == 1, f"said {len(said)} times: {said}")
    director.write(with_globals("lvs_sync_daemon eth0", "reconcile_interval 1") + three()
                   + service(port=81, scheduler="rr", check=""))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: len(director.table()) == 2, 3, "with a scheduler that is there both services are")


def preloaded(lab, text, trigger):
    """A director with overrun.c in front of its send()."""
    library = lab.scratch + "/overrun.so"
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "overrun.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    os.environ.update(LD_PRELOAD=library, LAB_OVERRUN=trigger)
    try:
        return ready(lab, text)
    finally:
        del os.environ["LD_PRELOAD"], os.environ["LAB_OVERRUN"]


def test_overrun(lab):
    """The kernel has no room for the answers to a batch of twenty refused services and two good ones: said once, the table
    is read anew and what was asked for is tried again, until each refusal and each service is where it belongs."""
    if not shutil.which("cc"):
        raise Skip("no compiler")
    os.makedirs(lab.scratch + "/overrun", exist_ok=True)
    os.chmod(lab.scratch + "/overrun", 0o777)  # the director's user removes the trigger
    trigger = lab.scratch + "/overrun/trigger"
    director = preloaded(lab, global_defs() + three(), trigger)
    director.wait_servers((1, 2, 3), 5)

    def others(scheduler):
        return ("".join(service(port=port, scheduler=scheduler, check="") for port in range(8001, 8021))
                + service(port=8000, check="") + service(port=8021, check=""))

    with open(trigger, "w", encoding="ascii"):
        pass
    director.write(global_defs() + three() + others("twos"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: len(director.table()) == 3 and director.log().count('no scheduler "twos"') == 20, 30,
             "what the kernel takes is there and each refusal is said")
    expect(not os.path.exists(trigger), "no batch was sent")
    said = [line for line in director.log().splitlines() if "did not fit into the socket's buffer" in line]
    expect(len(said) == 1 and "change IPVS" in said[0] and "it is not known which requests were carried out" in said[0], f"said: {said}")
    director.write(global_defs() + three() + others("rr"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: len(director.table()) == 23, 30, "all services are there")
    director.wait_servers((1, 2, 3), 5)
    expect(not repairs_said(director), f"that was no repair: {repairs_said(director)}")


class Stopped:
    """At the end of a test no sync role runs."""

    def close(self):
        netns.run("dir1", "ipvsadm", "--stop-daemon", "backup", check=False)


def test_swap_is_a_request_for_each_server(lab):
    """One server replaced by another in an unchanged pool, without draining: two requests."""
    at_once = with_globals("drain_timeout 0")
    director = ready(lab, at_once + unchecked({server_address(1): 1, server_address(2): 1}))
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.write(at_once + unchecked({server_address(1): 1, server_address(3): 1}))
    expect(director.reload().returncode == 0, "the reload was refused")
    changes = watch.wait_changes(2)
    expect(changes == ["new-dest", "del-dest"], f"requests: {changes}")
    hold(lambda: set(director.servers()) == {server_key(1), server_key(3)}, 1, "the new pool")


def test_exclusive(lab):
    """exclusive: a service that lvsd does not know is shown in the plan, removed, logged and counted, also one that
    comes later; without it none is."""
    netns.run("dir1", "ipvsadm", "-A", "-t", f"{VIP}:99", "-s", "rr")
    director = ready(lab, with_globals("reconcile_interval 2") + three())
    path = os.path.join(director.run_dir, "exclusive.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(with_globals("reconcile_interval 2", "exclusive") + three())
    planned = director.ctl("plan", path).stdout
    expect(f"delete service vs=tcp:{VIP}:99" in planned, f"the plan is {planned}")
    expect(set(director.table()) == {SERVICE, f"tcp:{VIP}:99"}, "the plan changed the table")
    director.write(with_globals("reconcile_interval 2", "exclusive") + three())
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: set(director.table()) == {SERVICE}, 2, "it is gone")
    changes = watch.changes()
    expect(changes == ["del-service"], f"requests: {changes}")
    netns.run("dir1", "ipvsadm", "-A", "-u", f"{VIP}:53", "-s", "rr")
    wait_for(lambda: set(director.table()) == {SERVICE}, 3, "the other one is gone")
    status = director.status()
    expect(status["reconcile"]["foreign_removed"] == 2 and status["repairs"] == 0, f"status: {status['reconcile']}")
    expect(director.log().count("exclusive: delete service") == 2, "the log does not name both")


def many(n):
    """A configuration of n services with one server each."""
    lines = "".join(f"\t10.8.{at // 250}.1-{min(250, n - at)} 80\n" for at in range(0, n, 250))
    return (f"virtual_server_group many {{\n{lines}}}\n"
            + service({1: 1}, method="NAT").replace(f"virtual_server {VIP} 80", "virtual_server group many")
            .replace("TCP_CHECK {", "").replace("\t\t\tconnect_timeout 1\n\t\t\tretry 0\n"
                                                "\t\t\tdelay_before_retry 1\n\t\t}", ""))


@takes_long
def test_large_table_is_read_in_slices(lab):
    """70 services: a reading is one list and the destinations of a slice; a deleted service is back within the interval
    by exactly its requests; deleted servers come back as the slices reach them."""
    director = lab.director("dir1", global_defs() + many(70)).wait_ready()
    wait_for(lambda: len(director.table()) == 70, 10, "all services")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    before = director.status()["reconcile"]
    watch.changes()
    n_before = watch.n_dumps
    time.sleep(9)
    watch.changes()
    n_asked = watch.n_dumps - n_before  # a list, a slice, and the timers' and sync's questions
    after = director.status()["reconcile"]
    n_looks = after["looks"] - before["looks"]
    n_read = after["services_read"] - before["services_read"]
    expect(after["whole_looks"] == before["whole_looks"] and n_looks in (2, 3), f"looks: {before}, {after}")
    expect(n_read == n_looks * 5 and 0 < n_asked <= n_looks * 8, f"{n_read} services read, {n_asked} requests to read")
    watch.changes()
    netns.run("dir1", "ipvsadm", "-D", "-t", "10.8.0.7:80")
    wait_for(lambda: director.servers("tcp:10.8.0.7:80") == {server_key(1): 1}, 5.5, "the service is back")
    changes = watch.wait_changes(3)
    expect(changes == ["del-service", "new-service", "new-dest"], f"requests: {changes}")
    places = [f"10.8.0.{number}:80" for number in range(5, 70, 10)]
    for place in places:
        netns.run("dir1", "ipvsadm", "-d", "-t", place, "-r", server_key(1))

    def n_back():
        table = director.table()
        return sum(len(table[f"tcp:{place}"]["servers"]) for place in places)

    # One turn through all 70 takes 60 s at most (test_ipvs_loop).
    wait_for(lambda: n_back() >= 2, 30, "the first servers are back", 0.5)
    expect(n_back() < len(places), "all were mended by one reading")
    expect(2 < len(repairs_said(director)) < 8, f"the log says {repairs_said(director)}")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@only_in_all
def test_cost_of_10000_services(lab):
    """The CPU that 10,000 services cost in 60 s while nothing changes; the figure is printed, not judged."""
    director = lab.director("dir1", global_defs() + many(10000)).wait_ready(60)
    wait_for(lambda: sum(1 for _ in director.table()) == 10000, 60, "all services", 2)
    pid = director.child("lvsd: director")
    before = cpu_seconds(pid)
    time.sleep(60)
    used = cpu_seconds(pid) - before
    looks = director.status()["reconcile"]
    print(f"    10000 services: {used:.2f} s of CPU in 60 s, {looks}")
