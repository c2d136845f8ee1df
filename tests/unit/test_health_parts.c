/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts that the health model is made of: step, sched, id_map, match, judge. */
#include "base/hash.h"
#include "base/mem.h"
#include "healthcheck/check_key.h"
#include "healthcheck/check_step.h"
#include "healthcheck/http_judge.h"
#include "healthcheck/id_map.h"
#include "healthcheck/match.h"
#include "healthcheck/sched.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>

#define UP         HEALTH_UP
#define DOWN       HEALTH_DOWN
#define UNKNOWN    HEALTH_UNKNOWN
#define STEADY     CHECK_PACE_STEADY
#define BETWEEN    CHECK_PACE_BETWEEN
#define NO_VERDICT CHECK_PACE_NO_VERDICT
#define MOST       ((uint64_t)UINT32_MAX + 1)

/* Every (state, outcome) pair, and on every side of fall and rise. */
static const struct {
	enum health_state state;
	uint32_t streak;
	struct check_limits limits; /* fall, rise */
	enum probe_outcome outcome;
	struct check_verdict wanted;
} steps[] = {
    {UNKNOWN, 0, {1, 1}, PROBE_OK, {UP, 0, STEADY}},
    {UNKNOWN, 0, {4, 4}, PROBE_OK, {UP, 0, STEADY}},
    {UNKNOWN, 0, {1, 1}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UNKNOWN, 0, {4, 4}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UNKNOWN, 0, {MOST, MOST}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UNKNOWN, 0, {1, 1}, PROBE_NONE, {UNKNOWN, 0, NO_VERDICT}},
    {UP, 0, {1, 1}, PROBE_OK, {UP, 0, STEADY}},
    {UP, 2, {4, 4}, PROBE_OK, {UP, 0, STEADY}},
    {UP, 0, {1, 4}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UP, 0, {2, 1}, PROBE_FAIL, {UP, 1, BETWEEN}},
    {UP, 1, {2, 4}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UP, 1, {3, 1}, PROBE_FAIL, {UP, 2, BETWEEN}},
    {UP, 2, {3, 1}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UP, 5, {3, 9}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UP, UINT32_MAX - 1, {MOST, 1}, PROBE_FAIL, {UP, UINT32_MAX, BETWEEN}},
    {UP, UINT32_MAX, {MOST, 1}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {UP, 0, {2, 2}, PROBE_NONE, {UP, 0, NO_VERDICT}},
    {UP, 1, {2, 2}, PROBE_NONE, {UP, 1, NO_VERDICT}},
    {DOWN, 0, {1, 1}, PROBE_OK, {UP, 0, STEADY}},
    {DOWN, 0, {4, 1}, PROBE_OK, {UP, 0, STEADY}},
    {DOWN, 0, {1, 2}, PROBE_OK, {DOWN, 1, BETWEEN}},
    {DOWN, 1, {4, 2}, PROBE_OK, {UP, 0, STEADY}},
    {DOWN, 1, {1, 3}, PROBE_OK, {DOWN, 2, BETWEEN}},
    {DOWN, 5, {9, 3}, PROBE_OK, {UP, 0, STEADY}},
    {DOWN, 0, {1, 1}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {DOWN, 2, {4, 4}, PROBE_FAIL, {DOWN, 0, STEADY}},
    {DOWN, 0, {4, 4}, PROBE_NONE, {DOWN, 0, NO_VERDICT}},
    {DOWN, 2, {4, 4}, PROBE_NONE, {DOWN, 2, NO_VERDICT}},
};

START_TEST(each_step_is_as_written)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct check_verdict got =
		    check_step(steps[i].state, steps[i].streak, steps[i].limits, steps[i].outcome);

		ck_assert_msg(got.state == steps[i].wanted.state &&
				  got.streak == steps[i].wanted.streak &&
				  got.pace == steps[i].wanted.pace,
			      "row %zu: got %s, %u in a row, pace %d", i,
			      health_state_name(got.state), got.streak, (int)got.pace);
	}
}
END_TEST

