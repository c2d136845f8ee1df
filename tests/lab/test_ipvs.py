# SPDX-License-Identifier: GPL-2.0-or-later
"""Every setting of the kernel's services and servers: it gets there, it is known again, and it changes in place."""

import os
import re
import signal

import netns
from configs import global_defs
from lab import VIP, expect, open_sessions, expect_alive, server_address, wait_for
from test_tools import operations, table_operations

ALL = f"""virtual_server {VIP} 80 {{
	protocol TCP
	lvs_sched sh
	sh-port
	sh-fallback
	persistence_granularity 255.255.255.0
	lvs_method DR
	weight 3
	real_server 10.9.0.21 80 {{
		uthreshold 4000000000
		lthreshold 3000000000
	}}
	real_server 10.9.0.22 80 {{
		weight 70000
		lvs_method TUN type gue port 6080 remcsum
	}}
	real_server 10.9.0.23 80 {{
		weight 2147483647
		lvs_method TUN type gre csum
	}}
}}
virtual_server {VIP} 5060 {{
	protocol UDP
	lvs_sched mh
	mh-port
	flag-3
	ops
	persistence_timeout 77
	persistence_engine sip
	real_server 10.9.0.21 5061 {{
	}}
}}
virtual_server fd09::100 0 {{
	protocol SCTP
	lvs_sched ovf
	persistence_granularity 64
	lvs_method TUN
	real_server 10.9.0.21 {{
	}}
	real_server fd09::22 {{
	}}
}}
virtual_server fwmark 2147483647 {{
	ip_family inet6
	lvs_sched lblcr
	flag-1
	flag-2
	real_server fd09::21 8080 {{
	}}
	real_server fd09::22 {{
		lvs_method DR
	}}
}}
"""

# What ipvsadm -Sn says of it: neither thresholds nor a third flag.
SAVED = f"""-A -f 2147483647 -6 -s lblcr -b flag-1,flag-2
-A -t {VIP}:80 -s sh -p 360 -M 255.255.255.0 -b sh-fallback,sh-port
-A -u {VIP}:5060 -s mh -p 77 --pe sip -o -b mh-port
-A --sctp-service [fd09::100]:0 -s ovf -p 360 -M 64
-a -f 2147483647 -6 -r [fd09::21]:8080 -m -w 1
-a -f 2147483647 -6 -r [fd09::22]:0 -g -w 1
-a -t {VIP}:80 -r 10.9.0.21:80 -g -w 3
-a -t {VIP}:80 -r 10.9.0.22:80 -i -w 70000 --tun-type gue --tun-port 6080 --tun-remcsum
-a -t {VIP}:80 -r 10.9.0.23:80 -i -w 2147483647 --tun-type gre --tun-csum
-a -u {VIP}:5060 -r 10.9.0.21:5061 -m -w 1
-a --sctp-service [fd09::100]:0 -r 10.9.0.21:0 -i -w 1 --tun-type ipip
-a --sctp-service [fd09::100]:0 -r [fd09::22]:0 -i -w 1 --tun-type ipip
"""


def saved():
    return netns.run("dir1", "ipvsadm", "-Sn").stdout.splitlines()


def test_every_setting(lab):
    """All settings of the language are in the kernel as ipvsadm reads them; a reload of the same file, a restart and
    the reconciler then find nothing to change."""
    director = lab.director("dir1", global_defs() + ALL).wait_ready()
    wait_for(lambda: len(saved()) == len(SAVED.splitlines()), 5, f"all of it is there: {saved()}")
    expect(sorted(saved()) == sorted(SAVED.splitlines()), "ipvsadm reads:\n" + "\n".join(saved()))
    limits = netns.run("dir1", "ipvsadm", "-Ln", "--thresholds").stdout
    expect(re.search(r"10\.9\.0\.21:80 +4000000000 +3000000000 ", limits), f"ipvsadm reads:\n{limits}")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.reload().returncode == 0, "the reload was refused")
    director.term()
    director.start().wait_ready()
    wait_for(lambda: watch.n_dumps > 12 or watch.changes(), 10, "the table is read again")
    changes = watch.changes()
    expect(not changes, f"requests: {changes}")


def service(settings="", server="", method="DR"):
    return (global_defs() + f"virtual_server {VIP} 80 {{\n\tprotocol TCP\n\tlvs_method {method}\n{settings}"
            + "".join(f"\treal_server {server_address(number)} 80 {{\n{server if number == 1 else ''}\t}}\n"
                      for number in (1, 2, 3)) + "}\n")


