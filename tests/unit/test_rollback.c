/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reload, confirmation and rollback over a run dir in memory, which can lose all that is written from
 * some write on: what a director that dies there leaves to its successor.
 */
#include "daemon/director/config/config.h"
#include "daemon/director/config/stale.h"
#include "daemon/shared/options.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_rundir.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a director --- */

static char file[] = "/tmp/lvsd-test-XXXXXX";

struct bench {
	struct director_args args;
	struct loop *loop;
	struct maintained_list maintained;
	struct config config;
	struct conf *conf; /* in force */
	uint8_t stale;
};

static void write_file(const char *weight)
{
	FILE *out = fopen(file, "w");

	ck_assert_ptr_nonnull(out);
	fprintf(out,
		"virtual_server 10.0.0.1 80 {\n\tlb_algo rr\n\tlb_kind DR\n\tprotocol TCP\n"
		"\treal_server 10.1.0.1 80 {\n\t\tweight %s\n\t}\n}\n",
		weight);
	fclose(out);
}

static int prepare(const struct conf *conf, struct err *err, void *arg)
{
	(void)conf;
	(void)err;
	(void)arg;
	return 0;
}

static void commit(struct conf *conf, void *arg)
{
	struct bench *bench = arg;

	config_is_in_force(&bench->config, conf, 1);
	conf_free(bench->conf);
	bench->conf = conf;
}

static void give_up(void *arg)
{
	(void)arg;
}

static void on_deadline(void *arg)
{
	(void)arg;
}

static void on_stale(uint8_t stale, void *arg)
{
	((struct bench *)arg)->stale = stale;
}

static struct rivals nobody;

static void begin_with(struct bench *bench, bool is_restart, uint8_t stale, int status)
{
	*bench = (struct bench){.args = {.config = file,
					 .run_dir = "/nowhere",
					 .rivals = &nobody,
					 .is_restart = is_restart,
					 .is_log_console = true},
				.loop = loop_new(),
				.stale = stale};
	bench->config = (struct config){.args = &bench->args,
					.loop = bench->loop,
					.maintained = &bench->maintained,
					.sink = {prepare, commit, give_up, on_deadline, on_stale, .arg = bench},
					.stale = stale};
	rollback_open(&bench->config);
	ck_assert_int_eq(config_load_first(&bench->config), status);
}

static void begin(struct bench *bench, bool is_restart, uint8_t stale)
{
	begin_with(bench, is_restart, stale, EXIT_STATUS_OK);
}

static void end(struct bench *bench)
{
	config_close(&bench->config);
	conf_free(bench->conf);
	loop_free(bench->loop);
}

/* The director dies and another one comes, which finds what the disk has. */
static void replace(struct bench *bench)
{
	uint8_t stale = bench->stale;

	end(bench);
	fake_rundir.n_kept = SIZE_MAX;
	begin(bench, true, stale);
}

static unsigned weight(const struct bench *bench)
{
	return bench->conf->virtual_servers[0].real_servers[0].weight;
}

static int reload(struct bench *bench, unsigned confirm_s)
{
	const struct reload_order order = {.confirm_s = confirm_s};
	struct reload_answer answer = {0};
	int code = config_reload(&bench->config, &order, &answer);

	reload_answer_fini(&answer);
	return code;
}

static int rollback(struct bench *bench, enum reload_action action)
{
	struct reload_answer answer = {0};
	int code = config_rollback(&bench->config, action, &answer);

	reload_answer_fini(&answer);
	return code;
}

/* A director with weight 1 in force and a file with weight 2. */
static void setup(struct bench *bench)
{
	fake_rundir_clear();
	write_file("1");
	begin(bench, false, 0);
	write_file("2");
}

