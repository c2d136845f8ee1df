/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pool in need: backup servers, the panic guard, depool_threshold and checks_required. */
#include "base/vec.h"
#include "healthcheck/health.h"
#include "healthcheck/health_whatif.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RS_MAX 200

/* --- the arithmetic --- */

START_TEST(which_tiers_serve)
{
	static const struct {
		uint32_t min_active, quorum, hysteresis;
		struct tier tiers[3];
		size_t wanted;
	} rows[] = {
	    {0, 1, 0, {{0, 1, 1}, {1, 1, 1}, {2, 1, 1}}, 1},
	    {0, 1, 0, {{0, 0, 0}, {1, 1, 1}, {2, 1, 1}}, 2},
	    {0, 1, 0, {{0, 0, 0}, {1, 0, 0}, {2, 1, 1}}, 3},
	    {0, 1, 0, {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}, 3}, /* nobody: it does not matter */
	    {2, 1, 0, {{0, 9, 1}, {1, 1, 1}, {2, 1, 1}}, 2}, /* one is fewer than two */
	    {2, 1, 0, {{0, 9, 2}, {1, 1, 1}, {2, 1, 1}}, 1},
	    {4, 1, 0, {{0, 9, 2}, {1, 1, 1}, {2, 1, 1}}, 3},
	    {0, 4, 0, {{0, 3, 3}, {1, 1, 1}, {2, 1, 1}}, 2}, /* the weights make no quorum */
	    {0, 4, 1, {{0, 3, 3}, {1, 1, 1}, {2, 1, 1}}, 1}, /* with hysteresis they do */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct conf_virtual_server vs = {.min_active = rows[i].min_active,
						       .quorum = rows[i].quorum,
						       .hysteresis = rows[i].hysteresis};

		ck_assert_msg(tiers_used(&vs, rows[i].tiers, 3) == rows[i].wanted, "row %zu", i);
	}
	ck_assert_uint_eq(tiers_used(&(struct conf_virtual_server){.quorum = 1}, NULL, 0), 0);
}
END_TEST

START_TEST(tiers_are_in_the_order_of_their_groups)
{
	struct conf_real_server servers[] = {{.backup = 200}, {.backup = 3}, {.backup = 200}};
	const struct conf_virtual_server vs = {.real_servers = servers, .n_real_servers = 3};
	struct tier tiers[3];

	ck_assert_uint_eq(tiers_count(&vs), 3);
	tiers_init(&vs, tiers);
	ck_assert_uint_eq(tiers[0].group, 0);
	ck_assert_uint_eq(tiers[1].group, 3);
	ck_assert_uint_eq(tiers[2].group, 200);
	for (size_t i = 0; i < 3; i++)
		ck_assert_ptr_eq(tiers_find(tiers, 3, tiers[i].group), &tiers[i]);
}
END_TEST

