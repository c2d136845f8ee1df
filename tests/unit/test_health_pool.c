/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools: quorum, sorry server, inhibition, alpha and dynamic weights, and that no step of any
 * plan that follows from them leaves a pool empty.
 */
#include "base/vec.h"
#include "healthcheck/health.h"
#include "healthcheck/health_whatif.h"
#include "healthcheck/pool.h"
#include "ipvs/plan.h"
#include "ipvs/want.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define RS_MAX 5

struct bench {
	struct health *health;
	struct conf *conf;
	struct mono now;
};

/* The time of day at the bench's now. */
static int64_t wall_of(const struct bench *bench)
{
	return bench->now.ns / NS_PER_US + 7;
}

static void bench_configure(struct bench *bench, struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(bench->health, conf, bench->now, wall_of(bench), &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	if (bench->conf)
		test_conf_free(bench->conf);
	bench->conf = conf;
}

static struct bench bench_new(struct conf *conf)
{
	struct bench bench = {.health = health_new(), .now = {NS_PER_S}};

	bench_configure(&bench, conf);
	return bench;
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	test_conf_free(bench->conf);
}

/* One service with n real servers of weight 1, each with one check, and a sorry server. */
static struct conf *pool_conf(size_t n, uint32_t quorum, uint32_t hysteresis)
{
	struct conf *conf = test_conf_new(1, n, 1);
	struct conf_virtual_server *vs = conf->virtual_servers;

	vs->quorum = quorum;
	vs->hysteresis = hysteresis;
	vs->scheduler = "rr";
	vs->persistence_engine = "";
	vs->has_sorry_server = true;
	vs->sorry_server =
	    (struct conf_real_server){.ep = {{AF_INET, {10, 9, 9, 9}}, 80}, .weight = 1};
	return conf;
}

static const struct health_vs *pool(const struct bench *bench)
{
	size_t n;

	return health_services(bench->health, &n);
}

static void tell_weighed(struct bench *bench, size_t rs, const struct probe_result *result)
{
	check_id id = pool(bench)->real_servers[rs].checks[0].id, ids[RS_MAX];

	bench->now = mono_add_ns(bench->now, 100 * NS_PER_S);
	while (!health_check_find(bench->health, id)->is_in_flight)
		health_take_due(bench->health, bench->now, ids, RS_MAX);
	health_outcome(bench->health, id, result, bench->now, wall_of(bench));
}

static void tell(struct bench *bench, size_t rs, enum probe_outcome outcome)
{
	struct probe_result result = {.outcome = outcome};

	tell_weighed(bench, rs, &result);
}

/* Takes all changes; gives what the quorum became by the last of them, or unknown. */
static enum health_state quorum_change(struct bench *bench)
{
	struct health_change change;
	enum health_state to = HEALTH_UNKNOWN;

	while (health_next_change(bench->health, &change)) {
		if (change.kind != HEALTH_CHANGE_QUORUM)
			continue;
		ck_assert_ptr_null(change.rs);
		ck_assert_int_ne(change.from, change.to);
		to = change.to;
	}
	return to;
}

/* The weight of a real server in the table; -1: not in it. */
static int64_t weight_of(const struct bench *bench, size_t rs)
{
	bool is_present;
	uint32_t weight;

	health_rs_effective(pool(bench), &pool(bench)->real_servers[rs], &is_present, &weight);
	return is_present ? (int64_t)weight : -1;
}

static int64_t sorry_weight(const struct bench *bench)
{
	bool is_present;
	uint32_t weight;

	health_sorry_effective(pool(bench), &is_present, &weight);
	return is_present ? (int64_t)weight : -1;
}

START_TEST(quorum_has_its_two_thresholds)
{
	struct conf_virtual_server vs = {.quorum = 7, .hysteresis = 2};

	ck_assert(!pool_is_gained(&vs, 8) && pool_is_gained(&vs, 9));
	ck_assert(pool_is_lost(&vs, 4) && !pool_is_lost(&vs, 5));
	for (uint64_t weight = 5; weight < 9; weight++) {
		ck_assert(pool_step(&vs, true, weight, true));
		ck_assert(!pool_step(&vs, false, weight, true));
	}
	ck_assert(pool_step(&vs, true, 1, false) && !pool_step(&vs, true, 0, false));
	vs = (struct conf_virtual_server){.quorum = 1};
	ck_assert(pool_is_lost(&vs, 0) && !pool_is_gained(&vs, 0) && pool_is_gained(&vs, 1));
}
END_TEST

START_TEST(weights_stay_within_bounds)
{
	ck_assert_uint_eq(pool_weight(10, -11), 0);
	ck_assert_uint_eq(pool_weight(10, 5), 15);
	ck_assert_uint_eq(pool_weight(POOL_WEIGHT_MAX, 253), POOL_WEIGHT_MAX);
}
END_TEST

START_TEST(a_quorum_is_reported_once_it_is_known)
{
	struct bench bench = bench_new(pool_conf(2, 1, 0));

	ck_assert(pool(&bench)->is_quorum_up && quorum_change(&bench) == HEALTH_UNKNOWN);
	tell(&bench, 0, PROBE_FAIL);
	ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN);
	tell(&bench, 1, PROBE_OK);
	ck_assert(quorum_change(&bench) == HEALTH_UP);
	tell(&bench, 0, PROBE_OK);
	ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN);
	bench_configure(&bench, pool_conf(2, 1, 0));
	ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN && pool(&bench)->is_quorum_up);
	bench_free(&bench);
	bench = bench_new(pool_conf(1, 1, 0));
	tell(&bench, 0, PROBE_FAIL);
	ck_assert(quorum_change(&bench) == HEALTH_DOWN);
	bench_free(&bench);
}
END_TEST

