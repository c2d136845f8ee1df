# SPDX-License-Identifier: GPL-2.0-or-later
"""VRRP version 2 with and without password, by unicast, and of IPv6: lvsd with Debian's keepalived as the
other director, which reads the same file."""

import errno
import json
import shutil
import socket
import time

import netns
from configs import global_defs, instance, service
from lab import DIRECTORS, VIP, Skip, expect, fetch, hold, stalls, wait_for
from test_vrrp_interop import no_complaints
from wire import VRRP_GROUP, Speaker, WireWatch, inet_checksum, pseudo_header

VIPS = (VIP + "/32",)
VIPS6 = ("fe80::109/128", "fd09::100/128")
SOURCES = {socket.AF_INET: DIRECTORS, socket.AF_INET6: {"dir1": "fd09::11", "dir2": "fd09::12"}}


def config(namespace, priority, version=3, advert_int=None, vips=VIPS, auth=None, unicast=None):
    """A file for both daemons. unicast: the address family of the peers."""
    lines = ["state BACKUP", "interface eth0", "virtual_router_id 51", f"priority {priority}",
             f"version {version}", f"advert_int {advert_int or (1 if version == 2 else 0.2)}"]
    if auth:
        lines.append(f"authentication {{\n\t\tauth_type PASS\n\t\tauth_pass {auth}\n\t}}")
    if unicast:
        peers = [address for name, address in SOURCES[unicast].items() if name != namespace]
        lines.append(f"unicast_src_ip {SOURCES[unicast][namespace]}")
        lines.append("unicast_peer {\n\t\t" + "\n\t\t".join(peers) + "\n\t}")
    lines.append("virtual_ipaddress {\n\t\t" + "\n\t\t".join(vips) + "\n\t}")
    text = global_defs(namespace) + "vrrp_instance VI_1 {\n\t" + "\n\t".join(lines) + "\n}\n"
    return text + (service() if vips is VIPS else "")


def wait_link_local(namespace):
    """Until duplicate address detection has let the interface have its own address."""
    wait_for(lambda: any(found.text.startswith("fe80::") and not found.flags & netns.Address.TENTATIVE
                         for found in netns.addresses(namespace)), 10, f"{namespace} has a link-local address")


def lvsd(lab, namespace, priority, **options):
    wait_link_local(namespace)
    return lab.director(namespace, config(namespace, priority, **options)).wait_ready()


def keepalived(lab, namespace, priority, **options):
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    wait_link_local(namespace)
    director = lab.director(namespace, label="keepalived")
    director.daemon = "keepalived"
    return director.start(config(namespace, priority, **options))


def test_route_of_a_vrf(lab):
    """A route with `vrf` is in the table of that VRF; it waits for the interface, and goes with the role."""
    done = netns.run("dir1", "ip", "link", "add", "red", "type", "vrf", "table", "77", check=False)
    if done.returncode:
        raise Skip(f"this kernel has no VRF: {done.stderr}")
    netns.run("dir1", "ip", "link", "set", "red", "up")

    def routes(table):
        return netns.run("dir1", "ip", "route", "show", "table", str(table), "proto", "112", check=False).stdout
    extra = "\tvirtual_routes {\n\t\tunreachable 10.50.0.0/16 vrf red\n\t\tunreachable 10.51.0.0/16 vrf blue\n\t}\n"
    director = lab.director("dir1", global_defs("dir1") + instance(150, extra=extra)).wait_ready()
    wait_for(lambda: "unreachable 10.50.0.0/16" in routes(77), 10, lambda: f"the route is there: {director.log_tail()}")
    wait_for(lambda: "10.51.0.0/16 vrf blue cannot be added: its interface is missing" in director.log(), 10,
             "the log names the missing VRF")
    netns.run("dir1", "ip", "link", "add", "blue", "type", "vrf", "table", "78")
    netns.run("dir1", "ip", "link", "set", "blue", "up")
    wait_for(lambda: "unreachable 10.51.0.0/16" in routes(78), 10, "the other route comes with its VRF")
    expect(director.term() == 0 and not routes(77) and not routes(78), f"left: {routes(77)} {routes(78)}")
    for name in ("red", "blue"):
        netns.run("dir1", "ip", "link", "del", name)


def listed(director, what):
    """Each of the VIPs of the file is there."""
    return all(director.holds_vip(vip.split("/")[0]) for vip in what)


def answers(address):
    """The client reaches a machine with this address: it refuses a connection to a port where nobody is."""
    with netns.open_socket("client", socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, 9)) == errno.ECONNREFUSED


