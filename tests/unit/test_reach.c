/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A director that reaches neither its gateway nor its peer: the rule, the question, and what the model keeps. */
#include "base/vec.h"
#include "healthcheck/health.h"
#include "healthcheck/judge/reach.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* --- the rule --- */

static struct guard_reach facts_of(unsigned bits)
{
	return (struct guard_reach){.has_gateway = bits & 1,
				    .is_gateway_lost = bits & 2,
				    .has_peer = bits & 4,
				    .is_peer_lost = bits & 8,
				    .is_asking = bits & 16};
}

/* Each combination of the five facts, beside each of pool, losses, substitute, fail_open and fail_closed. */
START_TEST(the_rule_over_all_facts)
{
	static const size_t pools[] = {1, 2, 3, 10};

	for (unsigned bits = 0; bits < 32; bits++)
		for (unsigned more = 0; more < 4 * 3 * 8; more++) {
			const size_t n_pool = pools[more % 4], n_lost = more / 4 % 3 * n_pool / 2;
			const struct conf_virtual_server vs = {.is_fail_open = more / 12 & 1,
							       .is_fail_closed = more / 12 & 2};
			const struct guard_facts facts = {.n_pool = n_pool,
							  .n_lost = n_lost,
							  .n_live = n_pool - n_lost,
							  .has_substitute = more / 12 & 4,
							  .reach = facts_of(bits)};
			struct guard_facts without = facts;
			enum guard_cause wanted, is = guard_judge(&vs, &facts);

			without.reach = (struct guard_reach){0};
			wanted = guard_judge(&vs, &without);
			if (wanted != GUARD_OPEN && n_lost && !vs.is_fail_closed) {
				if ((bits & 15) == 15)
					wanted = GUARD_CUT_OFF;
				else if ((bits & 21) == 21)
					wanted = GUARD_WAIT;
			}
			ck_assert_msg(is == wanted, "facts %u, case %u: %d, wanted %d", bits, more, is, wanted);
		}
}
END_TEST

/* --- the question --- */

static struct mono at_ms(int64_t ms)
{
	return (struct mono){NS_PER_S + ms * NS_PER_MS};
}

/* Each pair of what is known: whether the question ends at once, whether it ends by time, and what it finds. */
START_TEST(the_question_over_all_states)
{
	static const char *const wanted[4][4] = {
	    /* gateway: none, unsure, lost, heard; peer in the same order */
	    {"fine", "fine", "fine", "fine"},
	    {"fine", "late fine", "late fine", "fine"},
	    {"fine", "late fine", "cut off", "fine"},
	    {"fine", "fine", "fine", "fine"},
	};

	for (int gateway = REACH_NONE; gateway <= REACH_HEARD; gateway++)
		for (int peer = REACH_NONE; peer <= REACH_HEARD; peer++) {
			struct reach reach = {0};
			struct guard_reach facts;
			bool is_late = false;
			char is[20];

			ck_assert(mono_is_never(reach_wake(&reach)));
			ck_assert(reach_silent(&reach, false, at_ms(0)));
			ck_assert(!reach_silent(&reach, false, at_ms(5)));
			facts = reach_facts(&reach);
			ck_assert(guard_may_be_cut_off(&facts) && !guard_is_cut_off(&facts));
			if (!reach_take(&reach, (enum reach_state)gateway, (enum reach_state)peer, at_ms(10))) {
				is_late = true;
				ck_assert(reach.is_asking);
				ck_assert(!reach_is_late(&reach, at_ms(REACH_WAIT_MS - 1)));
				ck_assert(reach_take(&reach, (enum reach_state)gateway, (enum reach_state)peer,
						     reach_wake(&reach)));
			}
			facts = reach_facts(&reach);
			ck_assert(!reach.is_asking && !guard_may_be_cut_off(&facts));
			snprintf(is, sizeof(is), "%s%s", is_late ? "late " : "",
				 guard_is_cut_off(&facts) ? "cut off" : "fine");
			ck_assert_str_eq(is, wanted[gateway][peer]);
		}
}
END_TEST

START_TEST(a_director_that_is_cut_off_asks_again)
{
	struct reach reach = {0};
	struct guard_reach facts;

	reach_silent(&reach, false, at_ms(0));
	ck_assert(!reach_take(&reach, REACH_LOST, REACH_UNSURE, at_ms(3000)));
	ck_assert(reach_take(&reach, REACH_LOST, REACH_LOST, at_ms(9000)));
	ck_assert(!reach_silent(&reach, true, at_ms(9000 + REACH_PAUSE_MS - 1)));
	ck_assert(reach_silent(&reach, true, at_ms(9000 + REACH_PAUSE_MS)));
	facts = reach_facts(&reach);
	ck_assert(guard_is_cut_off(&facts)); /* until somebody is heard */
	ck_assert(!reach_take(&reach, REACH_UNSURE, REACH_LOST, at_ms(10001)));
	ck_assert(reach_take(&reach, REACH_LOST, REACH_LOST, at_ms(13000)));
	facts = reach_facts(&reach);
	ck_assert(guard_is_cut_off(&facts) && !reach.is_asking);
	/* the peer is heard without a question */
	ck_assert(reach_take(&reach, REACH_LOST, REACH_HEARD, at_ms(20000)));
	facts = reach_facts(&reach);
	ck_assert(!guard_is_cut_off(&facts));
	ck_assert(!reach_take(&reach, REACH_LOST, REACH_LOST, at_ms(20001)));
}
END_TEST