START_TEST(a_rollback_changes_the_two_texts_round)
{
	struct bench bench;

	setup(&bench);
	ck_assert_int_lt(rollback(&bench, RELOAD_ROLLBACK), 0); /* nothing to return to */
	ck_assert_int_eq(reload(&bench, 0), 0);
	ck_assert_uint_eq(weight(&bench), 2);
	ck_assert_int_eq(rollback(&bench, RELOAD_ROLLBACK), 0);
	ck_assert_uint_eq(weight(&bench), 1);
	ck_assert(bench.config.rollback.is_rolled_back);
	ck_assert_int_eq(rollback(&bench, RELOAD_ROLLBACK), 0);
	ck_assert_uint_eq(weight(&bench), 2);
	ck_assert(!bench.config.rollback.is_rolled_back);
	end(&bench);
}
END_TEST

START_TEST(what_is_confirmed_stays)
{
	struct bench bench;

	setup(&bench);
	ck_assert_int_eq(rollback_confirm(&bench.config), -ENOENT);
	ck_assert_int_eq(reload(&bench, 60), 0);
	ck_assert(rollback_is_waiting(&bench.config));
	ck_assert_int_lt(reload(&bench, 0), 0); /* refused meanwhile */
	ck_assert_int_eq(rollback_confirm(&bench.config), 0);
	replace(&bench);
	ck_assert(!rollback_is_waiting(&bench.config));
	ck_assert_uint_eq(weight(&bench), 2);
	end(&bench);
}
END_TEST

START_TEST(what_was_never_confirmed_is_nothing_to_return_to)
{
	struct bench bench;

	setup(&bench);
	ck_assert_int_eq(reload(&bench, 60), 0);
	write_file("3");
	ck_assert_int_eq(reload(&bench, 60), 0);
	ck_assert_int_eq(rollback(&bench, RELOAD_RETURN), 0);
	ck_assert_uint_eq(weight(&bench), 1);
	end(&bench);
}
END_TEST

/* However far the director came: what was not confirmed returns, or never came into force. */
START_TEST(a_director_that_dies_in_a_reload_leaves_a_way_back)
{
	bool was_new = false, was_old = false;

	for (size_t n = 0; n < 8; n++) {
		struct bench bench;

		setup(&bench);
		fake_rundir.n_kept = fake_rundir.n_writes + n;
		ck_assert_int_eq(reload(&bench, 60), 0);
		replace(&bench);
		if (weight(&bench) == 2) {
			was_new = true;
			ck_assert(rollback_is_waiting(&bench.config));
		} else {
			was_old = true;
		}
		if (rollback_is_waiting(&bench.config))
			ck_assert_int_eq(rollback(&bench, RELOAD_RETURN), 0);
		ck_assert_uint_eq(weight(&bench), 1);
		end(&bench);
	}
	ck_assert(was_new && was_old);
}
END_TEST

/* A return that is cut off is either not begun, and comes again, or is in force. */
START_TEST(a_director_that_dies_in_a_return_returns_all_the_same)
{
	for (size_t n = 0; n < 8; n++) {
		struct bench bench;

		setup(&bench);
		ck_assert_int_eq(reload(&bench, 60), 0);
		fake_rundir.n_kept = fake_rundir.n_writes + n;
		ck_assert_int_eq(rollback(&bench, RELOAD_RETURN), 0);
		replace(&bench);
		if (rollback_is_waiting(&bench.config))
			ck_assert_int_eq(rollback(&bench, RELOAD_RETURN), 0);
		ck_assert_uint_eq(weight(&bench), 1);
		ck_assert(!rollback_is_waiting(&bench.config));
		end(&bench);
	}
}
END_TEST

/* What cannot be written is in force all the same, and a successor does not use the old text. */
START_TEST(a_text_that_cannot_be_kept_is_stale)
{
	struct bench bench;

	setup(&bench);
	fake_rundir.is_readonly = true;
	ck_assert_int_eq(reload(&bench, 0), 0);
	ck_assert_uint_eq(weight(&bench), 2);
	ck_assert(bench.stale & STALE_APPLIED);
	write_file("3");
	ck_assert_int_lt(reload(&bench, 60), 0); /* it could not return */
	replace(&bench);
	ck_assert_uint_eq(weight(&bench), 3); /* of the file: applied.conf has weight 1 */
	end(&bench);
}
END_TEST

