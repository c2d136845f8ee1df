# SPDX-License-Identifier: GPL-2.0-or-later
"""use_ipvlan: the addresses of an instance on an ipvlan interface, beside keepalived and alone."""

import json
import shutil
import socket

import netns
from configs import global_defs, instance, service
from lab import DIRECTORS, VIP, Skip, expect, fetch, wait_for
from test_vrrp_interop import no_complaints
from vrrp_rig import parse_advert
from wire import WireWatch

OWN = {"dir1": "10.9.0.111", "dir2": "10.9.0.112"}


def need(module):
    if netns.run(None, "modprobe", module, check=False).returncode != 0:
        raise Skip(f"the kernel has no {module}")


def ipvlan(namespace, name="vrrp.51", more=""):
    return f"\tuse_ipvlan {OWN[namespace]}/24 {name} {more}\n"


def config(namespace, priority, extra=None, interval="0.2", vrid=51, vip=VIP):
    extra = ipvlan(namespace) if extra is None else extra
    return global_defs(namespace) + instance(priority, advert_int=interval, vrid=vrid, vips=(vip + "/32",), extra=extra)


def links(namespace):
    """{name: what the kernel says of it} of all macvlans and ipvlans."""
    shown = json.loads(netns.run(namespace, "ip", "-j", "-d", "link").stdout)
    return {link["ifname"]: link for link in shown
            if link.get("linkinfo", {}).get("info_kind") in ("macvlan", "ipvlan")}


def addresses(namespace, name="vrrp.51"):
    shown = json.loads(netns.run(namespace, "ip", "-j", "addr", "show", "dev", name, check=False).stdout or "[]")
    return {found["local"] for link in shown for found in link.get("addr_info", ())}


def arp_ignore(namespace):
    return netns.sysctl(namespace, "net.ipv4.conf.eth0.arp_ignore")


def next_adverts(n):
    """The sources of the next advertisements that pass the client, of IPv4 or IPv6."""
    with netns.inside("client"):
        heard = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sources = []
    with heard:
        heard.bind(("eth0", 0))
        heard.settimeout(10)
        while len(sources) < n:
            advert = parse_advert(heard.recv(65536))
            if advert:
                sources.append(advert.source)
    return set(sources)


def keepalived(lab, namespace, text):
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    director = lab.director(namespace, label="keepalived")
    director.daemon = "keepalived"
    return director.start(text)


def peers(namespace):
    other = next(name for name in OWN if name != namespace)
    return ipvlan(namespace) + f"\tunicast_peer {{\n\t\t{OWN[other]}\n\t}}\n"


def beside_keepalived(lab, extra):
    """Either is master by its priority, and takes over when the other one stops; clients are served by each."""
    need("ipvlan")
    ours = lab.director("dir1", config("dir1", 150, extra("dir1")) + service()).wait_ready()
    peer = keepalived(lab, "dir2", config("dir2", 100, extra("dir2")) + service())
    wait_for(lambda: "BACKUP STATE" in peer.log(), 10, lambda: f"keepalived is backup: {peer.log()}")
    wait_for(lambda: addresses("dir1") == {OWN["dir1"], VIP}, 5, lambda: f"the VIP is on it: {addresses('dir1')}")
    watch = lab.watch(WireWatch("client"))
    wait_for(lambda: fetch(timeout=1) is not None, 10, "an answer through lvsd")
    expect(ours.term() == 0, "the status after TERM is not 0")
    expect(not links("dir1"), f"a stop leaves {links('dir1')}")
    wait_for(peer.holds_vip, 10, lambda: f"keepalived has the VIP: {peer.log()}")
    wait_for(lambda: fetch(timeout=1) is not None, 10, "an answer through keepalived")
    ours.start().wait_ready()
    wait_for(ours.holds_vip, 10, lambda: f"lvsd has the VIP again: {ours.log_tail()}")
    wait_for(lambda: not peer.holds_vip(), 5, "keepalived has given the VIP back")
    wait_for(lambda: fetch(timeout=1) is not None, 10, "an answer through lvsd again")
    sources = {advert.source for advert in watch.adverts()}
    no_complaints(peer)
    # keepalived is the better one now.
    peer.term()
    peer.start(config("dir2", 200, extra("dir2")) + service())
    wait_for(peer.holds_vip, 10, "the better keepalived has the VIP")
    wait_for(lambda: ours.vrrp_state() == "BACKUP" and addresses("dir1") == {OWN["dir1"]}, 5,
             lambda: f"lvsd keeps its own address alone: {addresses('dir1')}")
    no_complaints(peer)
    return sources