/* --- the model --- */

#define RS_MAX 10

struct bench {
	struct health *health;
	struct conf *conf;
	struct mono now;
};

static const struct health_vs *pool(const struct bench *bench)
{
	return health_services(bench->health, &(size_t){0});
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

enum outcome {
	FINE,
	SILENT,
	REFUSED,
};

/* One probe of a server, which begins and ends now; all others that are due then begin too. */
static void probe(struct bench *bench, size_t rs, enum outcome outcome)
{
	const struct health_check *check = &pool(bench)->real_servers[rs].checks[0];
	const struct probe_result result = {.outcome = outcome == FINE ? PROBE_OK : PROBE_FAIL,
					    .is_answered = outcome == REFUSED};
	check_id ids[RS_MAX];

	while (!check->is_in_flight) {
		bench->now = mono_add_ms(bench->now, 10);
		health_take_due(bench->health, bench->now, ids, RS_MAX);
	}
	health_outcome(bench->health, check->id, &result, bench->now, 1);
}

/* As many as decide, retry being 1. */
static void tell(struct bench *bench, size_t rs, enum outcome outcome)
{
	for (int i = 0; i < (outcome == FINE ? 1 : 2); i++)
		probe(bench, rs, outcome);
}

static struct bench bench_new(size_t n)
{
	struct bench bench = {.health = health_new(), .now = {NS_PER_S}};

	configure(&bench, test_conf_new(1, n, 1));
	for (size_t i = 0; i < n; i++)
		tell(&bench, i, FINE);
	return bench;
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	test_conf_free(bench->conf);
}

static void reach(struct bench *bench, unsigned bits)
{
	const struct guard_reach facts = facts_of(bits);

	health_reach(bench->health, &facts, bench->now, 1);
}

enum { CUT_OFF = 15, ASKING = 21, GATEWAY_HEARD = 13 };

static size_t n_serving(const struct bench *bench)
{
	size_t n = 0;

	for (size_t i = 0; i < pool(bench)->n_real_servers; i++) {
		bool is_present;
		uint32_t weight;

		health_rs_effective(pool(bench), &pool(bench)->real_servers[i], &is_present, &weight);
		n += is_present && weight;
	}
	return n;
}

/* What is to be logged and told to the kernel's table: "guard" and "kept", in their order. */
static size_t n_changes(struct bench *bench, enum health_change_kind kind)
{
	struct health_change change;
	size_t n = 0;

	while (health_next_change(bench->health, &change))
		n += change.kind == kind;
	return n;
}

static const size_t pools[] = {1, 2, 10};

START_TEST(a_pool_of_a_director_that_is_cut_off_stays)
{
	struct bench bench = bench_new(pools[_i]);
	size_t n = pools[_i];

	n_changes(&bench, HEALTH_CHANGE_GUARD);
	reach(&bench, ASKING);
	tell(&bench, 0, SILENT);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_WAIT);
	ck_assert_uint_eq(n_serving(&bench), n);
	ck_assert_uint_eq(health_n_kept_cut_off(bench.health, true), 0);
	reach(&bench, CUT_OFF);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_CUT_OFF);
	for (size_t i = 1; i < n; i++)
		tell(&bench, i, SILENT);
	ck_assert_uint_eq(n_serving(&bench), n);
	ck_assert_uint_eq(n_changes(&bench, HEALTH_CHANGE_GUARD), 1);
	bench.now = mono_add_ms(bench.now, 3600 * 1000);
	for (size_t i = 0; i < n; i++)
		probe(&bench, i, SILENT);
	ck_assert_uint_eq(n_serving(&bench), n);
	ck_assert_uint_eq(health_n_kept_cut_off(bench.health, false), 1);
	/* a reload changes nothing */
	configure(&bench, test_conf_new(1, n, 1));
	ck_assert_uint_eq(n_serving(&bench), n);
	ck_assert_uint_eq(health_n_kept_cut_off(bench.health, false), 1);
	/* the gateway is heard: those that are kept stay until their next probes have ended */
	reach(&bench, GATEWAY_HEARD);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_RETURNING);
	ck_assert_uint_eq(n_serving(&bench), n);
	ck_assert_int_le(mono_sub(health_next_due(bench.health), bench.now), PATH_SPREAD_MS * NS_PER_MS);
	for (size_t i = 0; i < n; i++) {
		ck_assert_uint_eq(health_n_kept_cut_off(bench.health, true), 1);
		probe(&bench, i, FINE);
	}
	ck_assert_int_eq(pool(&bench)->guard, GUARD_NONE);
	ck_assert_uint_eq(n_serving(&bench), n);
	ck_assert_uint_eq(health_n_kept_cut_off(bench.health, true), 0);
	bench_free(&bench);
}
END_TEST

