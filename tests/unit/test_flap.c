/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flap damping: the arithmetic of holds, and what the health model does with them. */
#include "base/hash.h"
#include "base/vec.h"
#include "healthcheck/health.h"
#include "healthcheck/health_whatif.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

static const struct conf_flap rule = {.is_on = true,
				      .times = 3,
				      .window_us = 100 * US_PER_S,
				      .hold_us = 30 * US_PER_S,
				      .max_us = 200 * US_PER_S};

static struct mono at_s(int64_t s)
{
	return (struct mono){(1000 + s) * NS_PER_S};
}

/* --- the arithmetic --- */

START_TEST(holds_double_up_to_the_longest)
{
	static const uint64_t wanted[] = {30, 60, 120, 200, 200};
	const struct conf_flap long_ones = {.hold_us = UINT64_MAX / 3, .max_us = UINT64_MAX - 1};

	for (uint32_t n = 0; n < 5; n++)
		ck_assert_uint_eq(flap_hold_us(&rule, n + 1), wanted[n] * US_PER_S);
	ck_assert_uint_eq(flap_hold_us(&rule, UINT32_MAX), 200 * US_PER_S);
	ck_assert_uint_eq(flap_hold_us(&long_ones, 3), UINT64_MAX - 1);
}
END_TEST

/* Each state with each event, at 100 s. */
START_TEST(each_pair_of_state_and_event)
{
	static const struct {
		struct {
			bool is_held;
			uint32_t n_holds;
			int64_t until, last, hold; /* s */
			uint8_t n_downs;
			int64_t downs[3]; /* s */
		} from;
		enum flap_event event;
		bool is_held;
		uint32_t n_holds;
		int64_t until;
		uint8_t n_downs;
	} rows[] = {
	    /* quiet */
	    {{false, 0, 0, 0, 0, 0, {0}}, FLAP_EVENT_DOWN, false, 0, 0, 1},
	    {{false, 0, 0, 0, 0, 0, {0}}, FLAP_EVENT_TIME, false, 0, 0, 0},
	    {{false, 0, 0, 0, 0, 0, {0}}, FLAP_EVENT_LIFT, false, 0, 0, 0},
	    /* two downs within the window; one of them no longer */
	    {{false, 0, 0, 50, 0, 2, {1, 50}}, FLAP_EVENT_DOWN, true, 1, 130, 0},
	    {{false, 0, 0, 50, 0, 2, {0, 50}}, FLAP_EVENT_DOWN, false, 0, 0, 2},
	    {{false, 0, 0, 50, 0, 2, {1, 50}}, FLAP_EVENT_TIME, false, 0, 0, 2},
	    {{false, 0, 0, 50, 0, 2, {1, 50}}, FLAP_EVENT_LIFT, false, 0, 0, 0},
	    /* the second hold, with a memory of the first; and forgotten after the window */
	    {{false, 1, 0, 50, 30, 2, {40, 50}}, FLAP_EVENT_DOWN, true, 2, 160, 0},
	    {{false, 4, 0, 50, 200, 2, {40, 50}}, FLAP_EVENT_DOWN, true, 5, 300, 0},
	    {{false, 1, 0, 0, 30, 0, {0}}, FLAP_EVENT_DOWN, false, 0, 0, 1},
	    {{false, 1, 0, 1, 30, 0, {0}}, FLAP_EVENT_DOWN, false, 1, 0, 1},
	    /* a hold that was longer than the window is remembered for longer */
	    {{false, 4, 0, -99, 200, 0, {0}}, FLAP_EVENT_DOWN, false, 4, 0, 1},
	    {{false, 4, 0, -100, 200, 0, {0}}, FLAP_EVENT_DOWN, false, 0, 0, 1},
	    /* held: downs count, and prolong nothing before the end */
	    {{true, 1, 110, 80, 30, 0, {0}}, FLAP_EVENT_DOWN, true, 1, 110, 1},
	    {{true, 1, 110, 80, 30, 3, {81, 82, 83}}, FLAP_EVENT_DOWN, true, 1, 110, 4},
	    {{true, 1, 110, 80, 30, 3, {81, 82, 83}}, FLAP_EVENT_TIME, true, 1, 110, 3},
	    {{true, 1, 110, 80, 30, 1, {81}}, FLAP_EVENT_LIFT, false, 1, 110, 0},
	    /* a down that was no fault of the server */
	    {{false, 0, 0, 0, 0, 0, {0}}, FLAP_EVENT_EXCUSE, false, 0, 0, 0},
	    {{false, 0, 0, 50, 0, 2, {1, 50}}, FLAP_EVENT_EXCUSE, false, 0, 0, 1},
	    {{true, 2, 110, 80, 60, 0, {0}}, FLAP_EVENT_EXCUSE, false, 1, 110, 0},
	    {{true, 1, 110, 80, 30, 3, {81, 82, 83}}, FLAP_EVENT_EXCUSE, true, 1, 110, 2},
	    /* the end of a hold */
	    {{true, 1, 100, 70, 30, 0, {0}}, FLAP_EVENT_TIME, false, 1, 100, 0},
	    {{true, 1, 100, 70, 30, 2, {71, 72}}, FLAP_EVENT_TIME, false, 1, 100, 2},
	    {{true, 1, 100, 70, 30, 3, {71, 72, 73}}, FLAP_EVENT_TIME, true, 2, 160, 0},
	    {{true, 1, 100, 70, 30, 3, {0, 72, 73}}, FLAP_EVENT_TIME, false, 1, 100, 2},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flap from = {.is_held = rows[i].from.is_held,
				    .n_holds = rows[i].from.n_holds,
				    .n_downs = rows[i].from.n_downs,
				    .until = at_s(rows[i].from.until),
				    .last = at_s(rows[i].from.last),
				    .hold_us = (uint64_t)rows[i].from.hold * US_PER_S};
		struct flap to;

		for (size_t k = 0; k < 3; k++)
			from.downs[k] = at_s(rows[i].from.downs[k]);
		to = flap_step(&from, &rule, rows[i].event, at_s(100));
		ck_assert_msg(to.is_held == rows[i].is_held && to.n_holds == rows[i].n_holds &&
				  to.n_downs == rows[i].n_downs &&
				  to.until.ns == at_s(rows[i].until).ns,
			      "row %zu: held %d, %u holds, until %lld, %u downs", i, to.is_held,
			      to.n_holds, (long long)(to.until.ns / NS_PER_S - 1000), to.n_downs);
	}
}
END_TEST

