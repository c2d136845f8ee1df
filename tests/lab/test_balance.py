# SPDX-License-Identifier: GPL-2.0-or-later
"""Balancing by the kernel's table, and the health of real servers."""

import os
import re
import signal
import time

import netns
from configs import alone, global_defs, http_get, instance, pair_member, service, tcp_check
from lab import SERVICE, VIP, any_daemon, expect, fetch, hold, is_busy, server_key, stalls, wait_for


@any_daemon
def test_requests_are_balanced(lab):
    """The VIP comes to the only director and requests are balanced over three servers."""
    director = lab.director("dir1", pair_member(150, sync="")).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    director.wait_servers((1, 2, 3))
    lab.wait_balanced()
    names = [fetch() for _ in range(30)]
    expect(all(names.count(f"rs{n}") == 10 for n in (1, 2, 3)), f"30 requests went to {names}")


@any_daemon
def test_weights_are_kept(lab):
    """wrr sends requests by weight."""
    director = lab.director("dir1", pair_member(150, sync="", servers={1: 3, 2: 1, 3: 1})).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    director.wait_servers({server_key(1): 3, server_key(2): 1, server_key(3): 1})
    lab.wait_balanced()
    names = [fetch() for _ in range(20)]
    expect(names.count("rs1") == 12, f"20 requests went to {names}")


@any_daemon
def test_killed_server_leaves_and_returns(lab):
    """A server that is killed leaves the kernel's table, and is back in it when it runs again."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    lab.web[2].stop()
    director.wait_servers((1, 3), 5)
    lab.web[2].start()
    director.wait_servers((1, 2, 3), 6)


@any_daemon
def test_sick_answer_takes_server_out(lab):
    """HTTP_GET: a server that answers with another status leaves the table, and returns with the right one."""
    director = lab.director("dir1", alone(check=http_get())).wait_ready()
    director.wait_servers((1, 2, 3))
    lab.web[3].switch_health()
    director.wait_servers((1, 2), 5)
    lab.web[3].switch_health()
    director.wait_servers((1, 2, 3), 5)


@any_daemon
def test_silent_server_leaves(lab):
    """TCP_CHECK: a server that does not answer at all leaves the table after connect_timeout."""
    director = lab.director("dir1", alone(check=tcp_check(timeout=1))).wait_ready()
    director.wait_servers((1, 2, 3))
    try:
        lab.cut_link("rs1")
        director.wait_servers((2, 3), 6)
    finally:
        lab.plug_link("rs1")
    director.wait_servers((1, 2, 3), 6)


def test_retry_counts_before_down(lab):
    """retry 2 with delay_before_retry 1: a server leaves only after the third failure in a row. With log_all_failures the
    log has the two before."""
    check = tcp_check(retry=2).replace("retry 2", "retry 2\n\t\t\tlog_all_failures")
    director = lab.director("dir1", alone(check=check)).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(lambda: all_states(director) == {"up"}, 5, "all servers are up")
    begin = time.monotonic()
    lab.web[1].stop()
    director.wait_servers((2, 3), 8)
    took = time.monotonic() - begin
    expect(took >= 2, f"out after {took:.2f} s, before two retries of 1 s")
    failures = re.findall(r"rs=\S+ is up: check=TCP_CHECK#1 failed: \S+", director.log())
    expect(len(failures) == 2, f"{len(failures)} failures before the last are in the log")


def all_states(director):
    status = director.status()
    return {rs["state"] for vs in status["virtual_servers"] for rs in vs["real_servers"]}


def test_first_verdict_at_once(lab):
    """Every check has its first verdict soon after the start, not after a delay_loop, here of a minute (the first round
    takes half a second: test_health)."""
    lab.web[2].stop()
    begin = time.monotonic()
    director = lab.director("dir1", alone().replace("delay_loop 1", "delay_loop 60"))

    def states():
        status = director.status()
        return status and [rs["state"] for rs in status["virtual_servers"][0]["real_servers"]]

    wait_for(lambda: director.servers() is not None and server_key(2) not in director.servers()
             and server_key(1) in director.servers(), 20, "rs2 alone is out")
    took = stalls.ran(begin)
    expect(took < 10, f"the dead server left the table only {took:.2f} s after start")
    wait_for(lambda: states() == ["up", "down", "up"], 2, "two servers are up and one is down")


def refused_connects(pid):
    """Connects that were refused, in the network namespace of a process."""
    with open(f"/proc/{pid}/net/snmp", encoding="ascii") as snmp:
        names, values = [line.split() for line in snmp if line.startswith("Tcp:")]
    return int(values[names.index("AttemptFails")])


def test_servers_that_fail_together_make_one_plan(lab):
    """Three servers that fail together leave the kernel's table by one batch of requests."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(lambda: all_states(director) == {"up"}, 5, "all servers are up")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    deciding, probing = director.child("lvsd: director"), director.child("lvsd: check")
    # The three probes are asked for while the check process stands still, whatever their phases, and
    # it answers while the director does.
    os.kill(probing, signal.SIGSTOP)
    for web in lab.web.values():
        web.stop()
    asked = time.monotonic() + 2.5
    wait_for(lambda: time.monotonic() > asked, 4, "delay_loop is over for each check")
    os.kill(deciding, signal.SIGSTOP)
    before = refused_connects(probing)
    os.kill(probing, signal.SIGCONT)
    wait_for(lambda: refused_connects(probing) == before + 3 and not is_busy(probing), 5, "each probe has its outcome")
    os.kill(deciding, signal.SIGCONT)
    director.wait_servers((), 5)
    batches = watch.batches()
    expect(len(batches) == 1 and batches[0].count("del-dest") == 3, f"batches of requests: {batches}")