/* No verdict in between ends no row. */
START_TEST(a_state_ends_with_the_last_outcome_of_a_row)
{
	for (uint64_t needed = 1; needed < 20; needed++) {
		for (int is_up = 0; is_up <= 1; is_up++) {
			struct check_limits limits = {is_up ? needed : 99, is_up ? 99 : needed};
			enum probe_outcome against = is_up ? PROBE_FAIL : PROBE_OK;
			struct check_verdict at = {is_up ? UP : DOWN, 0, STEADY};

			for (uint64_t i = 1; i < needed; i++) {
				at = check_step(at.state, at.streak, limits, against);
				ck_assert_int_eq(at.state, is_up ? UP : DOWN);
				at = check_step(at.state, at.streak, limits, PROBE_NONE);
			}
			at = check_step(at.state, at.streak, limits, against);
			ck_assert_int_eq(at.state, is_up ? DOWN : UP);
		}
	}
}
END_TEST

START_TEST(retry_is_one_less_than_fall)
{
	struct conf_check check = {.retry = UINT32_MAX};

	ck_assert_uint_eq(check_limits_of(&check).fall, MOST);
	ck_assert_uint_eq(check_limits_of(&check).rise, 1);
	check = (struct conf_check){.retry = 2, .rise = 5};
	ck_assert_uint_eq(check_limits_of(&check).fall, 3);
	ck_assert_uint_eq(check_limits_of(&check).rise, 5);
}
END_TEST

static uint64_t seed;

static uint64_t random_below(uint64_t n)
{
	seed = hash_mix(seed, 1);
	return seed % n;
}

enum { N_SLOTS = 50, CAP = 7 };

/* What sched should do, without a heap. */
struct model {
	struct mono due[N_SLOTS]; /* MONO_NEVER: idle or in flight */
	bool is_in_flight[N_SLOTS];
	size_t n_in_flight;
};

static int model_first(const struct model *model)
{
	int first = -1;

	for (int i = 0; i < N_SLOTS; i++)
		if (!mono_is_never(model->due[i]) &&
		    (first < 0 || mono_before(model->due[i], model->due[first])))
			first = i;
	return model->n_in_flight < CAP ? first : -1;
}

static void model_set(struct model *model, uint32_t slot, struct mono due, bool is_in_flight)
{
	model->n_in_flight -= model->is_in_flight[slot];
	model->is_in_flight[slot] = is_in_flight;
	model->n_in_flight += is_in_flight;
	model->due[slot] = due;
}

static void compare_take(struct sched *sched, struct model *model, struct mono now)
{
	int first = model_first(model);
	uint32_t slot = N_SLOTS;

	ck_assert_int_eq(sched_next_due(sched).ns, first < 0 ? INT64_MAX : model->due[first].ns);
	if (first < 0 || !mono_reached(now, model->due[first])) {
		ck_assert(!sched_take(sched, now, &slot));
		return;
	}
	ck_assert(sched_take(sched, now, &slot));
	ck_assert_uint_eq(slot, (uint32_t)first);
	model_set(model, slot, MONO_NEVER, true);
}

START_TEST(the_heap_is_a_heap)
{
	struct sched sched;
	struct model model = {0};

	seed = 1;
	for (size_t i = 0; i < N_SLOTS; i++)
		model.due[i] = MONO_NEVER;
	sched_init(&sched, N_SLOTS, CAP);
	for (int i = 0; i < 100000; i++) {
		uint32_t slot = (uint32_t)random_below(N_SLOTS);
		struct mono due = {(int64_t)random_below(1000)};

		switch (random_below(4)) {
		case 0:
			sched_wait(&sched, slot, due);
			model_set(&model, slot, due, false);
			break;
		case 1:
			if (model.n_in_flight < CAP) {
				sched_in_flight(&sched, slot);
				model_set(&model, slot, MONO_NEVER, true);
			}
			break;
		default:
			compare_take(&sched, &model, due);
		}
		ck_assert_uint_eq(sched.n_in_flight, model.n_in_flight);
	}
	sched_fini(&sched);
}
END_TEST

