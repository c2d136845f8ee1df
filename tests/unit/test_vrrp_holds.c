/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an instance holds on the machine while it is master, as ip(8) shows it; in a network
 * namespace of its own. The instances have priority 255, so they are master at once. */
#include "base/clock.h"
#include "conf/load.h"
#include "own_net.h"
#include "tests/unit/vrrp_holds_rig.h"
#include "vrrp/machine/rule_message.h"
#include "vrrp/holding/item_key.h"
#include "vrrp/holding/items.h"

#include <check.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRS "ip -o addr show dev near"

START_TEST(each_option_of_an_address)
{
	configure(INSTANCE("virtual_ipaddress {\n"
			   "10.7.0.100/24 brd + label near:web\n"
			   "10.7.1.1 peer 10.7.1.2/30 preferred_lft 0\n"
			   "10.7.2.1/24 noprefixroute scope link\n"
			   "}\n"
			   "virtual_ipaddress_excluded {\n"
			   "10.7.3.1/24\n239.7.7.7/32 autojoin\nff05::7 autojoin\n"
			   "fd07::1/64 home mngtmpaddr preferred_lft 300\n"
			   "fd07::2/128\n"
			   "fd07::3/128 preferred_lft forever\n"
			   "}\n"));
	shows(ADDRS, "10.7.0.100/24 brd 10.7.0.255 scope global secondary near:web");
	shows(ADDRS, "10.7.1.1 peer 10.7.1.2/30 scope global deprecated near");
	shows(ADDRS, "10.7.2.1/24 scope link noprefixroute near");
	shows(ADDRS, "10.7.3.1/24 scope global near");
	shows("ip maddr show dev near", "239.7.7.7");
	shows("ip maddr show dev near", "ff05::7");
	shows(ADDRS, "fd07::1/64 scope global nodad home mngtmpaddr");
	shows(ADDRS, "fd07::2/128 scope global nodad deprecated");
	shows(ADDRS, "fd07::3/128 scope global nodad");
	/* A reload changes only what differs: the label stays with its address. */
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/24 brd + label near:web\n"
			   "10.7.1.1 peer 10.7.1.9/30\n}\n"));
	shows(ADDRS, "10.7.1.1 peer 10.7.1.9/30");
	shows_no(ADDRS, "10.7.1.2");
	shows_no(ADDRS, "fd07::");
	leave();
	shows_no(ADDRS, "10.7.1.9");
	shows_no(ADDRS, "10.7.0.100");
}
END_TEST

START_TEST(an_untracked_address_stays_away)
{
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n10.7.0.101/32 no_track\n}\n"));
	shows(ADDRS, "10.7.0.101/32");
	own_net_run("ip addr del 10.7.0.101/32 dev near");
	own_net_run("ip addr del 10.7.0.100/32 dev near");
	shows(ADDRS, "10.7.0.100/32");
	shows_no(ADDRS, "10.7.0.101/32");
}
END_TEST

/* The kernel takes all addresses of a network with the first one, unless it promotes. */
START_TEST(secondaries_are_promoted)
{
	const char *setting = "cat /proc/sys/net/ipv4/conf/near/promote_secondaries";

	own_net_run("sysctl -q -w net.ipv4.conf.near.promote_secondaries=0");
	configure(INSTANCE("promote_secondaries\n"
			   "virtual_ipaddress {\n10.7.5.1/24\n10.7.5.2/24\n10.7.5.3/24\n}\n"));
	shows(ADDRS, "10.7.5.3/24 scope global secondary");
	shows(setting, "1");
	configure(INSTANCE("promote_secondaries\nvirtual_ipaddress {\n10.7.5.2/24\n10.7.5.3/24\n}\n"));
	shows_no(ADDRS, "10.7.5.1/24");
	shows(ADDRS, "10.7.5.2/24");
	shows(ADDRS, "10.7.5.3/24");
	leave();
	shows_no(ADDRS, "10.7.5.");
	shows(setting, "0");
}
END_TEST

