/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pace of the checks in the check process: what is counted, what is told, and what waits for a
 * word. */
#include "base/hash.h"
#include "base/mem.h"
#include "healthcheck/pace/pace.h"
#include "healthcheck/sched.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct {
	struct pace *pace;
	struct mono now;
	struct health_told told; /* the last one */
	size_t n_told;
} rig;

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.pace = pace_new(3);
	rig.now = (struct mono){100 * NS_PER_S};
}

static void teardown(void)
{
	pace_free(rig.pace);
}

static void on_told(const struct health_told *told, void *arg)
{
	(void)arg;
	rig.told = *told;
	rig.n_told++;
}

static struct health_word word_for(check_id id, uint32_t seq, enum probe_outcome rest)
{
	return (struct health_word){
	    .id = id, .due = rig.now, .interval_us = US_PER_S, .hash = 7, .rest = rest, .seq = seq};
}

static void say(struct health_word word)
{
	ck_assert(pace_take_word(rig.pace, &word));
}

/* The slot's probe begins when it is due. */
static void begin(uint32_t slot)
{
	struct mono due = pace_next_due(rig.pace);
	uint32_t taken;

	ck_assert(!mono_is_never(due));
	if (mono_before(rig.now, due))
		rig.now = due;
	ck_assert(pace_take(rig.pace, rig.now, &taken));
	ck_assert_uint_eq(taken, slot);
}

/* The slot's probe ends after 5 ms. */
static void end(uint32_t slot, enum probe_outcome outcome, const char *reason)
{
	struct probe_result result = {.outcome = outcome, .latency_us = 5000, .started = rig.now};

	snprintf(result.reason, sizeof(result.reason), "%s", reason);
	rig.now = mono_add_ms(rig.now, 5);
	pace_outcome(rig.pace, slot, &result, rig.now, on_told, NULL);
}

static void probe(uint32_t slot, enum probe_outcome outcome, const char *reason)
{
	begin(slot);
	end(slot, outcome, reason);
}

/* A check that is up, at rest. */
static void settle_up(check_id id, uint32_t slot)
{
	pace_add(rig.pace, id, slot);
	say(word_for(id, 0, PROBE_NONE));
	probe(slot, PROBE_OK, "connected");
	say(word_for(id, 1, PROBE_OK));
	rig.n_told = 0;
}

START_TEST(a_check_waits_for_a_word)
{
	struct health_word stranger = word_for(2, 0, PROBE_OK);
	uint32_t slot;

	pace_add(rig.pace, 1, 0);
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
	ck_assert(!pace_take_word(rig.pace, &stranger));
	say(word_for(1, 0, PROBE_NONE));
	ck_assert_int_eq(pace_next_due(rig.pace).ns, rig.now.ns);
	probe(0, PROBE_OK, "connected");
	ck_assert_uint_eq(rig.n_told, 1);
	ck_assert_uint_eq(rig.told.before.id, 1);
	ck_assert_uint_eq(rig.told.before.seq, 1);
	ck_assert_uint_eq(rig.told.before.n, 0);
	/* It waits for the answer. */
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
	ck_assert(pace_find(rig.pace, 1, &slot) && slot == 0);
	ck_assert(!pace_find(rig.pace, 2, &slot));
}
END_TEST

START_TEST(what_changes_nothing_is_counted)
{
	struct health_count count;
	struct mono due;

	settle_up(1, 0);
	ck_assert(!pace_has_counts(rig.pace));
	for (int i = 0; i < 3; i++)
		probe(0, PROBE_OK, "connected");
	due = pace_next_due(rig.pace);
	ck_assert_uint_eq(rig.n_told, 0);
	ck_assert(pace_has_counts(rig.pace));
	ck_assert(pace_take_count(rig.pace, &count));
	ck_assert_uint_eq(count.id, 1);
	ck_assert_uint_eq(count.seq, 1);
	ck_assert_uint_eq(count.n, 3);
	ck_assert_uint_eq(count.last_us, 5000);
	ck_assert_uint_eq(count.sum_us, 15000);
	/* The probes are an interval apart. */
	ck_assert_int_eq(count.started.ns, due.ns - NS_PER_S);
	ck_assert(!pace_take_count(rig.pace, &count));
	ck_assert(!pace_has_counts(rig.pace));
}
END_TEST