START_TEST(the_sorry_server_takes_over_and_gives_back)
{
	struct bench bench = bench_new(pool_conf(4, 2, 1));

	for (size_t i = 0; i < 4; i++)
		tell(&bench, i, PROBE_OK);
	ck_assert(quorum_change(&bench) == HEALTH_UP && sorry_weight(&bench) == -1);
	bench.conf->virtual_servers->real_servers[0].checks->retry = 0;
	for (size_t i = 0; i < 4; i++)
		bench.conf->virtual_servers->real_servers[i].checks->retry = 0;
	for (size_t i = 0; i < 3; i++)
		tell(&bench, i, PROBE_FAIL);
	ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN && weight_of(&bench, 3) == 1);
	tell(&bench, 3, PROBE_FAIL);
	ck_assert(quorum_change(&bench) == HEALTH_DOWN && sorry_weight(&bench) == 1);
	for (size_t i = 0; i < 2; i++) {
		ck_assert(weight_of(&bench, i) == -1);
		tell(&bench, i, PROBE_OK);
		ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN && weight_of(&bench, i) == 0);
	}
	tell(&bench, 2, PROBE_OK);
	ck_assert(quorum_change(&bench) == HEALTH_UP && sorry_weight(&bench) == -1);
	ck_assert(weight_of(&bench, 0) == 1 && weight_of(&bench, 3) == -1);
	bench_free(&bench);
}
END_TEST

/* The sorry server is the second of three real servers. */
START_TEST(a_real_server_may_be_the_sorry_server)
{
	struct conf *conf = pool_conf(3, 2, 0);
	struct bench bench;

	conf->virtual_servers->sorry_server.ep = conf->virtual_servers->real_servers[1].ep;
	bench = bench_new(conf);
	for (size_t i = 0; i < 3; i++)
		tell(&bench, i, PROBE_OK);
	ck_assert(sorry_weight(&bench) == -1 && weight_of(&bench, 1) == 1);
	/* The two others fail: it stays, as the sorry server. */
	for (size_t i = 0; i < 4; i++)
		tell(&bench, i % 2 ? 0 : 2, PROBE_FAIL);
	ck_assert(sorry_weight(&bench) == 1 && weight_of(&bench, 1) == 0);
	/* It fails too, and serves all the same. */
	tell(&bench, 1, PROBE_FAIL);
	tell(&bench, 1, PROBE_FAIL);
	ck_assert(sorry_weight(&bench) == 1 && weight_of(&bench, 1) == -1);
	/* Out by hand it serves in neither part, and who is up serves as without a sorry server. */
	tell(&bench, 0, PROBE_OK);
	ck_assert(weight_of(&bench, 0) == 0);
	ck_assert(health_maintain(bench.health, 0, 1, true, bench.now));
	ck_assert(sorry_weight(&bench) == -1 && weight_of(&bench, 0) == 1);
	ck_assert(health_maintain(bench.health, 0, 1, false, bench.now));
	ck_assert(sorry_weight(&bench) == 1 && weight_of(&bench, 0) == 0);
	bench_free(&bench);
}
END_TEST

