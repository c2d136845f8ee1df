/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/vec.h"
#include "healthcheck/health.h"
#include "healthcheck/pool.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>

/* A model, its configurations, and a clock that moves when it is told to. */
struct bench {
	struct health *health;
	struct conf *confs[8];
	size_t n_confs;
	struct mono now;
	struct check_ids added, dropped;
};

static void bench_configure(struct bench *bench, struct conf *conf)
{
	bench->confs[bench->n_confs++] = conf;
	bench->added.n = bench->dropped.n = 0;
	health_configure(bench->health, conf, bench->now, bench->now.ns, &bench->added,
			 &bench->dropped);
	/* What was given before is no longer looked at. */
	if (bench->n_confs > 1 && bench->confs[bench->n_confs - 2]->n_virtual_servers)
		memset(bench->confs[bench->n_confs - 2]->virtual_servers, 0xee,
		       sizeof(struct conf_virtual_server));
}

static struct bench bench_new(struct conf *conf)
{
	struct bench bench = {.health = health_new(), .now = {100 * NS_PER_S}};

	bench_configure(&bench, conf);
	return bench;
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	for (size_t i = 0; i < bench->n_confs; i++)
		test_conf_free(bench->confs[i]);
	vec_free(&bench->added);
	vec_free(&bench->dropped);
}

static const struct health_vs *service(const struct bench *bench, size_t vs)
{
	size_t n;

	return &health_services(bench->health, &n)[vs];
}

static const struct health_rs *server(const struct bench *bench, size_t vs, size_t rs)
{
	return &service(bench, vs)->real_servers[rs];
}

static check_id id_of(const struct bench *bench, size_t rs, size_t check)
{
	return server(bench, 0, rs)->checks[check].id;
}

static bool is_present(const struct bench *bench, size_t rs)
{
	bool is_there;
	uint32_t weight;

	health_rs_effective(service(bench, 0), server(bench, 0, rs), &is_there, &weight);
	ck_assert(is_there || weight == 0);
	return is_there;
}

/* Moves the clock to the next due time and takes what is due; all of it goes in flight. */
static void start_due(struct bench *bench)
{
	struct mono due = health_next_due(bench->health);
	check_id id;

	ck_assert(!mono_is_never(due));
	if (mono_before(bench->now, due))
		bench->now = due;
	while (health_take_due(bench->health, bench->now, &id, 1))
		;
}

/* Takes all changes; gives the one of a real server, if there is one. */
static bool next_of_server(struct bench *bench, struct health_change *ret_change)
{
	struct health_change change;
	bool is_there = false;

	while (health_next_change(bench->health, &change)) {
		if (change.kind != HEALTH_CHANGE_REAL_SERVER)
			continue;
		*ret_change = change;
		is_there = true;
	}
	return is_there;
}

/* Lets the check be probed with an outcome; gives the change. */
static bool probe(struct bench *bench, check_id id, enum probe_outcome outcome,
		  struct health_change *change)
{
	struct probe_result result = {
	    .outcome = outcome, .latency_us = 10, .reason = "told by the test"};

	while (!health_check_find(bench->health, id)->is_in_flight)
		start_due(bench);
	health_outcome(bench->health, id, &result, bench->now, bench->now.ns);
	return next_of_server(bench, change);
}

START_TEST(the_first_round_is_spread_over_half_a_second)
{
	struct bench bench = bench_new(test_conf_new(10, 100, 1));
	struct mono start = bench.now;
	size_t buckets[10] = {0}, n = 0;
	check_id id;

	while (n < 1000) {
		bench.now = health_next_due(bench.health);
		ck_assert_int_lt(mono_sub(bench.now, start), 500 * NS_PER_MS);
		ck_assert_uint_eq(health_take_due(bench.health, bench.now, &id, 1), 1);
		buckets[mono_sub(bench.now, start) / (50 * NS_PER_MS)]++;
		n++;
	}
	ck_assert(mono_is_never(health_next_due(bench.health)));
	for (size_t i = 0; i < 10; i++)
		ck_assert_msg(60 < buckets[i] && buckets[i] < 140, "%zu in bucket %zu", buckets[i],
			      i);
	bench_free(&bench);
}
END_TEST