def meet(lab, is_ours_better, **options):
    """lvsd and keepalived as a pair: they agree on who is master, and the other one takes over at TERM."""
    vips = options.get("vips", VIPS)
    interval = 1 if options.get("version") == 2 else 0.2
    names = ("dir1", "dir2") if is_ours_better else ("dir2", "dir1")
    ours = lvsd(lab, names[0], 150 if is_ours_better else 100, **options)
    peer = keepalived(lab, names[1], 100 if is_ours_better else 150, **options)
    better, worse = (ours, peer) if is_ours_better else (peer, ours)
    wait_for(lambda: listed(better, vips) and not listed(worse, vips), 10,
             f"{better.label} alone has the VIPs")
    hold(lambda: listed(better, vips) and not any(worse.holds_vip(vip.split("/")[0]) for vip in vips),
         max(2 * interval, 1), f"the VIPs on {better.label} alone")
    if peer is worse:
        wait_for(lambda: "BACKUP STATE" in peer.log(), 5, "keepalived is in BACKUP state")
    else:
        wait_for(lambda: ours.vrrp_state() == "BACKUP", 5, "lvsd is BACKUP")
    begin = time.monotonic()
    better.term()
    wait_for(lambda: listed(worse, vips), 5, f"{worse.label} has the VIPs")
    took = stalls.ran(begin)
    if ours is worse:
        expect("resigned (priority 0)" in ours.log(), "lvsd did not understand keepalived's priority 0")
    elif interval == 1:
        # The skew is 156 / 256 of an interval; without priority 0 it takes three intervals more.
        expect(took < 2.8 * interval + 0.6, f"{worse.label} took over only after {took:.2f} s")
    no_complaints(peer)
    expect("is ignored" not in ours.log(), "lvsd ignored an advertisement of keepalived")
    return ours


def test_version_2_master(lab):
    """lvsd of version 2 is master beside keepalived, which takes over when lvsd stops."""
    meet(lab, True, version=2)


def test_version_2_backup(lab):
    """lvsd of version 2 is backup beside keepalived, takes over when that stops, and serves."""
    meet(lab, False, version=2)
    wait_for(lambda: fetch(timeout=1), 5, "an answer through lvsd")


def test_password_master(lab):
    """With auth_type PASS keepalived accepts the advertisements of lvsd."""
    meet(lab, True, version=2, auth="secret")


def test_password_backup(lab):
    """With auth_type PASS lvsd accepts the advertisements of keepalived."""
    meet(lab, False, version=2, auth="secret")


def refuse(lab, auth, words):
    """A lvsd with auth and a better keepalived with another password do not hear each other."""
    peer = keepalived(lab, "dir1", 150, version=2, auth="secret")
    ours = lvsd(lab, "dir2", 100, version=2, auth=auth)
    wait_for(peer.holds_vip, 8, "keepalived has the VIP")
    wait_for(lambda: ours.vrrp_state() == "MASTER", 8, "lvsd is MASTER, as it hears nobody")
    wait_for(lambda: words in ours.log(), 3, f"the log of lvsd says: {words}")
    expect(ours.log().count(words) == 1, "it is said more than once in a minute")
    hold(lambda: ours.vrrp_state() == "MASTER" and peer.holds_vip(), 2, "both are master")


def test_wrong_password(lab):
    """An advertisement with a wrong password is ignored, and the log says so, once a minute."""
    refuse(lab, "wrong", "its password is wrong")


def test_missing_password(lab):
    """An advertisement with a password is ignored by an instance that has none."""
    refuse(lab, None, "its authentication type is not this instance's")


def test_other_interval(lab):
    """Version 2: an advertisement with another interval is ignored (RFC 3768, 7.1), and the log says so."""
    ours = lvsd(lab, "dir1", 100, version=2)
    peer = lab.director("dir2", config("dir2", 150, version=2, advert_int=2)).wait_ready()
    wait_for(lambda: ours.vrrp_state() == "MASTER" and peer.vrrp_state() == "MASTER", 12, "both are master")
    wait_for(lambda: "its advertisement interval is not this instance's" in ours.log(), 3, "the log says why")


def test_version_2_on_the_wire(lab):
    """Version 2 to 224.0.0.18 with TTL 255: checksum without pseudo-header, the password after the addresses."""
    ours = lvsd(lab, "dir1", 150, version=2, auth="secret")
    watch = lab.watch(WireWatch("client"))
    wait_for(ours.holds_vip, 6, "lvsd has the VIP")
    for advert in wait_for(lambda: len(watch.adverts()) >= 2 and watch.adverts(), 4, "2 advertisements"):
        expect((advert.version, advert.type, advert.ttl, advert.destination) == (2, 1, 255, VRRP_GROUP),
               repr(advert))
        expect(advert.payload[4:6] == b"\x01\x01", "authentication type and interval")
        expect(advert.payload[12:] == b"secret\0\0", "the password")
        expect(inet_checksum(advert.payload) == 0, "the checksum")