# From each to the next, and what the kernel is asked for it.
EDITS = (
    (service("\tlvs_sched rr\n"), ["set-service"]),
    (service("\tlvs_sched mh\n\tmh-port\n"), ["set-service"]),
    (service("\tlvs_sched mh\n\tmh-fallback\n"), ["set-service"]),
    (service("\tpersistence_timeout 60\n"), ["set-service"]),
    (service("\tpersistence_timeout 61\n"), ["set-service"]),
    (service("\tpersistence_timeout 61\n\tpersistence_granularity 255.255.0.0\n"), ["set-service"]),
    (service("\tpersistence_timeout 61\n\tpersistence_engine sip\n"), ["set-service"]),
    (service("\tpersistence_timeout 61\n"), ["set-service"]),
    (service(), ["set-service"]),
    (service(server="\t\tuthreshold 100\n"), ["set-dest"]),
    (service(server="\t\tuthreshold 100\n\t\tlthreshold 50\n"), ["set-dest"]),
    (service(server="\t\tuthreshold 99\n\t\tlthreshold 50\n\t\tweight 70000\n"), ["set-dest"]),
    (service(server="\t\tlvs_method TUN type gre\n"), ["set-dest"]),
    (service(server="\t\tlvs_method TUN type gue port 9 csum\n"), ["set-dest"]),
    (service(server="\t\tlvs_method TUN type gue port 10 csum\n"), ["set-dest"]),
    (service(method="NAT"), ["set-dest"] * 3),
    (service("\tweight 5\n", method="NAT"), ["set-dest"] * 3),
    (service("\tlvs_sched rr\n\tweight 6\n", method="NAT"), ["set-service"] + ["set-dest"] * 3),
)