/* Each row differs from the outcome "connected" that the director knows. */
START_TEST(all_else_is_told_at_once)
{
	static const struct {
		enum probe_outcome outcome;
		const char *reason;
	} rows[] = {{PROBE_FAIL, "connected"}, {PROBE_NONE, "connected"}, {PROBE_OK, "HTTP 200"}};

	settle_up(1, 0);
	probe(0, PROBE_OK, "connected");
	probe(0, rows[_i].outcome, rows[_i].reason);
	ck_assert_uint_eq(rig.n_told, 1);
	ck_assert_int_eq(rig.told.result.outcome, rows[_i].outcome);
	ck_assert_uint_eq(rig.told.before.seq, 2);
	/* With it comes what was counted before. */
	ck_assert_uint_eq(rig.told.before.n, 1);
	ck_assert_uint_eq(rig.told.before.sum_us, 5000);
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
}
END_TEST

/* The counted outcomes of a check are never told behind a later one. */
START_TEST(nothing_is_counted_twice)
{
	struct health_count count;

	settle_up(1, 0);
	probe(0, PROBE_OK, "connected");
	probe(0, PROBE_FAIL, "refused");
	ck_assert(!pace_take_count(rig.pace, &count));
}
END_TEST

START_TEST(without_a_rest_each_outcome_is_told)
{
	settle_up(1, 0);
	say(word_for(1, 1, PROBE_NONE));
	probe(0, PROBE_OK, "connected");
	ck_assert_uint_eq(rig.n_told, 1);
}
END_TEST

/* Two services share a KEEP_CHECK. The connection ends while one of them waits for the director's answer:
 * both are told. */
START_TEST(an_end_is_told_to_all_of_a_slot)
{
	struct probe_result ended = {.outcome = PROBE_NONE, .reason = "closed", .is_ended = true};

	settle_up(1, 0);
	pace_add(rig.pace, 2, 0);
	say(word_for(2, 0, PROBE_NONE));
	probe(0, PROBE_OK, "connected");
	ck_assert_uint_eq(rig.told.before.id, 2);
	pace_add(rig.pace, 3, 0); /* its first word is still to come: it is told nothing */
	pace_hasten(rig.pace, 0, rig.now);
	begin(0);
	rig.n_told = 0;
	ended.started = rig.now;
	pace_outcome(rig.pace, 0, &ended, rig.now, on_told, NULL);
	ck_assert_uint_eq(rig.n_told, 2);
	/* The answer to the outcome before is no answer to this one. */
	say(word_for(2, 1, PROBE_OK));
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
	say(word_for(2, 2, PROBE_OK));
	ck_assert_int_eq(pace_next_due(rig.pace).ns, rig.now.ns);
	/* Any other outcome is for those that ask. */
	say(word_for(1, 2, PROBE_OK));
	begin(0);
	end(0, PROBE_FAIL, "refused");
	rig.n_told = 0;
	pace_hasten(rig.pace, 0, rig.now);
	say(word_for(1, 3, PROBE_OK));
	begin(0);
	end(0, PROBE_OK, "connected");
	ck_assert_uint_eq(rig.n_told, 1);
	ck_assert_uint_eq(rig.told.before.id, 1);
}
END_TEST

/* A word that was said before the director knew of the last outcome is no answer to it. */
START_TEST(an_old_word_ends_no_wait)
{
	struct health_word old;

	settle_up(1, 0);
	probe(0, PROBE_FAIL, "refused");
	old = word_for(1, 1, PROBE_OK);
	old.interval_us = 2 * US_PER_S;
	say(old);
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
	old.seq = 2;
	old.rest = PROBE_FAIL;
	say(old);
	probe(0, PROBE_FAIL, "refused");
	ck_assert_uint_eq(rig.n_told, 1);
	probe(0, PROBE_FAIL, "refused");
	ck_assert_int_eq(mono_sub(pace_next_due(rig.pace), rig.now) / NS_PER_MS, 1995);
}
END_TEST

/* A check that is given anew goes on to count where the director does: an outcome that was told before
 * is not taken for one of the new check. */