/* With the most downs that a rule can ask for, more of them than that are no harm. */
START_TEST(many_downs_during_a_hold)
{
	struct conf_flap most = rule;
	struct flap flap = {.is_held = true, .n_holds = 1, .until = at_s(50)};

	most.times = CONF_FLAP_TIMES_MAX;
	for (int64_t s = 0; s < 40; s++)
		flap = flap_step(&flap, &most, FLAP_EVENT_DOWN, at_s(s));
	ck_assert_uint_eq(flap.n_downs, CONF_FLAP_TIMES_MAX);
	ck_assert_int_eq(flap.downs[0].ns, at_s(30).ns);
	flap = flap_step(&flap, &most, FLAP_EVENT_TIME, at_s(50));
	ck_assert(flap.is_held && flap.n_holds == 2);
}
END_TEST

/* --- the model --- */

struct bench {
	struct health *health;
	struct conf *conf;
	struct mono now;
	struct mono later; /* ahead of now, so that each check is always due */
	enum health_flap flaps[8]; /* the changes since the last look that are about flaps */
	size_t n_flaps, n_changes; /* n_changes: of a server's state */
};

static struct conf *conf_with(size_t n_rs)
{
	struct conf *conf = test_conf_new(1, n_rs, 1);

	conf->virtual_servers->flap = rule;
	for (size_t i = 0; i < n_rs; i++)
		conf->virtual_servers->real_servers[i].checks->retry = 0;
	return conf;
}

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

static const struct health_rs *server(const struct bench *bench, size_t rs)
{
	size_t n;

	return &health_services(bench->health, &n)->real_servers[rs];
}

static const struct health_vs *pool(const struct bench *bench)
{
	size_t n;

	return health_services(bench->health, &n);
}