START_TEST(without_a_sorry_server_the_rest_serves)
{
	struct conf *conf = pool_conf(3, 3, 0);
	struct bench bench;

	conf->virtual_servers->has_sorry_server = false;
	bench = bench_new(conf);
	tell(&bench, 0, PROBE_FAIL);
	tell(&bench, 1, PROBE_OK);
	tell(&bench, 2, PROBE_OK);
	ck_assert(quorum_change(&bench) == HEALTH_DOWN);
	ck_assert(weight_of(&bench, 1) == 1 && weight_of(&bench, 0) == -1);
	ck_assert(sorry_weight(&bench) == -1);
	bench_free(&bench);
}
END_TEST

START_TEST(inhibition_keeps_the_place)
{
	struct conf *conf = pool_conf(2, 1, 0);
	struct bench bench;

	conf->virtual_servers->real_servers[0].is_inhibiting = true;
	conf->virtual_servers->is_sorry_inhibiting = true;
	bench = bench_new(conf);
	tell(&bench, 0, PROBE_FAIL);
	ck_assert(weight_of(&bench, 0) == 0 && sorry_weight(&bench) == 0);
	tell(&bench, 1, PROBE_FAIL);
	ck_assert(weight_of(&bench, 1) == -1 && sorry_weight(&bench) == 1);
	bench_free(&bench);
}
END_TEST

START_TEST(alpha_begins_outside)
{
	struct conf *conf = pool_conf(2, 1, 0);
	struct bench bench;

	for (size_t i = 0; i < 2; i++)
		conf->virtual_servers->real_servers[i].checks->is_alpha = true;
	conf->virtual_servers->real_servers[1].is_inhibiting = true;
	bench = bench_new(conf);
	ck_assert(weight_of(&bench, 0) == -1 && weight_of(&bench, 1) == 0);
	ck_assert(sorry_weight(&bench) == 1 && quorum_change(&bench) == HEALTH_UNKNOWN);
	health_adopt(bench.health, 0, 0, false, false);
	ck_assert(weight_of(&bench, 0) == -1);
	health_adopt(bench.health, 0, 0, true, true);
	health_adopt_quorum(bench.health, 0, false);
	ck_assert(weight_of(&bench, 0) == 1 && sorry_weight(&bench) == -1);
	tell(&bench, 1, PROBE_OK);
	ck_assert(weight_of(&bench, 1) == 1);
	bench_free(&bench);
}
END_TEST

/* The weights of slow_start at each step, until it has all of it: "25 50 75 100". */
static void assert_ramp(uint32_t weight, uint32_t duration_s, const char *scheduler,
			const char *expected)
{
	char text[200] = "";
	int64_t back_ns = 0, next_ns = 0;
	size_t len = 0;

	while (next_ns != INT64_MAX) {
		uint32_t now = pool_ramp(weight, back_ns, duration_s, scheduler, &next_ns);

		len += (size_t)snprintf(text + len, sizeof(text) - len, len ? " %u" : "%u", now);
		ck_assert(len < sizeof(text) && next_ns > back_ns);
		/* It holds until the next step. */
		if (next_ns != INT64_MAX) {
			back_ns = next_ns - 1;
			ck_assert_uint_eq(
			    pool_ramp(weight, back_ns, duration_s, scheduler, &next_ns), now);
			back_ns++;
		}
	}
	ck_assert_str_eq(text, expected);
	ck_assert_int_eq(back_ns, duration_s * NS_PER_S);
}

START_TEST(weights_grow_in_few_steps)
{
	assert_ramp(100, 0, "wlc", "100");
	assert_ramp(100, 1, "wlc", "50 100");
	assert_ramp(100, 3, "wlc", "25 50 75 100");
	assert_ramp(110, 600, "wrr", "10 20 30 40 50 60 70 80 90 100 110");
	assert_ramp(100, 600, "sh", "20 40 60 80 100");
	assert_ramp(100, 600, "mh", "20 40 60 80 100");
	assert_ramp(100, 2, "dh", "33 66 100");
	assert_ramp(3, 60, "rr", "1 1 1 1 1 1 1 2 2 2 3");
	assert_ramp(0, 3, "rr", "0 0 0 0");
	assert_ramp(POOL_WEIGHT_MAX, 1, "rr", "1073741823 2147483647");
}
END_TEST