START_TEST(when_the_guard_acts)
{
	static const struct {
		struct guard_facts facts;
		bool is_open, is_closed;
		uint32_t threshold;
		enum guard_cause wanted;
	} rows[] = {
	    {{10, 6, 4, 0, 0, false, {0}}, false, false, 0, GUARD_PANIC},
	    {{10, 5, 5, 0, 0, false, {0}}, false, false, 0, GUARD_NONE}, /* half is not more than half */
	    {{10, 6, 4, 0, 0, true, {0}}, false, false, 0, GUARD_NONE},
	    {{10, 6, 4, 0, 0, false, {0}}, false, true, 0, GUARD_NONE},
	    {{10, 6, 4, 0, 0, false, {0}}, false, false, 60, GUARD_NONE},
	    {{10, 7, 3, 0, 0, false, {0}}, false, false, 60, GUARD_PANIC},
	    {{10, 10, 0, 0, 0, false, {0}}, false, false, 100, GUARD_NONE},
	    {{3, 2, 1, 0, 0, false, {0}}, false, false, 0, GUARD_PANIC},
	    {{2, 2, 0, 0, 0, false, {0}}, false, false, 0, GUARD_NONE}, /* too small a pool */
	    {{2, 2, 0, 0, 0, false, {0}}, true, false, 0, GUARD_OPEN},
	    {{2, 0, 0, 0, 0, false, {0}}, true, false, 0, GUARD_OPEN}, /* they answer wrongly */
	    {{2, 1, 1, 0, 0, false, {0}}, true, false, 0, GUARD_NONE},
	    {{2, 0, 0, 2, 0, false, {0}}, true, false, 0, GUARD_NONE}, /* this director is cut off */
	    {{0, 0, 0, 0, 0, false, {0}}, true, false, 0, GUARD_NONE},
	    {{10, 1, 9, 0, 5, false, {0}}, false, false, 0, GUARD_WAIT},
	    {{10, 1, 9, 0, 4, false, {0}}, false, false, 0, GUARD_NONE},
	    {{10, 0, 10, 0, 10, false, {0}}, false, false, 0, GUARD_NONE}, /* nobody is lost */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct conf_virtual_server vs = {.is_fail_open = rows[i].is_open,
						       .is_fail_closed = rows[i].is_closed,
						       .panic_threshold = rows[i].threshold};

		ck_assert_msg(guard_judge(&vs, &rows[i].facts) == rows[i].wanted, "row %zu", i);
	}
}
END_TEST

/* --- the model --- */

struct bench {
	struct health *health;
	struct conf *conf;
	struct mono now;
	struct mono due; /* ahead of now, so that each check is always due */
	char said[400]; /* the changes of a service's judgement since the last look */
};

