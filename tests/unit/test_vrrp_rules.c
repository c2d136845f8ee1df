/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of one preference on the real kernel, of which one has all that the other one has: each is added,
 * and removed alone. */
#include "own_net.h"
#include "vrrp/machine/route.h"
#include "vrrp/machine/rule_match.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFERENCE 100

static const struct vrrp_item_place nowhere;

static struct {
	struct loop *loop;
	struct vrrp_link *link;
	struct vrrp_route_net *net;
} rig;

/* from 10.1.0.0/16 table 5 */
static const struct conf_rule wide = {.family = AF_INET,
				      .preference = PREFERENCE,
				      .from = {AF_INET, {10, 1}},
				      .from_len = 16,
				      .iif = "",
				      .oif = "",
				      .table = 5,
				      .track_group = "",
				      .protocol = CONF_ROUTE_PROTOCOL};

static struct conf_rule narrow(void)
{
	struct conf_rule rule = wide;

	rule.to = (struct addr){AF_INET, {10, 2}};
	rule.to_len = 16;
	return rule;
}

static struct conf_rule inverted(void)
{
	struct conf_rule rule = wide;

	rule.is_inverted = true;
	return rule;
}

static void on_change(void *arg)
{
	(void)arg;
}

static void setup(void)
{
	struct err err;

	rig.loop = loop_new();
	ck_assert_int_eq(vrrp_link_open(rig.loop, on_change, NULL, &rig.link, &err), 0);
	ck_assert_int_eq(vrrp_route_open(rig.loop, rig.link, on_change, NULL, &rig.net, &err), 0);
}

static void teardown(void)
{
	vrrp_route_close(rig.net);
	vrrp_link_close(rig.link);
	loop_free(rig.loop);
}

static void expect_rules(const char *wanted)
{
	FILE *pipe = popen("ip rule show pref 100", "r");
	char text[1024] = "";
	size_t len = fread(text, 1, sizeof(text) - 1, pipe);

	text[len] = '\0';
	pclose(pipe);
	ck_assert_str_eq(text, wanted);
}

#define WIDE     "100:\tfrom 10.1.0.0/16 lookup 5 proto 112\n"
#define NARROW   "100:\tfrom 10.1.0.0/16 to 10.2.0.0/16 lookup 5 proto 112\n"
#define INVERTED "100:\tnot from 10.1.0.0/16 lookup 5 proto 112\n"

START_TEST(a_rule_is_removed_and_not_a_similar_one)
{
	const struct conf_rule rules[] = {narrow(), inverted(), wide};

	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(vrrp_route_add(rig.net, VRRP_ITEM_RULE, &rules[i]), 0);
		ck_assert_int_eq(vrrp_route_add(rig.net, VRRP_ITEM_RULE, &rules[i]), -EEXIST);
	}
	expect_rules(NARROW INVERTED WIDE);
	ck_assert_int_eq(vrrp_route_del(rig.net, VRRP_ITEM_RULE, &wide, &nowhere), 0);
	expect_rules(NARROW INVERTED);
	/* It is not there any more, and similar ones are. */
	ck_assert_int_eq(vrrp_route_del(rig.net, VRRP_ITEM_RULE, &wide, &nowhere), -ENOENT);
	expect_rules(NARROW INVERTED);
	ck_assert_int_eq(vrrp_route_del(rig.net, VRRP_ITEM_RULE, &rules[1], &nowhere), 0);
	expect_rules(NARROW);
	ck_assert_int_eq(vrrp_route_del(rig.net, VRRP_ITEM_RULE, &rules[0], &nowhere), 0);
	ck_assert_int_eq(vrrp_route_del(rig.net, VRRP_ITEM_RULE, &rules[0], &nowhere), -ENOENT);
	expect_rules("");
}
END_TEST

static bool is_narrow(enum vrrp_item_kind kind, const void *item, void *arg)
{
	const struct conf_rule *rule = item;

	(void)kind;
	(void)arg;
	return rule->to_len != 0;
}

START_TEST(what_is_left_goes_and_not_a_similar_one)
{
	const struct conf_rule specific = narrow();

	vrrp_route_add(rig.net, VRRP_ITEM_RULE, &specific);
	vrrp_route_add(rig.net, VRRP_ITEM_RULE, &wide);
	ck_assert_uint_eq(vrrp_route_sweep(rig.net, VRRP_ITEM_RULE, is_narrow, NULL), 1);
	expect_rules(NARROW);
}
END_TEST

/* --- a series of removals --- */

#define POOL_N 60