static void look(struct bench *bench)
{
	struct health_change change;

	bench->n_flaps = bench->n_changes = 0;
	while (health_next_change(bench->health, &change)) {
		bench->n_changes += change.kind == HEALTH_CHANGE_REAL_SERVER;
		if (change.flap && bench->n_flaps < 8)
			bench->flaps[bench->n_flaps++] = change.flap;
	}
}

static void hear_how(struct bench *bench, size_t rs, enum probe_outcome outcome, bool is_answered)
{
	const struct probe_result result = {.outcome = outcome, .is_answered = is_answered, .reason = "told"};
	check_id id, wanted = server(bench, rs)->checks->id;

	bench->later = mono_add_ms(mono_before(bench->later, bench->now) ? bench->now : bench->later, 3600000);
	while (!server(bench, rs)->checks->is_in_flight)
		ck_assert(health_take_due(bench->health, bench->later, &id, 1));
	health_outcome(bench->health, wanted, &result, bench->now, bench->now.ns / 1000);
}

/* The server's probe has an outcome now. */
static void hear(struct bench *bench, size_t rs, enum probe_outcome outcome)
{
	hear_how(bench, rs, outcome, true);
}

static void pass(struct bench *bench, int64_t s)
{
	bench->now = mono_add_ms(bench->now, s * 1000);
	if (mono_reached(bench->now, health_flap_due(bench->health)))
		health_flap_time(bench->health, bench->now);
}

static struct bench bench_new(size_t n_rs)
{
	struct bench bench = {.health = health_new(), .now = at_s(0)};

	configure(&bench, conf_with(n_rs));
	for (size_t i = 0; i < n_rs; i++)
		hear(&bench, i, PROBE_OK);
	look(&bench);
	return bench;
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	test_conf_free(bench->conf);
}

/* Goes down, and up again a second later, n times. */
static void flap(struct bench *bench, size_t rs, size_t n)
{
	for (; n; n--) {
		hear(bench, rs, PROBE_FAIL);
		pass(bench, 1);
		hear(bench, rs, PROBE_OK);
		pass(bench, 1);
	}
}

START_TEST(a_server_that_flaps_is_held_down)
{
	struct bench bench = bench_new(3);

	flap(&bench, 0, 2);
	look(&bench);
	ck_assert_uint_eq(bench.n_flaps, 0);
	ck_assert_uint_eq(bench.n_changes, 4);
	flap(&bench, 0, 1);
	look(&bench);
	/* The third down is a change of its state, and begins the hold; it does not come up. */
	ck_assert_uint_eq(bench.n_changes, 1);
	ck_assert_uint_eq(bench.n_flaps, 1);
	ck_assert_int_eq(bench.flaps[0], HEALTH_FLAP_HELD);
	ck_assert(health_rs_is_damped(server(&bench, 0)));
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
	ck_assert_int_eq(server(&bench, 0)->checks->state, HEALTH_UP);
	ck_assert_uint_eq(pool(&bench)->live_weight, 2);
	ck_assert_int_eq(mono_sub(health_flap_due(bench.health), bench.now), 28 * NS_PER_S);
	/* Flaps meanwhile are no changes. */
	flap(&bench, 0, 1);
	look(&bench);
	ck_assert_uint_eq(bench.n_changes, 0);
	pass(&bench, 25);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
	pass(&bench, 1);
	look(&bench);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_UP);
	ck_assert_uint_eq(bench.n_changes, 1);
	ck_assert_int_eq(bench.flaps[0], HEALTH_FLAP_OVER);
	ck_assert_uint_eq(pool(&bench)->live_weight, 3);
	ck_assert(mono_is_never(health_flap_due(bench.health)));
	bench_free(&bench);
}
END_TEST

/* It flaps on: the hold is prolonged at its end, for twice as long. Then it stays down, which the end
 * of the hold tells. */
