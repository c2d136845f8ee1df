/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routes and rules of an instance: want, have, plan, and when to look again. */
#include "vrrp/holding/item_key.h"
#include "vrrp/holding/items.h"

#include <check.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#define N   3
#define NOW ((struct mono){1000 * NS_PER_S})

struct rig {
	struct conf_route confs[N];
	struct conf_vrrp conf;
	struct vrrp_items routes, stale;
};

static struct conf_route route_of(uint8_t number)
{
	return (struct conf_route){.dst = {AF_INET, {10, number}},
				   .dst_len = 16,
				   .type = RTN_UNICAST,
				   .gateway = {AF_INET, {10, 0, 0, 1}},
				   .interface = "",
				   .vrf = "",
				   .congctl = "",
				   .protocol = CONF_ROUTE_PROTOCOL};
}

static void set_up(struct rig *rig)
{
	*rig = (struct rig){.conf = {.routes = rig->confs, .n_routes = N}};
	for (uint8_t i = 0; i < N; i++)
		rig->confs[i] = route_of(i);
	vrrp_items_set(&rig->routes, VRRP_ITEM_ROUTE, &rig->conf, &rig->stale);
	ck_assert_uint_eq(rig->stale.list.n, 0);
	rig->routes.is_master = true;
}

static void tear_down(struct rig *rig)
{
	vrrp_items_fini(&rig->routes);
	vrrp_items_fini(&rig->stale);
}

/* Adds what the plan says, with the kernel's answers in the order of the plan. Returns how many
 * routes were in it. */
static size_t add(struct vrrp_items *routes, const int *results, struct mono now)
{
	struct vrrp_items_plan plan;
	size_t n;

	vrrp_items_plan_add(routes, &plan);
	n = plan.ops.n;
	for (size_t i = 0; i < n; i++)
		plan.ops.items[i].result = results[i];
	vrrp_items_added(routes, &plan, now);
	vec_free(&plan.ops);
	return n;
}

static const int fresh[N] = {0}, present[N] = {-EEXIST, -EEXIST, -EEXIST};

static const char *key_of(enum vrrp_item_kind kind, const void *item)
{
	static char key[VRRP_ITEM_KEY_MAX];

	return vrrp_item_key(kind, item, key);
}

START_TEST(the_key_of_an_item_is_that_of_what_the_kernel_has)
{
	struct conf_route route = route_of(3);
	struct conf_hop hops[2] = {{.gateway = {AF_INET, {10, 0, 0, 1}}, .interface = ""}};
	struct conf_rule rule = {.family = AF_INET6,
				 .preference = 100,
				 .from = {AF_INET6, {0xfd}},
				 .from_len = 8,
				 .iif = "eth0",
				 .oif = "",
				 .ip_protocol = 6,
				 .destination_ports = {80, 443},
				 .table = 7,
				 .protocol = CONF_ROUTE_PROTOCOL,
				 .is_untracked = true,
				 .track_group = "G"};
	const char *const keys[] = {"route 10.3.0.0/16 via 10.0.0.1 table 254", "rule inet"};
	const char *const all[] = {VRRP_ITEM_KEY_ALL, "rule inet"};

	ck_assert_str_eq(key_of(VRRP_ITEM_ROUTE, &route), keys[0]);
	ck_assert(vrrp_item_is_listed(VRRP_ITEM_ROUTE, &route, keys, 2));
	route.dst.bytes[2] = 9; /* behind the prefix */
	route.gateway = (struct addr){0};
	route.n_hops = 1;
	route.hops = hops;
	ck_assert_str_eq(key_of(VRRP_ITEM_ROUTE, &route), keys[0]);
	route.n_hops = 2;
	route.tos = 8;
	route.metric = 1024;
	ck_assert_str_eq(key_of(VRRP_ITEM_ROUTE, &route),
			 "route 10.3.0.0/16 table 254 tos 8 metric 1024");
	ck_assert(!vrrp_item_is_listed(VRRP_ITEM_ROUTE, &route, keys, 2));
	ck_assert(!vrrp_item_is_listed(VRRP_ITEM_ROUTE, &route, NULL, 0));
	ck_assert(vrrp_item_is_listed(VRRP_ITEM_ROUTE, &route, all, 2));
	route = (struct conf_route){
	    .dst = {AF_INET6, {0xfd}}, .dst_len = 64, .vrf = "", .table = 9, .metric = 1024};
	ck_assert_str_eq(key_of(VRRP_ITEM_ROUTE, &route), "route fd00::/64 table 9");
	ck_assert_str_eq(key_of(VRRP_ITEM_RULE, &rule),
			 "rule inet6 from fd00::/8 table 7 preference 100 iif eth0 protocol 112 "
			 "ipproto 6 dport 80-443");
}
END_TEST

