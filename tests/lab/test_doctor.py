# SPDX-License-Identifier: GPL-2.0-or-later
"""What `lvsctl doctor` finds on a director, in order and with something broken."""

import json
import os
import socket

import netns
from configs import alone, global_defs, instance, pair_member
from lab import DIRECTORS, VIP, expect, start_pair, wait_for


def doctor(director, *arguments):
    """The findings, as (severity, subject, text), and the answer whole."""
    done = netns.run(director.namespace, director.lab.lvsctl, "-R", director.run_dir, "--json", "doctor", *arguments,
                     check=False, timeout=40)
    expect(done.returncode in (0, 1), done.stderr)
    answer = json.loads(done.stdout)
    found = [(f["severity"], f["subject"], f["text"]) for f in answer["findings"]]
    expect(done.returncode == any(severity == "problem" for severity, _, _ in found), str(found))
    return found, answer


def expect_finding(found, severity, subject, part):
    expect(any(f[:2] == (severity, subject) and part in f[2] for f in found), f"no {severity} {subject}: {part}: {found}")


def test_sound_pair(lab):
    """On both directors of a pair that works the doctor finds no problem, and sees who advertises and who answers."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    for director, role in ((a, "this director advertises"), (b, "10.9.0.11 (priority 150)")):
        found, answer = doctor(director)
        expect(not [f for f in found if f[0] == "problem"], str(found))
        expect_finding(found, "ok", "vrrp", role)
        expect_finding(found, "ok", "addresses", "only this director answers" if director is a else "only 02:00:00:09:00:0b")
        expect_finding(found, "unknown", "reach", "DR: packets go out to 3 real servers")
        expect_finding(found, "ok", "daemon", "lvsd runs")
        expect_finding(found, "ok", "modules", "all schedulers")
        expect(any("-p 112 -d 224.0.0.18" in opening["rule"] for opening in answer["openings"]), str(answer["openings"]))
    text = netns.run("dir1", lab.lvsctl, "-R", a.run_dir, "doctor", check=False).stdout
    status = netns.run("dir2", lab.lvsctl, "-R", b.run_dir, "status").stdout
    expect("  the master is 10.9.0.11\n" in status, status)
    expect("0 problems" in text and "openings that this configuration needs:" in text, text)


def test_closed_firewall(lab):
    """A FORWARD policy of DROP, as Docker sets it, and a rule against protocol 112 are found, with the rule that opens."""
    director = lab.director("dir1", pair_member(150, method="NAT")).wait_ready()
    netns.run("dir1", "iptables-legacy", "-P", "FORWARD", "DROP")
    netns.run("dir1", "iptables-legacy", "-A", "INPUT", "-p", "112", "-j", "DROP")
    found, answer = doctor(director)
    expect_finding(found, "problem", "firewall", "the policy of the chain FORWARD of the table filter is DROP")
    expect_finding(found, "problem", "firewall", 'the rule "-A INPUT -p vrrp -j DROP" of the table filter drops it')
    remedy = next(f["remedy"] for f in answer["findings"] if "chain FORWARD" in f["text"])
    netns.run("dir1", *remedy.replace("iptables", "iptables-legacy").split())
    found, _ = doctor(director)
    expect(sum("chain FORWARD" in text for _, _, text in found) == 2, str(found))


def test_before_the_first_start(lab):
    """Before lvsd runs a silent link is unknown, and what the other director advertises is compared with the file: its
    addresses, its priority, and another VRID with the same address."""
    b = lab.director("dir2", pair_member(150)).wait_ready()
    wait_for(b.holds_vip, 15, "dir2 has the VIP")
    a = lab.director("dir1")
    a.write(pair_member(150).replace(f"{VIP}/32", "10.9.0.101/32"))
    found, _ = doctor(a, a.config_file)
    expect_finding(found, "warning", "daemon", "lvsd does not run here")
    expect_finding(found, "problem", "vrrp", f"only there: {VIP}; only here: 10.9.0.101")
    expect_finding(found, "warning", "vrrp", "10.9.0.12 has the same priority 150 as this file")
    a.write(pair_member(140).replace("virtual_router_id 51", "virtual_router_id 52"))
    found, _ = doctor(a, a.config_file)
    expect_finding(found, "problem", "vrrp", f"10.9.0.12 advertises {VIP} with virtual_router_id 51")
    expect_finding(found, "unknown", "vrrp", "nobody advertised on eth0, and lvsd does not run here")


def test_two_masters(lab):
    """Two directors that do not hear one another are found on either, and so are two that answer for the address."""
    netns.run("dir2", "iptables-legacy", "-A", "INPUT", "-p", "112", "-j", "DROP")
    a = lab.director("dir1", pair_member(150)).wait_ready()
    b = lab.director("dir2", pair_member(100)).wait_ready()
    wait_for(lambda: a.holds_vip() and b.holds_vip(), 15, "both hold the VIP")
    both = "this director and 10.9.0.12 (priority 100) both advertise"
    # The doctor listens for three intervals, in which a busy machine may delay the advertisements of one.
    wait_for(lambda: any(both in finding[2] for finding in doctor(a)[0]), 30, "the doctor finds both masters")
    found, _ = doctor(a)
    expect_finding(found, "problem", "addresses", f"several machines answer for {VIP}: this director and 02:00:00:09:00:0c")


def test_server_that_answers_for_the_vip(lab):
    """A real server with DR that answers ARP for the VIP is found."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    wait_for(director.holds_vip, 15, "dir1 has the VIP")
    netns.sysctl("rs2", "net.ipv4.conf.all.arp_ignore", 0)
    try:
        found, _ = doctor(director)
    finally:
        netns.sysctl("rs2", "net.ipv4.conf.all.arp_ignore", 1)
    expect_finding(found, "problem", "addresses", "and 02:00:00:09:00:16")