START_TEST(a_check_given_anew_takes_the_directors_number)
{
	settle_up(1, 0);
	pace_add(rig.pace, 1, 0);
	say(word_for(1, 7, PROBE_NONE));
	probe(0, PROBE_OK, "connected");
	ck_assert_uint_eq(rig.n_told, 1);
	ck_assert_uint_eq(rig.told.before.seq, 8);
	/* Once it has told something, the number is its own. */
	say(word_for(1, 9, PROBE_OK));
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
	say(word_for(1, 8, PROBE_OK));
	probe(0, PROBE_OK, "connected");
	ck_assert(pace_has_counts(rig.pace));
}
END_TEST

/* A way has come back: the probe in flight began while there was none. */
START_TEST(a_probe_from_before_is_ended)
{
	struct health_word word;

	settle_up(1, 0);
	begin(0);
	ck_assert(!pace_is_unwanted(rig.pace, 0));
	rig.now = mono_add_ms(rig.now, 1);
	word = word_for(1, 1, PROBE_OK);
	say(word);
	ck_assert(!pace_is_unwanted(rig.pace, 0)); /* it goes on */
	word.not_before = rig.now;
	word.due = mono_add_ms(rig.now, 300);
	say(word);
	ck_assert(pace_is_unwanted(rig.pace, 0));
	pace_abandon(rig.pace, 0);
	ck_assert_int_eq(pace_next_due(rig.pace).ns, word.due.ns);
	ck_assert(!pace_is_unwanted(rig.pace, 0));
}
END_TEST

START_TEST(checks_of_a_slot_share_its_probe)
{
	struct health_word word;
	uint32_t slot;

	settle_up(1, 5);
	pace_add(rig.pace, 2, 5);
	say(word_for(2, 0, PROBE_NONE));
	pace_add(rig.pace, 3, 5);
	word = word_for(3, 0, PROBE_NONE);
	word.due = mono_add_ms(rig.now, 10000);
	say(word);
	begin(5);
	/* Only one at a time. */
	ck_assert(!pace_take(rig.pace, rig.now, &slot));
	end(5, PROBE_OK, "connected");
	/* Counted for the first, told for the second; the third is not due. */
	ck_assert(pace_has_counts(rig.pace));
	ck_assert_uint_eq(rig.n_told, 1);
	ck_assert_uint_eq(rig.told.before.id, 2);
	/* A check that becomes due meanwhile takes the outcome too. */
	begin(5);
	word.due = rig.now;
	say(word);
	end(5, PROBE_FAIL, "refused");
	ck_assert_uint_eq(rig.n_told, 3);
	/* Who is the last to go takes the probe along. */
	say(word_for(1, 2, PROBE_NONE));
	begin(5);
	pace_remove(rig.pace, 2);
	ck_assert(!pace_is_unwanted(rig.pace, 5));
	pace_remove(rig.pace, 1);
	ck_assert(pace_is_unwanted(rig.pace, 5));
	pace_abandon(rig.pace, 5);
	pace_remove(rig.pace, 3);
	pace_remove(rig.pace, 3);
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
}
END_TEST

START_TEST(the_bound_holds)
{
	uint32_t slot;

	for (check_id id = 1; id <= 5; id++) {
		pace_add(rig.pace, id, (uint32_t)id);
		say(word_for(id, 0, PROBE_NONE));
	}
	for (int i = 0; i < 3; i++)
		ck_assert(pace_take(rig.pace, rig.now, &slot));
	ck_assert(!pace_take(rig.pace, rig.now, &slot));
	ck_assert(mono_is_never(pace_next_due(rig.pace)));
	ck_assert_uint_eq(pace_late_us(rig.pace, mono_add_ms(rig.now, 7)), 7000);
	ck_assert_uint_eq(pace_lateness(rig.pace, rig.now).n, 3);
	ck_assert_uint_eq(pace_lateness(rig.pace, rig.now).most_us, 0);
	end(slot, PROBE_OK, "connected");
	rig.now = mono_add_ms(rig.now, 7); /* and 5 ms pass in end() */
	ck_assert(pace_take(rig.pace, rig.now, &slot));
	ck_assert_uint_eq(pace_lateness(rig.pace, rig.now).n, 4);
	ck_assert_uint_eq(pace_lateness(rig.pace, rig.now).most_us, 12000);
}
END_TEST