START_TEST(steps_are_found_by_their_weight)
{
	int64_t back_ns = -1;

	ck_assert(pool_ramp_find(100, 25, 3, "wlc", &back_ns) && back_ns == 0);
	ck_assert(pool_ramp_find(100, 75, 3, "wlc", &back_ns) && back_ns == 2 * NS_PER_S);
	ck_assert(pool_ramp_find(3, 2, 60, "rr", &back_ns) && back_ns == 42 * NS_PER_S);
	ck_assert(!pool_ramp_find(100, 100, 3, "wlc", &back_ns));
	ck_assert(!pool_ramp_find(100, 101, 3, "wlc", &back_ns));
	ck_assert(!pool_ramp_find(100, 51, 3, "wlc", &back_ns));
	ck_assert(!pool_ramp_find(100, 24, 3, "wlc", &back_ns));
	ck_assert(!pool_ramp_find(100, 50, 0, "wlc", &back_ns));
	ck_assert(!pool_ramp_find(1, 1, 30, "wlc", &back_ns));
	ck_assert(!pool_ramp_find(0, 0, 30, "wlc", &back_ns));
}
END_TEST

static void assert_step(struct bench *bench, int64_t after_ns, bool is_changed, int weight)
{
	bench->now = mono_add_ns(bench->now, after_ns);
	ck_assert(health_ramp(bench->health, bench->now) == is_changed);
	ck_assert_int_eq(weight_of(bench, 0), weight);
}

START_TEST(a_server_that_comes_back_starts_slowly)
{
	struct conf *conf = pool_conf(2, 1, 0), *again = pool_conf(2, 1, 0);
	struct bench bench;

	conf->virtual_servers->slow_start = again->virtual_servers->slow_start = 3;
	conf->virtual_servers->real_servers[0].weight = 100;
	again->virtual_servers->real_servers[0].weight = 100;
	bench = bench_new(conf);
	tell(&bench, 0, PROBE_OK);
	ck_assert(weight_of(&bench, 0) == 100 && mono_is_never(health_ramp_due(bench.health)));
	conf->virtual_servers->real_servers[0].checks->retry = 0;
	tell(&bench, 0, PROBE_FAIL);
	ck_assert_int_eq(weight_of(&bench, 0), -1);
	tell(&bench, 0, PROBE_OK);
	ck_assert_int_eq(weight_of(&bench, 0), 25);
	/* For the quorum it has all its weight. */
	ck_assert_uint_eq(pool(&bench)->live_weight, 101);
	ck_assert_int_eq(mono_sub(health_ramp_due(bench.health), bench.now), NS_PER_S);
	assert_step(&bench, NS_PER_S - 1, false, 25);
	assert_step(&bench, 1, true, 50);
	bench.now = mono_add_ns(bench.now, NS_PER_S / 2);
	bench_configure(&bench, again);
	assert_step(&bench, 0, false, 50);
	ck_assert_int_eq(mono_sub(health_ramp_due(bench.health), bench.now), NS_PER_S / 2);
	assert_step(&bench, NS_PER_S / 2, true, 75);
	assert_step(&bench, NS_PER_S, true, 100);
	assert_step(&bench, NS_PER_S, false, 100);
	ck_assert(mono_is_never(health_ramp_due(bench.health)));
	/* It goes while it grows. */
	again->virtual_servers->real_servers[0].checks->retry = 0;
	tell(&bench, 0, PROBE_FAIL);
	tell(&bench, 0, PROBE_OK);
	tell(&bench, 0, PROBE_FAIL);
	ck_assert(mono_is_never(health_ramp_due(bench.health)));
	assert_step(&bench, NS_PER_S, false, -1);
	bench_free(&bench);
}
END_TEST

/* A restart in the middle: what the kernel has is kept, and the way goes on before a verdict. */
START_TEST(a_slow_start_goes_on_over_a_restart)
{
	struct conf *conf = pool_conf(2, 1, 0);
	struct bench bench;

	conf->virtual_servers->slow_start = 3;
	conf->virtual_servers->real_servers[0].weight = 100;
	conf->virtual_servers->real_servers[0].checks->retry = 0;
	bench = bench_new(conf);
	for (size_t i = 0; i < 2; i++)
		health_adopt(bench.health, 0, i, true, true);
	health_adopt_ramp(bench.health, 0, 0, 50, bench.now);
	health_adopt_ramp(bench.health, 0, 1, 1, bench.now);
	ck_assert_uint_eq(pool(&bench)->live_weight, 101);
	assert_step(&bench, 0, false, 50);
	ck_assert_int_eq(mono_sub(health_ramp_due(bench.health), bench.now), NS_PER_S);
	assert_step(&bench, NS_PER_S, true, 75);
	tell(&bench, 0, PROBE_OK);
	ck_assert_int_eq(weight_of(&bench, 0), 75);
	assert_step(&bench, 0, true, 100);
	ck_assert(mono_is_never(health_ramp_due(bench.health)));
	/* A server that fails has no way to go. */
	tell(&bench, 0, PROBE_FAIL);
	health_adopt_ramp(bench.health, 0, 0, 50, bench.now);
	ck_assert(mono_is_never(health_ramp_due(bench.health)));
	bench_free(&bench);
}
END_TEST