START_TEST(the_first_outcome_decides)
{
	struct bench bench = bench_new(test_conf_new(1, 2, 1));
	struct health_change change;

	ck_assert_uint_eq(bench.added.n, 2);
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UNKNOWN);
	ck_assert(is_present(&bench, 0) && !health_is_known(bench.health));
	ck_assert(probe(&bench, id_of(&bench, 0, 0), PROBE_FAIL, &change));
	ck_assert_int_eq(change.from, HEALTH_UNKNOWN);
	ck_assert_int_eq(change.to, HEALTH_DOWN);
	ck_assert_ptr_eq(change.rs, server(&bench, 0, 0));
	ck_assert_str_eq(change.cause->last.reason, "told by the test");
	ck_assert(!is_present(&bench, 0));
	ck_assert(probe(&bench, id_of(&bench, 1, 0), PROBE_OK, &change));
	ck_assert_int_eq(change.to, HEALTH_UP);
	ck_assert(is_present(&bench, 1) && health_is_known(bench.health));
	ck_assert_int_eq(server(&bench, 0, 1)->since_wall_us, bench.now.ns);
	bench_free(&bench);
}
END_TEST

START_TEST(an_up_server_survives_retry_failures)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 1));
	struct health_change change;
	check_id id = id_of(&bench, 0, 0);
	struct mono failed;

	ck_assert(probe(&bench, id, PROBE_OK, &change));
	ck_assert(!probe(&bench, id, PROBE_FAIL, &change));
	failed = bench.now;
	ck_assert_int_eq(health_next_due(bench.health).ns, failed.ns + NS_PER_S);
	ck_assert(!probe(&bench, id, PROBE_OK, &change));
	ck_assert_uint_eq(health_check_find(bench.health, id)->streak, 0);
	ck_assert(!probe(&bench, id, PROBE_FAIL, &change));
	ck_assert(probe(&bench, id, PROBE_FAIL, &change));
	ck_assert_int_eq(change.to, HEALTH_DOWN);
	ck_assert(!probe(&bench, id, PROBE_FAIL, &change));
	ck_assert(probe(&bench, id, PROBE_OK, &change));
	ck_assert_int_eq(change.from, HEALTH_DOWN);
	bench_free(&bench);
}
END_TEST

/* The changes that health has to tell, of one kind. */
static size_t changes_of(struct bench *bench, enum health_change_kind kind)
{
	struct health_change change;
	size_t n = 0;

	while (health_next_change(bench->health, &change))
		n += change.kind == kind;
	return n;
}

START_TEST(each_failure_is_told_where_the_file_wants_it)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 1));
	struct probe_result failure = {.outcome = PROBE_FAIL, .reason = "told by the test"};
	struct conf_check *conf = bench.confs[0]->virtual_servers->real_servers->checks;
	struct health_change change;
	check_id id = id_of(&bench, 0, 0);

	ck_assert(probe(&bench, id, PROBE_OK, &change));
	for (size_t i = 0; i < 3; i++) {
		conf->is_logging_failures = i > 0;
		while (!health_check_find(bench.health, id)->is_in_flight)
			start_due(&bench);
		health_outcome(bench.health, id, &failure, bench.now, bench.now.ns);
		/* Not wanted; it goes with a change of the state, which names it; alone. */
		ck_assert_uint_eq(changes_of(&bench, HEALTH_CHANGE_FAILURE), i == 2);
	}
	ck_assert(probe(&bench, id, PROBE_OK, &change));
	ck_assert_uint_eq(changes_of(&bench, HEALTH_CHANGE_FAILURE), 0);
	bench_free(&bench);
}
END_TEST

START_TEST(a_warning_of_a_server_that_is_up_is_told_once)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 1));
	struct probe_result warning = {.outcome = PROBE_OK, .is_warning = true, .reason = "slow"};
	static const struct {
		enum probe_outcome outcome;
		bool is_warning, is_told, is_warned;
	} steps[] = {
	    {PROBE_OK, false, false, false}, {PROBE_OK, true, true, true},
	    {PROBE_OK, true, false, true},   {PROBE_NONE, false, false, true},
	    {PROBE_OK, true, false, true},   {PROBE_OK, false, true, false},
	    {PROBE_OK, false, false, false},
	};
	check_id id = id_of(&bench, 0, 0);

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		warning.outcome = steps[i].outcome;
		warning.is_warning = steps[i].is_warning;
		while (!health_check_find(bench.health, id)->is_in_flight)
			start_due(&bench);
		health_outcome(bench.health, id, &warning, bench.now, bench.now.ns);
		ck_assert_uint_eq(changes_of(&bench, HEALTH_CHANGE_WARNING), steps[i].is_told);
		ck_assert_int_eq(health_check_find(bench.health, id)->is_warned, steps[i].is_warned);
		ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UP);
	}
	bench_free(&bench);
}
END_TEST