#define ROUTES4    "ip -d route show table all proto 112"
#define ROUTES6    "ip -d -6 route show table all proto 112"
#define WITH_VIP   "virtual_ipaddress {\n10.7.0.100/24\n}\n"

START_TEST(routes_come_and_go_with_the_role)
{
	own_net_run("ip addr add fd07::9/64 dev near nodad");
	configure(INSTANCE(WITH_VIP
			   "virtual_routes {\n"
			   "10.8.0.0/16 via 10.7.0.2 src 10.7.0.100 metric 7 mtu lock 1400 advmss 1300\n"
			   "unreachable 10.9.0.0/16 table 300\n"
			   "10.10.0.0/16 dev near scope link tos 0x10 initcwnd 20 quickack 1\n"
			   "default table 301 nexthop via 10.7.0.2 weight 3 nexthop via 10.7.0.3 encap ip id 5\n"
			   "10.11.0.0/16 via 10.7.0.2 or 10.7.0.3 rto_min 300ms realms 1/2\n"
			   "fd08::/64 via fd07::2 pref high expires 600 encap ip6 dst fd09::9 tc 4\n"
			   "}\n"));
	shows(ROUTES4, "10.8.0.0/16 via 10.7.0.2 dev near");
	shows(ROUTES4, "src 10.7.0.100 metric 7 mtu lock 1400 advmss 1300");
	shows(ROUTES4, "unreachable 10.9.0.0/16 table 300");
	shows(ROUTES4, "10.10.0.0/16 tos 0x10 dev near");
	shows(ROUTES4, "initcwnd 20 quickack 1");
	shows(ROUTES4, "nexthop via 10.7.0.2 dev near weight 3");
	shows(ROUTES4, "rto_min lock 300ms");
	shows(ROUTES6, "encap ip6 id 0 src :: dst fd09::9 hoplimit 0 tc 4 via fd07::2 dev near");
	shows(ROUTES4, "nexthop  encap ip id 5");
	leave();
	shows_no(ROUTES4, "10.");
	shows_no(ROUTES6, "fd08");
}
END_TEST

START_TEST(a_removed_route_is_put_back)
{
	configure(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n"
				    "10.9.0.0/16 via 10.7.0.2 no_track\n}\n"));
	shows(ROUTES4, "10.9.0.0/16");
	own_net_run("ip route del 10.9.0.0/16");
	own_net_run("ip route del 10.8.0.0/16");
	shows(ROUTES4, "10.8.0.0/16");
	shows_no(ROUTES4, "10.9.0.0/16");
	/* The kernel does not say that these went. */
	own_net_run("ip route add 10.8.0.0/16 via 10.7.0.3 metric 5");
	own_net_run("ip link set near down");
	shows_no(ROUTES4, "10.8.0.0/16");
	own_net_run("ip link set near up");
	shows(ROUTES4, "10.8.0.0/16");
}
END_TEST

/* Something removes the item whenever it is there. How often lvsd puts it back has a bound: at once, and after 1 s, 2 s
 * and so on, whatever other kinds of items the instance has. */
static void fight(const char *show, const char *item, const char *command)
{
	struct mono began;
	unsigned n = 0;

	shows(show, item);
	began = clock_mono();
	for (int i = 0; i < 40; i++) {
		if (is_shown_now(show, item)) {
			own_net_run(command);
			n++;
		}
		run_for(10);
	}
	ck_assert_uint_ge(n, 2);
	ck_assert_uint_le(n, (unsigned)(3 + mono_sub(clock_mono(), began) / NS_PER_S));
}

START_TEST(a_fight_for_an_item_has_a_bound)
{
	configure(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n}\n"
				    "virtual_rules {\nfrom 10.7.0.100 table 7 preference 7\n}\n"));
	if (_i == 0)
		fight(ROUTES4, "10.8.0.0/16", "ip route del 10.8.0.0/16");
	else
		fight("ip rule", "from 10.7.0.100", "ip rule del preference 7");
}
END_TEST