START_TEST(a_held_server_is_out_whatever_its_checks_say)
{
	struct conf *conf = pool_conf(2, 1, 0), *again = pool_conf(2, 1, 0);
	struct bench bench;

	conf->virtual_servers->slow_start = again->virtual_servers->slow_start = 1;
	again->virtual_servers->real_servers[0].weight = 10;
	again->virtual_servers->real_servers[0].is_inhibiting = true;
	bench = bench_new(conf);
	tell(&bench, 0, PROBE_OK);
	tell(&bench, 1, PROBE_OK);
	ck_assert_int_eq(pool(&bench)->quorum_since_wall_us, wall_of(&bench));
	bench.now = mono_add_ns(bench.now, 50 * NS_PER_S);
	ck_assert(health_maintain(bench.health, 0, 0, true, bench.now));
	ck_assert(!health_maintain(bench.health, 0, 0, true, bench.now));
	ck_assert(weight_of(&bench, 0) == -1 && sorry_weight(&bench) == -1);
	ck_assert_uint_eq(pool(&bench)->live_weight, 1);
	bench_configure(&bench, again);
	ck_assert(weight_of(&bench, 0) == -1 && pool(&bench)->live_weight == 1);
	ck_assert_int_eq(pool(&bench)->quorum_since_wall_us, wall_of(&bench) - 50 * US_PER_S);
	ck_assert(health_maintain(bench.health, 0, 1, true, bench.now));
	ck_assert_int_eq(pool(&bench)->quorum_since_wall_us, wall_of(&bench)); /* lost */
	ck_assert(sorry_weight(&bench) == 1 && weight_of(&bench, 1) == -1);
	tell(&bench, 0, PROBE_FAIL);
	tell(&bench, 0, PROBE_FAIL);
	ck_assert_int_eq(weight_of(&bench, 0), -1);
	tell(&bench, 0, PROBE_OK);
	ck_assert(health_maintain(bench.health, 0, 0, false, bench.now));
	ck_assert(weight_of(&bench, 0) == 5 && sorry_weight(&bench) == -1);
	assert_step(&bench, NS_PER_S, true, 10);
	bench_free(&bench);
}
END_TEST

START_TEST(a_quorum_that_was_down_is_adopted)
{
	struct bench bench = bench_new(pool_conf(4, 2, 1));

	for (size_t i = 0; i < 4; i++)
		health_adopt(bench.health, 0, i, true, i < 2);
	health_adopt_quorum(bench.health, 0, true);
	ck_assert(sorry_weight(&bench) == 1 && weight_of(&bench, 0) == 0);
	for (size_t i = 0; i < 4; i++) {
		ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN);
		tell(&bench, i, i < 2 ? PROBE_OK : PROBE_FAIL);
	}
	ck_assert(quorum_change(&bench) == HEALTH_DOWN && sorry_weight(&bench) == 1);
	bench_free(&bench);
}
END_TEST

/* Takes a configuration of n servers as a reload does. The kernel has the first n_shown of them. */
static void reload(struct bench *bench, struct conf *conf, size_t n_shown)
{
	bool is_sorry = sorry_weight(bench) > 0;

	bench_configure(bench, conf);
	for (size_t i = 0; i < pool(bench)->n_real_servers; i++)
		health_adopt(bench->health, 0, i, true, i < n_shown);
	health_adopt_quorum(bench->health, 0, is_sorry);
}