/* The sentence of a rollback that is refused. */
static const char *refusal(struct bench *bench)
{
	ck_assert_int_lt(rollback(bench, RELOAD_ROLLBACK), 0);
	return bench->config.last.text;
}

/* A file can be removed, and not be written. */
START_TEST(a_full_disk_is_named)
{
	struct bench bench;

	setup(&bench);
	fake_rundir.is_full = true;
	ck_assert_int_lt(reload(&bench, 60), 0);
	ck_assert_ptr_nonnull(strstr(bench.config.last.text, "No space left on device. So the previous"));
	ck_assert_int_eq(reload(&bench, 0), 0);
	ck_assert_ptr_nonnull(strstr(refusal(&bench), "could not be kept at the last change: "));
	ck_assert_ptr_nonnull(strstr(refusal(&bench), "No space left on device"));
	/* There is room again: what is in force is known, though applied.conf is gone. */
	fake_rundir.is_full = false;
	write_file("3");
	ck_assert_int_eq(reload(&bench, 60), 0);
	ck_assert_int_eq(rollback(&bench, RELOAD_RETURN), 0);
	ck_assert_uint_eq(weight(&bench), 2);
	/* and no room at the rollback itself */
	fake_rundir.is_full = true;
	ck_assert_int_eq(rollback(&bench, RELOAD_ROLLBACK), 0);
	ck_assert_uint_eq(weight(&bench), 3);
	ck_assert_ptr_nonnull(strstr(refusal(&bench), "No space left on device"));
	end(&bench);
}
END_TEST

START_TEST(a_refusal_changes_nothing_and_is_remembered)
{
	struct bench bench;

	setup(&bench);
	write_file("much");
	ck_assert_int_eq(reload(&bench, 0), -EINVAL);
	ck_assert_uint_eq(weight(&bench), 1);
	ck_assert(!bench.config.last.is_ok);
	ck_assert_ptr_nonnull(strstr(bench.config.last.text, "weight"));
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_PREVIOUS));
	end(&bench);
}
END_TEST

/* The older version of lvsd that is started again finds its way back. */
START_TEST(a_refused_start_leaves_what_an_earlier_run_had)
{
	struct bench bench;

	setup(&bench);
	ck_assert_int_eq(reload(&bench, 60), 0);
	end(&bench);
	write_file("much");
	begin_with(&bench, false, 0, EXIT_STATUS_CONFIG);
	end(&bench);
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_PREVIOUS));
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_ROLLBACK));
	write_file("3");
	begin(&bench, false, 0);
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_PREVIOUS));
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_ROLLBACK));
	end(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rollback");
	TCase *tcase = tcase_create("rollback");
	SRunner *runner = srunner_create(suite);
	int n_failed, fd = mkstemp(file);

	if (fd < 0)
		return EXIT_FAILURE;
	close(fd);
	tcase_add_test(tcase, a_rollback_changes_the_two_texts_round);
	tcase_add_test(tcase, a_refused_start_leaves_what_an_earlier_run_had);
	tcase_add_test(tcase, what_is_confirmed_stays);
	tcase_add_test(tcase, what_was_never_confirmed_is_nothing_to_return_to);
	tcase_add_test(tcase, a_director_that_dies_in_a_reload_leaves_a_way_back);
	tcase_add_test(tcase, a_director_that_dies_in_a_return_returns_all_the_same);
	tcase_add_test(tcase, a_text_that_cannot_be_kept_is_stale);
	tcase_add_test(tcase, a_full_disk_is_named);
	tcase_add_test(tcase, a_refusal_changes_nothing_and_is_remembered);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	unlink(file);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
