# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks whose packets need more than a socket: pings, marks, interfaces; and checks that are files."""

import os

import netns
from configs import global_defs
from lab import VIP, expect, hold, server_address, server_key, wait_for
from test_ipvlan import need

# Addresses that only one way leads to. TWIN is on the servers' side of a second link.
MARKED, TWIN = "10.77.0.1", "10.66.0.3"


def servers(director):
    return director.status()["virtual_servers"][0]["real_servers"]


def states(director):
    return [server["state"] for server in servers(director)]


def reasons(director):
    return [server["checks"][0]["last"]["reason"] or "" for server in servers(director)]


def block(kind, *lines):
    return f"{kind} {{\n" + "".join(f"\t\t\t{line}\n" for line in lines) + "\t\t}"


def service(checks, family=4):
    """A service whose real servers have these checks, in order; the addresses are those of the lab."""
    text = f"virtual_server {VIP if family == 4 else 'fd09::64'} 80 {{\n\tdelay_loop 0.3\n\tlvs_sched wrr\n\tlvs_method DR\n\tprotocol TCP\n"
    for number, check in enumerate(checks, 1):
        address = server_address(number) if family == 4 else f"fd09::{server_address(number).rsplit('.', 1)[1]}"
        text += f"\treal_server {address} 80 {{\n\t\tweight 10\n\t\t{check}\n\t}}\n"
    return text + "}\n"


def reject(namespace, *rule):
    """Has the machine refuse pings with an ICMP error, until the rule is deleted."""
    netns.run(namespace, "iptables-legacy", "-A", "INPUT", "-p", "icmp", "--icmp-type", "echo-request", *rule)