/* A service without its quorum is reloaded: no server without a verdict brings the quorum back. */
START_TEST(a_server_without_a_verdict_brings_no_quorum)
{
	static const struct {
		size_t n_before, n_after, n_shown; /* servers; the kernel has the first n_shown */
		uint32_t quorum_before, quorum_after;
		uint32_t weight_after;
		bool is_first_up; /* before the reload; all others are down */
		bool is_changed;  /* the first server has another check after the reload */
	} rows[] = {
	    {1, 2, 0, 1, 1, 1, false, false}, /* added */
	    {1, 3, 0, 2, 1, 1, false, false}, /* added, and a smaller quorum */
	    {2, 2, 0, 1, 1, 1, false, true},  /* another check of a server that is down */
	    {1, 2, 2, 1, 1, 1, false, false}, /* returned, and the kernel still has it */
	    {2, 3, 1, 2, 2, 1, true, false},  /* added beside one that is up */
	    {2, 2, 1, 2, 2, 2, true, true},   /* more weight, and the check is another one */
	    {2, 1, 1, 2, 1, 1, true, true},   /* removed beside one that gets another check */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf *after = pool_conf(rows[i].n_after, rows[i].quorum_after, 0);
		struct conf_real_server *first = after->virtual_servers->real_servers;
		struct bench bench = bench_new(pool_conf(rows[i].n_before, rows[i].quorum_before, 0));

		first->weight = rows[i].weight_after;
		first->checks->target.port += rows[i].is_changed;
		for (size_t k = 0; k < rows[i].n_before; k++)
			tell(&bench, k, k || !rows[i].is_first_up ? PROBE_FAIL : PROBE_OK);
		ck_assert(quorum_change(&bench) == HEALTH_DOWN);
		reload(&bench, after, rows[i].n_shown);
		ck_assert_msg(quorum_change(&bench) == HEALTH_UNKNOWN, "row %zu", i);
		ck_assert(!pool(&bench)->is_quorum_up && sorry_weight(&bench) == 1);
		for (size_t k = 0; k < rows[i].n_after; k++)
			tell(&bench, k, PROBE_OK);
		ck_assert_msg(quorum_change(&bench) == HEALTH_UP, "row %zu", i);
		bench_free(&bench);
	}
}
END_TEST

/* A smaller quorum, which the servers that are up reach, needs no further verdict. */
START_TEST(a_smaller_quorum_is_gained_at_once)
{
	struct bench bench = bench_new(pool_conf(2, 2, 0));

	tell(&bench, 0, PROBE_OK);
	tell(&bench, 1, PROBE_FAIL);
	ck_assert(quorum_change(&bench) == HEALTH_DOWN);
	reload(&bench, pool_conf(3, 1, 0), 1);
	ck_assert(quorum_change(&bench) == HEALTH_UP && sorry_weight(&bench) == -1);
	bench_free(&bench);
}
END_TEST

/* With alpha a server that returns is absent until the kernel says that it is still there. */
START_TEST(a_quorum_is_not_lost_before_the_kernel_has_spoken)
{
	struct conf *conf = pool_conf(1, 1, 0), *other = pool_conf(1, 1, 0);
	struct bench bench = bench_new(conf);

	tell(&bench, 0, PROBE_OK);
	ck_assert(quorum_change(&bench) == HEALTH_UP);
	other->virtual_servers->real_servers->id.port = 4711;
	other->virtual_servers->real_servers->ep.port = 4711;
	other->virtual_servers->real_servers->checks->is_alpha = true;
	reload(&bench, other, 1);
	ck_assert(quorum_change(&bench) == HEALTH_UNKNOWN && pool(&bench)->is_quorum_up);
	/* Nobody is left, neither in the model nor in the kernel. */
	reload(&bench, pool_conf(1, 1, 0), 0);
	ck_assert(quorum_change(&bench) == HEALTH_DOWN && sorry_weight(&bench) == 1);
	bench_free(&bench);
}
END_TEST

START_TEST(scripts_set_the_weight_and_nothing_adds_up)
{
	struct conf *conf = pool_conf(1, 1, 0);
	struct probe_result weighed = {.outcome = PROBE_OK, .has_weight = true, .weight = 40};
	struct health_change change = {0};
	struct bench bench;

	conf->virtual_servers->real_servers->weight = 10;
	bench = bench_new(conf);
	for (size_t i = 0; i < 3; i++) {
		tell_weighed(&bench, 0, &weighed);
		ck_assert(weight_of(&bench, 0) == 40 && pool(&bench)->live_weight == 40);
	}
	tell(&bench, 0, PROBE_NONE);
	ck_assert(weight_of(&bench, 0) == 40);
	quorum_change(&bench);
	weighed.weight = 0;
	tell_weighed(&bench, 0, &weighed);
	ck_assert(health_next_change(bench.health, &change));
	ck_assert_int_eq(change.kind, HEALTH_CHANGE_WEIGHT);
	ck_assert(change.weight_from == 40 && change.weight_to == 0);
	ck_assert(quorum_change(&bench) == HEALTH_DOWN && sorry_weight(&bench) == 1);
	tell(&bench, 0, PROBE_OK);
	ck_assert(weight_of(&bench, 0) == 10 && quorum_change(&bench) == HEALTH_UP);
	bench_free(&bench);
}
END_TEST