def test_second_owner_of_an_ipv6_address(lab):
    """Who answers for an IPv6 VIP is asked too: the master alone, then another machine that has the address as well,
    which the backup sees beside the master. A real server that has it on lo does not answer."""
    vips = ("fe80::109/128", "fd09::100/128")
    a = lab.director("dir1", global_defs() + instance(150, vips=vips)).wait_ready()
    wait_for(lambda: a.holds_vip("fd09::100"), 15, "dir1 has the VIP")
    b = lab.director("dir2", global_defs() + instance(100, vips=vips)).wait_ready()
    wait_for(lambda: b.vrrp_state() == "BACKUP", 15, "dir2 is backup")
    lab.batch("rs1", "addr add fd09::100/128 dev lo nodad")
    try:
        found, _ = doctor(a)
        expect_finding(found, "ok", "addresses", "fd09::100: only this director answers for it")
        lab.batch("rs2", "addr add fd09::100/128 dev eth0 nodad")
        found, _ = doctor(a)
        expect_finding(found, "problem", "addresses", "several machines answer for fd09::100: this director and 02:00:00:09:00:16")
        found, _ = doctor(b)
    finally:
        for name in ("rs1", "rs2"):
            netns.run(name, "ip", "-6", "addr", "flush", "to", "fd09::100/128")
    both = [text for severity, subject, text in found if severity == "problem" and subject == "addresses"]
    expect(len(both) == 1 and "02:00:00:09:00:0b" in both[0] and "02:00:00:09:00:16" in both[0], str(found))


def test_unreachable_and_forwarding(lab):
    """Without a daemon: servers that no link reaches, and NAT without forwarding."""
    director = lab.director("dir1")
    director.write(alone(method="NAT"))
    netns.sysctl("dir1", "net.ipv4.ip_forward", 0)
    netns.run("dir1", "ip", "route", "add", "unreachable", "10.9.0.22/32")
    found, _ = doctor(director, director.config_file)
    expect_finding(found, "problem", "forwarding", "net.ipv4.ip_forward is 0")
    expect_finding(found, "problem", "reach", "there is no route to the real server 10.9.0.22")