START_TEST(a_reload_changes_what_differs)
{
	configure(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n"
				    "10.9.0.0/16 via 10.7.0.2 metric 8\n}\n"));
	shows(ROUTES4, "10.9.0.0/16 via 10.7.0.2");
	configure(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n"
				    "10.9.0.0/16 via 10.7.0.3 metric 8\n}\n"));
	shows(ROUTES4, "10.9.0.0/16 via 10.7.0.3");
	shows_no(ROUTES4, "10.9.0.0/16 via 10.7.0.2");
	shows(ROUTES4, "10.8.0.0/16 via 10.7.0.2");
	configure(INSTANCE(WITH_VIP));
	shows_no(ROUTES4, "10.");
}
END_TEST

/* A route names an interface that is made later. */
START_TEST(a_route_waits_for_its_interface)
{
	configure(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 dev later\n}\n"));
	own_net_run("ip link add later type veth peer name latepeer");
	own_net_run("ip link set latepeer up");
	own_net_run("ip link set later up");
	shows(ROUTES4, "10.8.0.0/16 dev later");
	own_net_run("ip link del later");
}
END_TEST

/* Nobody could reach the address there. `no_track` means: even so. */
START_TEST(an_address_needs_its_interface)
{
	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip link set side up");
	own_net_run("ip link set sidepeer up");
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n10.7.5.1/32 dev side\n}\n"));
	shows("ip -o addr show dev side", "10.7.5.1/32");
	own_net_run("ip link set sidepeer down");
	shows_no(ADDRS, "10.7.0.100/32");
	own_net_run("ip link set sidepeer up");
	shows(ADDRS, "10.7.0.100/32");
	shows("ip -o addr show dev side", "10.7.5.1/32");
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n10.7.5.1/32 dev side no_track\n}\n"));
	own_net_run("ip link del side");
	own_net_run("ip addr add 10.7.6.6/32 dev near");
	shows(ADDRS, "10.7.6.6/32");
	shows(ADDRS, "10.7.0.100/32");
}
END_TEST

/* A process dies as master; the next one has another file, in which one route is missing. */
/* The last one is of another lvsd. */
START_TEST(a_successor_removes_what_nobody_wants)
{
	const char *left[] = {"route 10.9.0.0/16 via 10.7.0.2 table 300",
			      "route 10.8.0.0/16 via 10.7.0.2 table 254"};

	own_net_run("ip route add 10.11.0.0/16 via 10.7.0.2 proto 112");
	own_net_run("ip route add 10.12.0.0/16 via 10.7.0.2 proto 200");
	configure(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n"
				    "10.9.0.0/16 via 10.7.0.2 table 300\n}\n"));
	shows(ROUTES4, "10.9.0.0/16");
	succeed(INSTANCE(WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n}\n"), left, 2);
	shows_no(ROUTES4, "10.9.0.0/16");
	shows(ROUTES4, "10.8.0.0/16 via 10.7.0.2");
	shows(ROUTES4, "10.11.0.0/16 via 10.7.0.2");
	shows("ip route show proto 200", "10.12.0.0/16");
}
END_TEST

#define STATICS                                                                                    \
	"static_ipaddress {\n10.7.8.1/24 dev near label near:st\nfd07:8::1/64 dev near\n"          \
	"10.7.8.2/24 dev near no_track\n}\n"                                                       \
	"static_routes {\n10.13.0.0/16 via 10.7.8.9 src 10.7.8.1\nunreachable 10.14.0.0/16\n"       \
	"10.15.0.0/16 via 10.7.8.9 protocol 201\n}\n"