START_TEST(a_weight_that_a_script_gave_is_adopted)
{
	struct conf *conf = pool_conf(2, 1, 0);
	struct probe_result weighed = {.outcome = PROBE_OK, .has_weight = true, .weight = 40};
	struct bench bench;

	conf->virtual_servers->real_servers[0].weight = 10;
	conf->virtual_servers->real_servers[0].checks->is_dynamic = true;
	bench = bench_new(conf);
	for (size_t i = 0; i < 2; i++) {
		health_adopt(bench.health, 0, i, true, true);
		health_adopt_weight(bench.health, 0, i, 30);
	}
	ck_assert(weight_of(&bench, 0) == 30 && weight_of(&bench, 1) == 1);
	ck_assert_uint_eq(pool(&bench)->live_weight, 31);
	tell(&bench, 0, PROBE_NONE);
	ck_assert_int_eq(weight_of(&bench, 0), 30);
	health_adopt_weight(bench.health, 0, 0, 0);
	ck_assert(weight_of(&bench, 0) == 0 && pool(&bench)->live_weight == 1);
	tell_weighed(&bench, 0, &weighed);
	health_adopt_weight(bench.health, 0, 0, 30);
	ck_assert(weight_of(&bench, 0) == 40 && pool(&bench)->live_weight == 41);
	tell(&bench, 0, PROBE_OK);
	ck_assert(weight_of(&bench, 0) == 10 && pool(&bench)->live_weight == 11);
	bench_free(&bench);
}
END_TEST

/* The random transitions. */

static uint32_t below(uint32_t n)
{
	return (uint32_t)random() % n;
}

static struct conf *random_conf(void)
{
	size_t n = 1 + below(RS_MAX);
	struct conf *conf = pool_conf(n, 1 + below(4), 0);
	struct conf_virtual_server *vs = conf->virtual_servers;

	vs->hysteresis = below(vs->quorum);
	vs->has_sorry_server = below(3) > 0;
	vs->is_sorry_inhibiting = vs->has_sorry_server && below(2);
	if (below(2))
		vs->sorry_server.ep = vs->real_servers[below((uint32_t)n)].ep;
	for (size_t i = 0; i < n; i++) {
		struct conf_real_server *rs = &vs->real_servers[i];

		rs->weight = below(4);
		rs->is_inhibiting = below(2);
		rs->checks->retry = below(2);
		rs->checks->is_alpha = below(2);
		rs->checks->target.port = (uint16_t)(1 + below(2));
	}
	return conf;
}

static struct ipvs_state want_of(const struct bench *bench)
{
	struct ipvs_view_rs view[RS_MAX], sorry;
	struct ipvs_state want = {0};
	const struct health_vs *vs = pool(bench);

	for (size_t i = 0; i < vs->n_real_servers; i++)
		health_rs_effective(vs, &vs->real_servers[i], &view[i].is_present, &view[i].weight);
	health_sorry_effective(vs, &sorry.is_present, &sorry.weight);
	ipvs_want(bench->conf, view, &sorry, &want);
	return want;
}

/* Somebody who is out by hand has no connection in either part; one that is both is there once. */
static void expect_held_out(const struct bench *bench, const struct ipvs_state *want)
{
	const struct health_vs *vs = pool(bench);

	for (size_t i = 0; i < vs->n_real_servers; i++)
		ck_assert(!vs->real_servers[i].is_maintained ||
			  !ipvs_service_find(want->services, &vs->real_servers[i].conf->ep));
	for (size_t i = 1; i < want->services[0].n_dests; i++)
		ck_assert_int_lt(endpoint_cmp(&want->services[0].dests[i - 1].ep,
					      &want->services[0].dests[i].ep),
				 0);
}

static bool has_weight(const struct ipvs_state *state)
{
	for (size_t i = 0; i < state->services[0].n_dests; i++)
		if (state->services[0].dests[i].weight > 0)
			return true;
	return false;
}