/* A switch loses its servers again and again: the panic guard keeps them, and none is held down then. */
START_TEST(a_switch_that_flaps_is_no_fault_of_the_servers)
{
	enum { N = 6 };
	struct bench bench = bench_new(N);

	for (int round = 0; round < 4; round++) {
		for (size_t i = 0; i < N; i++)
			hear_how(&bench, i, PROBE_FAIL, false);
		ck_assert_uint_eq(pool(&bench)->n_held_guard, N);
		pass(&bench, 1);
		for (size_t i = 0; i < N; i++)
			hear(&bench, i, PROBE_OK);
		pass(&bench, 1);
		look(&bench);
		ck_assert_uint_eq(pool(&bench)->live_weight, N);
	}
	for (size_t i = 0; i < N; i++)
		ck_assert(!health_rs_is_damped(server(&bench, i)));
	/* One that is silent by itself flaps. */
	for (int round = 0; round < 3; round++) {
		hear_how(&bench, 0, PROBE_FAIL, false);
		pass(&bench, 1);
		hear(&bench, 0, PROBE_OK);
		pass(&bench, 1);
	}
	ck_assert(health_rs_is_damped(server(&bench, 0)));
	ck_assert_uint_eq(pool(&bench)->live_weight, N - 1);
	bench_free(&bench);
}
END_TEST

START_TEST(a_hold_is_followed_by_a_longer_one)
{
	struct bench bench = bench_new(3);

	flap(&bench, 0, 7);
	pass(&bench, 30);
	look(&bench);
	ck_assert_uint_eq(bench.n_flaps, 2);
	ck_assert_int_eq(bench.flaps[1], HEALTH_FLAP_HELD);
	ck_assert_uint_eq(server(&bench, 0)->flap->n_holds, 2);
	ck_assert_uint_eq(server(&bench, 0)->flap->hold_us, 60 * US_PER_S);
	hear(&bench, 0, PROBE_FAIL);
	pass(&bench, 60);
	look(&bench);
	ck_assert_uint_eq(bench.n_changes, 0);
	ck_assert_uint_eq(bench.n_flaps, 1);
	ck_assert_int_eq(bench.flaps[0], HEALTH_FLAP_OVER);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
	hear(&bench, 0, PROBE_OK);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_UP);
	bench_free(&bench);
}
END_TEST

/* The last server that would be up is never held, whoever else is down. */
START_TEST(a_hold_never_empties_the_pool)
{
	for (size_t n = 1; n <= 3; n++) {
		struct bench bench = bench_new(n);

		for (size_t rs = 0; rs + 1 < n; rs++)
			hear(&bench, rs, PROBE_FAIL);
		flap(&bench, n - 1, 10);
		look(&bench);
		ck_assert_int_eq(server(&bench, n - 1)->state, HEALTH_UP);
		ck_assert_uint_eq(pool(&bench)->live_weight, 1);
		ck_assert_int_eq(bench.flaps[1], HEALTH_FLAP_LIFTED);
		bench_free(&bench);
	}
}
END_TEST

/* A server that is alone flaps for a day; each hold of it is lifted at once. */
START_TEST(holds_leave_nothing_in_memory)
{
	struct bench bench = bench_new(1);
	size_t before;

	flap(&bench, 0, 10);
	look(&bench);
	before = mallinfo2().uordblks;
	for (int i = 0; i < 1000; i++) {
		flap(&bench, 0, 10);
		look(&bench);
	}
	ck_assert_uint_lt(mallinfo2().uordblks, before + 8192);
	bench_free(&bench);
}
END_TEST

START_TEST(a_hold_ends_when_the_others_fail)
{
	struct bench bench = bench_new(3);

	flap(&bench, 0, 3);
	hear(&bench, 1, PROBE_FAIL);
	ck_assert(health_rs_is_damped(server(&bench, 0)));
	look(&bench);
	hear(&bench, 2, PROBE_FAIL);
	look(&bench);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_UP);
	ck_assert_uint_eq(pool(&bench)->live_weight, 1);
	ck_assert(pool(&bench)->is_quorum_up);
	ck_assert_uint_eq(bench.n_flaps, 1);
	ck_assert_int_eq(bench.flaps[0], HEALTH_FLAP_LIFTED);
	/* The next hold is longer: the repetition is not forgotten. */
	hear(&bench, 1, PROBE_OK);
	hear(&bench, 2, PROBE_OK);
	flap(&bench, 0, 3);
	ck_assert_uint_eq(server(&bench, 0)->flap->hold_us, 60 * US_PER_S);
	bench_free(&bench);
}
END_TEST