START_TEST(intervals_hold)
{
	struct conf_check check = {.delay_loop_us = 10 * US_PER_S,
				   .delay_before_retry_us = 3 * US_PER_S};
	struct mono started = {5 * NS_PER_S}, now = {6 * NS_PER_S};
	int64_t least = INT64_MAX, most = 0;

	for (uint64_t hash = 0; hash < 1000; hash++) {
		struct mono first = sched_again_due(&check, UP, STEADY, hash, started, now);
		struct mono late = mono_add_ms(first, 7);

		least = first.ns < least ? first.ns : least;
		most = first.ns > most ? first.ns : most;
		/* However late a probe begins, the next ones are at the same place again. */
		if (first.ns > now.ns)
			ck_assert_int_eq(sched_again_due(&check, UP, STEADY, hash, late, late).ns,
					 first.ns + 10 * NS_PER_S);
		/* Several probes begin together. */
		if (first.ns > now.ns)
			ck_assert_int_eq(first.ns % (5 * NS_PER_MS), 0);
	}
	/* Spread over the whole interval, from the start of the probe on. */
	ck_assert_int_eq(least, now.ns);
	ck_assert(14900 * NS_PER_MS < most && most <= 15000 * NS_PER_MS);
	ck_assert_int_eq(sched_again_due(&check, UP, BETWEEN, 1, started, now).ns, 9 * NS_PER_S);
	ck_assert_int_eq(sched_again_due(&check, UP, NO_VERDICT, 1, started, now).ns, 9 * NS_PER_S);
}
END_TEST

/* The seconds from the start of a probe, which took 1 s, to the next one. */
static double seconds_after(const struct conf_check *check, enum health_state state, enum check_pace pace)
{
	struct mono started = {60 * NS_PER_S};
	uint64_t place = 0;

	/* Begins at the check's place in an interval that is a part of a minute. */
	started = sched_loop_due(60 * US_PER_S, place, started, started);
	return (double)mono_sub(sched_again_due(check, state, pace, place, started,
						mono_add_ms(started, 1000)),
				started) /
	       NS_PER_S;
}

START_TEST(each_state_has_its_interval)
{
	struct conf_check check = {.delay_loop_us = 60 * US_PER_S,
				   .delay_before_retry_us = 3 * US_PER_S};

	ck_assert_double_eq(seconds_after(&check, UP, STEADY), 60);
	ck_assert_double_eq(seconds_after(&check, DOWN, STEADY), 60);
	ck_assert_double_eq(seconds_after(&check, UP, BETWEEN), 4);
	ck_assert_double_eq(seconds_after(&check, DOWN, BETWEEN), 60);
	check.fast_us = 2 * US_PER_S;
	ck_assert_double_eq(seconds_after(&check, UP, STEADY), 60);
	ck_assert_double_eq(seconds_after(&check, UP, BETWEEN), 2);
	ck_assert_double_eq(seconds_after(&check, DOWN, BETWEEN), 2);
	/* A probe that took longer is followed at once. */
	check.fast_us = US_PER_S / 2;
	ck_assert_double_eq(seconds_after(&check, UP, BETWEEN), 1);
	check.down_us = 20 * US_PER_S;
	ck_assert_double_le(seconds_after(&check, DOWN, STEADY), 20);
	ck_assert_uint_eq(sched_interval_us(&check, DOWN, false), 20 * US_PER_S);
	ck_assert_uint_eq(sched_interval_us(&check, DOWN, true), US_PER_S / 2);
	ck_assert_uint_eq(sched_interval_us(&check, UP, false), 60 * US_PER_S);
	ck_assert_uint_eq(sched_interval_us(&check, UNKNOWN, false), 60 * US_PER_S);
	check.fast_us = 0;
	ck_assert_uint_eq(sched_interval_us(&check, UP, true), 3 * US_PER_S);
	ck_assert_uint_eq(sched_interval_us(&check, DOWN, true), 60 * US_PER_S);
}
END_TEST

/* Whatever has made the probes of many checks begin together, the next round is spread. */
START_TEST(probes_that_began_together_part)
{
	struct mono started = {1000 * NS_PER_S};
	unsigned per_tenth[10] = {0};

	for (uint64_t hash = 0; hash < 10000; hash++) {
		struct mono due = sched_loop_due(US_PER_S, hash, started, started);

		ck_assert_int_le(due.ns, started.ns + NS_PER_S);
		per_tenth[(mono_sub(due, started) - 1) / (NS_PER_S / 10)]++;
	}
	for (size_t i = 0; i < 10; i++)
		ck_assert(800 < per_tenth[i] && per_tenth[i] < 1200);
	ck_assert(mono_is_never(sched_loop_due(UINT64_MAX, 1, started, started)));
}
END_TEST