/* Somebody could serve: a living server with a weight, or the sorry server. */
static bool could_serve(const struct bench *bench)
{
	return pool(bench)->live_weight > 0 ||
	       (bench->conf->virtual_servers->has_sorry_server && !pool(bench)->is_sorry_maintained);
}

/* Brings have to what is wanted, looking at each step. */
static void settle(const struct bench *bench, struct ipvs_state *have, bool could_serve_before)
{
	struct ipvs_state want = want_of(bench);
	struct ipvs_plan plan = {0};

	ck_assert(has_weight(&want) == could_serve(bench));
	expect_held_out(bench, &want);
	ipvs_plan(&want, have, NULL, 0, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		ck_assert_int_eq(ipvs_op_apply(&plan.ops.items[i], have), 0);
		if (could_serve_before && could_serve(bench))
			ck_assert_msg(has_weight(have), "step %zu of %zu", i, plan.ops.n);
	}
	ipvs_plan_free(&plan);
	ipvs_plan(&want, have, NULL, 0, &plan);
	ck_assert_uint_eq(plan.ops.n, 0);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
}

static void disturb(struct bench *bench)
{
	struct probe_result result = {.outcome = (enum probe_outcome)below(3)};

	if (below(10) == 0) {
		bench_configure(bench, random_conf());
		health_adopt_quorum(bench->health, 0, false);
		return;
	}
	if (below(10) == 0)
		health_maintain(bench->health, 0, below((uint32_t)pool(bench)->n_real_servers),
			    below(2), bench->now);
	result.has_weight = result.outcome == PROBE_OK && below(3) == 0;
	result.weight = result.has_weight ? below(5) : 0;
	/* Several at a time: a turn makes one plan of what came in it. */
	for (uint32_t n = 1 + below(3); n > 0; n--)
		tell_weighed(bench, below((uint32_t)pool(bench)->n_real_servers), &result);
}

/* A copy for plans has the same pool. */
static void expect_copy(const struct bench *bench)
{
	struct bench copy = *bench;
	struct ipvs_state want = want_of(bench), other;
	struct ipvs_plan plan = {0};

	copy.health = health_copy(bench->health, bench->conf, bench->now);
	other = want_of(&copy);
	ipvs_plan(&other, &want, NULL, 0, &plan);
	ck_assert_uint_eq(plan.ops.n, 0);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	ipvs_state_clear(&other);
	health_free(copy.health);
}

START_TEST(no_step_leaves_a_pool_empty)
{
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct ipvs_state have = {0};
		struct bench bench;

		srandom(seed);
		bench = bench_new(random_conf());
		settle(&bench, &have, false);
		for (size_t i = 0; i < 200; i++) {
			bool could = could_serve(&bench);

			disturb(&bench);
			settle(&bench, &have, could);
		}
		expect_copy(&bench);
		ipvs_state_clear(&have);
		bench_free(&bench);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pool");
	TCase *tcase = tcase_create("pool");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, quorum_has_its_two_thresholds);
	tcase_add_test(tcase, weights_stay_within_bounds);
	tcase_add_test(tcase, a_quorum_is_reported_once_it_is_known);
	tcase_add_test(tcase, the_sorry_server_takes_over_and_gives_back);
	tcase_add_test(tcase, a_real_server_may_be_the_sorry_server);
	tcase_add_test(tcase, without_a_sorry_server_the_rest_serves);
	tcase_add_test(tcase, inhibition_keeps_the_place);
	tcase_add_test(tcase, alpha_begins_outside);
	tcase_add_test(tcase, weights_grow_in_few_steps);
	tcase_add_test(tcase, a_server_that_comes_back_starts_slowly);
	tcase_add_test(tcase, steps_are_found_by_their_weight);
	tcase_add_test(tcase, a_slow_start_goes_on_over_a_restart);
	tcase_add_test(tcase, a_held_server_is_out_whatever_its_checks_say);
	tcase_add_test(tcase, a_quorum_that_was_down_is_adopted);
	tcase_add_test(tcase, a_server_without_a_verdict_brings_no_quorum);
	tcase_add_test(tcase, a_smaller_quorum_is_gained_at_once);
	tcase_add_test(tcase, a_quorum_is_not_lost_before_the_kernel_has_spoken);
	tcase_add_test(tcase, scripts_set_the_weight_and_nothing_adds_up);
	tcase_add_test(tcase, a_weight_that_a_script_gave_is_adopted);
	tcase_add_test(tcase, no_step_leaves_a_pool_empty);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
