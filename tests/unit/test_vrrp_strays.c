/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that somebody adds while the instance is not master; in a network namespace of its own. */
#include "own_net.h"
#include "tests/unit/vrrp_holds_rig.h"
#include "vrrp/machine/link.h"

#include <check.h>
#include <errno.h>
#include <time.h>

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

static void on_change(void *arg)
{
	(void)arg;
}

/* The notification that the interface is gone has not been read yet: then no address is left there to remove. */
START_TEST(an_address_goes_with_its_interface)
{
	struct vrrp_link_change change = {.addr = {AF_INET, {10, 7, 5, 1}}, .prefix_len = 24, .label = ""};
	struct loop *loop = loop_new();
	struct vrrp_link *link;
	struct err err;

	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip addr add 10.7.5.1/24 dev side");
	ck_assert_int_eq(vrrp_link_open(loop, on_change, NULL, &link, &err), 0);
	change.index = vrrp_link_by_name(link, "side")->index;
	ck_assert(vrrp_link_has_addr(link, change.index, &change.addr));
	own_net_run("ip link del side");
	vrrp_link_del_addrs(link, &change, 1);
	ck_assert_int_eq(change.result, -ENODEV);
	ck_assert(!vrrp_link_has_addr(link, change.index, &change.addr));
	/* Nor is one there that the kernel has not taken. */
	vrrp_link_add_addrs(link, &change, 1);
	ck_assert_int_eq(change.result, -ENODEV);
	ck_assert(!vrrp_link_has_addr(link, change.index, &change.addr));
	vrrp_link_close(link);
	loop_free(loop);
}
END_TEST

/* The table has what the kernel has, whatever was added or removed since the last notification was read. */
START_TEST(what_the_kernel_answers_is_in_the_table)
{
	struct vrrp_link_change change = {.addr = {AF_INET, {10, 7, 5, 1}}, .prefix_len = 24, .label = "near:9",
					  .preferred_lft = UINT32_MAX};
	struct loop *loop = loop_new();
	struct vrrp_link *link;
	struct err err;

	ck_assert_int_eq(vrrp_link_open(loop, on_change, NULL, &link, &err), 0);
	change.index = vrrp_link_by_name(link, "near")->index;
	own_net_run("ip addr add 10.7.5.1/24 dev near label near:3");
	vrrp_link_add_addrs(link, &change, 1);
	ck_assert_int_eq(change.result, -EEXIST);
	ck_assert(vrrp_link_has_addr(link, change.index, &change.addr));
	vrrp_link_del_addrs(link, &change, 1); /* whatever its label is */
	ck_assert_int_eq(change.result, 0);
	ck_assert(!is_shown_now(ADDRS, "10.7.5.1"));
	vrrp_link_add_addrs(link, &change, 1);
	ck_assert_int_eq(change.result, 0);
	shows_now(ADDRS, "near:9");
	own_net_run("ip addr del 10.7.5.1/24 dev near");
	vrrp_link_del_addrs(link, &change, 1);
	ck_assert_int_eq(change.result, -EADDRNOTAVAIL);
	ck_assert(!vrrp_link_has_addr(link, change.index, &change.addr));
	vrrp_link_close(link);
	loop_free(loop);
}
END_TEST

#define LABELLED(label) "virtual_ipaddress {\n10.7.0.103/24" label "\n}\n"

START_TEST(they_go_whatever_their_label_is)
{
	configure(LOWER("150", LABELLED(" label near:1")));
	run_for(10);
	own_net_run("ip addr add 10.7.0.103/24 dev near");
	shows_no(ADDRS, "10.7.0.103");
	/* A master that was told of a label since, too. */
	own_net_run("ip link set far up");
	shows(ADDRS, "near:1");
	configure(LOWER("150", LABELLED(" label near:2")));
	shows_now(ADDRS, "near:1");
	own_net_run("ip link set far down");
	shows_no(ADDRS, "10.7.0.103");
}
END_TEST

static int64_t cpu_ms(void)
{
	return (int64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

/* It stops before it was to look again at an address that had come back. */
START_TEST(one_that_has_left_looks_no_more)
{
	int64_t begin;

	configure(LOWER("150", VIPS));
	run_for(10);
	for (int i = 0; i < 2; i++) {
		own_net_run("ip addr add 10.7.0.100/32 dev near");
		run_for(20);
	}
	leave();
	begin = cpu_ms();
	run_for(2500);
	ck_assert_int_lt(cpu_ms() - begin, 200);
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
	tcase_add_test(tcase, an_address_goes_with_its_interface);
	tcase_add_test(tcase, what_the_kernel_answers_is_in_the_table);
	tcase_add_test(tcase, they_go_whatever_their_label_is);
	tcase_add_test(tcase, one_that_has_left_looks_no_more);
	return own_net_tests("vrrp strays", tcase);
}