START_TEST(intervals_have_floors)
{
	struct conf_check check = {.delay_loop_us = 10 * US_PER_S};
	struct mono started = {5 * NS_PER_S}, late = {50 * NS_PER_S};

	/* A probe that took longer than delay_loop is followed at once. */
	ck_assert_int_eq(sched_again_due(&check, UP, STEADY, 1, started, late).ns, late.ns);
	/* Nothing is probed in a storm. */
	ck_assert_int_eq(sched_again_due(&check, UP, BETWEEN, 1, started, started).ns,
			 started.ns + 10 * NS_PER_MS);
	ck_assert_int_eq(sched_again_due(&check, UP, NO_VERDICT, 1, started, started).ns,
			 started.ns + NS_PER_S);
	check.delay_loop_us = 0;
	ck_assert_int_eq(sched_again_due(&check, UP, STEADY, 1, started, started).ns,
			 started.ns + 10 * NS_PER_MS);
	check.delay_loop_us = UINT64_MAX;
	check.delay_before_retry_us = UINT64_MAX;
	ck_assert(mono_is_never(sched_again_due(&check, UP, BETWEEN, 1, started, late)));
}
END_TEST

START_TEST(ids_are_found)
{
	static char here;
	struct id_map map = {0};
	bool is_there[500] = {false};

	seed = 2;
	ck_assert_ptr_null(id_map_find(&map, 1));
	ck_assert_ptr_null(id_map_remove(&map, 1));
	for (int i = 0; i < 100000; i++) {
		check_id id = 1 + random_below(499);

		if (random_below(2)) {
			id_map_put(&map, id, &here);
			is_there[id] = true;
		} else {
			ck_assert_ptr_eq(id_map_remove(&map, id), is_there[id] ? &here : NULL);
			is_there[id] = false;
		}
		id = 1 + random_below(499);
		ck_assert_ptr_eq(id_map_find(&map, id), is_there[id] ? &here : NULL);
	}
	id_map_fini(&map);
}
END_TEST

static int cmp_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static size_t count(const int *items, size_t n, int value)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += items[i] == value;
	return found;
}

START_TEST(equal_items_are_paired_once)
{
	int old[40], fresh[40];

	seed = 3;
	for (int round = 0; round < 3000; round++) {
		size_t n = random_below(40), m = random_below(40), partners[40], paired[40] = {0};
		bool is_used[40] = {false};

		for (size_t i = 0; i < n; i++)
			old[i] = (int)random_below(30);
		for (size_t i = 0; i < m; i++)
			fresh[i] = i < n && random_below(2) ? old[i] : (int)random_below(30);
		match_arrays((struct match_array){old, n, sizeof(int)},
			     (struct match_array){fresh, m, sizeof(int)}, cmp_ints, partners);
		for (size_t i = 0; i < m; i++) {
			if (partners[i] == MATCH_NONE)
				continue;
			ck_assert_uint_lt(partners[i], n);
			ck_assert_int_eq(old[partners[i]], fresh[i]);
			ck_assert(!is_used[partners[i]]);
			is_used[partners[i]] = true;
			paired[fresh[i]]++;
		}
		for (int value = 0; value < 30; value++) {
			size_t a = count(old, n, value), b = count(fresh, m, value);

			ck_assert_uint_eq(paired[value], a < b ? a : b);
		}
	}
}
END_TEST

START_TEST(meanings_differ_by_what_is_probed)
{
	struct conf *conf = test_conf_new(1, 1, 2);
	struct conf_check *a = &conf->virtual_servers->real_servers->checks[0], *b = a + 1;

	*b = *a;
	b->ordinal = 7;
	b->retry = 9;
	b->delay_loop_us = 1;
	b->delay_before_retry_us = 1;
	ck_assert_int_eq(check_meaning_cmp(a, b), 0);
	b->connect_timeout_us++;
	ck_assert_int_lt(check_meaning_cmp(a, b), 0);
	ck_assert_int_gt(check_meaning_cmp(b, a), 0);
	*b = *a;
	b->bind.port = 1;
	ck_assert_int_ne(check_meaning_cmp(a, b), 0);
	test_conf_set_http(conf, a, "/");
	test_conf_set_http(conf, b, "/");
	b->bind.port = 0;
	ck_assert_int_eq(check_meaning_cmp(a, b), 0);
	b->urls->statuses->last = 300;
	ck_assert_int_ne(check_meaning_cmp(a, b), 0);
	test_conf_set_http(conf, b, "/x");
	ck_assert_int_ne(check_meaning_cmp(a, b), 0);
	test_conf_free(conf);
}
END_TEST