def test_multicast(lab):
    """Beside keepalived with use_ipvlan: advertisements come from the address of the ipvlan."""
    sources = beside_keepalived(lab, ipvlan)
    expect(sources == set(OWN.values()), f"advertisements came from {sources}")


def test_unicast(lab):
    """The same by unicast between the addresses of the two ipvlans."""
    beside_keepalived(lab, peers)


def test_left(lab):
    """What goes on the ipvlan: somebody deletes it or its address, lvsd dies, a reload changes or removes it."""
    need("ipvlan")
    ours = lab.director("dir1", config("dir1", 150)).wait_ready()
    both = {OWN["dir1"], VIP}

    def wait_all(what, name="vrrp.51", wanted=both):
        wait_for(lambda: set(links("dir1")) == {name} and addresses("dir1", name) == wanted and
                 ours.vrrp_state() == "MASTER", 10,
                 lambda: f"{what}: {links('dir1')} {addresses('dir1', name)}\n{ours.log_tail()}")

    def reload(what, extra, name="vrrp.51", wanted=both):
        ours.write(config("dir1", 150, extra))
        expect(ours.reload().returncode == 0, f"{what}: the reload failed: {ours.log_tail()}")
        wait_all(what, name, wanted)

    wait_all("at the start")
    link = links("dir1")["vrrp.51"]
    expect(link["linkinfo"]["info_data"]["mode"] == "l2" and link["ifalias"].startswith("lvsd use_ipvlan, run dir "),
           f"it is {link}")
    shown = ours.ctl("status").stdout
    expect(f"vrrp.51 on eth0 is an ipvlan and has {OWN['dir1']}" in shown, shown)
    netns.run("dir1", "ip", "link", "del", "vrrp.51")
    wait_all("somebody deletes it")
    netns.run("dir1", "ip", "addr", "del", OWN["dir1"] + "/24", "dev", "vrrp.51")
    wait_all("somebody deletes its address")
    index = links("dir1")["vrrp.51"]["ifindex"]
    reload("a group", ipvlan("dir1", more="group 7"))
    expect(links("dir1")["vrrp.51"].get("group") == "7", f"it is {links('dir1')}")
    reload("another mode", ipvlan("dir1", more="private"))
    expect("private" in links("dir1")["vrrp.51"]["linkinfo"]["info_data"].get("mode_flag", "private"), f"{links('dir1')}")
    reload("another address", "\tuse_ipvlan 10.9.0.113/24 vrrp.51\n", wanted={"10.9.0.113", VIP})
    reload("no address", "\tuse_ipvlan vrrp.51\n", wanted={VIP})
    expect(links("dir1")["vrrp.51"]["ifindex"] == index, "a reload made it anew")
    reload("another name", ipvlan("dir1", "other"), "other")
    reload("a macvlan", "\tuse_vmac other\n", "other", {VIP})
    expect(arp_ignore("dir1") == "1", "arp_ignore of a macvlan")
    reload("an ipvlan", ipvlan("dir1"))
    expect(arp_ignore("dir1") == "0", "arp_ignore with an ipvlan")
    ours.write(config("dir1", 150, ""))
    expect(ours.reload().returncode == 0, "the reload failed")
    wait_for(lambda: not links("dir1") and ours.holds_vip(), 5, lambda: f"without use_ipvlan: {links('dir1')}")
    reload("and back", ipvlan("dir1"))
    index = links("dir1")["vrrp.51"]["ifindex"]
    ours.kill_group()
    expect(addresses("dir1") == both, f"a killed one leaves all: {addresses('dir1')}")
    ours.start().wait_ready()
    wait_all("after a crash")
    expect(links("dir1")["vrrp.51"]["ifindex"] == index, "the successor made it anew")
    ours.kill_group()
    done = netns.run("dir1", lab.lvsd, "--release-addresses", *ours.command()[3:], check=False)
    expect(done.returncode == 0 and "1 macvlan or ipvlan interface" in done.stdout and not links("dir1"), f"{done}")