/* Without an instance, too. A reload keeps what both files have. */
START_TEST(static_items_are_there_whoever_is_master)
{
	configure(STATICS);
	shows(ADDRS, "10.7.8.1/24 scope global near:st");
	shows(ADDRS, "fd07:8::1/64");
	shows(ROUTES4, "10.13.0.0/16 via 10.7.8.9 dev near");
	shows("ip route show proto 201", "10.15.0.0/16");
	configure("static_ipaddress {\n10.7.8.1/24 dev near label near:st\n}\n"
		  "static_routes {\n10.13.0.0/16 via 10.7.8.9 src 10.7.8.1\n"
		  "10.16.0.0/16 dev near\n}\n");
	shows(ADDRS, "10.7.8.1/24");
	shows(ROUTES4, "10.16.0.0/16");
	shows_no(ADDRS, "fd07:8::1");
	shows_no(ADDRS, "10.7.8.2");
	shows(ROUTES4, "10.13.0.0/16");
	shows_no(ROUTES4, "10.14.0.0/16");
	shows_no("ip route show proto 201", "10.15.0.0/16");
	leave();
	shows_no(ADDRS, "10.7.8.");
	shows_no(ROUTES4, "10.1");
}
END_TEST

START_TEST(static_items_are_put_back)
{
	configure(STATICS);
	shows(ROUTES4, "10.13.0.0/16");
	own_net_run("ip addr del 10.7.8.2/24 dev near");
	own_net_run("ip addr del 10.7.8.1/24 dev near"); /* takes the route with it */
	shows(ADDRS, "10.7.8.1/24");
	shows(ROUTES4, "10.13.0.0/16");
	own_net_run("ip route del unreachable 10.14.0.0/16");
	shows(ROUTES4, "10.14.0.0/16");
	own_net_run("ip route del 10.15.0.0/16");
	shows("ip route show proto 201", "10.15.0.0/16");
	shows_no(ADDRS, "10.7.8.2/24");
}
END_TEST

#define ON_SIDE                                                                                    \
	"static_ipaddress {\n10.7.8.1/24 dev side\n}\n"                                             \
	"static_routes {\n10.13.0.0/16 via 10.7.8.9\n}\n" INSTANCE(                                 \
	    WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.8.9\n}\n")

static void make_side(void)
{
	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip link set sidepeer up");
	own_net_run("ip link set side up");
}

/* Whatever pause the attempts have reached: here the next ones are due seconds later. */
START_TEST(items_return_with_their_interface)
{
	make_side();
	configure(ON_SIDE);
	shows(ROUTES4, "10.13.0.0/16");
	shows(ROUTES4, "10.8.0.0/16");
	own_net_run("ip link set side down");
	run_for(1500); /* refused at 0 s and 1 s, due at 3 s */
	shows_no(ROUTES4, "10.");
	own_net_run("ip link set side up");
	shows_soon(ROUTES4, "10.13.0.0/16");
	shows_soon(ROUTES4, "10.8.0.0/16");
	own_net_run("ip link del side");
	run_for(100); /* the address has been refused */
	make_side();
	shows_soon("ip -o addr show dev side", "10.7.8.1/24");
	shows_soon(ROUTES4, "10.13.0.0/16");
	shows_soon(ROUTES4, "10.8.0.0/16");
	own_net_run("ip link del side");
}
END_TEST

/* The gateway can be reached with an address that somebody adds, or that the master adds. */
START_TEST(a_route_comes_with_the_address_that_it_needs)
{
	configure("static_routes {\n10.13.0.0/16 via 10.7.8.9\n10.14.0.0/16 via 10.7.9.9\n}\n");
	run_for(100);
	shows_no(ROUTES4, "10.");
	own_net_run("ip addr add 10.7.8.1/24 dev near");
	shows_soon(ROUTES4, "10.13.0.0/16");
	configure("static_routes {\n10.13.0.0/16 via 10.7.8.9\n10.14.0.0/16 via 10.7.9.9\n}\n" INSTANCE(
	    "virtual_ipaddress {\n10.7.9.1/24\n}\n"));
	shows(ADDRS, "10.7.9.1/24");
	shows_soon(ROUTES4, "10.14.0.0/16");
}
END_TEST

