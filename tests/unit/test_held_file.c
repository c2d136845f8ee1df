/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsd may hold on the machine: which addresses, routes and rules, and what its file has of them. */
#include "daemon/shared/held.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_rundir.h"
#include "vrrp/holding/item_key.h"

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One instance with the address 10.0.0.1/32. */
struct one {
	struct conf conf;
	struct conf_vrrp vrrp;
	struct conf_vip vip;
};

/* "eth0/5 lan0/0": interfaces and their indexes */
static const char *places_of(const struct held *held)
{
	static char text[256];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < held->list.n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s/%u", i ? " " : "",
					held->list.items[i].interface, held->list.items[i].index);
	return text;
}

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

/* A reload makes the router an owner: the address that it added before stays lvsd's. */
START_TEST(addresses_of_an_owner_are_held_only_if_they_were_before)
{
	struct held held = {0}, left = {0};
	struct one c;

	one_init(&c);
	c.vrrp.priority = CONF_PRIORITY_OWNER;
	ck_assert(!held_add(&held, &c.conf) && !held_set(&held, &c.conf));
	ck_assert_uint_eq(held.list.n, 0);
	c.vrrp.priority = 100;
	held_add(&held, &c.conf);
	c.vrrp.priority = CONF_PRIORITY_OWNER;
	held_left(&held, &c.conf, &left);
	ck_assert_uint_eq(left.list.n, 0);
	ck_assert(!held_set(&held, &c.conf));
	ck_assert_uint_eq(held.list.n, 1);
	held_left(&held, NULL, &left);
	ck_assert_uint_eq(left.list.n, 1);
	held_free(&left);
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

START_TEST(the_interface_of_an_address_is_known_by_its_index)
{
	const struct if_nameindex before[] = {{1, "lo"}, {5, "eth0"}, {0, NULL}},
				  renamed[] = {{5, "lan0"}, {9, "eth0"}, {0, NULL}},
				  again[] = {{9, "eth0"}, {0, NULL}}, none[] = {{0, NULL}};
	struct held held = {0}, left = {0};
	struct one c;

	fake_rundir_clear();
	one_init(&c);
	held_add(&held, &c.conf);
	ck_assert(!held_locate(&held, NULL) && !held_locate(&held, none));
	ck_assert(held_locate(&held, before) && !held_locate(&held, before));
	held_store("/nowhere", &held);
	held_read("/nowhere", &left);
	ck_assert_str_eq(places_of(&left), "eth0/5");
	held_add(&left, &c.conf); /* the file that was in force names it too */
	ck_assert_str_eq(places_of(&left), "eth0/5");
	held_follow(&left, NULL);
	held_follow(&left, renamed);
	ck_assert_str_eq(places_of(&left), "lan0/5");
	held_follow(&left, again);
	ck_assert_str_eq(places_of(&left), "");
	held_free(&left);

	/* While lvsd runs, the address goes to the interface that has the name, and stays while none has. */
	ck_assert(!held_set(&held, &c.conf) && !held_locate(&held, none));
	ck_assert_str_eq(places_of(&held), "eth0/5");
	ck_assert(held_locate(&held, again));
	ck_assert(!held_set(&held, &c.conf));
	ck_assert_str_eq(places_of(&held), "eth0/9");
	held_free(&held);
	fake_rundir_clear();
}
END_TEST

START_TEST(an_address_of_an_owner_is_held_if_it_was_missing)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct ifaddrs there = {.ifa_name = (char[]){"eth0"}, .ifa_addr = (struct sockaddr *)&at};
	struct held held = {0}, owned = {0};
	struct one c;

	one_init(&c);
	c.vrrp.priority = CONF_PRIORITY_OWNER;
	memcpy(&at.sin_addr, (uint8_t[]){10, 0, 0, 1}, 4);
	ck_assert(!held_add_owned(&held, &c.conf, NULL));
	ck_assert(!held_add_owned(&held, &c.conf, &there));
	/* The machine has it with a label. */
	there.ifa_name = (char[]){"eth0:1"};
	ck_assert(!held_add_owned(&held, &c.conf, &there));
	ck_assert_uint_eq(held.list.n, 0);
	there.ifa_name = (char[]){"eth01"};
	ck_assert(held_add_owned(&held, &c.conf, &there));
	/* Its vrrp process is killed later: the address is there, and stays lvsd's. */
	there.ifa_name = (char[]){"eth0"};
	ck_assert(!held_add_owned(&held, &c.conf, &there));
	ck_assert(!held_set(&held, &c.conf));
	ck_assert_str_eq(places_of(&held), "eth0/0");
	held_owned(&held, &c.conf, &owned);
	ck_assert_str_eq(places_of(&owned), "eth0/0");
	held_free(&owned);
	c.vrrp.priority = 100;
	held_owned(&held, &c.conf, &owned);
	ck_assert_uint_eq(owned.list.n, 0);
	c.conf.n_vrrps = 0;
	ck_assert(held_set(&held, &c.conf));
	held_free(&held);
}
END_TEST

START_TEST(an_older_lvsd_wrote_no_index)
{
	static const char odd[] = "{\"schema\": 1, \"addresses\": ["
				  "{\"interface\": \"eth0\", \"address\": \"10.0.0.1\", \"prefix_len\": 32},"
				  "{\"interface\": \"eth1\", \"address\": \"10.0.0.2\", \"prefix_len\": 32, "
				  "\"index\": -1},"
				  "{\"interface\": \"eth2\", \"address\": \"10.0.0.2\", \"prefix_len\": 32, "
				  "\"index\": 4294967297}]}";
	const struct if_nameindex now[] = {{9, "eth0"}, {1, "eth2"}, {0, NULL}};
	struct held held = {0};
	struct err err;

	fake_rundir_clear();
	ck_assert_int_eq(rundir_store("/nowhere", RUNDIR_ADDRESSES, odd, strlen(odd), &err), 0);
	held_read("/nowhere", &held);
	held_follow(&held, now);
	ck_assert_str_eq(places_of(&held), "eth0/0");
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

	tcase_add_test(tcase, addresses_of_an_owner_are_held_only_if_they_were_before);
	tcase_add_test(tcase, static_addresses_are_held);
	tcase_add_test(tcase, routes_and_rules_of_lvsds_protocol_are_held);
	tcase_add_test(tcase, a_former_lvsd_may_have_left_any_route);
	tcase_add_test(tcase, the_interface_of_an_address_is_known_by_its_index);
	tcase_add_test(tcase, an_address_of_an_owner_is_held_if_it_was_missing);
	tcase_add_test(tcase, an_older_lvsd_wrote_no_index);
	tcase_add_test(tcase, the_peer_of_an_address_is_read_as_it_was_written);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