def test_ping(lab):
    """PING_CHECK over IPv4 and IPv6: a machine that drops pings leaves the table and comes back; one that refuses them
    says why in the status; a machine that is gone is named by this one's own error; the check process has no
    capability, and no socket of a ping is left over."""
    ping = block("PING_CHECK", "connect_timeout 1", "retry 0")
    text = global_defs() + service([ping] * 3) + service([ping] * 2, family=6)
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: states(director) == ["up"] * 3 and
             [server["state"] for server in director.status()["virtual_servers"][1]["real_servers"]] == ["up"] * 2, 20,
             lambda: f"all answer: {director.status()['virtual_servers']}")
    expect(reasons(director) == ["echo reply"] * 3, f"{reasons(director)}")
    check = director.child("lvsd: check")
    with open(f"/proc/{check}/status", encoding="ascii") as file:
        status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
    expect(all(int(status[name], 16) == 0 for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")), f"{status}")
    expect(netns.sysctl("dir1", "net.ipv4.ping_group_range").split() == ["1", "0"], "ping_group_range was changed")
    director.wait_servers({server_key(number): 10 for number in (1, 2, 3)})
    try:
        netns.sysctl("rs1", "net.ipv4.icmp_echo_ignore_all", 1)
        director.wait_servers({server_key(number): 10 for number in (2, 3)})
        expect(reasons(director)[0] == "no reply within 1.000 s", f"{reasons(director)}")
    finally:
        netns.sysctl("rs1", "net.ipv4.icmp_echo_ignore_all", 0)
    director.wait_servers({server_key(number): 10 for number in (1, 2, 3)})
    reject("rs2", "-j", "REJECT", "--reject-with", "icmp-host-prohibited")
    try:
        wait_for(lambda: states(director)[1] == "down", 10, "the server that refuses pings is down")
        expect(reasons(director)[1] == f"host prohibited, says {server_address(2)}", f"{reasons(director)}")
    finally:
        netns.run("rs2", "iptables-legacy", "-F", "INPUT")
    wait_for(lambda: states(director)[1] == "up", 10, "it is up again")
    lab.batch("rs3", "link set eth0 down")
    try:
        wait_for(lambda: states(director)[2] == "down", 15, "the machine that is gone is down")
        wait_for(lambda: reasons(director)[2] == "host unreachable, says 10.9.0.11" or
                 reasons(director)[2] == "no reply within 1.000 s", 10, lambda: f"{reasons(director)}")
    finally:
        lab.batch("rs3", "link set eth0 up", "addr replace fd09::23/64 dev eth0 nodad")
    wait_for(lambda: states(director) == ["up"] * 3, 20, "it is up again")
    hold(lambda: director.child("lvsd: check") == check and len(os.listdir(f"/proc/{check}/fd")) < 24, 2,
         "few descriptors are open, in the same process")


def marked(kind, *lines, mark=7):
    return block(kind, f"connect_ip {MARKED}", "connect_timeout 1", "retry 0", *([f"fwmark {mark}"] if mark else []), *lines)


def test_fwmark(lab):
    """A rule gives marked packets a route of their own: only checks with the mark reach their server, of every kind;
    without it there is no verdict for want of a route. The packets of a check carry exactly its mark."""
    lab.batch("rs1", f"addr add {MARKED}/32 dev lo")
    lab.batch("dir1", f"rule add fwmark 7 lookup 77", f"route add {MARKED}/32 via {server_address(1)} table 77")
    netns.run("dir1", "iptables-legacy", "-A", "OUTPUT", "-d", MARKED, "-m", "mark", "--mark", "7")
    netns.run("dir1", "iptables-legacy", "-A", "OUTPUT", "-d", MARKED, "-m", "mark", "!", "--mark", "7")
    page = "url {\n\t\t\t\tpath /health\n\t\t\t\tstatus_code 200\n\t\t\t}"
    try:
        director = lab.director("dir1", global_defs() + service(
            [marked("TCP_CHECK"), marked("HTTP_GET", page, page.replace("/health", "/")), marked("PING_CHECK")])).wait_ready()
        wait_for(lambda: states(director) == ["up"] * 3, 20, lambda: f"marked checks: {reasons(director)}")
        director.write(global_defs() + service([marked("TCP_CHECK", mark=0), marked("HTTP_GET", page, mark=8),
                                                marked("PING_CHECK", mark=0)]))
        director.reload()
        wait_for(lambda: all("no route" in reason or "unreachable" in reason for reason in reasons(director)), 20,
                 lambda: f"without the mark: {reasons(director)}")
        expect(all(reason.startswith(f"no verdict: no route to {MARKED}") for reason in reasons(director)),
               f"{reasons(director)}")
        director.write(global_defs() + service([marked("UDP_CHECK", "connect_port 9"), marked("SMTP_CHECK"),
                                                marked("DNS_CHECK", "connect_port 9")]))
        director.reload()
        # What the server says shows that it was asked.
        wait_for(lambda: states(director) == ["down"] * 3, 20, lambda: f"{reasons(director)}")
        expect("nothing listens" in reasons(director)[0] and "nothing listens" in reasons(director)[2] and
               "no route" not in reasons(director)[1], f"{reasons(director)}")
        lines = netns.run("dir1", "iptables-legacy", "-nvxL", "OUTPUT").stdout.splitlines()
        counts = {"!" in line: int(line.split()[0]) for line in lines if MARKED in line}
        expect(counts[False] > 10 and counts[True] == 0, f"packets with and without the mark: {lines}")
    finally:
        netns.run("dir1", "iptables-legacy", "-F", "OUTPUT")
        lab.batch("rs1", f"addr del {MARKED}/32 dev lo")


def on_twin(kind, *lines, name="twin"):
    return block(kind, f"connect_ip {TWIN}", "connect_timeout 1", "retry 0", *([f"bind_if {name}"] if name else []), *lines)


def test_bind_if(lab):
    """Two interfaces with the same network, of which routing prefers the wrong one: only checks with bind_if reach the
    server. An interface that does not exist is no verdict, and the check runs when it is there. The same in a VRF."""
    need("dummy")
    page = "url {\n\t\t\t\tpath /health\n\t\t\t\tstatus_code 200\n\t\t\t}"
    make = ("link add wrong type dummy", "addr add 10.66.0.2/24 dev wrong", "link set wrong up",
            "link add twin type veth peer name twin netns rs3", "addr add 10.66.0.1/24 dev twin", "link set twin up")
    far = (f"addr add {TWIN}/24 dev twin", "link set twin up")
    lab.batch("dir1", *make)
    lab.batch("rs3", *far)
    director = lab.director("dir1", global_defs() + service(
        [on_twin("TCP_CHECK"), on_twin("HTTP_GET", page), on_twin("PING_CHECK")])).wait_ready()
    wait_for(lambda: states(director) == ["up"] * 3, 20, lambda: f"by the right interface: {reasons(director)}")
    director.write(global_defs() + service([on_twin("TCP_CHECK", name=None), on_twin("HTTP_GET", page, name="none"),
                                            on_twin("PING_CHECK", name="wrong")]))
    director.reload()
    wait_for(lambda: states(director)[0] == states(director)[2] == "down", 20, lambda: f"{reasons(director)}")
    wait_for(lambda: reasons(director)[1].startswith("no verdict: the interface none (bind_if) is not on this machine"), 10,
             lambda: f"{reasons(director)}")
    director.write(global_defs() + service([on_twin("TCP_CHECK"), on_twin("HTTP_GET", page), on_twin("PING_CHECK")]))
    director.reload()
    wait_for(lambda: states(director) == ["up"] * 3, 20, lambda: f"{reasons(director)}")
    netns.run("dir1", "ip", "link", "del", "twin")
    wait_for(lambda: all("twin (bind_if) is not on this machine" in reason for reason in reasons(director)), 10,
             lambda: f"the interface is gone: {reasons(director)}")
    expect(states(director) == ["up"] * 3, f"a fault of this machine is no verdict: {states(director)}")
    lab.batch("dir1", *make[3:])
    lab.batch("rs3", *far)
    wait_for(lambda: reasons(director) == ["connected", "HTTP 200", "echo reply"], 20, lambda: f"{reasons(director)}")
    need("vrf")
    lab.batch("dir1", "link add red type vrf table 101", "link set red up", "link set twin master red")
    director.write(global_defs() + service([on_twin("TCP_CHECK", name="red"), on_twin("HTTP_GET", page, name="red"),
                                            on_twin("PING_CHECK", name="red")]))
    director.reload()
    wait_for(lambda: states(director) == ["up"] * 3 and reasons(director) == ["connected", "HTTP 200", "echo reply"], 20,
             lambda: f"by the VRF: {reasons(director)}")


def write_file(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def test_file(lab):
    """FILE_CHECK: the number in a file changes the weight at once, from the start on; a file that vanishes counts as 0;
    one that takes its place by rename counts; weight 0 takes the server out; a reload, and a director that dies, keep
    that. Nothing is added up."""
    path = f"{lab.scratch}/load"
    write_file(path, "5\n")
    head = global_defs() + f"track_file load {{\n\tfile {path}\n\tweight 2\n}}\n"
    file_check = block("FILE_CHECK", "track_file load")
    minus = block("FILE_CHECK", "track_file load", "weight 3 reverse")
    fault = block("FILE_CHECK", "track_file load", "weight 0")
    first, second, third = (server_key(number) for number in (1, 2, 3))
    director = lab.director("dir1", head + service([file_check, minus, fault])).wait_ready()
    try:
        expect(states(director) == ["up", "up", "down"], f"{states(director)} {reasons(director)}")
        director.wait_servers({first: 20, second: 0})
        expect(reasons(director) == ["file load says 5: weight +10", "file load says 5: weight -15", "file load says 5"],
               f"{reasons(director)}")
        write_file(path, "-1\n")
        director.wait_servers({first: 8, second: 13})
        os.unlink(path)
        director.wait_servers({first: 10, second: 10, third: 10})
        expect(reasons(director)[0] == "file load counts as 0, as it does not exist: weight +0", f"{reasons(director)}")
        write_file(path + ".new", "2")
        os.rename(path + ".new", path)
        director.wait_servers({first: 14, second: 4})
        write_file(path + ".new", "0")
        os.rename(path + ".new", path)
        director.wait_servers({first: 10, second: 10, third: 10})
        write_file(path, "seven")
        wait_for(lambda: "does not begin with a whole number" in reasons(director)[0], 5, lambda: f"{reasons(director)}")
        for number in (1, 2, 1):
            write_file(path, str(number))
        director.wait_servers({first: 12, second: 7})
        os.kill(director.child("lvsd: director"), 9)
        wait_for(lambda: director.status() is not None, 10, "the director is replaced")
        hold(lambda: director.servers() == {first: 12, second: 7}, 2, lambda: f"{director.servers()}")
        director.write(head + service([file_check.replace("track_file load", "track_file load\n\t\t\tweight -10"), minus, fault]))
        director.reload()
        director.wait_servers({first: 0, second: 7})
        expect(states(director) == ["up", "up", "down"], f"{states(director)}")
    finally:
        for name in (path, path + ".new"):
            if os.path.exists(name):
                os.unlink(name)