def test_sysctls_of_one_interface(lab):
    """rp_filter and send_redirects count for an interface by themselves, whatever `all` has."""
    director = lab.director("dir1")
    director.write(alone(method="NAT"))
    former = {key: netns.sysctl("dir1", key) for key in ("net.ipv4.conf.all.rp_filter", "net.ipv4.conf.eth0.rp_filter")}
    netns.sysctl("dir1", "net.ipv4.conf.all.rp_filter", 0)
    netns.sysctl("dir1", "net.ipv4.conf.eth0.rp_filter", 0)
    found, _ = doctor(director, director.config_file)
    expect(not any("rp_filter" in text or "send_redirects" in text for _, _, text in found), str(found))
    netns.sysctl("dir1", "net.ipv4.conf.eth0.rp_filter", 1)
    netns.sysctl("dir1", "net.ipv4.conf.eth0.send_redirects", 1)
    try:
        found, _ = doctor(director, director.config_file)
    finally:
        netns.sysctl("dir1", "net.ipv4.conf.eth0.send_redirects", 0)
        for key, value in former.items():
            netns.sysctl("dir1", key, value)
    expect_finding(found, "warning", "reach", "rp_filter is 1 on eth0")
    expect_finding(found, "warning", "forwarding", "net.ipv4.conf.eth0.send_redirects is on")


def test_room_for_tunnels(lab):
    """Each kind of tunnel has its own header, and the MTU of the link is enough or not."""
    director = lab.director("dir1")
    try:
        for method, header in (("TUN", 20), ("TUN type gue port 6080", 32), ("TUN type gre csum", 28)):
            director.write(alone(method=method))
            netns.run("dir1", "ip", "link", "set", "eth0", "mtu", str(1499 + header))
            found, _ = doctor(director, director.config_file)
            expect_finding(found, "warning", "mtu", f"its header takes {header}: clients' packets of more than 1499")
            netns.run("dir1", "ip", "link", "set", "eth0", "mtu", str(1500 + header))
            found, _ = doctor(director, director.config_file)
            expect(not any(subject == "mtu" for _, subject, _ in found), str(found))
    finally:
        netns.run("dir1", "ip", "link", "set", "eth0", "mtu", "1500")


def test_clock_files_conntrack_and_modules(lab):
    """A file that others may write, one with passwords that all may read, a table of connections that is nearly full,
    and a scheduler that no module has."""
    director = lab.director("dir1")
    director.write(alone(method="NAT", scheduler="twos"))
    os.chmod(director.config_file, 0o666)
    found, _ = doctor(director, director.config_file)
    expect_finding(found, "problem", "files", "can be written by others than root (owner 0, mode 0666)")
    expect(any(subject == "modules" and "ip_vs_twos" in text for _, subject, text in found), str(found))
    expect(any(subject == "clock" for _, subject, _ in found), str(found))
    director.write(pair_member(150, extra="").replace("advert_int 0.2", "advert_int 1")
                   .replace("version 3", "version 2\n\tauthentication {\n\t\tauth_type PASS\n\t\tauth_pass secret\n\t}"))
    os.chmod(director.config_file, 0o644)
    netns.run(None, "modprobe", "nf_conntrack")
    rules = ("iptables-legacy", "-t", "filter")
    netns.run("dir1", *rules, "-A", "INPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "ACCEPT")
    found, _ = doctor(director, director.config_file)
    expect_finding(found, "warning", "files", "holds passwords and everybody can read it (mode 0644)")
    expect_finding(found, "ok", "conntrack", "tracked connections are in use")
    former = netns.sysctl(None, "net.netfilter.nf_conntrack_max")
    holding = []
    try:
        for _ in range(20):
            holding.append(netns.open_socket("client", socket.AF_INET, socket.SOCK_DGRAM))
            holding[-1].sendto(b"x", (DIRECTORS["dir1"], 9))
        wait_for(lambda: int(netns.sysctl("dir1", "net.netfilter.nf_conntrack_count")) >= 20, 5, "connections are tracked")
        netns.sysctl(None, "net.netfilter.nf_conntrack_max", 24)
        found, _ = doctor(director, director.config_file)
    finally:
        netns.sysctl(None, "net.netfilter.nf_conntrack_max", former)
        for held in holding:
            held.close()
    expect_finding(found, "problem", "conntrack", "of 24 tracked connections are in use")