START_TEST(a_server_is_as_its_checks)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 3));
	struct health_change change;

	ck_assert(!probe(&bench, id_of(&bench, 0, 0), PROBE_OK, &change));
	ck_assert(!probe(&bench, id_of(&bench, 0, 1), PROBE_OK, &change));
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UNKNOWN);
	ck_assert(probe(&bench, id_of(&bench, 0, 2), PROBE_FAIL, &change));
	ck_assert_ptr_eq(change.cause, &server(&bench, 0, 0)->checks[2]);
	probe(&bench, id_of(&bench, 0, 1), PROBE_FAIL, &change);
	ck_assert(!probe(&bench, id_of(&bench, 0, 1), PROBE_FAIL, &change));
	ck_assert(!probe(&bench, id_of(&bench, 0, 2), PROBE_OK, &change));
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_DOWN);
	ck_assert(probe(&bench, id_of(&bench, 0, 1), PROBE_OK, &change));
	ck_assert_int_eq(change.to, HEALTH_UP);
	bench_free(&bench);
}
END_TEST

START_TEST(without_checks_a_server_is_up)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 0));

	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UP);
	ck_assert(is_present(&bench, 0) && health_is_known(bench.health));
	health_adopt(bench.health, 0, 0, true, false);
	ck_assert(is_present(&bench, 0));
	ck_assert(mono_is_never(health_next_due(bench.health)));
	bench_free(&bench);
}
END_TEST

START_TEST(no_verdict_changes_nothing)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 1));
	struct health_change change;
	check_id id = id_of(&bench, 0, 0);

	ck_assert(!probe(&bench, id, PROBE_NONE, &change));
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UNKNOWN);
	ck_assert(is_present(&bench, 0) && health_is_known(bench.health));
	ck_assert_int_eq(health_next_due(bench.health).ns, bench.now.ns + NS_PER_S);
	probe(&bench, id, PROBE_OK, &change);
	probe(&bench, id, PROBE_FAIL, &change);
	ck_assert(!probe(&bench, id, PROBE_NONE, &change));
	ck_assert_uint_eq(health_check_find(bench.health, id)->streak, 1);
	ck_assert(probe(&bench, id, PROBE_FAIL, &change));
	bench_free(&bench);
}
END_TEST

START_TEST(unasked_outcomes_are_ignored)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 1));
	struct probe_result result = {.outcome = PROBE_FAIL};
	struct health_change change;

	health_outcome(bench.health, id_of(&bench, 0, 0), &result, bench.now, 1);
	health_outcome(bench.health, 4711, &result, bench.now, 1);
	health_outcome(bench.health, 0, &result, bench.now, 1);
	ck_assert(!health_next_change(bench.health, &change));
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UNKNOWN);
	bench_free(&bench);
}
END_TEST

START_TEST(the_kernel_speaks_for_the_unknown)
{
	static const struct {
		bool vs_exists, is_in_it, is_wanted;
	} rows[] = {{false, false, true}, {true, true, true}, {true, false, false}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench bench = bench_new(test_conf_new(1, 2, 1));
		struct health_change change;

		health_adopt(bench.health, 0, 0, rows[i].vs_exists, rows[i].is_in_it);
		ck_assert(is_present(&bench, 0) == rows[i].is_wanted);
		ck_assert_uint_eq(service(&bench, 0)->live_weight, rows[i].is_wanted + 1u);
		probe(&bench, id_of(&bench, 0, 0), PROBE_OK, &change);
		ck_assert(is_present(&bench, 0));
		health_adopt(bench.health, 0, 0, true, false);
		ck_assert(is_present(&bench, 0));
		bench_free(&bench);
	}
}
END_TEST

START_TEST(a_quorum_is_one_living_weight)
{
	struct conf *conf = test_conf_new(1, 3, 1);
	struct bench bench;
	struct health_change change;

	conf->virtual_servers->real_servers[2].weight = 0;
	bench = bench_new(conf);
	ck_assert_uint_eq(service(&bench, 0)->live_weight, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert(service(&bench, 0)->is_quorum_up);
		probe(&bench, id_of(&bench, i, 0), PROBE_FAIL, &change);
	}
	ck_assert(is_present(&bench, 2) && !service(&bench, 0)->is_quorum_up);
	probe(&bench, id_of(&bench, 1, 0), PROBE_OK, &change);
	ck_assert(service(&bench, 0)->is_quorum_up);
	bench_free(&bench);
}
END_TEST