static void configure(struct bench *bench, struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(bench->health, conf, bench->now, 1, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	if (bench->conf)
		test_conf_free(bench->conf);
	bench->conf = conf;
}

static struct bench bench_new(struct conf *conf)
{
	struct bench bench = {.health = health_new(), .now = {NS_PER_S}};

	configure(&bench, conf);
	return bench;
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	test_conf_free(bench->conf);
}

static const struct health_vs *pool(const struct bench *bench)
{
	size_t n;

	return health_services(bench->health, &n);
}

static struct conf_virtual_server *service(struct conf *conf)
{
	conf->virtual_servers->quorum = 1;
	conf->virtual_servers->scheduler = "rr";
	return conf->virtual_servers;
}

/* A director that finds n servers of its predecessor in the table. */
static struct bench bench_adopting(size_t n)
{
	struct bench bench = bench_new(test_conf_new(1, n, 1));

	service(bench.conf);
	for (size_t i = 0; i < n; i++)
		health_adopt(bench.health, 0, i, true, true);
	health_adopt_quorum(bench.health, 0, false);
	return bench;
}

enum outcome {
	FINE,
	SILENT,
	REFUSED,
};

/* One check of a server fails or succeeds as often as it decides, retry being 1. */
static void tell_check(struct bench *bench, size_t rs, size_t check, enum outcome outcome)
{
	check_id id = pool(bench)->real_servers[rs].checks[check].id, ids[RS_MAX * 2];
	struct probe_result result = {.outcome = outcome == FINE ? PROBE_OK : PROBE_FAIL,
				      .is_answered = outcome == REFUSED};

	for (int i = 0; i < (outcome == FINE ? 1 : 2); i++) {
		while (!health_check_find(bench->health, id)->is_in_flight) {
			bench->due = mono_add_ns(bench->due, 1000 * NS_PER_S);
			health_take_due(bench->health, bench->due, ids, RS_MAX * 2);
		}
		health_outcome(bench->health, id, &result, bench->now, 1);
	}
}

static void tell(struct bench *bench, size_t from, size_t until, enum outcome outcome)
{
	for (size_t i = from; i < until; i++)
		for (size_t k = 0; k < pool(bench)->real_servers[i].n_checks; k++)
			tell_check(bench, i, k, outcome);
}

static void wait_s(struct bench *bench, int64_t s)
{
	bench->now = mono_add_ns(bench->now, s * NS_PER_S);
}

/* The weights of all servers as "1 1 0 -"; "-": not in the table. */
static const char *weights(const struct bench *bench)
{
	static char text[RS_MAX * 3];
	size_t at = 0;

	for (size_t i = 0; i < pool(bench)->n_real_servers; i++) {
		bool is_present;
		uint32_t weight;

		health_rs_effective(pool(bench), &pool(bench)->real_servers[i], &is_present, &weight);
		if (is_present)
			at += (size_t)sprintf(text + at, "%s%u", i ? " " : "", weight);
		else
			at += (size_t)sprintf(text + at, "%s-", i ? " " : "");
	}
	return text;
}

/* What was reported about tiers, the guard and kept servers. */
static const char *said(struct bench *bench)
{
	struct health_change change;
	size_t at = 0;

	bench->said[0] = '\0';
	while (health_next_change(bench->health, &change)) {
		const char *gap = at ? " " : "";
		char *text = bench->said + at;

		if (change.kind == HEALTH_CHANGE_GUARD)
			at += (size_t)sprintf(text, "%sguard-%s", gap,
					      change.from == change.to      ? "goes-on"
					      : change.to == HEALTH_DOWN ? "acts"
									 : "ends");
		else if (change.kind == HEALTH_CHANGE_TIERS)
			at += (size_t)sprintf(text, "%stiers-%u", gap, change.weight_to);
		else if (change.kind == HEALTH_CHANGE_KEPT)
			at += (size_t)sprintf(text, "%skept", gap);
		else if (change.kind == HEALTH_CHANGE_QUORUM)
			at += (size_t)sprintf(text, "%squorum-%s", gap,
					      health_state_name(change.to));
	}
	return bench->said;
}

START_TEST(backup_servers_serve_when_the_others_are_down)
{
	struct conf *conf = test_conf_new(1, 4, 1);
	struct bench bench;

	service(conf)->real_servers[2].backup = 1;
	conf->virtual_servers->real_servers[3].backup = 7;
	bench = bench_new(conf);
	ck_assert_str_eq(weights(&bench), "1 1 0 0");
	tell(&bench, 0, 4, FINE);
	ck_assert_str_eq(said(&bench), "quorum-up");
	tell(&bench, 0, 1, REFUSED);
	ck_assert_str_eq(weights(&bench), "- 1 0 0");
	tell(&bench, 1, 2, REFUSED);
	ck_assert_str_eq(weights(&bench), "- - 1 0");
	ck_assert_str_eq(said(&bench), "tiers-2");
	tell(&bench, 2, 3, SILENT);
	ck_assert_str_eq(weights(&bench), "- - - 1");
	ck_assert_str_eq(said(&bench), "tiers-3");
	/* recovery drains the lower group: it stays with weight 0 */
	tell(&bench, 1, 2, FINE);
	ck_assert_str_eq(weights(&bench), "- 1 - 0");
	ck_assert_str_eq(said(&bench), "tiers-1");
	bench_free(&bench);
}
END_TEST

START_TEST(a_reload_moves_no_tier)
{
	struct conf *conf = test_conf_new(1, 3, 1), *again = test_conf_new(1, 3, 1);
	struct bench bench;

	service(conf)->real_servers[2].backup = 1;
	service(again)->real_servers[2].backup = 1;
	bench = bench_new(conf);
	tell(&bench, 0, 3, FINE);
	tell(&bench, 0, 2, REFUSED);
	said(&bench);
	configure(&bench, again);
	ck_assert_str_eq(weights(&bench), "- - 1");
	ck_assert_str_eq(said(&bench), "");
	bench_free(&bench);
}
END_TEST

START_TEST(a_pool_that_falls_silent_stays)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf);
	tell(&bench, 0, 4, FINE);
	said(&bench);
	tell(&bench, 0, 2, SILENT);
	ck_assert_str_eq(weights(&bench), "- - 1 1");
	wait_s(&bench, 30);
	tell(&bench, 2, 3, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	ck_assert_str_eq(said(&bench), "guard-acts");
	wait_s(&bench, 1000);
	tell(&bench, 3, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	/* the quorum is told the truth */
	ck_assert_str_eq(said(&bench), "quorum-down");
	ck_assert_uint_eq(pool(&bench)->live_weight, 0);
	tell(&bench, 1, 2, FINE);
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	ck_assert_str_eq(said(&bench), "quorum-up");
	tell(&bench, 3, 4, FINE);
	ck_assert_str_eq(weights(&bench), "- 1 - 1");
	ck_assert_str_eq(said(&bench), "guard-ends");
	bench_free(&bench);
}
END_TEST

START_TEST(servers_that_die_one_by_one_are_taken_out)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf);
	tell(&bench, 0, 4, FINE);
	said(&bench);
	for (size_t i = 0; i < 4; i++) {
		tell(&bench, i, i + 1, SILENT);
		wait_s(&bench, 16);
	}
	ck_assert_str_eq(weights(&bench), "- - - -");
	ck_assert_str_eq(said(&bench), "quorum-down");
	bench_free(&bench);
}
END_TEST