START_TEST(a_master_adds_all_and_removes_them_in_the_other_order)
{
	struct vrrp_items_plan plan;
	struct rig rig;

	set_up(&rig);
	rig.routes.is_master = false;
	ck_assert_uint_eq(add(&rig.routes, fresh, NOW), 0);
	rig.routes.is_master = true;
	ck_assert_uint_eq(add(&rig.routes, fresh, NOW), N);
	ck_assert(mono_is_never(vrrp_items_wake(&rig.routes)));
	ck_assert(vrrp_items_want(&rig.routes, VRRP_ITEM_ROUTE, &rig.confs[1]));
	rig.routes.is_master = false;
	ck_assert(!vrrp_items_want(&rig.routes, VRRP_ITEM_ROUTE, &rig.confs[1]));
	vrrp_items_plan_del(&rig.routes, &plan);
	ck_assert_uint_eq(plan.ops.n, N);
	ck_assert_uint_eq(plan.ops.items[0].at, N - 1);
	vec_free(&plan.ops);
	vrrp_items_plan_del(&rig.routes, &plan);
	ck_assert_uint_eq(plan.ops.n, 0);
	vec_free(&plan.ops);
	tear_down(&rig);
}
END_TEST

START_TEST(a_loss_is_repaired_at_once_and_then_more_and_more_slowly)
{
	const int lost[N] = {-EEXIST, 0, -EEXIST};
	struct mono now = NOW;
	struct rig rig;

	set_up(&rig);
	add(&rig.routes, fresh, now);
	vrrp_items_recheck(&rig.routes);
	ck_assert(mono_reached(now, vrrp_items_wake(&rig.routes)));
	add(&rig.routes, lost, now);
	for (int64_t wait = 1; wait < 64; wait *= 2) {
		vrrp_items_recheck(&rig.routes);
		ck_assert_int_eq(mono_sub(vrrp_items_wake(&rig.routes), now),
				 (wait < 30 ? wait : 30) * NS_PER_S);
		now = vrrp_items_wake(&rig.routes);
		add(&rig.routes, lost, now);
	}
	now = mono_add_ns(now, 90 * NS_PER_S);
	add(&rig.routes, present, now);
	vrrp_items_recheck(&rig.routes);
	ck_assert(mono_reached(now, vrrp_items_wake(&rig.routes)));
	add(&rig.routes, lost, now); /* the first loss again */
	vrrp_items_recheck(&rig.routes);
	ck_assert_int_eq(mono_sub(vrrp_items_wake(&rig.routes), now), NS_PER_S);
	tear_down(&rig);
}
END_TEST

START_TEST(a_refused_route_is_tried_again)
{
	const int refused[N] = {0, -ENODEV, 0};
	struct vrrp_items_plan plan;
	struct rig rig;

	set_up(&rig);
	add(&rig.routes, refused, NOW);
	ck_assert_int_eq(mono_sub(vrrp_items_wake(&rig.routes), NOW), NS_PER_S);
	/* It is said once. */
	vrrp_items_plan_add(&rig.routes, &plan);
	for (size_t i = 0; i < N; i++)
		plan.ops.items[i].result = i == 1 ? -ENODEV : -EEXIST;
	vrrp_items_added(&rig.routes, &plan, NOW);
	ck_assert(!plan.ops.items[1].is_news);
	vec_free(&plan.ops);
	add(&rig.routes, present, NOW);
	ck_assert(mono_is_never(vrrp_items_wake(&rig.routes)));
	tear_down(&rig);
}
END_TEST

/* The attempt is one more: the rhythm of the others stays. */
START_TEST(a_gain_of_the_machine_hastens_the_next_attempt)
{
	const int refused[N] = {-EEXIST, -ENETUNREACH, -EEXIST};
	struct mono now = NOW, due;
	struct rig rig;

	set_up(&rig);
	add(&rig.routes, fresh, now);
	vrrp_items_retry_now(&rig.routes); /* nothing waits */
	ck_assert(mono_is_never(vrrp_items_wake(&rig.routes)));
	vrrp_items_recheck(&rig.routes);
	vrrp_items_retry_now(&rig.routes);
	add(&rig.routes, refused, now); /* begins the rhythm, hastened or not */
	ck_assert_int_eq(mono_sub(vrrp_items_wake(&rig.routes), now), NS_PER_S);
	now = vrrp_items_wake(&rig.routes);
	add(&rig.routes, refused, now);
	due = mono_add_ns(now, 2 * NS_PER_S);
	for (unsigned i = 0; i < 100; i++) { /* the interface flaps */
		ck_assert_int_eq(mono_sub(vrrp_items_wake(&rig.routes), due), 0);
		vrrp_items_recheck(&rig.routes);
		vrrp_items_retry_now(&rig.routes);
		ck_assert(mono_reached(now, vrrp_items_wake(&rig.routes)));
		now = mono_add_ms(now, 10);
		add(&rig.routes, refused, now);
	}
	add(&rig.routes, refused, due);
	ck_assert_int_eq(mono_sub(vrrp_items_wake(&rig.routes), due), 4 * NS_PER_S);
	vrrp_items_retry_now(&rig.routes);
	add(&rig.routes, fresh, now);
	ck_assert(mono_is_never(vrrp_items_wake(&rig.routes)));
	tear_down(&rig);
}
END_TEST

