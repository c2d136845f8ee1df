/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the file of verdicts is written, and when it counts. */
#include "base/clock.h"
#include "base/vec.h"
#include "daemon/director/check/verdict_file.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/shared/rundir_touch.h"
#include "healthcheck/health.h"
#include "tests/unit/fake_rundir.h"
#include "tests/unit/logged.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rig {
	struct loop *loop;
	struct conf *conf;
	struct health *health;
	struct verdict_file file;
};

static void rig_begin(struct rig *rig)
{
	struct check_ids added = {0}, dropped = {0};

	*rig = (struct rig){.loop = loop_new(), .conf = test_conf_new(1, 1, 1), .health = health_new()};
	rig->conf->global.verdict_max_age = 60;
	rig->file = (struct verdict_file){.loop = rig->loop, .health = rig->health, .run_dir = "/run"};
	verdict_file_open(&rig->file);
	health_configure(rig->health, rig->conf, loop_now(rig->loop), clock_wall_us(), &added, &dropped);
	health_adopt(rig->health, 0, 0, true, true);
	vec_free(&added);
	vec_free(&dropped);
}

static void rig_end(struct rig *rig)
{
	verdict_file_close(&rig->file);
	health_free(rig->health);
	test_conf_free(rig->conf);
	loop_free(rig->loop);
}

static const struct health_check *check_of(const struct rig *rig)
{
	size_t n;

	return health_services(rig->health, &n)->real_servers[0].checks;
}

static void outcome(struct rig *rig, enum probe_outcome outcome)
{
	const struct probe_result result = {.outcome = outcome, .reason = "connected"};

	health_event(rig->health, check_of(rig)->id, &result, loop_now(rig->loop), clock_wall_us());
}

/* Leaves a file that says that the server is up, age_us old. */
static void leave(int64_t age_us)
{
	struct rig rig;

	fake_rundir_clear();
	rig_begin(&rig);
	verdict_file_configure(&rig.file, rig.conf);
	outcome(&rig, PROBE_OK);
	verdict_file_keep(&rig.file);
	rig_end(&rig);
	ck_assert_int_eq(rundir_touch("/run", RUNDIR_VERDICTS, clock_wall_us() - age_us), 0);
}

static enum health_state found(unsigned max_age)
{
	enum health_state state;
	struct rig rig;

	rig_begin(&rig);
	rig.conf->global.verdict_max_age = max_age;
	verdict_file_configure(&rig.file, rig.conf);
	state = check_of(&rig)->state;
	rig_end(&rig);
	return state;
}

START_TEST(the_age_counts)
{
	leave(0);
	ck_assert_int_eq(found(60), HEALTH_UP);
	ck_assert_int_eq(found(0), HEALTH_UNKNOWN);
	leave(59 * 1000000LL);
	ck_assert_int_eq(found(60), HEALTH_UP);
	leave(61 * 1000000LL);
	ck_assert_int_eq(found(60), HEALTH_UNKNOWN);
	ck_assert_int_eq(found(120), HEALTH_UP);
	leave(-5 * 1000000LL); /* of the future */
	ck_assert_int_eq(found(60), HEALTH_UNKNOWN);
	fake_rundir_clear();
}
END_TEST

START_TEST(what_lvsd_has_not_written_is_said)
{
	struct err err;

	fake_rundir_clear();
	ck_assert_int_eq(rundir_store("/run", RUNDIR_VERDICTS, "{}", 2, &err), 0);
	logged_begin();
	ck_assert_int_eq(found(60), HEALTH_UNKNOWN);
	ck_assert(logged_has("/run/state/verdicts was not written by lvsd, or is damaged (its first line is not "
			     "'lvsd verdicts 1'): it is not used, so the first probes decide about the servers"));
	logged_end();
	fake_rundir_clear();
}
END_TEST

static bool is_written(void *arg)
{
	(void)arg;
	return fake_rundir.n_writes > 0;
}

