# SPDX-License-Identifier: GPL-2.0-or-later
"""Encapsulations of TUN, and servers of the other family than their service, on real traffic."""

import re

import netns
from configs import global_defs
from lab import N_SERVERS, VIP, Skip, expect, expect_alive, open_sessions, server_address, server_name, wait_for
from test_traffic import VIP6, Undo
from traffic import ask

SERVERS = range(1, N_SERVERS + 1)
GUE_PORT = 6080


def module(name):
    if netns.run(None, "modprobe", name, check=False).returncode != 0:
        raise Skip(f"this kernel has no module {name}")


def on_servers(lab, *lines, undo=()):
    for number in SERVERS:
        lab.watch(Undo(lab, server_name(number), *lines, undo=undo))


def service(vip, tunnel, servers):
    text = f"virtual_server {vip} 80 {{\n\tdelay_loop 1\n\tprotocol TCP\n\tlvs_sched rr\n\tlvs_method TUN {tunnel}\n"
    return global_defs() + text + "".join(
        f"\treal_server {server} 80 {{\n\t\tTCP_CHECK {{\n\t\t\tconnect_timeout 1\n\t\t}}\n\t}}\n" for server in servers) + "}\n"


def start(lab, vip, tunnel, servers):
    lab.batch("dir1", f"addr add {vip}/{128 if ':' in vip else 32} dev eth0" + (" nodad" if ":" in vip else ""))
    director = lab.director("dir1", service(vip, tunnel, servers)).wait_ready()
    key = f"tcp:[{vip}]:80" if ":" in vip else f"tcp:{vip}:80"
    wait_for(lambda: len(director.servers(key) or ()) == N_SERVERS, 5, f"{key} has its servers")
    return director


def expect_answers(vip):
    names = sorted(ask("tcp", vip, 80) for _ in range(2 * N_SERVERS))
    expect(names == sorted(2 * [server_name(number) for number in SERVERS]), f"requests went to {names}")


def ipvsadm_options(part):
    """What ipvsadm reads of the first server's tunnel."""
    saved = netns.run("dir1", "ipvsadm", "-Sn").stdout
    line = [line for line in saved.splitlines() if line.startswith("-a")][0]
    expect(part in line, f"`{part}` is not in: {line}")


def edit_in_place(director, watch, tunnel, servers, part):
    """Another encapsulation in the file reaches the kernel by one edit for each server."""
    director.write(service(VIP, tunnel, servers))
    done = director.reload()
    expect(done.returncode == 0, f"the reload was refused: {done.stdout}{done.stderr}")
    changes = watch.wait_changes(N_SERVERS)
    expect(changes == ["set-dest"] * N_SERVERS, f"for `{tunnel}` came requests {changes}")
    ipvsadm_options(part)
    expect_answers(VIP)


def test_gue(lab):
    """type gue: servers that take GUE on a UDP port answer; checksum and port change in place."""
    module("ipip")
    module("fou")
    on_servers(lab, f"fou add port {GUE_PORT} gue", "link set tunl0 up",
               undo=[f"fou del port {GUE_PORT}", "link set tunl0 down"])
    servers = [server_address(number) for number in SERVERS]
    director = start(lab, VIP, f"type gue port {GUE_PORT}", servers)
    ipvsadm_options(f"--tun-type gue --tun-port {GUE_PORT} --tun-nocsum")
    expect_answers(VIP)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    edit_in_place(director, watch, f"type gue port {GUE_PORT} csum", servers, "--tun-csum")
    edit_in_place(director, watch, f"type gue port {GUE_PORT} remcsum", servers, "--tun-remcsum")
    sessions = open_sessions(lab, 2 * N_SERVERS)
    edit_in_place(director, watch, "", servers, f"-r {servers[0]}:80 -i")
    for number in SERVERS:
        lab.batch(server_name(number), f"fou del port {GUE_PORT}")
    expect_alive(sessions)  # in the new tunnel: nobody takes the old one any more
    for number in SERVERS:
        lab.batch(server_name(number), f"fou add port {GUE_PORT} gue")


def test_gre(lab):
    """type gre: servers with GRE answer, with and without a checksum."""
    module("ip_gre")
    on_servers(lab, "link set gre0 up", undo=["link set gre0 down"])
    servers = [server_address(number) for number in SERVERS]
    director = start(lab, VIP, "type gre", servers)
    ipvsadm_options("--tun-type gre")
    expect_answers(VIP)
    for number in SERVERS:
        # gre0 takes nothing that has a checksum.
        lab.watch(Undo(lab, server_name(number), f"link add gre_csum type gre local {server_address(number)} csum",
                       "link set gre_csum up", undo=["link del gre_csum"]))
    watch = lab.watch(netns.IpvsWatch("dir1"))
    edit_in_place(director, watch, "type gre csum", servers, "--tun-type gre --tun-csum")


def test_ipv6_servers_of_an_ipv4_service(lab):
    """A tunnelled server may be IPv6 behind an IPv4 service: requests are answered."""
    module("ip6_tunnel")
    for number in SERVERS:
        # ip6tnl0 itself takes nothing but IPv6.
        lab.watch(Undo(lab, server_name(number), f"link add tun46 type ip6tnl mode ipip6 local fd09::{20 + number}",
                       "link set tun46 up", undo=["link del tun46"]))
    start(lab, VIP, "", [f"fd09::{20 + number}" for number in SERVERS])
    expect_answers(VIP)


def test_ipv4_servers_of_an_ipv6_service(lab):
    """And IPv4 behind an IPv6 service."""
    module("sit")
    on_servers(lab, f"addr add {VIP6}/128 dev lo nodad", "link set sit0 up",
               undo=[f"addr del {VIP6}/128 dev lo", "link set sit0 down"])
    start(lab, VIP6, "", [server_address(number) for number in SERVERS])
    expect_answers(VIP6)


def test_mixed_families_and_sync(lab):
    """A server of the other family beside the sync daemon is an error that names both lines."""
    text = service(VIP, "", ["fd09::21"]).replace("router_id lab", "router_id lab\n\tlvs_sync_daemon eth0")
    director = lab.director("dir1")
    director.write(text)
    done = netns.run("dir1", lab.lvsd, "-t", "-f", director.config_file, check=False)
    found = re.findall(r":(\d+):\d+: (error|note): (.*)", done.stdout + done.stderr)
    expect(done.returncode == 1 and [kind for _, kind, _ in found] == ["error", "note"], f"it said {found}")
    expect("fd09::21" in found[0][2] and "lvs_sync_daemon" in found[1][2], f"it said {found}")