START_TEST(a_server_that_refuses_is_taken_out)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf);
	tell(&bench, 0, 4, FINE);
	tell(&bench, 0, 2, REFUSED);
	tell(&bench, 2, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "- - - -");
	tell(&bench, 0, 4, FINE);
	tell(&bench, 0, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	/* one that answers while it is kept, too; and then the guard has too few left */
	tell(&bench, 0, 1, REFUSED);
	ck_assert_str_eq(weights(&bench), "- 1 1 1");
	tell(&bench, 1, 2, REFUSED);
	ck_assert_str_eq(weights(&bench), "- - - -");
	bench_free(&bench);
}
END_TEST

START_TEST(nobody_is_kept_who_was_never_good)
{
	struct bench bench = bench_new(test_conf_new(1, 3, 1));

	service(bench.conf);
	tell(&bench, 0, 3, SILENT);
	ck_assert_str_eq(weights(&bench), "- - -");
	bench_free(&bench);
}
END_TEST

START_TEST(a_director_that_starts_in_an_outage_keeps_the_pool)
{
	struct bench bench = bench_adopting(3);

	tell(&bench, 0, 1, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1");
	ck_assert_str_eq(said(&bench), "");
	tell(&bench, 1, 2, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1");
	ck_assert_str_eq(said(&bench), "guard-acts");
	bench_free(&bench);
}
END_TEST

START_TEST(one_that_is_down_at_a_start_leaves_when_the_others_are_seen)
{
	struct bench bench = bench_adopting(3);

	tell(&bench, 0, 1, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1");
	tell(&bench, 1, 2, FINE);
	ck_assert_str_eq(weights(&bench), "1 1 1");
	tell(&bench, 2, 3, FINE);
	ck_assert_str_eq(weights(&bench), "- 1 1");
	ck_assert_str_eq(said(&bench), "quorum-up");
	bench_free(&bench);
}
END_TEST

START_TEST(the_guard_leaves_it_to_substitutes)
{
	struct conf *conf = test_conf_new(1, 4, 1);
	struct bench bench;

	service(conf)->real_servers[3].backup = 1;
	bench = bench_new(conf);
	tell(&bench, 0, 4, FINE);
	tell(&bench, 0, 3, SILENT);
	ck_assert_str_eq(weights(&bench), "- - - 1");
	tell(&bench, 3, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 0");
	tell(&bench, 3, 4, FINE);
	ck_assert_str_eq(weights(&bench), "- - - 1");
	bench_free(&bench);
	conf = test_conf_new(1, 3, 1);
	service(conf)->has_sorry_server = true;
	bench = bench_new(conf);
	tell(&bench, 0, 3, FINE);
	tell(&bench, 0, 3, SILENT);
	ck_assert_str_eq(weights(&bench), "- - -");
	bench_free(&bench);
}
END_TEST

START_TEST(a_reload_and_a_plan_keep_who_is_kept)
{
	struct conf *again = test_conf_new(1, 4, 1);
	struct bench bench = bench_new(test_conf_new(1, 3, 1)), copy;

	service(bench.conf);
	service(again);
	tell(&bench, 0, 3, FINE);
	tell(&bench, 0, 3, SILENT);
	said(&bench);
	copy = (struct bench){.health = health_copy(bench.health, bench.conf, bench.now)};
	ck_assert_str_eq(weights(&copy), "1 1 1");
	health_free(copy.health);
	configure(&bench, again);
	ck_assert_str_eq(weights(&bench), "1 1 1 1"); /* the new one has no verdict */
	ck_assert_str_eq(said(&bench), "");
	tell(&bench, 3, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 -"); /* it was never good */
	/* who is taken out by a person stays out, and does not count */
	health_maintain(bench.health, 0, 0, true, bench.now);
	ck_assert_str_eq(weights(&bench), "- 1 1 -");
	health_maintain(bench.health, 0, 0, false, bench.now);
	ck_assert_str_eq(weights(&bench), "1 1 1 -");
	bench_free(&bench);
}
END_TEST

START_TEST(fail_open_and_fail_closed)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf)->is_fail_open = true;
	tell(&bench, 0, 4, REFUSED);
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	ck_assert_str_eq(said(&bench), "guard-acts quorum-down");
	tell(&bench, 2, 3, FINE);
	ck_assert_str_eq(weights(&bench), "- - 1 -");
	ck_assert_str_eq(said(&bench), "guard-ends quorum-up");
	bench_free(&bench);
	bench = bench_new(test_conf_new(1, 4, 1));
	service(bench.conf)->is_fail_closed = true;
	tell(&bench, 0, 4, FINE);
	tell(&bench, 0, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "- - - -");
	bench_free(&bench);
}
END_TEST

/* All were lost one by one, so that only fail_open keeps them: who is still down when one is back is
 * taken out. */
START_TEST(fail_open_is_no_panic)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf)->is_fail_open = true;
	tell(&bench, 0, 4, FINE);
	for (size_t i = 0; i < 4; i++) {
		wait_s(&bench, 40);
		tell(&bench, i, i + 1, SILENT);
	}
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	tell(&bench, 0, 1, FINE);
	ck_assert_str_eq(weights(&bench), "1 - - -");
	bench_free(&bench);
}
END_TEST

/* Who reads the log learns which of the two keeps the pool now. */
START_TEST(what_keeps_the_pool_is_said_anew_when_it_changes)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf)->is_fail_open = true;
	tell(&bench, 0, 4, FINE);
	said(&bench);
	tell(&bench, 0, 3, SILENT);
	ck_assert_str_eq(said(&bench), "guard-acts");
	tell(&bench, 3, 4, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	ck_assert_str_eq(said(&bench), "guard-goes-on quorum-down");
	tell(&bench, 3, 4, FINE);
	ck_assert_str_eq(said(&bench), "guard-goes-on quorum-up");
	ck_assert_str_eq(weights(&bench), "1 1 1 1");
	bench_free(&bench);
}
END_TEST