START_TEST(servers_that_died_meanwhile_are_out_at_once)
{
	struct bench bench = bench_new(2);

	reach(&bench, CUT_OFF);
	tell(&bench, 0, SILENT);
	tell(&bench, 1, SILENT);
	n_changes(&bench, HEALTH_CHANGE_GUARD);
	reach(&bench, GATEWAY_HEARD);
	probe(&bench, 0, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 2);
	probe(&bench, 1, FINE);
	ck_assert_uint_eq(n_serving(&bench), 1);
	ck_assert_uint_eq(n_changes(&bench, HEALTH_CHANGE_GUARD), 2); /* it returns, and it ends */
	bench_free(&bench);
}
END_TEST

/* Of a pool of 10 that is silent still, panic_threshold keeps it. */
START_TEST(a_return_leaves_the_rest_to_panic_threshold)
{
	struct bench bench = bench_new(10);

	reach(&bench, CUT_OFF);
	for (size_t i = 0; i < 10; i++)
		tell(&bench, i, SILENT);
	bench.now = mono_add_ms(bench.now, 3600 * 1000);
	reach(&bench, GATEWAY_HEARD);
	for (size_t i = 0; i < 10; i++)
		probe(&bench, i, SILENT);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_PANIC);
	ck_assert_uint_eq(n_serving(&bench), 10);
	bench_free(&bench);
}
END_TEST

START_TEST(a_gateway_that_answers_leaves_the_verdict)
{
	struct bench bench = bench_new(2);

	n_changes(&bench, HEALTH_CHANGE_KEPT);
	reach(&bench, ASKING);
	tell(&bench, 0, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 2);
	ck_assert_uint_eq(n_changes(&bench, HEALTH_CHANGE_KEPT), 0);
	reach(&bench, GATEWAY_HEARD);
	ck_assert_uint_eq(n_serving(&bench), 1);
	ck_assert_uint_eq(n_changes(&bench, HEALTH_CHANGE_KEPT), 1); /* so that the table is planned */
	tell(&bench, 1, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 0);
	bench_free(&bench);
}
END_TEST

START_TEST(a_refusal_is_a_verdict_and_ends_it)
{
	struct bench bench = bench_new(2);

	reach(&bench, CUT_OFF);
	tell(&bench, 0, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 2);
	tell(&bench, 1, REFUSED);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_RETURNING); /* it has answered: the director is not cut off */
	ck_assert_uint_eq(n_serving(&bench), 1);
	probe(&bench, 0, SILENT);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_NONE);
	ck_assert_uint_eq(n_serving(&bench), 0);
	bench_free(&bench);
}
END_TEST

/* Gateway and peer are dead for a while, and the servers answer: only what is asked anew counts. */
START_TEST(servers_that_answer_end_it_until_it_is_asked_anew)
{
	struct bench bench = bench_new(3);

	reach(&bench, CUT_OFF);
	tell(&bench, 0, SILENT);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_CUT_OFF);
	tell(&bench, 1, FINE);
	ck_assert_int_eq(pool(&bench)->guard, GUARD_RETURNING);
	probe(&bench, 0, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 2);
	tell(&bench, 1, SILENT);
	ck_assert_int_ne(pool(&bench)->guard, GUARD_CUT_OFF);
	bench_free(&bench);
}
END_TEST

/* What was taken out within panic_window comes back when it is found too late that the director is cut off. */
START_TEST(what_is_found_late_gives_the_pool_back)
{
	struct bench bench = bench_new(2);

	tell(&bench, 0, SILENT);
	tell(&bench, 1, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 0);
	reach(&bench, CUT_OFF);
	ck_assert_uint_eq(n_serving(&bench), 2);
	bench_free(&bench);
}
END_TEST

START_TEST(fail_closed_keeps_nothing)
{
	struct bench bench = bench_new(2);

	bench.conf->virtual_servers->is_fail_closed = true;
	reach(&bench, CUT_OFF);
	tell(&bench, 0, SILENT);
	ck_assert_uint_eq(n_serving(&bench), 1);
	bench_free(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reach");
	TCase *tcase = tcase_create("reach");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, the_rule_over_all_facts);
	tcase_add_test(tcase, the_question_over_all_states);
	tcase_add_test(tcase, a_director_that_is_cut_off_asks_again);
	tcase_add_loop_test(tcase, a_pool_of_a_director_that_is_cut_off_stays, 0, 3);
	tcase_add_test(tcase, servers_that_died_meanwhile_are_out_at_once);
	tcase_add_test(tcase, a_return_leaves_the_rest_to_panic_threshold);
	tcase_add_test(tcase, a_gateway_that_answers_leaves_the_verdict);
	tcase_add_test(tcase, a_refusal_is_a_verdict_and_ends_it);
	tcase_add_test(tcase, servers_that_answer_end_it_until_it_is_asked_anew);
	tcase_add_test(tcase, what_is_found_late_gives_the_pool_back);
	tcase_add_test(tcase, fail_closed_keeps_nothing);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
