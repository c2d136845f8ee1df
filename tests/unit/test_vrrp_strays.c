/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that somebody adds while the instance is not master; in a network namespace of its own. */
#include "own_net.h"
#include "tests/unit/vrrp_holds_rig.h"

#include <check.h>

#define ADDRS "ip -o addr show dev near"
/* Without a carrier it is in FAULT. */
#define LOWER(priority, body)                                                                      \
	"vrrp_instance V {\ninterface near\nvirtual_router_id 51\nversion 3\npriority " priority "\n" \
	"advert_int 0.05\n" body "}\n"
#define VIPS                                                                                       \
	"virtual_ipaddress {\n10.7.0.100/32\n}\n"                                                   \
	"virtual_ipaddress_excluded {\n10.7.0.103/24\nfd07::100/64\n}\n"

static void setup(void)
{
	holds_begin();
	own_net_run("ip link set far down");
}

static void add_all(void)
{
	own_net_run("ip addr add 10.7.0.100/32 dev near");
	own_net_run("ip addr add 10.7.0.103/24 dev near");
	own_net_run("ip addr add fd07::100/64 dev near nodad");
}

START_TEST(they_go_at_once)
{
	configure(LOWER("150", VIPS));
	run_for(10);
	add_all();
	shows_no(ADDRS, "10.7.0.100");
	shows_no(ADDRS, "10.7.0.103");
	shows_no(ADDRS, "fd07::100");
	shows_now(ADDRS, "10.7.0.1/24");
	/* Of a master they stay, whoever added them, and go with the role. */
	own_net_run("ip link set far up");
	shows(ADDRS, "10.7.0.103/24");
	own_net_run("ip link set far down");
	shows_no(ADDRS, "10.7.0.103");
}
END_TEST

/* Another prefix length makes another address: it may be the machine's own. */
START_TEST(those_that_are_not_of_the_instance_stay)
{
	configure(LOWER("150", VIPS));
	run_for(10);
	own_net_run("ip addr add 10.7.0.100/24 dev near");
	own_net_run("ip addr add fd07::100/128 dev near nodad");
	own_net_run("ip addr add 10.7.0.100/32 dev far");
	run_for(50);
	shows_now(ADDRS, "10.7.0.100/24");
	shows_now(ADDRS, "fd07::100/128");
	shows_now("ip -o addr show dev far", "10.7.0.100/32");
}
END_TEST

START_TEST(those_of_an_owner_stay)
{
	configure(LOWER("255", VIPS));
	run_for(10);
	add_all();
	run_for(50);
	shows_now(ADDRS, "10.7.0.100/32");
	shows_now(ADDRS, "10.7.0.103/24");
	shows_now(ADDRS, "fd07::100/64");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("vrrp strays");

	tcase_add_checked_fixture(tcase, setup, holds_end);
	tcase_add_test(tcase, they_go_at_once);
	tcase_add_test(tcase, those_that_are_not_of_the_instance_stay);
	tcase_add_test(tcase, those_of_an_owner_stay);
	return own_net_tests("vrrp strays", tcase);
}