/* The interface of the address comes later. The instance needs it. */
START_TEST(an_instance_waits_for_its_track_group)
{
	configure("static_ipaddress {\n10.7.8.1/24 dev later track_group G\n}\n"
		  "track_group G {\ngroup {\nV\n}\n}\n" INSTANCE(WITH_VIP));
	own_net_run("ip addr add 10.7.6.6/32 dev near");
	shows(ADDRS, "10.7.6.6/32");
	shows_no(ADDRS, "10.7.0.100");
	own_net_run("ip link add later type veth peer name latepeer");
	shows("ip -o addr show dev later", "10.7.8.1/24");
	shows(ADDRS, "10.7.0.100");
	own_net_run("ip link del later");
	shows_no(ADDRS, "10.7.0.100");
	/* What is in no group concerns nobody. */
	configure("static_ipaddress {\n10.7.8.1/24 dev later\n}\n" INSTANCE(WITH_VIP));
	shows(ADDRS, "10.7.0.100");
}
END_TEST

/* `no_track` in a group: the instance does without it. */
START_TEST(an_instance_does_not_wait_for_untracked_static_items)
{
	configure("static_ipaddress {\n10.7.8.1/24 dev later no_track track_group G\n}\n"
		  "static_routes {\n10.13.0.0/16 via 10.99.0.1 no_track track_group G\n}\n"
		  "static_rules {\ntable 5 tos 3 preference 5 no_track track_group G\n}\n"
		  "track_group G {\ngroup {\nV\n}\n}\n" INSTANCE(WITH_VIP));
	shows(ADDRS, "10.7.0.100");
	shows_no(ROUTES4, "10.13.0.0/16");
}
END_TEST

/* To the kernel both are one route: the new one is there only when the old one has been removed. */
START_TEST(a_static_route_that_differs_in_little_replaces_the_old_one)
{
	own_net_run("ip addr add fd07::9/64 dev near nodad");
	configure("static_routes {\nfd08::/64 via fd07::2 mtu 1300\n}\n");
	shows(ROUTES6, "mtu 1300");
	configure("static_routes {\nfd08::/64 via fd07::2 mtu 1400\n}\n");
	/* At once: the reload itself puts the route there, not a repair. */
	shows_now(ROUTES6, "mtu 1400");
}
END_TEST