/* A success of another check is no answer to the one that is silent. */
START_TEST(a_check_that_succeeds_ends_no_hold)
{
	struct bench bench = bench_new(test_conf_new(1, 3, 2));
	check_id ids[RS_MAX];
	const struct probe_result decided = {.outcome = PROBE_OK, .is_decided = true};

	service(bench.conf);
	tell(&bench, 0, 3, FINE);
	for (size_t i = 0; i < 2; i++)
		tell_check(&bench, i, 0, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1");
	bench.due = mono_add_ns(bench.due, 1000 * NS_PER_S);
	health_take_due(bench.health, bench.due, ids, RS_MAX);
	for (size_t i = 0; i < 2; i++)
		health_outcome(bench.health, pool(&bench)->real_servers[i].checks[1].id, &decided,
			       bench.now, 1);
	ck_assert_str_eq(weights(&bench), "1 1 1");
	bench_free(&bench);
}
END_TEST

/* A director that waits for verdicts that do not come does not wait for longer than panic_window. */
START_TEST(the_wait_at_a_start_has_an_end)
{
	struct bench bench = bench_adopting(5);

	tell(&bench, 0, 1, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 1 1");
	wait_s(&bench, 31);
	tell(&bench, 1, 2, FINE);
	ck_assert_str_eq(weights(&bench), "- 1 1 1 1");
	bench_free(&bench);
}
END_TEST

START_TEST(who_refuses_after_a_reload_is_taken_out)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));
	struct conf *again = test_conf_new(1, 4, 1);

	service(bench.conf);
	tell(&bench, 0, 4, FINE);
	tell(&bench, 0, 4, SILENT);
	service(again)->real_servers[0].checks[0].target.port++;
	configure(&bench, again);
	health_adopt(bench.health, 0, 0, true, true);
	tell(&bench, 0, 1, REFUSED);
	ck_assert_str_eq(weights(&bench), "- 1 1 1");
	bench_free(&bench);
}
END_TEST