/* Rules of which many resemble each other: each condition is there or not. */
static void pool_make(struct conf_rule pool[static POOL_N])
{
	for (unsigned i = 0; i < POOL_N; i++) {
		struct conf_rule rule = wide;

		rule.preference = 100 + i % 2;
		if (i / 2 % 2)
			rule.to = (struct addr){AF_INET, {10, 2}}, rule.to_len = 16;
		if (i / 4 % 2)
			rule.iif = "lo";
		rule.is_inverted = i / 8 % 2;
		rule.from.bytes[1] = (uint8_t)(1 + i / 16);
		pool[i] = rule;
	}
}

/* Each rule of the machine as one bit of the pool; another rule of the preferences 100 and 101 fails. */
static uint64_t rules_there(const struct conf_rule pool[static POOL_N])
{
	FILE *pipe = popen("ip rule show | grep -E '^10[01]:'", "r");
	char line[256];
	uint64_t there = 0;

	while (fgets(line, sizeof(line), pipe)) {
		unsigned i = 0;

		for (; i < POOL_N; i++) {
			const struct conf_rule *rule = &pool[i];
			char wanted[256];

			snprintf(wanted, sizeof(wanted),
				 "%u:\t%sfrom 10.%u.0.0/16 %s%slookup 5 proto 112\n",
				 (unsigned)rule->preference, rule->is_inverted ? "not " : "",
				 rule->from.bytes[1], rule->to_len ? "to 10.2.0.0/16 " : "",
				 rule->iif[0] ? "iif lo " : "");
			if (!strcmp(line, wanted))
				break;
		}
		ck_assert_msg(i < POOL_N && !(there & UINT64_C(1) << i), "%s", line);
		there |= UINT64_C(1) << i;
	}
	pclose(pipe);
	return there;
}

/* `ip rule flush` would take a similar rule for one that is to go. */
static void rules_clear(void)
{
	ck_assert_int_eq(system("for p in 100 101; do"
				" while ip rule del pref $p 2>/dev/null; do :; done; done"),
			 0);
}

START_TEST(a_series_removes_exactly_what_is_asked_for)
{
	struct conf_rule pool[POOL_N];

	pool_make(pool);
	srandom((unsigned)_i);
	for (unsigned round = 0; round < 20; round++) {
		uint64_t there = 0, removed = 0;

		rules_clear();
		for (unsigned k = 0; k < POOL_N; k++) {
			unsigned i = (unsigned)random() % POOL_N;

			if (!(there & UINT64_C(1) << i))
				ck_assert_int_eq(vrrp_route_add(rig.net, VRRP_ITEM_RULE, &pool[i]), 0);
			there |= UINT64_C(1) << i;
		}
		ck_assert(rules_there(pool) == there);
		vrrp_route_series_begin(rig.net);
		for (unsigned k = 0; k < POOL_N / 2; k++) {
			unsigned i = (unsigned)random() % POOL_N;
			bool is_there = there & ~removed & UINT64_C(1) << i;

			ck_assert_int_eq(vrrp_route_del(rig.net, VRRP_ITEM_RULE, &pool[i], &nowhere),
					 is_there ? 0 : -ENOENT);
			removed |= UINT64_C(1) << i;
		}
		vrrp_route_series_end(rig.net);
		ck_assert(rules_there(pool) == (there & ~removed));
	}
}
END_TEST

START_TEST(what_the_kernel_takes_for_a_rule_is_similar)
{
	struct conf_rule specific = narrow(), other = wide;

	ck_assert_int_eq(vrrp_rule_match(&wide, &wide), VRRP_RULE_SAME);
	ck_assert_int_eq(vrrp_rule_match(&wide, &specific), VRRP_RULE_SIMILAR);
	ck_assert_int_eq(vrrp_rule_match(&specific, &wide), VRRP_RULE_OTHER);
	specific = inverted();
	ck_assert_int_eq(vrrp_rule_match(&wide, &specific), VRRP_RULE_SIMILAR);
	ck_assert_int_eq(vrrp_rule_match(&specific, &wide), VRRP_RULE_SIMILAR);
	other.is_untracked = true;
	ck_assert_int_eq(vrrp_rule_match(&wide, &other), VRRP_RULE_SAME);
	other.protocol = 0;
	ck_assert_int_eq(vrrp_rule_match(&wide, &other), VRRP_RULE_OTHER);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp rules");
	TCase *tcase = tcase_create("vrrp rules");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	if (!own_net_enter())
		return EXIT_SKIP;
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_rule_is_removed_and_not_a_similar_one);
	tcase_add_test(tcase, what_is_left_goes_and_not_a_similar_one);
	tcase_add_loop_test(tcase, a_series_removes_exactly_what_is_asked_for, 1, 4);
	tcase_add_test(tcase, what_the_kernel_takes_for_a_rule_is_similar);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? 0 : 1;
}