/* One master wants a static route too: it outlives the role. */
START_TEST(a_route_may_be_static_and_virtual)
{
	configure("static_routes {\n10.8.0.0/16 via 10.7.0.2\n}\n" INSTANCE(
	    WITH_VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n10.9.0.0/16 via 10.7.0.2\n}\n"));
	shows(ROUTES4, "10.9.0.0/16");
	configure("static_routes {\n10.8.0.0/16 via 10.7.0.2\n}\n" INSTANCE(WITH_VIP));
	shows_no(ROUTES4, "10.9.0.0/16");
	shows(ROUTES4, "10.8.0.0/16");
}
END_TEST

/* --- rules --- */

#define RULES4 "ip rule show"
#define RULES6 "ip -6 rule show"

/* keepalived 2.2.7 makes of this file what the next test expects, but for the protocol. */
#define RULES                                                                                      \
	"static_rules {\n"                                                                         \
	"from 10.1.2.3/16 table 100 preference 1000\n"                                             \
	"to 10.9.0.0/16 table 0x65 priority 1001\n"                                                \
	"not from 10.1.0.0/16 to 10.2.0.0/16 lookup 300 iif near oif near tos 16 fwmark 24/12 order "  \
	"39 realms 30/20\n"                                                                        \
	"from 10.3.0.0/16 goto 2000 preference 50\n"                                               \
	"from 10.3.0.0/16 nop preference 2000\n"                                                   \
	"fwmark 7 table 200 preference 51\n"                                                       \
	"fwmark 0x8 blackhole preference 52\n"                                                     \
	"from 10.4.0.0/16 type unreachable preference 53\n"                                        \
	"from 10.5.0.0/16 prohibit preference 54\n"                                                \
	"from 2001:db8::/32 table 400 preference 55 suppress_prefixlength 0\n"                     \
	"table 402 preference 57 uidrange 1000-2000\n"                                             \
	"table main preference 58 suppress_prefixlength 0\n"                                       \
	"table 403 suppress_ifgroup 5 preference 59\n"                                             \
	"l3mdev preference 60\n"                                                                   \
	"table 404 ipproto udp sport 10-20 dport 30-40 preference 61\n"                            \
	"table 406 tunnel-id 7 preference 63\n"                                                    \
	"from 10.6.0.0/16 table 407\n"                                                             \
	"from 10.7.0.0/16 table 408\n"                                                             \
	"from 2001:db8:1::/48 table 409\n"                                                         \
	"to default table 411 preference 67\n"                                                     \
	"from any to 10.10.0.1 table default preference 68\n"                                      \
	"fwmark 0/0xff table 415 preference 72\n"                                                  \
	"table 416 preference 0\n"                                                                 \
	"uidrange 0-0 table 420 preference 77\n"                                                   \
	"}\n"                                                                                      \
	INSTANCE(WITH_VIP "virtual_rules {\nfrom 10.20.0.0/16 table 500 preference 3000\n"         \
			  "from 10.21.0.0/16 table 501\n}\n")

static const char rules4[] =
    "0:\tfrom all lookup local\n"
    "0:\tfrom all lookup 416 proto 112\n"
    "39:\tnot from 10.1.0.0/16 to 10.2.0.0/16 tos 0x10 fwmark 0x18/0xc iif near oif near lookup 300 "
    "realms 30/20 proto 112\n"
    "50:\tfrom 10.3.0.0/16 goto 2000 proto 112\n"
    "51:\tfrom all fwmark 0x7 lookup 200 proto 112\n"
    "52:\tfrom all fwmark 0x8 blackhole proto 112\n"
    "53:\tfrom 10.4.0.0/16 unreachable proto 112\n"
    "54:\tfrom 10.5.0.0/16 prohibit proto 112\n"
    "57:\tfrom all uidrange 1000-2000 lookup 402 proto 112\n"
    "58:\tfrom all lookup main suppress_prefixlength 0 proto 112\n"
    "59:\tfrom all lookup 403 suppress_ifgroup 5 proto 112\n"
    "60:\tfrom all lookup [l3mdev-table] proto 112\n"
    "61:\tfrom all ipproto udp sport 10-20 dport 30-40 lookup 404 proto 112\n"
    "63:\tfrom all tun_id 7 lookup 406 proto 112\n"
    "67:\tfrom all lookup 411 proto 112\n"
    "68:\tfrom all to 10.10.0.1 lookup default proto 112\n"
    "72:\tfrom all fwmark 0/0xff lookup 415 proto 112\n"
    "77:\tfrom all uidrange 0-0 lookup 420 proto 112\n"
    "1000:\tfrom 10.1.2.3/16 lookup 100 proto 112\n"
    "1001:\tfrom all to 10.9.0.0/16 lookup 101 proto 112\n"
    "2000:\tfrom 10.3.0.0/16 nop proto 112\n"
    "3000:\tfrom 10.20.0.0/16 lookup 500 proto 112\n"
    "16382:\tfrom 10.21.0.0/16 lookup 501 proto 112\n"
    "16383:\tfrom 10.7.0.0/16 lookup 408 proto 112\n"
    "16384:\tfrom 10.6.0.0/16 lookup 407 proto 112\n"
    "32766:\tfrom all lookup main\n";

START_TEST(rules_are_those_of_keepalived)
{
	configure(RULES);
	shows(RULES4, rules4);
	shows(RULES6, "55:\tfrom 2001:db8::/32 lookup 400 suppress_prefixlength 0 proto 112\n"
		      "16384:\tfrom 2001:db8:1::/48 lookup 409 proto 112\n");
	leave();
	shows_no(RULES4, "proto 112");
	shows_no(RULES6, "proto 112");
}
END_TEST

/* What a successor reads of its predecessor's rules. */
START_TEST(a_rule_reads_back_as_it_was_written)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("test.conf", RULES, strlen(RULES), &diags);
	struct vrrp_items rules = {.is_master = true}, stale;
	const struct conf_vrrp list = {.rules = conf->statics.rules,
				       .n_rules = conf->statics.n_rules};

	vrrp_items_set(&rules, VRRP_ITEM_RULE, &list, &stale);
	for (size_t i = 0; i < conf->statics.n_rules; i++) {
		struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWRULE, 0);
		struct conf_rule found;

		vrrp_rule_put(message, &conf->statics.rules[i]);
		ck_assert(vrrp_rule_read(nlmsg_hdr(message), &found));
		ck_assert_uint_eq(found.preference, conf->statics.rules[i].preference);
		ck_assert_msg(vrrp_items_claim(&rules, VRRP_ITEM_RULE, &found), "preference %u",
			      found.preference);
		nlmsg_free(message);
	}
	vrrp_items_fini(&rules);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