/* Many outcomes in a row are one write, a while later; outcomes that change nothing are none. */
START_TEST(writes_are_few)
{
	struct rig rig;

	fake_rundir_clear();
	rig_begin(&rig);
	verdict_file_configure(&rig.file, rig.conf);
	for (int i = 0; i < 100; i++) {
		outcome(&rig, i % 2 ? PROBE_OK : PROBE_FAIL);
		verdict_file_settle(&rig.file);
	}
	ck_assert_uint_eq(fake_rundir.n_writes, 0);
	ck_assert(rig.file.is_due);
	verdict_file_keep(&rig.file);
	ck_assert_uint_eq(fake_rundir.n_writes, 1);
	ck_assert(is_written(NULL) && !rig.file.is_due);
	for (int i = 0; i < 100; i++) {
		outcome(&rig, PROBE_OK);
		verdict_file_settle(&rig.file);
	}
	ck_assert(!rig.file.is_due);
	outcome(&rig, PROBE_FAIL);
	verdict_file_settle(&rig.file);
	ck_assert(rig.file.is_due);
	rig_end(&rig);
	fake_rundir_clear();
}
END_TEST

/* A disk that is full is told of once, and the director goes on. */
START_TEST(a_full_disk_is_said_once)
{
	struct rig rig;

	fake_rundir_clear();
	fake_rundir.is_full = true;
	rig_begin(&rig);
	verdict_file_configure(&rig.file, rig.conf);
	logged_begin();
	verdict_file_keep(&rig.file);
	ck_assert(logged_has("after a restart the first probes decide about the servers"));
	logged_end();
	logged_begin();
	verdict_file_keep(&rig.file);
	ck_assert(!logged_has("after a restart"));
	logged_end();
	rig_end(&rig);
	fake_rundir_clear();
}
END_TEST

static void on_ran(void *arg)
{
	loop_stop(arg);
}

/* Has the timer fire now. */
static void fire(const struct rig *rig, struct loop_timer *timer)
{
	struct loop_timer *after = loop_timer_new(rig->loop, on_ran, rig->loop);

	loop_timer_set(timer, loop_now(rig->loop));
	loop_timer_set(after, mono_add_ms(loop_now(rig->loop), 1));
	loop_run(rig->loop);
	loop_timer_free(after);
}

/* The server went down after the last write: what the file says of hours ago must not look fresh. */
START_TEST(a_verdict_that_could_not_be_written_leaves_no_older_one)
{
	struct rig rig;

	fake_rundir_clear();
	rig_begin(&rig);
	verdict_file_configure(&rig.file, rig.conf);
	outcome(&rig, PROBE_OK);
	verdict_file_keep(&rig.file);
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_VERDICTS));
	outcome(&rig, PROBE_FAIL);
	fake_rundir.is_full = true;
	verdict_file_keep(&rig.file);
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_VERDICTS));
	ck_assert(rig.file.is_due); /* it is tried again, though no verdict changes */
	fake_rundir.is_full = false;
	fire(&rig, rig.file.write);
	ck_assert(!rig.file.is_due);
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_VERDICTS));
	rig_end(&rig);
	fake_rundir_clear();
}
END_TEST

/* It gets older until this director has written its own, and a write that fails makes none fresh. */
START_TEST(a_file_of_another_keeps_its_age)
{
	struct rig rig;
	int64_t stamp;

	leave(50 * 1000000LL);
	stamp = rundir_touched("/run", RUNDIR_VERDICTS);
	rig_begin(&rig);
	verdict_file_configure(&rig.file, rig.conf);
	fire(&rig, rig.file.alive);
	ck_assert_int_eq(rundir_touched("/run", RUNDIR_VERDICTS), stamp);
	verdict_file_keep(&rig.file);
	rundir_touch("/run", RUNDIR_VERDICTS, stamp);
	fire(&rig, rig.file.alive);
	ck_assert_int_gt(rundir_touched("/run", RUNDIR_VERDICTS), stamp);
	fake_rundir.is_readonly = true; /* not even removed */
	rundir_touch("/run", RUNDIR_VERDICTS, stamp);
	verdict_file_keep(&rig.file);
	fire(&rig, rig.file.alive);
	ck_assert_int_eq(rundir_touched("/run", RUNDIR_VERDICTS), stamp);
	rig_end(&rig);
	fake_rundir_clear();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict_file");
	TCase *tests = tcase_create("verdict_file");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, the_age_counts);
	tcase_add_test(tests, what_lvsd_has_not_written_is_said);
	tcase_add_test(tests, writes_are_few);
	tcase_add_test(tests, a_full_disk_is_said_once);
	tcase_add_test(tests, a_verdict_that_could_not_be_written_leaves_no_older_one);
	tcase_add_test(tests, a_file_of_another_keeps_its_age);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