def test_unicast_master(lab):
    """With unicast_peer keepalived accepts the advertisements of lvsd."""
    meet(lab, True, unicast=socket.AF_INET)


def test_unicast_backup(lab):
    """With unicast_peer lvsd accepts the advertisements of keepalived."""
    meet(lab, False, unicast=socket.AF_INET)


def test_unicast_on_the_wire(lab):
    """With unicast_peer the advertisements go to the peer with TTL 255, none goes to the group."""
    ours = lvsd(lab, "dir1", 150, unicast=socket.AF_INET)
    watch = lab.watch(WireWatch("dir1"))
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    for advert in wait_for(lambda: len(watch.adverts()) >= 5 and watch.adverts(), 4, "5 advertisements"):
        expect((advert.source, advert.destination, advert.ttl) ==
               (DIRECTORS["dir1"], DIRECTORS["dir2"], 255), repr(advert))
        head = pseudo_header(advert.source, advert.destination, len(advert.payload))
        expect(inet_checksum(head + advert.payload) == 0, f"checksum of {advert}")


def test_ip6_master(lab):
    """lvsd is master of IPv6 addresses beside keepalived, which takes over when lvsd stops."""
    meet(lab, True, vips=VIPS6)


def test_ip6_backup(lab):
    """lvsd is backup of IPv6 addresses beside keepalived, and takes over when that stops: the addresses are
    there at once, without duplicate address detection, and the neighbours are told."""
    ours = meet(lab, False, vips=VIPS6)
    for found in netns.addresses(ours.namespace):
        if f"{found.text}/{found.prefix}" in VIPS6:
            expect(found.flags & netns.Address.NODAD and not found.flags & netns.Address.TENTATIVE,
                   f"flags of {found.text}: {found.flags:#x}")
    wait_for(lambda: answers("fd09::100"), 2, "the client reaches dir2")


def test_ip6_moves_for_neighbours(lab):
    """A neighbour that knew the old master's hardware address reaches the new one at once."""
    first, second = (lvsd(lab, name, priority, vips=VIPS6) for name, priority in (("dir1", 150), ("dir2", 100)))
    wait_for(lambda: first.holds_vip("fd09::100"), 5, "dir1 has the VIP")
    wait_for(lambda: answers("fd09::100"), 5, "the client reaches dir1")
    first.kill_group()
    lab.cut_link("dir1")
    wait_for(lambda: second.holds_vip("fd09::100"), 5, "dir2 has the VIP")
    shown = wait_for(lambda: [line for line in netns.run("client", "ip", "-6", "neigh", "show", "fd09::100")
                              .stdout.splitlines() if "02:00:00:09:00:0c" in line], 2,
                     "the client's table has the hardware address of dir2")
    expect("router" in shown[0], f"the advertisement has no router flag: {shown}")
    expect(answers("fd09::100"), "the client does not reach dir2")


def test_ip6_unicast(lab):
    """IPv6 advertisements by unicast: lvsd and keepalived accept each other."""
    meet(lab, True, vips=VIPS6, unicast=socket.AF_INET6)


def test_source_is_missing(lab):
    """An instance whose unicast_src_ip is not on its interface is in FAULT, and begins when it comes."""
    netns.run("dir1", "ip", "addr", "del", DIRECTORS["dir1"] + "/24", "dev", "eth0")
    netns.run("dir1", "ip", "addr", "add", "10.9.0.99/24", "dev", "eth0")
    ours = lvsd(lab, "dir1", 150, unicast=socket.AF_INET)
    wait_for(lambda: ours.vrrp_state() == "FAULT", 5, "FAULT")
    wait_for(lambda: "interface eth0 does not have the source address 10.9.0.11" in ours.log(), 2, "the reason")
    netns.run("dir1", "ip", "addr", "add", DIRECTORS["dir1"] + "/24", "dev", "eth0")
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")


def test_instance_without_addresses(lab):
    """An instance of version 2 without addresses is elected and advertises, as keepalived has it, with one warning."""
    text = (global_defs() + "vrrp_instance VI_1 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tversion 2\n"
            "\tpriority 150\n\tadvert_int 1\n}\n")
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.vrrp_state() == "MASTER", 8, "it is MASTER")
    checked = netns.run("dir1", lab.lvsd, "-t", "-f", director.config_file, check=False)
    expect(checked.returncode == 0 and checked.stderr.count("warning: ") == 1, checked.stderr)
    expect(director.term() == 0, "it did not stop in order")


