/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsd may hold on the machine: which addresses, routes and rules, and what its file has of them. */
#include "daemon/shared/held.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_rundir.h"
#include "vrrp/holding/item_key.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* One instance with the address 10.0.0.1/32. */
struct one {
	struct conf conf;
	struct conf_vrrp vrrp;
	struct conf_vip vip;
};

static void one_init(struct one *one)
{
	*one = (struct one){.vip = {.addr = {AF_INET, {10, 0, 0, 1}},
				    .prefix_len = 32,
				    .interface = "eth0",
				    .label = ""}};
	one->vrrp = (struct conf_vrrp){.name = "A",
				       .interface = "eth0",
				       .family = AF_INET,
				       .vrid = 1,
				       .priority = 100,
				       .vips = &one->vip,
				       .n_vips = 1};
	one->conf.vrrps = &one->vrrp;
	one->conf.n_vrrps = 1;
}

START_TEST(addresses_of_an_owner_are_neither_held_nor_left)
{
	struct held held = {0}, left = {0};
	struct one c;

	one_init(&c);
	held_add(&held, &c.conf);
	c.vrrp.priority = CONF_PRIORITY_OWNER;
	held_left(&held, &c.conf, &left);
	ck_assert_uint_eq(left.list.n, 0);
	ck_assert(held_set(&held, &c.conf));
	ck_assert_uint_eq(held.list.n, 0);
	held_left(&held, NULL, &left);
	ck_assert_uint_eq(left.list.n, 0);
	held_free(&held);
}
END_TEST

START_TEST(static_addresses_are_held)
{
	struct held held = {0}, left = {0};
	struct conf_vip vip = {.prefix_len = 24, .interface = "eth1", .label = ""};
	struct one c;

	one_init(&c);
	c.conf.n_vrrps = 0;
	ck_assert_int_eq(addr_parse("10.0.0.9", &vip.addr), 0);
	c.conf.statics = (struct conf_statics){.addresses = &vip, .n_addresses = 1};
	ck_assert(held_add(&held, &c.conf));
	held_left(&held, &c.conf, &left);
	ck_assert_uint_eq(left.list.n, 0);
	held_left(&held, NULL, &left);
	ck_assert_uint_eq(left.list.n, 1);
	ck_assert_int_eq(addr_cmp(&left.list.items[0].addr, &vip.addr), 0);
	ck_assert_uint_eq(left.list.items[0].prefix_len, 24);
	held_free(&left);
	held_free(&held);
}
END_TEST

/* Others of lvsd's protocol may be of another lvsd in the same network namespace. */
START_TEST(routes_and_rules_of_lvsds_protocol_are_held)
{
	static const char route[] = "route 10.3.0.0/16 table 254",
			  rule[] = "rule inet table 7 preference 100 protocol 112";
	struct conf_route routes[2] = {{.dst = {AF_INET, {10, 3}}, .dst_len = 16, .vrf = "", .protocol = 4},
				       {.dst = {AF_INET, {10, 3}},
					.dst_len = 16,
					.vrf = "",
					.protocol = CONF_ROUTE_PROTOCOL}};
	struct conf_rule rules[] = {{.family = AF_INET,
				     .preference = 100,
				     .table = 7,
				     .iif = "",
				     .oif = "",
				     .track_group = "",
				     .protocol = CONF_ROUTE_PROTOCOL}};
	struct held held = {0}, again = {0};
	struct one c;

	fake_rundir_clear();
	one_init(&c);
	c.conf.statics = (struct conf_statics){.routes = routes, .n_routes = 2};
	c.vrrp.rules = rules;
	c.vrrp.n_rules = 1;
	ck_assert(held_add(&held, &c.conf));
	ck_assert(!held_add(&held, &c.conf));
	held_store("/nowhere", &held);
	held_read("/nowhere", &again);
	ck_assert_uint_eq(again.items.n, 2);
	ck_assert_str_eq(again.items.items[0], route);
	ck_assert_str_eq(again.items.items[1], rule);
	c.vrrp.n_rules = 0;
	ck_assert(held_set(&held, &c.conf));
	ck_assert(!held_set(&held, &c.conf));
	ck_assert_uint_eq(held.items.n, 1);
	ck_assert(held_set(&held, NULL));
	ck_assert_uint_eq(held.items.n, 0);
	held_free(&again);
	held_free(&held);
	fake_rundir_clear();
}
END_TEST

START_TEST(a_former_lvsd_may_have_left_any_route)
{
	static const char old[] = "{\"schema\": 1, \"addresses\": [{\"interface\": \"eth0\", \"address\": "
				  "\"10.0.0.3\", \"prefix_len\": 24}]}",
			  none[] = "{\"schema\": 1, \"addresses\": []}";
	struct held held = {0};
	struct err err;

	fake_rundir_clear();
	ck_assert_int_eq(rundir_store("/nowhere", RUNDIR_ADDRESSES, none, strlen(none), &err), 0);
	held_read("/nowhere", &held);
	ck_assert_uint_eq(held.items.n, 0);
	ck_assert_int_eq(rundir_store("/nowhere", RUNDIR_ADDRESSES, old, strlen(old), &err), 0);
	held_read("/nowhere", &held);
	ck_assert_uint_eq(held.items.n, 1);
	ck_assert_str_eq(held.items.items[0], VRRP_ITEM_KEY_ALL);
	held_free(&held);
	fake_rundir_clear();
}
END_TEST

/* The kernel removes a point-to-point address only if it is named with its peer. */
START_TEST(the_peer_of_an_address_is_read_as_it_was_written)
{
	struct held held = {0}, again = {0};
	struct one c;
	struct addr peer;

	fake_rundir_clear();
	one_init(&c);
	ck_assert_int_eq(addr_parse("10.0.0.2", &peer), 0);
	c.vip.peer = peer;
	c.vip.peer_len = 32;
	held_add(&held, &c.conf);
	held_store("/nowhere", &held);
	held_read("/nowhere", &again);
	ck_assert_uint_eq(again.list.n, 1);
	ck_assert_int_eq(addr_cmp(&again.list.items[0].peer, &peer), 0);
	held_free(&again);
	held_free(&held);
	fake_rundir_clear();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("held file");
	TCase *tcase = tcase_create("held file");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tcase, addresses_of_an_owner_are_neither_held_nor_left);
	tcase_add_test(tcase, static_addresses_are_held);
	tcase_add_test(tcase, routes_and_rules_of_lvsds_protocol_are_held);
	tcase_add_test(tcase, a_former_lvsd_may_have_left_any_route);
	tcase_add_test(tcase, the_peer_of_an_address_is_read_as_it_was_written);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