def test_two(lab):
    """Two lvsd in one namespace have an ipvlan each on one interface, and leave the other one's alone."""
    need("ipvlan")
    one = lab.director("dir1", config("dir1", 150), label="one").wait_ready()
    second = "\tuse_ipvlan 10.9.0.114/24 {}\n"
    text = config("dir1", 150, second.format("vrrp.52"), vrid=52, vip="10.9.0.152")
    two = lab.director("dir1", text, label="two").wait_ready()
    wait_for(lambda: addresses("dir1") == {OWN["dir1"], VIP} and addresses("dir1", "vrrp.52") == {
        "10.9.0.114", "10.9.0.152"}, 10, lambda: f"both are there: {links('dir1')} {two.log_tail()}")
    index = links("dir1")["vrrp.51"]["ifindex"]
    two.write(text.replace("vrrp.52", "vrrp.51"))
    expect(two.reload().returncode == 0, "the reload failed")
    wait_for(lambda: two.vrrp_state() == "FAULT" and "is of the lvsd with the run dir" in two.log(), 10,
             lambda: f"it does not take the other one's: {two.log_tail()}")
    two.write(text)
    expect(two.reload().returncode == 0, "the reload failed")
    wait_for(lambda: two.vrrp_state() == "MASTER", 10, lambda: f"it is back: {two.log_tail()}")
    two.write(text.replace(second.format("vrrp.52"), "\tuse_vmac\n"))
    expect(two.reload().returncode == 0, "the reload failed")
    wait_for(lambda: two.vrrp_state() == "FAULT" and "cannot be made on eth0" in two.log(), 10,
             lambda: f"no macvlan beside an ipvlan: {two.log_tail()}")
    expect(two.term() == 0, "the status after TERM is not 0")
    expect(set(links("dir1")) == {"vrrp.51"} and links("dir1")["vrrp.51"]["ifindex"] == index, f"{links('dir1')}")
    expect(one.holds_vip() and "removed by something" not in one.log(), one.log_tail())


def test_foreign(lab):
    """An interface of that name which is no ipvlan of lvsd is left alone; the instance says so, and serves when it has
    gone. An IPv6 instance has its address of the ipvlan as the source."""
    need("ipvlan")
    netns.run("dir1", "ip", "link", "add", "name", "vrrp.51", "type", "veth", "peer", "name", "else")
    text = (global_defs("dir1") + instance(150, vips=("fe80::51/64", "fd09::100/128"),
                                           extra="\tuse_ipvlan fe80::111/64 vrrp.51\n"))
    ours = lab.director("dir1", text)
    wait_for(lambda: "interface vrrp.51 is there already" in ours.log(), 10, lambda: ours.log_tail())
    netns.run("dir1", "ip", "link", "del", "vrrp.51")
    wait_for(lambda: addresses("dir1") == {"fe80::111", "fe80::51", "fd09::100"}, 10,
             lambda: f"{addresses('dir1')} {ours.log_tail()}")
    sources = next_adverts(3)
    expect(sources == {"fe80::111"}, f"advertisements came from {sources}")
    done = netns.run("client", "ping", "-6", "-c", "1", "-W", "2", "fd09::100", check=False)
    expect(done.returncode == 0, f"the client reaches the address: {done}")