/* What pace should say of the next due time, without a heap; 40 checks share 20 slots. */
enum { N = 40, SLOTS = 20 };

static struct mono plain_due(const bool *is_in_flight, const struct mono *due)
{
	struct mono next = MONO_NEVER;
	size_t n = 0;

	for (size_t i = 0; i < SLOTS; i++)
		n += is_in_flight[i];
	for (size_t i = 0; i < N; i++)
		if (!is_in_flight[i % SLOTS])
			next = mono_min(next, due[i]);
	return n < 3 ? next : MONO_NEVER;
}

static bool is_random_told[N];

static void note_told(const struct health_told *told, void *arg)
{
	(void)arg;
	is_random_told[told->before.id - 1] = true;
}

START_TEST(random_orders_keep_the_schedule)
{
	bool is_in_flight[SLOTS] = {false}, is_asking[N] = {false};
	uint32_t seq[N] = {0};
	struct mono due[N];
	uint64_t random = 3;

	for (size_t i = 0; i < N; i++) {
		due[i] = MONO_NEVER;
		pace_add(rig.pace, i + 1, (uint32_t)(i % SLOTS));
	}
	for (int round = 0; round < 100000; round++) {
		struct probe_result result = {.outcome = PROBE_FAIL};
		struct health_word word;
		uint32_t slot;
		size_t i;

		random = hash_mix(random, (uint64_t)round);
		i = random % N;
		rig.now = mono_add_ms(rig.now, (int64_t)(random >> 20) % 10);
		switch (random >> 40 & 3) {
		case 0:
			word = word_for(i + 1, seq[i], PROBE_NONE);
			word.due = mono_add_ms(rig.now, (int64_t)(random >> 50));
			say(word);
			if (!is_asking[i])
				due[i] = word.due;
			break;
		case 1:
			pace_add(rig.pace, i + 1, (uint32_t)(i % SLOTS));
			due[i] = MONO_NEVER;
			is_asking[i] = false;
			seq[i] = 0;
			break;
		case 2:
			if (!pace_take(rig.pace, rig.now, &slot))
				break;
			is_in_flight[slot] = true;
			for (size_t k = slot; k < N; k += SLOTS)
				is_asking[k] = mono_reached(rig.now, due[k]);
			break;
		default:
			slot = (uint32_t)(i % SLOTS);
			if (!is_in_flight[slot])
				break;
			memset(is_random_told, 0, sizeof(is_random_told));
			result.started = rig.now;
			pace_outcome(rig.pace, slot, &result, rig.now, note_told, NULL);
			is_in_flight[slot] = false;
			for (size_t k = slot; k < N; k += SLOTS) {
				bool is_due =
				    !mono_is_never(due[k]) && mono_reached(rig.now, due[k]);

				is_asking[k] = false;
				ck_assert(is_random_told[k] == is_due);
				if (!is_due)
					continue;
				seq[k]++;
				due[k] = MONO_NEVER;
			}
		}
		ck_assert_int_eq(pace_next_due(rig.pace).ns, plain_due(is_in_flight, due).ns);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pace");
	TCase *tcase = tcase_create("pace");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_check_waits_for_a_word);
	tcase_add_test(tcase, what_changes_nothing_is_counted);
	tcase_add_loop_test(tcase, all_else_is_told_at_once, 0, 3);
	tcase_add_test(tcase, nothing_is_counted_twice);
	tcase_add_test(tcase, without_a_rest_each_outcome_is_told);
	tcase_add_test(tcase, an_end_is_told_to_all_of_a_slot);
	tcase_add_test(tcase, an_old_word_ends_no_wait);
	tcase_add_test(tcase, a_check_given_anew_takes_the_directors_number);
	tcase_add_test(tcase, a_probe_from_before_is_ended);
	tcase_add_test(tcase, checks_of_a_slot_share_its_probe);
	tcase_add_test(tcase, the_bound_holds);
	tcase_add_test(tcase, random_orders_keep_the_schedule);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