/* A rule that was there before is somebody else's, and outlives the role. */
START_TEST(a_removed_rule_is_put_back)
{
	own_net_run("ip rule add from 10.9.0.0/16 table 9 pref 9");
	configure("static_rules {\nfrom 10.7.0.0/16 table 7 preference 7\n}\n" INSTANCE(
	    WITH_VIP "virtual_rules {\nfrom 10.8.0.0/16 table 8 preference 8\n"
		     "from 10.9.0.0/16 table 9 preference 9\n"
		     "from 10.10.0.0/16 table 10 preference 10 no_track\n"
		     "from 10.11.0.0/16 table 11 preference 11 protocol 200\n}\n"));
	shows(RULES4, "11:\tfrom 10.11.0.0/16");
	own_net_run("ip rule del pref 10");
	own_net_run("ip rule del pref 8");
	shows(RULES4, "8:\tfrom 10.8.0.0/16 lookup 8");
	own_net_run("ip rule del pref 7");
	shows(RULES4, "7:\tfrom 10.7.0.0/16 lookup 7");
	own_net_run("ip rule del pref 11");
	shows(RULES4, "11:\tfrom 10.11.0.0/16 lookup 11 proto 200");
	shows_no(RULES4, "10:\tfrom 10.10.0.0/16");
	/* The interface does not matter to a rule. */
	own_net_run("ip link set near down");
	shows_no(RULES4, "8:\tfrom 10.8.0.0/16");
	shows(RULES4, "7:\tfrom 10.7.0.0/16");
	shows(RULES4, "9:\tfrom 10.9.0.0/16 lookup 9\n");
	own_net_run("ip link set near up");
	shows(RULES4, "8:\tfrom 10.8.0.0/16");
	leave();
	shows_no(RULES4, "7:\tfrom 10.7.0.0/16");
	shows(RULES4, "9:\tfrom 10.9.0.0/16 lookup 9\n");
	own_net_run("ip rule del pref 9");
}
END_TEST