/* A backup server that an agent drains is no substitute. */
START_TEST(a_backup_without_a_weight_is_no_substitute)
{
	struct conf *conf = test_conf_new(1, 4, 1);
	struct bench bench;
	check_id ids[RS_MAX];
	const struct probe_result drained = {.outcome = PROBE_OK, .has_weight = true};

	service(conf)->real_servers[3].backup = 1;
	conf->virtual_servers->real_servers[3].checks[0].is_dynamic = true;
	bench = bench_new(conf);
	tell(&bench, 0, 3, FINE);
	bench.due = mono_add_ns(bench.due, 1000 * NS_PER_S);
	health_take_due(bench.health, bench.due, ids, RS_MAX);
	health_outcome(bench.health, pool(&bench)->real_servers[3].checks[0].id, &drained, bench.now, 1);
	tell(&bench, 0, 3, SILENT);
	ck_assert_str_eq(weights(&bench), "1 1 1 0");
	bench_free(&bench);
}
END_TEST

START_TEST(depool_threshold_keeps_those_that_failed_last)
{
	struct bench bench = bench_new(test_conf_new(1, 4, 1));

	service(bench.conf)->depool_threshold = 50;
	tell(&bench, 0, 4, FINE);
	said(&bench);
	for (size_t i = 0; i < 4; i++) {
		wait_s(&bench, 100);
		tell(&bench, i, i + 1, REFUSED);
	}
	ck_assert_str_eq(weights(&bench), "- - 1 1");
	ck_assert_str_eq(said(&bench), "kept kept quorum-down");
	tell(&bench, 3, 4, FINE);
	ck_assert_str_eq(weights(&bench), "- - 1 1");
	tell(&bench, 0, 1, FINE);
	ck_assert_str_eq(weights(&bench), "1 - - 1");
	ck_assert_str_eq(said(&bench), "quorum-up kept");
	bench_free(&bench);
}
END_TEST

START_TEST(two_of_three_checks_suffice)
{
	struct conf *conf = test_conf_new(1, 1, 3);
	struct bench bench;
	const struct health_rs *rs;

	service(conf)->real_servers[0].checks_required = 2;
	bench = bench_new(conf);
	rs = pool(&bench)->real_servers;
	tell_check(&bench, 0, 0, FINE);
	ck_assert_int_eq(rs->state, HEALTH_UNKNOWN);
	tell_check(&bench, 0, 1, SILENT);
	ck_assert_int_eq(rs->state, HEALTH_UNKNOWN);
	tell_check(&bench, 0, 2, FINE);
	ck_assert_int_eq(rs->state, HEALTH_UP);
	tell_check(&bench, 0, 0, SILENT);
	ck_assert_int_eq(rs->state, HEALTH_DOWN);
	tell_check(&bench, 0, 1, FINE);
	ck_assert_int_eq(rs->state, HEALTH_UP);
	bench_free(&bench);
}
END_TEST