START_TEST(lost_probes_run_again_without_a_verdict)
{
	struct bench bench = bench_new(test_conf_new(1, 5, 1));
	check_id ids[10];

	bench.now = mono_add_ns(bench.now, NS_PER_S);
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 3), 3);
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 10), 2);
	health_lost_probes(bench.health, bench.now);
	ck_assert(!health_is_known(bench.health));
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 10), 5);
	bench_free(&bench);
}
END_TEST

START_TEST(probes_in_flight_are_capped)
{
	struct bench bench = bench_new(test_conf_new(3, 1000, 1));
	static check_id ids[3000];
	struct probe_result result = {.outcome = PROBE_OK};

	bench.now = mono_add_ns(bench.now, NS_PER_S);
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 3000),
			  HEALTH_IN_FLIGHT_MAX);
	ck_assert(mono_is_never(health_next_due(bench.health)));
	health_outcome(bench.health, ids[5], &result, bench.now, 1);
	ck_assert(mono_reached(bench.now, health_next_due(bench.health)));
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 3000), 1);
	bench_free(&bench);
}
END_TEST

/* Everything is as it was: another copy of the same configuration. */
START_TEST(a_reload_without_a_change_changes_nothing)
{
	struct bench bench = bench_new(test_conf_new(2, 3, 2));
	struct health_change change;
	check_id up = id_of(&bench, 0, 0), waiting = id_of(&bench, 2, 1), flying, ids[1];
	struct mono due;

	probe(&bench, up, PROBE_OK, &change);
	probe(&bench, up, PROBE_FAIL, &change);
	health_lost_probes(bench.health, bench.now);
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 1), 1);
	flying = ids[0];
	due = health_check_find(bench.health, waiting)->due;
	bench.now = mono_add_ns(bench.now, 1);
	bench_configure(&bench, test_conf_new(2, 3, 2));
	ck_assert_uint_eq(bench.added.n, 0);
	ck_assert_uint_eq(bench.dropped.n, 0);
	ck_assert_uint_eq(id_of(&bench, 0, 0), up);
	ck_assert_int_eq(health_check_find(bench.health, up)->state, HEALTH_UP);
	ck_assert_uint_eq(health_check_find(bench.health, up)->streak, 1);
	ck_assert(health_check_find(bench.health, flying)->is_in_flight);
	ck_assert_int_eq(health_check_find(bench.health, waiting)->due.ns, due.ns);
	bench_free(&bench);
}
END_TEST

/*
 * Any new quorum, hysteresis and weights: with a verdict about each server the quorum is what the
 * arithmetic of the pool makes of the former one, at once.
 */
START_TEST(a_reload_judges_the_quorum)
{
	size_t n_changed = 0;

	srandom(1);
	for (unsigned i = 0; i < 300; i++) {
		struct conf *conf = test_conf_new(1, 3, 1);
		struct bench bench = bench_new(test_conf_new(1, 3, 1));
		struct conf_virtual_server *vs = conf->virtual_servers;
		struct health_change change;
		uint64_t live = 0;
		bool was_up;

		vs->quorum = 1 + (uint32_t)random() % 6;
		vs->hysteresis = (uint32_t)random() % vs->quorum;
		for (size_t k = 0; k < 3; k++) {
			bool is_up = random() % 2;

			probe(&bench, id_of(&bench, k, 0), is_up ? PROBE_OK : PROBE_FAIL, &change);
			vs->real_servers[k].weight = (uint32_t)random() % 4;
			live += is_up ? vs->real_servers[k].weight : 0;
		}
		was_up = service(&bench, 0)->is_quorum_up;
		bench_configure(&bench, conf);
		ck_assert_uint_eq(service(&bench, 0)->live_weight, live);
		ck_assert_int_eq(service(&bench, 0)->is_quorum_up,
				 pool_step(vs, was_up, live, true));
		n_changed += service(&bench, 0)->is_quorum_up != was_up;
		bench_free(&bench);
	}
	ck_assert_uint_gt(n_changed, 30);
}
END_TEST

static void reverse_servers(struct conf_virtual_server *vs)
{
	for (size_t i = 0, j = vs->n_real_servers - 1; i < j; i++, j--) {
		struct conf_real_server swap = vs->real_servers[i];

		vs->real_servers[i] = vs->real_servers[j];
		vs->real_servers[j] = swap;
	}
}