/* Half of the pool may be held, not more; nor may the quorum be lost, or depool_threshold be missed. */
START_TEST(the_others_must_carry_the_load)
{
	for (int kind = 0; kind < 3; kind++) {
		struct conf *conf = conf_with(6);
		struct bench bench = {.health = health_new(), .now = at_s(0)};
		size_t n_held = 0, most = kind == 0 ? 3 : 2;

		conf->virtual_servers->quorum = kind == 1 ? 4 : 1;
		conf->virtual_servers->depool_threshold = kind == 2 ? 60 : 0;
		configure(&bench, conf);
		for (size_t i = 0; i < 6; i++)
			hear(&bench, i, PROBE_OK);
		for (size_t i = 0; i < 6; i++)
			flap(&bench, i, 3);
		for (size_t i = 0; i < 6; i++)
			n_held += health_rs_is_damped(server(&bench, i));
		ck_assert_msg(n_held == most, "kind %d: %zu are held", kind, n_held);
		ck_assert_uint_eq(pool(&bench)->live_weight, 6 - n_held);
		ck_assert(pool(&bench)->is_quorum_up);
		bench_free(&bench);
	}
}
END_TEST

START_TEST(a_reload_keeps_holds_and_flaps)
{
	struct bench bench = bench_new(3);
	struct mono until;

	flap(&bench, 0, 3);
	flap(&bench, 1, 2);
	until = health_flap_due(bench.health);
	for (int i = 0; i < 5; i++)
		configure(&bench, conf_with(3));
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
	ck_assert_int_eq(health_flap_due(bench.health).ns, until.ns);
	ck_assert_uint_eq(server(&bench, 1)->flap->n_downs, 2);
	/* A check with another meaning begins anew; the server stays held. */
	bench.now = mono_add_ms(bench.now, 1);
	{
		struct conf *other = conf_with(3);

		other->virtual_servers->real_servers->checks->connect_timeout_us++;
		configure(&bench, other);
	}
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
	hear(&bench, 0, PROBE_OK);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
	/* Without flap_damping the hold is over. */
	{
		struct conf *off = conf_with(3);

		off->virtual_servers->flap.is_on = false;
		off->virtual_servers->real_servers->checks->connect_timeout_us++;
		configure(&bench, off);
	}
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_UP);
	ck_assert_uint_eq(pool(&bench)->live_weight, 3);
	ck_assert(mono_is_never(health_flap_due(bench.health)));
	bench_free(&bench);
}
END_TEST

START_TEST(a_person_ends_a_hold)
{
	struct bench bench = bench_new(3);

	flap(&bench, 0, 3);
	look(&bench);
	ck_assert(health_maintain(bench.health, 0, 0, true, bench.now));
	ck_assert(!health_rs_is_damped(server(&bench, 0)));
	ck_assert(health_maintain(bench.health, 0, 0, false, bench.now));
	look(&bench);
	ck_assert_int_eq(bench.flaps[0], HEALTH_FLAP_FORGOTTEN);
	ck_assert_int_eq(server(&bench, 0)->state, HEALTH_UP);
	ck_assert_uint_eq(server(&bench, 0)->flap->n_holds, 0);
	/* While others are out of service, their holds are no matter. */
	ck_assert(health_maintain(bench.health, 0, 1, true, bench.now));
	flap(&bench, 2, 3);
	ck_assert_uint_eq(pool(&bench)->live_weight, 1);
	bench_free(&bench);
}
END_TEST

/* An agent's words by lvsctl are no flaps. */
START_TEST(what_a_person_says_is_no_flap)
{
	struct bench bench = {.health = health_new(), .now = at_s(0)};
	struct conf *conf = conf_with(2);

	conf->virtual_servers->real_servers->checks->type = CONF_CHECK_AGENT;
	conf->virtual_servers->real_servers->checks->is_agent = true;
	conf->virtual_servers->real_servers->checks->agent_send = "";
	configure(&bench, conf);
	hear(&bench, 1, PROBE_OK);
	for (int i = 0; i < 5; i++) {
		ck_assert(health_agent_say(bench.health, 0, 0, "down", bench.now, 1));
		ck_assert_int_eq(server(&bench, 0)->state, HEALTH_DOWN);
		ck_assert(health_agent_say(bench.health, 0, 0, "up", bench.now, 1));
		ck_assert_int_eq(server(&bench, 0)->state, HEALTH_UP);
	}
	ck_assert_uint_eq(server(&bench, 0)->flap->n_downs, 0);
	bench_free(&bench);
}
END_TEST