def test_edits_in_place(lab):
    """Whatever changes in the file of a service that stays reaches the kernel by one edit for each service and server
    that it is about: no service or server is made anew, and open connections live on."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", service()).wait_ready()
    director.wait_servers((1, 2, 3))
    sessions = open_sessions(lab, 3)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    before = service()
    for text, wanted in EDITS:
        director.write(text)
        done = director.reload()
        expect(done.returncode == 0, f"the reload was refused: {done.stdout}{done.stderr}")
        changes = watch.wait_changes(len(wanted))
        expect(changes == wanted, f"requests {changes}, wanted {wanted}, from\n{before}to\n{text}")
        before = text
    expect_alive(sessions)


def test_plan_says_the_cost(lab):
    """A plan says what an operation costs: another port is another service, another method is for new connections."""
    director = lab.director("dir1", service()).wait_ready()
    director.wait_servers((1, 2, 3))
    other = f"{lab.scratch}/dir1.other.conf"
    with open(other, "w", encoding="utf-8") as file:
        file.write(service(server="\t\tlvs_method NAT\n").replace("10.9.0.23", "10.9.0.29"))
    plan = operations(director.ctl("plan", other).stdout.splitlines())
    expect(plan == [
        f"edit dest vs=tcp:{VIP}:80 rs=10.9.0.21:80 method=DR->NAT # existing connections keep the old method",
        f"add dest vs=tcp:{VIP}:80 rs=10.9.0.29:80 weight=1 method=DR",
        f"edit dest vs=tcp:{VIP}:80 rs=10.9.0.23:80 weight=1->0 "
        "# it is deleted when its connections are gone, after 300 s at most"], f"the plan is {plan}")


def test_missing_scheduler(lab):
    """A scheduler whose module is missing: one sentence, not one for each server, names the service and the way out;
    other services are served, and it is tried again until the module is there."""
    with open("/proc/sys/kernel/modprobe", encoding="ascii") as file:
        modprobe = file.read().strip()
    netns.run(None, "modprobe", "ip_vs_wlc")  # The other service has its own, whichever test ran before.
    netns.run(None, "modprobe", "-r", "ip_vs_fo", check=False)
    try:
        with open("/proc/sys/kernel/modprobe", "w", encoding="ascii") as file:
            file.write("/bin/false")
        director = lab.director("dir1", service("\tlvs_sched fo\n") + service().replace(f"{VIP} 80", f"{VIP} 81").replace(
            global_defs(), "")).wait_ready()
        wait_for(lambda: director.servers(f"tcp:{VIP}:81") is not None, 5, "the other service is there")
        wait_for(lambda: "has no scheduler" in director.log(), 3, "the log says it")
        said = [line for line in director.log().splitlines() if " warning: " in line and "kernel:" in line]
        expect(all(f"add service vs=tcp:{VIP}:80" in line and "modprobe ip_vs_fo" in line for line in said), f"{said}")
    finally:
        with open("/proc/sys/kernel/modprobe", "w", encoding="ascii") as file:
            file.write(modprobe)
    director.wait_servers((1, 2, 3), 10)


def timeouts():
    """Of TCP, TCP after FIN, and UDP, as ipvsadm reads them."""
    said = netns.run("dir1", "ipvsadm", "-L", "--timeout").stdout
    return tuple(int(number) for number in said.split(":")[1].split())


def with_globals(text, extra=""):
    return text.replace("router_id lab\n", f"router_id lab\n{extra}")


def test_timeouts(lab):
    """lvs_timeouts reach the kernel, change by a reload, are repaired, survive a killed director, and the former values
    come back when a line goes and when lvsd ends."""
    former = timeouts()
    text = service()
    director = lab.director("dir1", with_globals(text, "\tlvs_timeouts tcp 7200 udp 33\n")).wait_ready()
    wait_for(lambda: timeouts() == (7200, former[1], 33), 5, f"the timeouts of the file: {timeouts()}")
    director.write(with_globals(text, "\tlvs_timeouts tcp 7200 tcpfin 5\n"))
    expect(operations(director.ctl("plan", director.config_file).stdout.splitlines()) == [
        f"set timeout=tcpfin value={former[1]}->5", f"set timeout=udp value=33->{former[2]}"], "another plan")
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: timeouts() == (7200, 5, former[2]), 3, f"the new ones: {timeouts()}")
    netns.run("dir1", "ipvsadm", "--set", "100", "0", "0")
    wait_for(lambda: timeouts() == (7200, 5, former[2]), 8, f"they are repaired: {timeouts()}")
    before = director.child("lvsd: director")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, before), 5, "a new director")
    wait_for(director.status, 5, "it answers")
    director.kill_group()
    expect(timeouts() == (7200, 5, former[2]), f"they stay when lvsd is killed: {timeouts()}")
    director.start().wait_ready()
    director.term()
    expect(timeouts() == former, f"they are back: {timeouts()}")
    expect(director.shape(), "the table went with them")


def test_flush(lab):
    """lvs_flush: at start services that are not in the file go, the others are not touched; a reload flushes nothing."""
    for port in (80, 99):
        netns.run("dir1", "ipvsadm", "-A", "-t", f"{VIP}:{port}", "-s", "wlc")
    for number in (1, 2, 3):
        netns.run("dir1", "ipvsadm", "-a", "-t", f"{VIP}:80", "-r", server_address(number), "-g")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director = lab.director("dir1")
    director.write(with_globals(service(), "\tlvs_flush\n"))
    planned = table_operations(netns.run("dir1", lab.lvsd, "--plan", "-f", director.config_file, "-R", director.run_dir).stdout.splitlines())
    expect(planned == [f"delete service vs=tcp:{VIP}:99 # its connections end"], f"the plan is {planned}")
    director.start().wait_ready()
    wait_for(lambda: set(director.table()) == {f"tcp:{VIP}:80"}, 5, "the other service is gone")
    changes = watch.changes()
    expect(changes == ["del-service"], f"requests: {changes}")
    netns.run("dir1", "ipvsadm", "-A", "-t", f"{VIP}:99", "-s", "rr")
    director.write(with_globals(service(server="\t\tweight 2\n"), "\tlvs_flush\n"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: (director.servers() or {}).get("10.9.0.21:80") == 2, 3, "the new weight")
    expect(f"tcp:{VIP}:99" in director.table(), "the reload flushed")


def stopped(lab, line):
    """The keys of the services that are there after a stop with this line, beside one of somebody else."""
    director = lab.director("dir1", with_globals(service(), line)).wait_ready()
    director.wait_servers((1, 2, 3))
    netns.run("dir1", "ipvsadm", "-A", "-t", f"{VIP}:99", "-s", "rr", check=False)
    expect(director.term() == 0, "the exit status is not 0")
    lab.directors.remove(director)
    return set(director.table())


def test_flush_on_stop(lab):
    """At a stop the table stays; with lvs_flush_on_stop VS lvsd's own services go, with lvs_flush_on_stop all."""
    expect(stopped(lab, "") == {f"tcp:{VIP}:80", f"tcp:{VIP}:99"}, "the table did not stay")
    expect(stopped(lab, "\tlvs_flush_on_stop VS\n") == {f"tcp:{VIP}:99"}, "more or less than its own went")
    expect(stopped(lab, "\tlvs_flush_on_stop\n") == set(), "something stayed")
    lab.director("dir1")