START_TEST(order_in_the_file_does_not_matter)
{
	struct bench bench = bench_new(test_conf_new(1, 3, 2));
	struct conf *conf = test_conf_new(1, 3, 2);
	struct conf_check *checks = conf->virtual_servers->real_servers[0].checks;
	struct conf_check swap = checks[0];
	check_id ids[] = {id_of(&bench, 0, 0), id_of(&bench, 0, 1), id_of(&bench, 2, 0)};

	checks[0] = checks[1];
	checks[1] = swap;
	checks[0].ordinal = 1;
	checks[1].ordinal = 2;
	reverse_servers(conf->virtual_servers);
	bench_configure(&bench, conf);
	ck_assert_uint_eq(bench.added.n + bench.dropped.n, 0);
	ck_assert_uint_eq(id_of(&bench, 2, 1), ids[0]);
	ck_assert_uint_eq(id_of(&bench, 2, 0), ids[1]);
	ck_assert_uint_eq(id_of(&bench, 0, 0), ids[2]);
	bench_free(&bench);
}
END_TEST

START_TEST(a_changed_probe_begins_anew_but_the_server_stays)
{
	struct bench bench = bench_new(test_conf_new(1, 2, 1));
	struct conf *conf = test_conf_new(1, 2, 1);
	struct health_change change;
	check_id up = id_of(&bench, 0, 0), down = id_of(&bench, 1, 0);

	probe(&bench, up, PROBE_OK, &change);
	probe(&bench, down, PROBE_FAIL, &change);
	for (size_t i = 0; i < 2; i++)
		conf->virtual_servers->real_servers[i].checks->target.port = 5;
	bench_configure(&bench, conf);
	ck_assert_uint_eq(bench.added.n, 2);
	ck_assert_uint_eq(bench.dropped.n, 2);
	ck_assert_uint_gt(bench.added.items[0], down);
	ck_assert_ptr_null(health_check_find(bench.health, up));
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UNKNOWN);
	ck_assert_int_eq(server(&bench, 0, 1)->state, HEALTH_UNKNOWN);
	ck_assert(is_present(&bench, 0) && !is_present(&bench, 1));
	ck_assert(
	    mono_before(health_next_due(bench.health), mono_add_ns(bench.now, 500 * NS_PER_MS)));
	bench_free(&bench);
}
END_TEST

START_TEST(other_timing_keeps_the_verdict)
{
	struct bench bench = bench_new(test_conf_new(1, 1, 1));
	struct conf *conf = test_conf_new(1, 1, 1);
	struct health_change change;
	check_id id = id_of(&bench, 0, 0);

	probe(&bench, id, PROBE_OK, &change);
	probe(&bench, id, PROBE_OK, &change);
	bench.now = mono_add_ns(bench.now, NS_PER_S);
	conf->virtual_servers->real_servers->checks->delay_loop_us = 2 * US_PER_S;
	conf->virtual_servers->real_servers->checks->retry = 0;
	bench_configure(&bench, conf);
	ck_assert_uint_eq(id_of(&bench, 0, 0), id);
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UP);
	ck_assert_int_le(health_next_due(bench.health).ns, bench.now.ns + 2 * NS_PER_S);
	ck_assert(probe(&bench, id, PROBE_FAIL, &change));
	bench_free(&bench);
}
END_TEST

START_TEST(checks_come_and_go)
{
	struct bench bench = bench_new(test_conf_new(1, 2, 2));
	struct health_change change;

	probe(&bench, id_of(&bench, 0, 0), PROBE_OK, &change);
	probe(&bench, id_of(&bench, 0, 1), PROBE_FAIL, &change);
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_DOWN);
	bench_configure(&bench, test_conf_new(1, 2, 1));
	ck_assert_uint_eq(bench.dropped.n, 2);
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UP);
	bench_configure(&bench, test_conf_new(1, 2, 2));
	ck_assert_uint_eq(bench.added.n, 2);
	ck_assert_int_eq(server(&bench, 0, 0)->state, HEALTH_UNKNOWN);
	ck_assert(is_present(&bench, 0) && !health_is_known(bench.health));
	bench_configure(&bench, test_conf_new(0, 0, 0));
	ck_assert_uint_eq(bench.dropped.n, 4);
	ck_assert(health_is_known(bench.health));
	ck_assert(mono_is_never(health_next_due(bench.health)));
	bench_free(&bench);
}
END_TEST