/* A reload changes what differs, and a successor removes what its predecessor left. */
START_TEST(rules_of_an_older_configuration_go)
{
	const char *all = VRRP_ITEM_KEY_ALL;

	configure(RULES);
	shows(RULES4, "3000:");
	configure("static_rules {\nfrom 10.3.0.0/16 nop preference 2000\n"
		  "inet6 table 6 preference 6\n}\n" INSTANCE(
		      WITH_VIP "virtual_rules {\nfrom 10.20.0.0/16 table 501 preference 3000\n}\n"));
	shows_no(RULES4, "lookup 500");
	shows(RULES4, "0:\tfrom all lookup local\n2000:\tfrom 10.3.0.0/16 nop proto 112\n"
		      "3000:\tfrom 10.20.0.0/16 lookup 501 proto 112\n32766:");
	shows(RULES6, "6:\tfrom all lookup 6 proto 112\n32766:");
	succeed(INSTANCE(WITH_VIP "virtual_rules {\nfrom 10.20.0.0/16 table 501 preference 3000\n"
				  "from 10.20.0.0/16 table 502 preference 3000 iif near\n}\n"),
		&all, 1);
	shows(RULES4, "0:\tfrom all lookup local\n3000:\tfrom 10.20.0.0/16 lookup 501 proto 112\n"
		      "3000:\tfrom 10.20.0.0/16 iif near lookup 502 proto 112\n32766:");
	shows_no(RULES6, "proto 112");
	leave();
	shows_no(RULES4, "proto 112");
}
END_TEST

/* The kernel refuses a rule whose tos has the bits of ECN. */
START_TEST(an_instance_needs_the_rules_of_its_track_group)
{
	configure("static_rules {\ntable 5 tos 3 preference 5 track_group G\n}\n"
		  "track_group G {\ngroup {\nV\n}\n}\n" INSTANCE(WITH_VIP));
	own_net_run("ip addr add 10.7.6.6/32 dev near");
	shows(ADDRS, "10.7.6.6/32");
	shows_no(ADDRS, "10.7.0.100");
	configure("static_rules {\ntable 5 preference 5 track_group G\n}\n"
		  "track_group G {\ngroup {\nV\n}\n}\n" INSTANCE(WITH_VIP));
	shows(ADDRS, "10.7.0.100");
	leave();
	shows_no(RULES4, "proto 112");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("vrrp holds");

	tcase_add_checked_fixture(tcase, holds_begin, holds_end);
	tcase_add_test(tcase, each_option_of_an_address);
	tcase_add_test(tcase, an_untracked_address_stays_away);
	tcase_add_test(tcase, secondaries_are_promoted);
	tcase_add_test(tcase, routes_come_and_go_with_the_role);
	tcase_add_test(tcase, a_removed_route_is_put_back);
	tcase_add_loop_test(tcase, a_fight_for_an_item_has_a_bound, 0, 2);
	tcase_add_test(tcase, a_reload_changes_what_differs);
	tcase_add_test(tcase, a_route_waits_for_its_interface);
	tcase_add_test(tcase, an_address_needs_its_interface);
	tcase_add_test(tcase, a_successor_removes_what_nobody_wants);
	tcase_add_test(tcase, static_items_are_there_whoever_is_master);
	tcase_add_test(tcase, static_items_are_put_back);
	tcase_add_test(tcase, items_return_with_their_interface);
	tcase_add_test(tcase, a_route_comes_with_the_address_that_it_needs);
	tcase_add_test(tcase, an_instance_waits_for_its_track_group);
	tcase_add_test(tcase, an_instance_does_not_wait_for_untracked_static_items);
	tcase_add_test(tcase, a_static_route_that_differs_in_little_replaces_the_old_one);
	tcase_add_test(tcase, a_route_may_be_static_and_virtual);
	tcase_add_test(tcase, rules_are_those_of_keepalived);
	tcase_add_test(tcase, a_rule_reads_back_as_it_was_written);
	tcase_add_test(tcase, a_removed_rule_is_put_back);
	tcase_add_test(tcase, rules_of_an_older_configuration_go);
	tcase_add_test(tcase, an_instance_needs_the_rules_of_its_track_group);
	return own_net_tests("vrrp holds", tcase);
}
