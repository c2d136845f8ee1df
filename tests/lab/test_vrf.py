# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kernel with VRFs and tunnels of routes does with lvsd's interfaces and routes."""

import netns
from configs import global_defs, instance
from lab import VIP, expect, hold, wait_for
from test_ipvlan import addresses, config, ipvlan, links, need


# Its identifier is a locally unique one for the kernel: the upper three bits say so.
ILA = "fd71::1:2001:2:0:0/96"


def master(namespace, name):
    return links(namespace).get(name, {}).get("master")


def set_vrf(lab, namespace, vrf):
    lab.batch(namespace, f"link set eth0 {f'master {vrf}' if vrf else 'nomaster'}")


def watch_vrf(lab, extra, name):
    """The interface is made in the VRF of eth0, follows eth0 into another one and out of it, with its addresses."""
    lab.batch("dir1", "link add red type vrf table 101", "link set red up", "link add blue type vrf table 102",
              "link set blue up", "link set eth0 master red")
    ours = lab.director("dir1", config("dir1", 150, extra)).wait_ready()

    def wait_in(vrf):
        wait_for(lambda: master("dir1", name) == vrf and VIP in addresses("dir1", name) and
                 ours.vrrp_state() == "MASTER", 15,
                 lambda: f"in {vrf}: {links('dir1')} {addresses('dir1', name)}\n{ours.log_tail()}")

    wait_in("red")
    netns.run("dir1", "ip", "link", "del", name)
    wait_in("red")
    # The other director, outside of any VRF, hears the one in the VRF.
    other = lab.director("dir2", config("dir2", 100, "")).wait_ready()
    wait_for(lambda: other.vrrp_state() == "BACKUP", 10, lambda: f"{other.log_tail()}")
    for vrf in ("blue", None):
        set_vrf(lab, "dir1", vrf)
        wait_in(vrf)
    set_vrf(lab, "dir1", "red")
    wait_in("red")
    expect(ours.term() == 0 and not links("dir1"), f"a stop leaves {links('dir1')}")
    wait_for(lambda: other.vrrp_state() == "MASTER", 10, "the other one takes over")
    set_vrf(lab, "dir1", None)
    lab.batch("dir1", "link del red", "link del blue")


def test_vmac(lab):
    """A macvlan of use_vmac is in the VRF of the interface below."""
    need("vrf")
    need("macvlan")
    watch_vrf(lab, "\tuse_vmac\n", "vrrp.51")


def test_ipvlan(lab):
    """So is an ipvlan of use_ipvlan."""
    need("vrf")
    need("ipvlan")
    watch_vrf(lab, ipvlan("dir1"), "vrrp.51")


def routes(namespace):
    """{destination: what the kernel says of it} of the routes of lvsd, of both families."""
    found, at = {}, None
    for family in ("-4", "-6"):
        for line in netns.run(namespace, "ip", family, "route", "show", "proto", "112").stdout.splitlines():
            at = at if line[0].isspace() else line.split()[0]
            found[at] = " ".join([found.get(at, ""), *line.split()[0 if line[0].isspace() else 1:]]).strip()
    return found


def test_encap(lab):
    """Routes and next hops with tunnels: ip, ip6, mpls and ila are set, put back, changed and removed."""
    for module in ("mpls_iptunnel", "ila"):
        need(module)
    lines = {"10.71.0.0/16": "encap mpls 100/200 via 10.9.0.1",
             "10.72.0.0/16": "encap ip id 5 dst 192.0.2.9 ttl 7 via 10.9.0.1",
             "10.73.0.0/16": "nexthop via 10.9.0.1 encap mpls 16 nexthop via 10.9.0.12 weight 2"}
    lines6 = {ILA: "encap ila 2001:db8:0:1 via fd09::1",
              "fd72::/64": "encap ip6 dst fd01::9 hoplimit 7 tc 4 via fd09::1"}

    def config_of(lines):
        return (global_defs("dir1") + instance(150, extra="\tvirtual_routes {\n" + "".join(
            f"\t\t{to} {rest}\n" for to, rest in lines.items()) + "\t}\n"))

    ours = lab.director("dir1", config_of({**lines, **lines6})).wait_ready()
    wait_for(lambda: len(routes("dir1")) == 5, 10, lambda: f"{routes('dir1')}\n{ours.log_tail()}")
    shown = routes("dir1")
    for to, words in (("10.71.0.0/16", "encap mpls 100/200 via 10.9.0.1"), ("10.72.0.0/16", "encap ip id 5"),
                      ("10.72.0.0/16", "dst 192.0.2.9 ttl 7"), ("10.73.0.0/16", "nexthop encap mpls 16 via 10.9.0.1"),
                      ("10.73.0.0/16", "nexthop via 10.9.0.12 dev eth0 weight 2"), (ILA, "encap ila 2001:db8:0:1"),
                      ("fd72::/64", "encap ip6 id 0"), ("fd72::/64", "dst fd01::9 hoplimit 7 tc 4")):
        expect(words in shown[to], f"'{words}' is missing in {shown}")
    netns.run("dir1", "ip", "route", "del", "10.71.0.0/16")
    wait_for(lambda: "10.71.0.0/16" in routes("dir1"), 5, "a removed one is back")
    hold(lambda: ours.log().count("was removed by something") == 1, 2, "one line about that, and none about the others")
    ours.write(config_of({"10.71.0.0/16": "encap mpls 300 via 10.9.0.1", **lines6}))
    expect(ours.reload().returncode == 0, f"the reload failed: {ours.log_tail()}")
    wait_for(lambda: set(routes("dir1")) == {"10.71.0.0/16", *lines6} and "mpls 300" in routes("dir1")["10.71.0.0/16"], 5,
             lambda: f"{routes('dir1')}")
    expect(ours.term() == 0 and not routes("dir1"), f"a stop leaves {routes('dir1')}")