/* Whatever happens, the numbers of the pool are those of its servers. */
START_TEST(the_numbers_are_those_of_the_servers)
{
	for (unsigned seed = 0; seed < 200; seed++) {
		struct conf *conf = test_conf_new(1, 6, 1);
		struct bench bench;

		srandom(seed);
		service(conf)->depool_threshold = (uint32_t)(random() % 2 * 40);
		conf->virtual_servers->is_fail_open = random() % 3 == 0;
		for (size_t i = 0; i < 6; i++)
			conf->virtual_servers->real_servers[i].backup = (uint32_t)(random() % 4 / 2);
		bench = bench_new(conf);
		for (int step = 0; step < 60; step++) {
			size_t rs = (size_t)random() % 6, n_live = 0, n_held = 0, n_pool = 0;
			const struct health_vs *vs = pool(&bench);

			wait_s(&bench, random() % 20);
			if (random() % 8)
				tell(&bench, rs, rs + 1, (enum outcome)(random() % 3));
			else
				health_maintain(bench.health, 0, rs, random() % 2, bench.now);
			for (size_t i = 0; i < 6; i++) {
				const struct health_rs *server = &vs->real_servers[i];
				bool is_alive = server->state == HEALTH_UP ||
						(server->state == HEALTH_UNKNOWN && server->was_present);

				ck_assert(!(is_alive && server->held));
				n_pool += !server->is_maintained;
				n_live += !server->is_maintained && is_alive;
				n_held += !server->is_maintained && server->held;
			}
			ck_assert_uint_eq(vs->n_pool, n_pool);
			ck_assert_uint_eq(vs->n_live, n_live);
			ck_assert_uint_eq(vs->n_held, n_held);
			/* a sound server that waits is no reason to keep one that is down */
			ck_assert(!vs->n_live_backup || vs->guard == GUARD_NONE);
		}
		bench_free(&bench);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge");
	TCase *tcase = tcase_create("judge");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, which_tiers_serve);
	tcase_add_test(tcase, tiers_are_in_the_order_of_their_groups);
	tcase_add_test(tcase, when_the_guard_acts);
	tcase_add_test(tcase, backup_servers_serve_when_the_others_are_down);
	tcase_add_test(tcase, a_reload_moves_no_tier);
	tcase_add_test(tcase, a_pool_that_falls_silent_stays);
	tcase_add_test(tcase, servers_that_die_one_by_one_are_taken_out);
	tcase_add_test(tcase, a_server_that_refuses_is_taken_out);
	tcase_add_test(tcase, nobody_is_kept_who_was_never_good);
	tcase_add_test(tcase, a_director_that_starts_in_an_outage_keeps_the_pool);
	tcase_add_test(tcase, one_that_is_down_at_a_start_leaves_when_the_others_are_seen);
	tcase_add_test(tcase, the_guard_leaves_it_to_substitutes);
	tcase_add_test(tcase, a_reload_and_a_plan_keep_who_is_kept);
	tcase_add_test(tcase, fail_open_and_fail_closed);
	tcase_add_test(tcase, fail_open_is_no_panic);
	tcase_add_test(tcase, what_keeps_the_pool_is_said_anew_when_it_changes);
	tcase_add_test(tcase, a_check_that_succeeds_ends_no_hold);
	tcase_add_test(tcase, the_wait_at_a_start_has_an_end);
	tcase_add_test(tcase, who_refuses_after_a_reload_is_taken_out);
	tcase_add_test(tcase, a_backup_without_a_weight_is_no_substitute);
	tcase_add_test(tcase, depool_threshold_keeps_those_that_failed_last);
	tcase_add_test(tcase, two_of_three_checks_suffice);
	tcase_add_test(tcase, the_numbers_are_those_of_the_servers);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
