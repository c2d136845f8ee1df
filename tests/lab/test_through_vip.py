# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks through the virtual address (through_vip): what they find, and what they leave behind."""

import os
import shutil

import netns
from configs import global_defs
from lab import VIP, expect, hold, server_address, wait_for
from test_check_paths import block, reasons, states
from test_traffic import VIP6, Undo
from test_tunnels import module, on_servers

NUMBERS = (1, 2, 3)
ACCEPT_LOCAL = "net.ipv4.conf.eth0.accept_local"
PAGE = "url {\n\t\t\t\tpath /\n\t\t\t\tstatus_code 200\n\t\t\t}"
KINDS = {1: block("TCP_CHECK", "connect_timeout 1", "retry 0"),
         2: block("HTTP_GET", "connect_timeout 1", "retry 0", PAGE, PAGE.replace("path /", "path /health")),
         3: block("TCP_CHECK", "connect_timeout 1", "retry 0")}


def address(number, family):
    return server_address(number) if family == 4 else f"fd09::{20 + number}"


def service(family=4, method="DR", through="through_vip", checks=None, name=None):
    vip = VIP if family == 4 else VIP6
    text = f"virtual_server {name or vip + ' 80'} {{\n\tdelay_loop 0.3\n\tlvs_sched rr\n\tlvs_method {method}\n\t{through}\n"
    text += "" if name else "\tprotocol TCP\n"
    for number in NUMBERS:
        text += f"\treal_server {address(number, family)} 80 {{\n\t\t{(checks or KINDS)[number]}\n\t}}\n"
    return text + "}\n"


def private(family=4):
    """The servers of the private services, by their only server."""
    found = [value["servers"] for key, value in netns.ipvs_table("dir1").items() if key.startswith(f"fwm{family}:")]
    return sorted(server for servers in found for server in servers)


def have_vip(lab, vip, is_there):
    """The director is a master of the address from now on, or a backup."""
    length, more = (32, "") if vip == VIP else (128, " nodad preferred_lft 0")
    lab.batch("dir1", f"addr {'add' if is_there else 'del'} {vip}/{length} dev eth0{more if is_there else ''}")


def wait_states(director, wanted, what):
    wait_for(lambda: states(director) == wanted, 20, lambda: f"{what}: {states(director)} {reasons(director)}")


def lose_and_find(lab, director, vip):
    """One server has the virtual address no longer on lo: it goes down, it alone, with a reason that helps. It
    comes back with the address. A direct check would not see it."""
    length = 32 if vip == VIP else 128
    shown = VIP + ":80" if vip == VIP else f"[{VIP6}]:80"
    lab.batch("rs1", f"addr del {vip}/{length} dev lo")
    try:
        wait_states(director, ["down", "up", "up"], "without the address on lo")
        server = address(1, 4 if vip == VIP else 6)
        expect(f"({shown} through {server}): is that address on its lo?" in reasons(director)[0], f"{reasons(director)}")
        hold(lambda: states(director) == ["down", "up", "up"], 2, lambda: f"{states(director)} {reasons(director)}")
    finally:
        lab.batch("rs1", f"addr add {vip}/{length} dev lo" + (" nodad" if vip == VIP6 else ""))
    wait_states(director, ["up"] * 3, "with the address")