/* A plan works on a copy, whose holds are its own. */
START_TEST(a_copy_has_holds_of_its_own)
{
	struct bench bench = bench_new(3);
	struct health *copy;
	size_t n;

	flap(&bench, 0, 3);
	copy = health_copy(bench.health, bench.conf, bench.now);
	ck_assert(health_rs_is_damped(&health_services(copy, &n)->real_servers[0]));
	ck_assert(health_maintain(copy, 0, 0, true, bench.now));
	ck_assert(!health_rs_is_damped(&health_services(copy, &n)->real_servers[0]));
	ck_assert(health_rs_is_damped(server(&bench, 0)));
	health_free(copy);
	bench_free(&bench);
}
END_TEST

/*
 * Anything in any order, with reloads, maintenance and time: the sums of the model are those of its
 * servers, and while a server of the pool would be up, one serves.
 */
START_TEST(random_weather_never_empties_a_pool)
{
	size_t n_held = 0, n_lifted = 0;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct bench bench = bench_new(1 + seed % 6);
		size_t n_rs = 1 + seed % 6;
		uint64_t random = seed;

		for (int step = 0; step < 1500; step++) {
			size_t n_up = 0, n_spare = 0, rs;
			uint64_t live = 0;

			random = hash_mix(random, (uint64_t)step);
			rs = random % n_rs;
			switch (random >> 32 & 15) {
			case 0:
				configure(&bench, conf_with(n_rs));
				break;
			case 1:
				health_maintain(bench.health, 0, rs, random >> 40 & 1, bench.now);
				break;
			case 2:
			case 3:
				pass(&bench, (int64_t)(random >> 40 & 31));
				break;
			default:
				hear(&bench, rs, random >> 40 & 1 ? PROBE_OK : PROBE_FAIL);
			}
			look(&bench);
			for (size_t i = 0; i < bench.n_flaps; i++) {
				n_held += bench.flaps[i] == HEALTH_FLAP_HELD;
				n_lifted += bench.flaps[i] == HEALTH_FLAP_LIFTED;
			}
			for (size_t i = 0; i < n_rs; i++) {
				const struct health_rs *at = server(&bench, i);
				bool is_good = at->checks->state == HEALTH_UP && !at->is_maintained;

				n_up += at->state == HEALTH_UP && !at->is_maintained;
				n_spare += is_good && health_rs_is_damped(at);
				live += at->state == HEALTH_UP && !at->is_maintained ? at->weight : 0;
				ck_assert(!health_rs_is_damped(at) || at->state == HEALTH_DOWN);
			}
			ck_assert_uint_eq(pool(&bench)->n_damped, n_spare);
			ck_assert_uint_eq(pool(&bench)->live_weight, live);
			ck_assert_uint_ge(n_up, n_spare);
		}
		bench_free(&bench);
	}
	ck_assert_uint_gt(n_held, 300);
	ck_assert_uint_gt(n_lifted, 50);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flap");
	TCase *tcase = tcase_create("flap");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, holds_double_up_to_the_longest);
	tcase_add_test(tcase, each_pair_of_state_and_event);
	tcase_add_test(tcase, many_downs_during_a_hold);
	tcase_add_test(tcase, a_server_that_flaps_is_held_down);
	tcase_add_test(tcase, a_switch_that_flaps_is_no_fault_of_the_servers);
	tcase_add_test(tcase, a_hold_is_followed_by_a_longer_one);
	tcase_add_test(tcase, a_hold_never_empties_the_pool);
	tcase_add_test(tcase, holds_leave_nothing_in_memory);
	tcase_add_test(tcase, a_hold_ends_when_the_others_fail);
	tcase_add_test(tcase, the_others_must_carry_the_load);
	tcase_add_test(tcase, a_reload_keeps_holds_and_flaps);
	tcase_add_test(tcase, a_person_ends_a_hold);
	tcase_add_test(tcase, what_a_person_says_is_no_flap);
	tcase_add_test(tcase, a_copy_has_holds_of_its_own);
	tcase_add_test(tcase, random_weather_never_empties_a_pool);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