START_TEST(a_dropped_probe_frees_its_place)
{
	struct bench bench = bench_new(test_conf_new(2, 1000, 1));
	static check_id ids[2000];
	struct conf *other = test_conf_new(2, 1000, 1);

	bench.now = mono_add_ns(bench.now, NS_PER_S);
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 2000), 2000);
	for (size_t i = 0; i < 1000; i++)
		other->virtual_servers[1].real_servers[i].checks->target.port = 9;
	bench_configure(&bench, other);
	ck_assert_uint_eq(bench.dropped.n, 1000);
	ck_assert_uint_eq(health_take_due(bench.health, bench.now, ids, 2000), 1000);
	bench_free(&bench);
}
END_TEST

/* Equal checks and equal servers are no valid configuration, but no reason to fall over either. */
START_TEST(twins_are_told_apart)
{
	struct conf *confs[2];
	struct bench bench;

	for (size_t i = 0; i < 2; i++) {
		confs[i] = test_conf_new(1, 3, 2);
		confs[i]->virtual_servers->real_servers[1] =
		    confs[i]->virtual_servers->real_servers[0];
		confs[i]->virtual_servers->real_servers[2].checks[1].target.port = 1001;
	}
	bench = bench_new(confs[0]);
	bench_configure(&bench, confs[1]);
	ck_assert_uint_eq(bench.added.n + bench.dropped.n, 0);
	bench_free(&bench);
}
END_TEST

/* The time that a call takes on this machine; a generous bound that only O(n^2) would break. */
static double seconds_to_configure(struct bench *bench, struct conf *conf, const char *what)
{
	struct mono start = clock_mono();
	double seconds;

	bench_configure(bench, conf);
	seconds = (double)mono_sub(clock_mono(), start) / NS_PER_S;
	printf("40,000 checks, %s: configured in %.1f ms\n", what, seconds * 1000);
	return seconds;
}

START_TEST(forty_thousand_checks_configure_quickly)
{
	struct bench bench = bench_new(test_conf_new(0, 0, 0));
	struct conf *reversed = test_conf_new(40, 1000, 1);

	for (size_t i = 0; i < 40; i++)
		reverse_servers(&reversed->virtual_servers[i]);
	ck_assert(seconds_to_configure(&bench, test_conf_new(40, 1000, 1), "new") < 2);
	ck_assert(seconds_to_configure(&bench, test_conf_new(40, 1000, 1), "the same") < 2);
	ck_assert(seconds_to_configure(&bench, reversed, "reversed") < 2);
	ck_assert_uint_eq(bench.added.n + bench.dropped.n, 0);
	ck_assert(seconds_to_configure(&bench, test_conf_new(1, 1, 40000), "of one server") < 2);
	bench_free(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("health");
	TCase *tcase = tcase_create("health");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_first_round_is_spread_over_half_a_second);
	tcase_add_test(tcase, the_first_outcome_decides);
	tcase_add_test(tcase, an_up_server_survives_retry_failures);
	tcase_add_test(tcase, each_failure_is_told_where_the_file_wants_it);
	tcase_add_test(tcase, a_warning_of_a_server_that_is_up_is_told_once);
	tcase_add_test(tcase, a_server_is_as_its_checks);
	tcase_add_test(tcase, without_checks_a_server_is_up);
	tcase_add_test(tcase, no_verdict_changes_nothing);
	tcase_add_test(tcase, unasked_outcomes_are_ignored);
	tcase_add_test(tcase, the_kernel_speaks_for_the_unknown);
	tcase_add_test(tcase, a_quorum_is_one_living_weight);
	tcase_add_test(tcase, lost_probes_run_again_without_a_verdict);
	tcase_add_test(tcase, probes_in_flight_are_capped);
	tcase_add_test(tcase, a_reload_without_a_change_changes_nothing);
	tcase_add_test(tcase, a_reload_judges_the_quorum);
	tcase_add_test(tcase, order_in_the_file_does_not_matter);
	tcase_add_test(tcase, a_changed_probe_begins_anew_but_the_server_stays);
	tcase_add_test(tcase, other_timing_keeps_the_verdict);
	tcase_add_test(tcase, checks_come_and_go);
	tcase_add_test(tcase, a_dropped_probe_frees_its_place);
	tcase_add_test(tcase, twins_are_told_apart);
	tcase_add_test(tcase, forty_thousand_checks_configure_quickly);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