#define GOOD_DIGEST "d41d8cd98f00b204e9800998ecf8427e"
#define BAD_DIGEST  "00000000000000000000000000000000"

START_TEST(answers_are_judged)
{
	struct conf_range ranges[] = {{200, 299}, {401, 401}};
	struct conf_url url = {.digest = "", .statuses = ranges, .n_statuses = 2};
	struct http_answer answer = {.status = 200};
	char reason[PROBE_REASON_MAX];

	ck_assert(http_judge(&url, &answer, reason));
	ck_assert_str_eq(reason, "HTTP 200");
	answer.is_truncated = true;
	ck_assert(http_judge(&url, &answer, reason));
	answer.status = 401;
	ck_assert(http_judge(&url, &answer, reason));
	answer.status = 503;
	ck_assert(!http_judge(&url, &answer, reason));
	ck_assert_str_eq(reason, "HTTP 503, wanted 200-299, 401");
	answer = (struct http_answer){200, false, GOOD_DIGEST};
	url.digest = GOOD_DIGEST;
	ck_assert(http_judge(&url, &answer, reason));
	answer.is_truncated = true;
	ck_assert(!http_judge(&url, &answer, reason));
	ck_assert_str_eq(reason, "the body ends before its Content-Length");
	answer = (struct http_answer){200, false, BAD_DIGEST};
	ck_assert(!http_judge(&url, &answer, reason));
	ck_assert_str_eq(reason, "digest " BAD_DIGEST ", wanted " GOOD_DIGEST);
}
END_TEST

START_TEST(searches_are_judged)
{
	struct conf_url url = {.regex = "ok"};
	char reason[PROBE_REASON_MAX] = "as it was";

	ck_assert(http_judge_search(&url, HTTP_SEARCH_MATCH, reason));
	ck_assert_str_eq(reason, "as it was");
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_NO_MATCH, reason));
	ck_assert_str_eq(reason, "the body does not match 'ok'");
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_CUT_OFF, reason));
	ck_assert_str_eq(reason, "the body is over 1 MiB, and its first MiB has no match for 'ok'");
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_TOO_HARD, reason));
	ck_assert_str_eq(reason, "too much work or memory is needed to search the body for 'ok'");
	url.is_regex_refused = true;
	ck_assert(http_judge_search(&url, HTTP_SEARCH_NO_MATCH, reason));
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_MATCH, reason));
	ck_assert_str_eq(reason, "the body matches 'ok', which regex_no_match refuses");
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_CUT_OFF, reason));
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_TOO_HARD, reason));
	url.regex = "0123456789012345678901234567890123456789012345678901234567890123456789";
	ck_assert(!http_judge_search(&url, HTTP_SEARCH_MATCH, reason));
	ck_assert_ptr_nonnull(strstr(reason, "012345678901234567890123456789...', which"));
}
END_TEST

START_TEST(many_ranges_are_cut)
{
	struct conf_range ranges[100];
	struct conf_url url = {.digest = "", .statuses = ranges, .n_statuses = 100};
	struct http_answer answer = {.status = 599};
	char reason[PROBE_REASON_MAX];

	for (uint16_t i = 0; i < 100; i++)
		ranges[i] = (struct conf_range){(uint16_t)(100 + i), (uint16_t)(200 + i)};
	ck_assert(!http_judge(&url, &answer, reason));
	ck_assert_uint_eq(strlen(reason), PROBE_REASON_MAX - 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("health_parts");
	TCase *tcase = tcase_create("health_parts");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_step_is_as_written);
	tcase_add_test(tcase, a_state_ends_with_the_last_outcome_of_a_row);
	tcase_add_test(tcase, retry_is_one_less_than_fall);
	tcase_add_test(tcase, each_state_has_its_interval);
	tcase_add_test(tcase, the_heap_is_a_heap);
	tcase_add_test(tcase, intervals_hold);
	tcase_add_test(tcase, probes_that_began_together_part);
	tcase_add_test(tcase, intervals_have_floors);
	tcase_add_test(tcase, ids_are_found);
	tcase_add_test(tcase, equal_items_are_paired_once);
	tcase_add_test(tcase, meanings_differ_by_what_is_probed);
	tcase_add_test(tcase, answers_are_judged);
	tcase_add_test(tcase, searches_are_judged);
	tcase_add_test(tcase, many_ranges_are_cut);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