def test_method_and_options_reach_the_kernel(lab):
    """Scheduler, method, persistence and protocol are in the kernel's table as in the file."""
    text = (global_defs()
            + service(port=80, scheduler="rr", method="NAT")
            + service(port=81, scheduler="wlc", method="DR", extra="\tpersistence_timeout 300\n")
            + service(port=53, scheduler="sh", protocol="UDP", check=""))
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1, 2, 3))
    shape = wait_for(lambda: len(director.shape()) == 3 and director.shape(), 5, "three services")
    expect(shape[SERVICE][0] == "rr" and shape[SERVICE][2][0][1] == "Masq", f"tcp 80 is {shape[SERVICE]}")
    persistent = shape[f"tcp:{VIP}:81"]
    expect(persistent[0] == "wlc" and "persistent 300" in persistent[1], f"tcp 81 is {persistent}")
    udp = shape[f"udp:{VIP}:53"]
    expect(udp[0] == "sh" and [row[1] for row in udp[2]] == ["Route"] * 3, f"udp 53 is {udp}")


def test_both_spellings(lab):
    """lb_algo and lb_kind mean lvs_sched and lvs_method."""
    text = alone(scheduler="rr").replace("lvs_sched", "lb_algo").replace("lvs_method", "lb_kind")
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1, 2, 3))
    expect(director.shape()[SERVICE][0] == "rr", f"the table is {director.shape()}")


def test_no_vrrp_instance_no_vrrp_process(lab):
    """Without a vrrp_instance no vrrp process runs; without a virtual_server IPVS is not touched."""
    director = lab.director("dir1", alone()).wait_ready()
    expect("lvsd: vrrp" not in director.children(), f"processes: {sorted(director.children())}")
    other = lab.director("dir2")
    watch = lab.watch(netns.IpvsWatch("dir2"))
    other.start(global_defs() + instance(150)).wait_ready()
    wait_for(other.holds_vip, 10, "dir2 has the VIP")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")


def test_every_byte_is_probed_without_rights(lab):
    """Probes come from the check process: while it stands still no verdict changes and no server is lost."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(lambda: all_states(director) == {"up"}, 5, "all servers are up")
    prober = director.child("lvsd: check")
    os.kill(prober, signal.SIGSTOP)
    lab.web[1].stop()
    hold(lambda: set(director.servers()) == {server_key(n) for n in (1, 2, 3)}, 2, "three servers in the table")
    os.kill(prober, signal.SIGCONT)
    director.wait_servers((2, 3), 6)