def test_dr(lab):
    """DR and IPv4, as a backup and as a master: a server without the virtual address on lo is found; a failover in
    between is no failure; accept_local is set, stated, and put back; at a stop nothing stays."""
    netns.sysctl("dir1", ACCEPT_LOCAL, 0)
    director = lab.director("dir1", global_defs() + service()).wait_ready()
    wait_states(director, ["up"] * 3, "as a backup")
    expect(private() == [f"{server_address(number)}:0" for number in NUMBERS], f"{private()}")
    expect(reasons(director) == ["connected", "HTTP 200", "connected"], f"{reasons(director)}")
    lose_and_find(lab, director, VIP)
    have_vip(lab, VIP, True)
    try:
        hold(lambda: states(director) == ["up"] * 3, 3, lambda: f"a master now: {states(director)} {reasons(director)}")
        lose_and_find(lab, director, VIP)
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "1", "accept_local is 0")
        shown = director.ask(command="status", kernel=True)["result"]["kernel"]["sysctls"]
        expect({"name": ACCEPT_LOCAL, "value": "1", "former": "0"} in shown, f"{shown}")
        status = director.status()
        expect(len(status["virtual_servers"]) == 1, "a private service is shown as a virtual server")
        told = [server["checks"][0]["through_vip"] for server in status["virtual_servers"][0]["real_servers"]]
        expect({one["address"] for one in told} == {f"{VIP}:80"} and
               {f"fwm4:{one['mark']}" for one in told} < set(netns.ipvs_table("dir1")), f"{told}")
        netns.sysctl("dir1", ACCEPT_LOCAL, 0)
        wait_for(lambda: netns.sysctl("dir1", ACCEPT_LOCAL) == "1", 10, "it is set again")
        hold(lambda: states(director) == ["up"] * 3, 2, lambda: f"somebody set it to 0: {states(director)} {reasons(director)}")
        director.term()
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "0", "accept_local was not put back")
        expect(private() == [] and len(netns.ipvs_table("dir1")) == 1, f"{netns.ipvs_table('dir1')}")
    finally:
        have_vip(lab, VIP, False)


def test_reload_and_crash(lab):
    """A reload adds the private services and takes them away, without a word about drift; plan names them as private; a
    killed lvsd puts the sysctl back at the next start without through_vip; a deleted service is made again."""
    netns.sysctl("dir1", ACCEPT_LOCAL, 0)
    plain, through = global_defs() + service(through=""), global_defs() + service()
    have_vip(lab, VIP, True)
    try:
        director = lab.director("dir1", plain).wait_ready()
        wait_states(director, ["up"] * 3, "plain")
        expect(private() == [] and netns.sysctl("dir1", ACCEPT_LOCAL) == "0", f"{private()}")
        director.write(through)
        plan = director.ctl("plan", director.config_file).stdout
        expect(plan.count("# private: for checks with through_vip") == 6, f"{plan}")
        director.reload()
        wait_for(lambda: len(private()) == 3 and reasons(director) == ["connected", "HTTP 200", "connected"], 10,
                 lambda: f"{private()} {reasons(director)}")
        wait_states(director, ["up"] * 3, "through")
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "1", "accept_local is 0")
        mark = next(key for key in netns.ipvs_table("dir1") if key.startswith("fwm4:")).split(":")[1]
        netns.run("dir1", "ipvsadm", "-D", "-f", mark)
        wait_for(lambda: len(private()) == 3, 10, "the service is made again")
        wait_states(director, ["up"] * 3, "again")
        director.write(plain)
        director.reload()
        wait_for(lambda: private() == [], 10, lambda: f"{private()}")
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "0", "accept_local was not put back")
        director.write(through)
        director.reload()
        wait_for(lambda: len(private()) == 3 and netns.sysctl("dir1", ACCEPT_LOCAL) == "1", 10, "through once more")
        shutil.rmtree(director.run_dir)
        wait_for(lambda: os.path.exists(director.run_dir + "/state/through.json"), 5, "the former value is kept again")
        os.kill(director.child("lvsd: director"), 9)
        wait_for(lambda: director.status() is not None, 10, "the director is replaced")
        wait_states(director, ["up"] * 3, "replaced")
        hold(lambda: states(director) == ["up"] * 3, 3, lambda: f"{states(director)} {reasons(director)}")
        director.kill_group()
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "1", "a kill puts nothing back")
        director.write(plain)
        director.start().wait_ready()
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "0" and private() == [], f"{private()}")
    finally:
        have_vip(lab, VIP, False)
        netns.sysctl("dir1", ACCEPT_LOCAL, 0)