START_TEST(an_untracked_route_and_one_that_refuses_others)
{
	const int results[N] = {0, 0, -EEXIST};
	struct rig rig;

	set_up(&rig);
	rig.confs[0].is_untracked = true;
	rig.confs[2].is_exclusive = true;
	ck_assert_uint_eq(add(&rig.routes, results, NOW), N);
	ck_assert(!rig.routes.list.items[2].is_held);
	ck_assert_uint_eq(add(&rig.routes, fresh, NOW), N - 1);
	ck_assert(rig.routes.list.items[2].is_held);
	tear_down(&rig);
}
END_TEST

START_TEST(a_new_configuration_keeps_what_is_in_both)
{
	struct conf_route confs[N] = {route_of(2), route_of(1), route_of(7)};
	const struct conf_vrrp conf = {.routes = confs, .n_routes = N};
	struct rig rig;

	set_up(&rig);
	add(&rig.routes, fresh, NOW);
	confs[1].gateway.bytes[3] = 9;
	vrrp_items_set(&rig.routes, VRRP_ITEM_ROUTE, &conf, &rig.stale);
	ck_assert(rig.routes.list.items[0].is_held);
	ck_assert(!rig.routes.list.items[1].is_held);
	ck_assert_uint_eq(rig.stale.list.n, 2);
	ck_assert_ptr_eq(rig.stale.list.items[0].conf, &rig.confs[0]);
	tear_down(&rig);
}
END_TEST

/* The kernel names the table, and says nothing of some options. */
START_TEST(a_route_that_the_machine_shows_is_claimed)
{
	struct conf_route found = route_of(1);
	struct rig rig;

	set_up(&rig);
	found.table = RT_TABLE_MAIN;
	rig.confs[1].mtu = 1400;
	ck_assert(vrrp_items_claim(&rig.routes, VRRP_ITEM_ROUTE, &found));
	found.gateway.bytes[3] = 9;
	ck_assert(!vrrp_items_claim(&rig.routes, VRRP_ITEM_ROUTE, &found));
	found = route_of(1);
	found.table = 300;
	ck_assert(!vrrp_items_claim(&rig.routes, VRRP_ITEM_ROUTE, &found));
	tear_down(&rig);
}
END_TEST

/* Of a rule the kernel says all but what concerns lvsd alone. */
START_TEST(a_rule_that_the_machine_shows_is_claimed)
{
	struct conf_rule wanted = {.family = AF_INET, .preference = 9, .iif = "eth0", .oif = "",
				   .table = 5, .protocol = CONF_ROUTE_PROTOCOL,
				   .is_untracked = true, .track_group = "G"};
	const struct conf_vrrp conf = {.rules = &wanted, .n_rules = 1};
	struct conf_rule found = wanted;
	struct vrrp_items rules = {0}, stale;

	found.is_untracked = false;
	found.track_group = "";
	vrrp_items_set(&rules, VRRP_ITEM_RULE, &conf, &stale);
	ck_assert(!vrrp_items_claim(&rules, VRRP_ITEM_RULE, &found)); /* as a backup */
	rules.is_master = true;
	ck_assert(vrrp_items_claim(&rules, VRRP_ITEM_RULE, &found));
	ck_assert(!vrrp_items_claim(&rules, VRRP_ITEM_ROUTE, &found));
	found.is_inverted = true;
	ck_assert(!vrrp_items_claim(&rules, VRRP_ITEM_RULE, &found));
	found.is_inverted = false;
	found.destination_ports = (struct conf_range){80, 80};
	ck_assert(!vrrp_items_claim(&rules, VRRP_ITEM_RULE, &found));
	vrrp_items_fini(&rules);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp items");
	TCase *tcase = tcase_create("vrrp items");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, the_key_of_an_item_is_that_of_what_the_kernel_has);
	tcase_add_test(tcase, a_master_adds_all_and_removes_them_in_the_other_order);
	tcase_add_test(tcase, a_loss_is_repaired_at_once_and_then_more_and_more_slowly);
	tcase_add_test(tcase, a_refused_route_is_tried_again);
	tcase_add_test(tcase, a_gain_of_the_machine_hastens_the_next_attempt);
	tcase_add_test(tcase, an_untracked_route_and_one_that_refuses_others);
	tcase_add_test(tcase, a_new_configuration_keeps_what_is_in_both);
	tcase_add_test(tcase, a_route_that_the_machine_shows_is_claimed);
	tcase_add_test(tcase, a_rule_that_the_machine_shows_is_claimed);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