def test_address_of_two_instances(lab):
    """An address that two instances have stays while one of them is master, and goes with the last one."""
    text = global_defs("dir1") + instance(150, name="VI_1", vrid=51) + instance(150, name="VI_2", vrid=52)
    ours = lab.director("dir1", text).wait_ready()
    speaker = lab.watch(Speaker("client", "10.9.0.1"))

    def are(first, second, *heard):
        """Whether they have become so, after a better master of each VRID in heard has spoken."""
        for vrid in heard:
            speaker.send(200, [VIP], vrid=vrid)
        return (ours.vrrp_state("VI_1"), ours.vrrp_state("VI_2")) == (first, second)
    wait_for(lambda: are("MASTER", "MASTER") and ours.holds_vip(), 15, "both are MASTER, and the VIP is there")
    wait_for(lambda: are("BACKUP", "MASTER", 51), 15, "VI_1 gives way")
    hold(lambda: are("BACKUP", "MASTER", 51) and ours.holds_vip(), 1, "the VIP stays with VI_2")
    wait_for(lambda: are("BACKUP", "BACKUP", 51, 52) and not ours.holds_vip(), 15, "the VIP goes with VI_2")
    wait_for(lambda: are("MASTER", "BACKUP", 52) and ours.holds_vip(), 15, "the VIP is back with VI_1")
    expect(ours.term() == 0, "the status after TERM is not 0")
    expect(not ours.holds_vip(), "the VIP is still there")


def pings(address, source="client"):
    return netns.run(source, "ping", "-c", "1", "-W", "1", address, check=False).returncode == 0


def test_no_accept(lab):
    """With no_accept the master answers no ping at its address, but what a virtual_server gets there is forwarded;
    `accept` by a reload takes it back. The lab's kernel has no filter of nftables, so iptables filters (nftables,
    IPv6 and neighbours: vrrp_accept.py, natively)."""
    text = global_defs() + instance(150, extra="\tno_accept\n") + service()
    ours = lab.director("dir1", text).wait_ready()
    wait_for(ours.holds_vip, 10, "it has the VIP")
    wait_for(lambda: not pings(VIP), 20, "the VIP does not answer a ping")
    wait_for(fetch, 10, "a server answers through the VIP")
    expect(pings(DIRECTORS["dir1"]), "the director's own address does not answer a ping")
    ours.write(text.replace("no_accept", "accept"))
    ours.reload()
    wait_for(lambda: pings(VIP), 10, "the VIP answers with accept")

    def has_chain():
        # It fails if the set that a rule names is deleted between two of its questions.
        done = netns.run("dir1", "iptables-legacy-save", check=False)
        return done.returncode != 0 or "LVSD" in done.stdout

    wait_for(lambda: not has_chain(), 10, "the chain is gone")
    # That of a killed one goes with the next start that does not need it.
    ours.write(text)
    ours.reload()
    wait_for(has_chain, 10, "the chain is there again")
    wait_for(lambda: not pings(VIP), 10, "the VIP does not answer again")
    ours.kill_group()
    expect(has_chain(), "nothing was left, so the test shows nothing")
    ours.start(text.replace("no_accept", "accept")).wait_ready(20)
    wait_for(lambda: not has_chain(), 10, "the chain of the killed one is gone")


def test_address_in_use(lab):
    """A machine without VRRP has the VIP of IPv4, and that of IPv6: a director that starts becomes master all the same,
    and log and status name that machine. Once another director is heard, nothing is said."""
    text = config("dir1", 100) + instance(100, "VI_6", "0.2", 52, vips=VIPS6)
    for address in (VIP + "/32", "fd09::100/64"):
        netns.run("client", "ip", "addr", "add", address, "dev", "eth0", *(["nodad"] if ":" in address else []))
    try:
        wait_link_local("dir1")
        director = lab.director("dir1", text).wait_ready()
        wait_for(lambda: director.vrrp_state("VI_1") == director.vrrp_state("VI_6") == "MASTER", 10, "MASTER of both")
        found = [row["mismatch"] for row in director.status()["vrrp"]]
        expect([(row["kind"], row["peer"]) for row in found] == [("in_use", VIP), ("in_use", "fd09::100")], f"{found}")
        mac = json.loads(netns.run("client", "ip", "-j", "link", "show", "eth0").stdout)[0]["address"]
        expect(all(mac in row["text"] for row in found), f"{mac} is not in {found}")
    finally:
        for address in (VIP + "/32", "fd09::100/64"):
            netns.run("client", "ip", "addr", "del", address, "dev", "eth0")
    other = lvsd(lab, "dir2", 50)
    wait_for(lambda: other.vrrp_state("VI_1") == "BACKUP", 5, "dir2 is BACKUP")
    hold(lambda: other.vrrp_state("VI_1") == "BACKUP", 1.5, "dir2 stays BACKUP")
    expect(other.status()["vrrp"][0]["mismatch"] is None, f"{other.status()['vrrp'][0]}")