def test_rp_filter(lab):
    """Strict rp_filter and the virtual address on another interface: the kernel drops each answer, so there is no verdict,
    and the reason names the way out. With the loose filter the checks work."""
    lab.batch("dir1", f"addr add {VIP}/32 dev lo")
    netns.sysctl("dir1", "net.ipv4.conf.all.rp_filter", 1)
    try:
        director = lab.director("dir1", global_defs() + service()).wait_ready()
        wait_for(lambda: all(reason.startswith("no verdict: rp_filter of eth0 is 1") for reason in reasons(director)), 10,
                 lambda: f"{reasons(director)}")
        expect("down" not in states(director), f"{states(director)}")
        netns.sysctl("dir1", "net.ipv4.conf.all.rp_filter", 2)
        wait_states(director, ["up"] * 3, "loose")
    finally:
        netns.sysctl("dir1", "net.ipv4.conf.all.rp_filter", 0)
        lab.batch("dir1", f"addr del {VIP}/32 dev lo")


def test_marks_and_datagrams(lab):
    """A service by mark, whose checks name the virtual address by connect_ip; UDP_CHECK and DNS_CHECK are asked through it:
    each server says itself that nothing listens there."""
    through = ["through_vip", f"connect_ip {VIP}", "connect_timeout 1", "retry 0"]
    checks = {1: block("TCP_CHECK", *through), 2: block("UDP_CHECK", "connect_port 9", *through),
              3: block("DNS_CHECK", "connect_port 9", *through)}
    netns.run("rs3", "iptables-legacy", "-A", "INPUT", "-p", "udp", "-d", VIP, "--dport", "9")
    try:
        director = lab.director("dir1", global_defs() + service(name="fwmark 7", checks=checks, through="")).wait_ready()
        wait_states(director, ["up", "down", "down"], "by mark")
        expect("nothing listens" in reasons(director)[1] and "nothing listens" in reasons(director)[2], f"{reasons(director)}")
        lines = netns.run("rs3", "iptables-legacy", "-nvxL", "INPUT").stdout.splitlines()
        expect(any(VIP in line and int(line.split()[0]) > 0 for line in lines), f"asked at the virtual address: {lines}")
    finally:
        netns.run("rs3", "iptables-legacy", "-F", "INPUT")


def six(lab):
    for number in NUMBERS:
        lab.watch(Undo(lab, f"rs{number}", f"addr add {VIP6}/128 dev lo nodad", undo=[f"addr del {VIP6}/128 dev lo"]))


def test_dr_ipv6(lab):
    """The same over IPv6, where no sysctl is needed."""
    six(lab)
    director = lab.director("dir1", global_defs() + service(6)).wait_ready()
    wait_states(director, ["up"] * 3, "as a backup")
    expect(len(private(6)) == 3, f"{private(6)}")
    have_vip(lab, VIP6, True)
    try:
        hold(lambda: states(director) == ["up"] * 3, 2, lambda: f"a master now: {states(director)} {reasons(director)}")
        lose_and_find(lab, director, VIP6)
        expect(netns.sysctl("dir1", ACCEPT_LOCAL) == "0", "accept_local is 1 for IPv6")
    finally:
        have_vip(lab, VIP6, False)


def tunnel(lab, family, method):
    vip = VIP if family == 4 else VIP6
    director = lab.director("dir1", global_defs() + service(family, method)).wait_ready()
    wait_states(director, ["up"] * 3, "as a backup")
    have_vip(lab, vip, True)
    try:
        hold(lambda: states(director) == ["up"] * 3, 2, lambda: f"a master now: {states(director)} {reasons(director)}")
        lose_and_find(lab, director, vip)
        lab.batch("rs2", f"link set {'tunl0' if family == 4 else 'ip6tnl0'} down")
        try:
            wait_states(director, ["up", "down", "up"], "a server whose end of the tunnel is down")
        finally:
            lab.batch("rs2", f"link set {'tunl0' if family == 4 else 'ip6tnl0'} up")
        wait_states(director, ["up"] * 3, "with its end of the tunnel")
    finally:
        have_vip(lab, vip, False)


def test_tunnel(lab):
    """TUN and IPv4: also the end of a tunnel that is down is found."""
    module("ipip")
    on_servers(lab, "link set tunl0 up", undo=["link set tunl0 down"])
    tunnel(lab, 4, "TUN")


def test_tunnel_ipv6(lab):
    """TUN and IPv6."""
    module("ip6_tunnel")
    six(lab)
    on_servers(lab, "link set ip6tnl0 up", undo=["link set ip6tnl0 down"])
    tunnel(lab, 6, "TUN")
