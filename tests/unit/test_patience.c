/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For how long a probe waits in a process that is stopped, or whose turns are long. */
#include "base/clock.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"
#include "healthcheck/probes/patience.h"

#include <check.h>

#define TIMEOUT_MS 1000

/* A probe of a server that never answers, and what else the process does. */
struct probing {
	struct loop *loop;
	struct loop_timer *deadline, *work;
	struct patience patience;
	int64_t work_ms; /* that one turn of the other work takes */
	struct mono ended;
	enum patience_verdict verdict;
};

static void on_deadline(void *arg)
{
	struct probing *probing = arg;

	probing->verdict = patience_judge(&probing->patience);
	if (probing->verdict == PATIENCE_MORE)
		loop_timer_set(probing->deadline, probing->patience.deadline);
	else
		probing->ended = clock_mono();
}

/* Work without a pause: the next turn of it is due when this one ends. */
static void on_work(void *arg)
{
	struct probing *probing = arg;

	world_sleep(probing->work_ms * NS_PER_MS);
	loop_timer_set(probing->work, clock_mono());
}

/* Runs a probe for a minute while each turn takes work_ms (0: none does), and the process stops once
 * for stop_ms in the middle of its first second. */
static struct probing run(int64_t work_ms, int64_t stop_ms)
{
	struct probing probing = {.work_ms = work_ms, .ended = MONO_NEVER};
	struct awake *awake;

	channels_begin();
	world_begin((struct mono){0});
	probing.loop = loop_new();
	probing.deadline = loop_timer_new(probing.loop, on_deadline, &probing);
	probing.work = loop_timer_new(probing.loop, on_work, &probing);
	awake = awake_new(probing.loop);
	patience_begin(&probing.patience, awake);
	patience_set(&probing.patience, mono_add_ms(clock_mono(), TIMEOUT_MS));
	loop_timer_set(probing.deadline, probing.patience.deadline);
	if (work_ms)
		loop_timer_set(probing.work, clock_mono());
	world_run_until((struct mono){TIMEOUT_MS / 2 * NS_PER_MS});
	world_sleep(stop_ms * NS_PER_MS);
	world_run_until((struct mono){60 * NS_PER_S});
	patience_end(&probing.patience);
	awake_free(awake);
	loop_timer_free(probing.deadline);
	loop_timer_free(probing.work);
	loop_free(probing.loop);
	return probing;
}

static void expect(struct probing probing, enum patience_verdict verdict, int64_t after_ms, int64_t before_ms)
{
	ck_assert_int_eq(probing.verdict, verdict);
	ck_assert_int_ge(probing.ended.ns, after_ms * NS_PER_MS);
	ck_assert_int_le(probing.ended.ns, before_ms * NS_PER_MS);
}

START_TEST(a_late_server_is_late)
{
	expect(run(0, 0), PATIENCE_OVER, TIMEOUT_MS, TIMEOUT_MS);
}
END_TEST

/* The time of a stop is added, with a tick. */
START_TEST(a_stop_does_not_count)
{
	expect(run(0, 2000), PATIENCE_OVER, TIMEOUT_MS + 1800, TIMEOUT_MS + 2200);
}
END_TEST

START_TEST(after_a_long_stop_nobody_knows)
{
	ck_assert_int_eq(run(0, 10000).verdict, PATIENCE_LOST);
}
END_TEST

/* However long its turns are, a process that goes on gives a verdict in the end. */
START_TEST(long_turns_do_not_hide_a_dead_server)
{
	expect(run(90, 0), PATIENCE_OVER, TIMEOUT_MS, TIMEOUT_MS + PATIENCE_MORE_MAX_MS + 200);
	expect(run(450, 0), PATIENCE_OVER, TIMEOUT_MS, TIMEOUT_MS + PATIENCE_MORE_MAX_MS + 1000);
	ck_assert_int_eq(run(90, 10000).verdict, PATIENCE_LOST);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("patience");
	TCase *tcase = tcase_create("patience");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_late_server_is_late);
	tcase_add_test(tcase, a_stop_does_not_count);
	tcase_add_test(tcase, after_a_long_stop_nobody_knows);
	tcase_add_test(tcase, long_turns_do_not_hide_a_dead_server);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
