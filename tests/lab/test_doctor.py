# SPDX-License-Identifier: GPL-2.0-or-later
"""What `lvsctl doctor` finds on a director, in order and with something broken."""

import json

import netns
from configs import alone, global_defs, instance, pair_member
from lab import VIP, expect, start_pair, wait_for


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
        expect_finding(found, "ok", "addresses", "this director alone" if director is a else "02:00:00:09:00:0b")
        expect_finding(found, "ok", "reach", "all 3 real servers")
        expect_finding(found, "ok", "modules", "all schedulers")
        expect(any("-p 112 -d 224.0.0.18" in opening["rule"] for opening in answer["openings"]), str(answer["openings"]))
    text = netns.run("dir1", lab.lvsctl, "-R", a.run_dir, "doctor", check=False).stdout
    expect("0 problems" in text and "openings that this configuration needs:" in text, text)


def test_closed_firewall(lab):
    """A FORWARD policy of DROP, as Docker sets it, and a rule against protocol 112 are found, with the rule that opens."""
    director = lab.director("dir1", pair_member(150, method="NAT")).wait_ready()
    netns.run("dir1", "iptables-legacy", "-P", "FORWARD", "DROP")
    netns.run("dir1", "iptables-legacy", "-A", "INPUT", "-p", "112", "-j", "DROP")
    found, answer = doctor(director)
    expect_finding(found, "problem", "firewall", "the policy of the chain FORWARD is DROP")
    expect_finding(found, "problem", "firewall", 'the rule "-A INPUT -p vrrp -j DROP" drops it')
    remedy = next(f["remedy"] for f in answer["findings"] if "chain FORWARD" in f["text"])
    netns.run("dir1", *remedy.replace("iptables", "iptables-legacy").split())
    found, _ = doctor(director)
    expect(sum("chain FORWARD" in text for _, _, text in found) == 2, str(found))


def test_two_masters(lab):
    """Two directors that do not hear one another are found on either, and so are two that answer for the address."""
    netns.run("dir2", "iptables-legacy", "-A", "INPUT", "-p", "112", "-j", "DROP")
    a = lab.director("dir1", pair_member(150)).wait_ready()
    b = lab.director("dir2", pair_member(100)).wait_ready()
    wait_for(lambda: a.holds_vip() and b.holds_vip(), 15, "both hold the VIP")
    found, _ = doctor(a)
    expect_finding(found, "problem", "vrrp", "this director and 10.9.0.12 (priority 100) both advertise")
    expect_finding(found, "problem", "addresses", f"{VIP} is answered for by this director and 02:00:00:09:00:0c")


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
        expect_finding(found, "ok", "addresses", "fd09::100 is answered for by this director alone")
        lab.batch("rs2", "addr add fd09::100/128 dev eth0 nodad")
        found, _ = doctor(a)
        expect_finding(found, "problem", "addresses", "fd09::100 is answered for by this director and 02:00:00:09:00:16")
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
