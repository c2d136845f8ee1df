/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's trackers on a virtual clock and over a run dir in memory: when scripts run, what
 * their outcomes make of their states, and what a reload and a new director keep.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"
#include "conf/load.h"
#include "daemon/director/track/tracking.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_rundir.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the model --- */

static const struct conf_vrrp_script plain = {
    .name = "s", .interval_us = 2000000, .rise = 3, .fall = 2};

/* "+-" are successes and failures, "?UD" the states after each. */
static void steps_are(struct track_step step, const char *outcomes, const char *states)
{
	for (size_t i = 0; outcomes[i]; i++) {
		track_step_take(&step, &plain, outcomes[i] == '+');
		ck_assert_msg("?UD"[step.state] == states[i], "%s: outcome %zu gives %c, not %c",
			      outcomes, i, "?UD"[step.state], states[i]);
	}
}

START_TEST(outcomes_in_a_row_turn_a_script)
{
	struct conf_vrrp_script failing = plain;
	struct track_step step = track_step_begin(&plain, true);

	ck_assert_int_eq(step.state, VRRP_SOURCE_UNKNOWN);
	steps_are(step, "+", "U");
	steps_are(step, "-", "D");
	steps_are(step, "+-+--+++", "UUUUDDDU");
	steps_are(step, "-++-+++", "DDDDDDU");
	failing.is_init_fail = true;
	step = track_step_begin(&failing, true);
	ck_assert_int_eq(step.state, VRRP_SOURCE_DOWN);
	steps_are(step, "+++", "DDU");
	/* Another command: what it says first decides, and until then nothing changes. */
	step = (struct track_step){.state = VRRP_SOURCE_UP, .n_other = 1};
	track_step_renew(&step);
	ck_assert_int_eq(step.state, VRRP_SOURCE_UP);
	steps_are(step, "-", "D");
	steps_are(step, "+--", "UUD");
}
END_TEST

START_TEST(runs_keep_their_rhythm)
{
	struct mono at = {10 * NS_PER_S};

	ck_assert_int_eq(track_step_due(&plain, at, at).ns, 12 * NS_PER_S);
	ck_assert_int_eq(track_step_due(&plain, at, mono_add_ms(at, 1999)).ns, 12 * NS_PER_S);
	ck_assert_int_eq(track_step_due(&plain, at, mono_add_ms(at, 5000)).ns, 16 * NS_PER_S);
}
END_TEST

/* --- the part --- */

static struct {
	struct loop *loop;
	struct tracking tracking;
	struct conf *conf;
	bool can_run, is_missing;
	uint64_t running; /* id of the last run */
	char command[128]; /* of that */
	unsigned n_runs;
	char told[512]; /* "a:up b:down" */
} bench;

static bool can_run(void *arg)
{
	(void)arg;
	return bench.can_run;
}

static bool run(const struct conf_script *script, uint64_t id, uint64_t timeout_us,
		const char *what, struct err *err, void *arg)
{
	(void)arg, (void)what;
	ck_assert_uint_gt(timeout_us, 0);
	if (bench.is_missing)
		return err_set(err, -ENOENT, "there is no such file"), false;
	bench.running = id;
	bench.n_runs++;
	bench.command[0] = '\0';
	for (size_t i = 0; i < script->argc; i++)
		snprintf(bench.command + strlen(bench.command),
			 sizeof(bench.command) - strlen(bench.command), "%s%s", i ? "|" : "",
			 script->argv[i]);
	return true;
}

static void tell(const struct vrrp_source *source, void *arg)
{
	size_t len = strlen(bench.told);

	(void)arg;
	snprintf(bench.told + len, sizeof(bench.told) - len, "%s%s:%s", len ? " " : "",
		 source->name, vrrp_source_state_name(source->state));
}

static void on_settle(void *arg)
{
	tracking_settle(arg);
}

static void open_director(bool is_restart)
{
	bench.loop = loop_new();
	bench.can_run = true;
	bench.tracking = (struct tracking){
	    .loop = bench.loop, .run_dir = "/run", .sink = {can_run, run, tell, NULL}};
	tracking_open(&bench.tracking, is_restart);
	loop_on_settle(bench.loop, on_settle, &bench.tracking);
}

static void close_director(void)
{
	tracking_close(&bench.tracking);
	conf_free(bench.conf);
	bench.conf = NULL;
	loop_free(bench.loop);
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	channels_begin();
	world_begin((struct mono){100 * NS_PER_S});
	fake_rundir_clear();
	open_director(false);
}

static void teardown(void)
{
	close_director();
	fake_rundir_clear();
}

/* An instance tracks scripts a and b, whose definitions are given. */
static void configure(const char *a, const char *b)
{
	struct arena *arena = arena_new();
	char *text = arena_printf(arena,
				  "vrrp_script a {\n%s\n}\n%s%s%s"
				  "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\n"
				  "track_script {\na\n%s\n}\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n",
				  a, b ? "vrrp_script b {\n" : "", b ? b : "", b ? "\n}\n" : "",
				  b ? "b" : "");
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);

	ck_assert_ptr_nonnull(conf);
	tracking_configure(&bench.tracking, conf);
	conf_free(bench.conf);
	bench.conf = conf;
	diags_free(&diags);
	arena_free(arena);
	tracking_settle(&bench.tracking);
}

static void end(enum probe_outcome outcome)
{
	const struct probe_result result = {
	    .outcome = outcome, .reason = "exit status of a script"};

	tracking_ended(&bench.tracking, bench.running, &result);
	tracking_settle(&bench.tracking);
}

static void pass_ms(int64_t ms)
{
	world_run_until(mono_add_ms(clock_mono(), ms));
}

START_TEST(a_script_runs_at_once_and_then_each_interval)
{
	configure("script /bin/a\ninterval 2", NULL);
	ck_assert_uint_eq(bench.n_runs, 1);
	ck_assert_str_eq(bench.command, "/bin/a");
	ck_assert(!tracking_is_known(&bench.tracking));
	pass_ms(500);
	ck_assert_uint_eq(bench.n_runs, 1);
	end(PROBE_OK);
	ck_assert(tracking_is_known(&bench.tracking));
	ck_assert_str_eq(bench.told, "a:up");
	pass_ms(1499);
	ck_assert_uint_eq(bench.n_runs, 1);
	pass_ms(1);
	ck_assert_uint_eq(bench.n_runs, 2);
	/* One that hangs is not run a second time beside itself. */
	pass_ms(10000);
	ck_assert_uint_eq(bench.n_runs, 2);
	end(PROBE_FAIL);
	ck_assert_str_eq(bench.told, "a:up a:down");
	ck_assert_str_eq(tracking_find(&bench.tracking, "a")->text, "exit status of a script");
}
END_TEST

/* A script with init_fail that a reload adds must not take the addresses of a master that is well: the first
 * run decides. */
START_TEST(init_fail_is_for_a_start)
{
	configure("script /bin/a\ninterval 2\ninit_fail", NULL);
	ck_assert_str_eq(bench.told, "a:down");
	configure("script /bin/a\ninterval 2\ninit_fail", "script /bin/b\ninterval 2\nrise 2\ninit_fail");
	ck_assert_str_eq(bench.told, "a:down");
	ck_assert_int_eq(tracking_find(&bench.tracking, "b")->step.state, VRRP_SOURCE_UNKNOWN);
	end(PROBE_OK);
	ck_assert_str_eq(bench.told, "a:down b:up");
	/* So too in a director that replaces one which had no result yet. */
	close_director();
	fake_rundir_clear();
	open_director(true);
	configure("script /bin/a\ninit_fail", NULL);
	ck_assert_int_eq(tracking_find(&bench.tracking, "a")->step.state, VRRP_SOURCE_UNKNOWN);
	end(PROBE_FAIL);
	ck_assert_str_eq(bench.told, "a:down b:up a:down");
}
END_TEST

START_TEST(nothing_runs_before_the_script_process_is_there)
{
	bench.can_run = false;
	configure("script /bin/a", NULL);
	pass_ms(3000);
	ck_assert_uint_eq(bench.n_runs, 0);
	bench.can_run = true;
	tracking_settle(&bench.tracking);
	ck_assert_uint_eq(bench.n_runs, 1);
}
END_TEST

/* What cannot run says nothing: a slip in the file must not put both directors into FAULT. */
START_TEST(a_script_that_cannot_run_is_neither_up_nor_down)
{
	bench.is_missing = true;
	configure("script /bin/a", NULL);
	ck_assert_str_eq(bench.told, "");
	ck_assert(tracking_is_known(&bench.tracking));
	ck_assert_uint_eq(bench.tracking.sources.list.n, 0);
	ck_assert_str_eq(tracking_find(&bench.tracking, "a")->text, "there is no such file");
	bench.is_missing = false;
	pass_ms(1000);
	ck_assert_uint_eq(bench.n_runs, 1);
	end(PROBE_OK);
	end(PROBE_NONE);
	ck_assert_str_eq(bench.told, "a:up");
	ck_assert_int_eq(bench.tracking.sources.list.items[0].state, VRRP_SOURCE_UP);
}
END_TEST

START_TEST(a_reload_keeps_what_it_does_not_change)
{
	uint64_t first;

	configure("script /bin/a\nfall 3", "script /bin/b");
	for (size_t i = 0; i < bench.tracking.n_scripts; i++) {
		bench.running = bench.tracking.scripts[i].id;
		end(PROBE_OK);
	}
	ck_assert_str_eq(bench.told, "a:up b:up");
	bench.told[0] = '\0';
	configure("script /bin/a\nfall 5\ninterval 9", NULL);
	ck_assert_int_eq(tracking_find(&bench.tracking, "a")->step.state, VRRP_SOURCE_UP);
	ck_assert_uint_eq(bench.tracking.sources.list.n, 1);
	pass_ms(1000);
	first = bench.running;
	/* The run under way belongs to the old command. */
	configure("script /bin/other", NULL);
	ck_assert_str_eq(bench.command, "/bin/other");
	ck_assert_uint_ne(bench.running, first);
	tracking_ended(&bench.tracking, first, &(struct probe_result){.outcome = PROBE_FAIL});
	ck_assert_str_eq(bench.told, "");
	end(PROBE_FAIL);
	ck_assert_str_eq(bench.told, "a:down");
}
END_TEST

START_TEST(a_new_director_goes_on_with_the_states)
{
	configure("script /bin/a\nfall 2", NULL);
	end(PROBE_OK);
	close_director();
	bench.told[0] = '\0';
	open_director(true);
	configure("script /bin/a\nfall 2", NULL);
	ck_assert_int_eq(bench.tracking.sources.list.items[0].state, VRRP_SOURCE_UP);
	ck_assert_uint_eq(bench.n_runs, 2);
	end(PROBE_FAIL);
	ck_assert_str_eq(bench.told, "");
	pass_ms(1000);
	end(PROBE_FAIL);
	ck_assert_str_eq(bench.told, "a:down");
	/* lvsd itself begins anew. */
	close_director();
	open_director(false);
	configure("script /bin/a", NULL);
	ck_assert_int_eq(tracking_find(&bench.tracking, "a")->step.state, VRRP_SOURCE_UNKNOWN);
}
END_TEST

START_TEST(a_file_that_makes_no_sense_is_not_used)
{
	static const char *const texts[] = {
	    "{\"schema\":1,\"sources\":[1,{},{\"kind\":\"x\",\"name\":\"a\",\"state\":\"up\"},"
	    "{\"kind\":\"script\",\"name\":\"\",\"state\":\"up\"},"
	    "{\"kind\":\"script\",\"name\":\"a\",\"state\":\"unknown\"}]}",
	    "{\"schema\":2}", "nonsense"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err err;

		close_director();
		rundir_store("/run", RUNDIR_TRACKERS, texts[i], strlen(texts[i]), &err);
		open_director(true);
		ck_assert_uint_eq(bench.tracking.sources.list.n, 0);
	}
}
END_TEST

/* The service as a test wants it. */
static struct health_vs service;

const struct health_vs *health_services(const struct health *health, size_t *ret_n)
{
	(void)health;
	*ret_n = service.conf ? 1 : 0;
	return &service;
}

static void service_is(bool is_known, bool is_up, uint64_t live_weight)
{
	service = (struct health_vs){.conf = &bench.conf->virtual_servers[0],
				     .is_quorum_known = is_known,
				     .is_quorum_up = is_up,
				     .live_weight = live_weight};
	tracking_quorum_changed(&bench.tracking);
	tracking_settle(&bench.tracking);
}

START_TEST(a_service_says_whether_it_has_its_quorum)
{
	static const char text[] = "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\n"
				   "track_virtual_server {\ntcp:10.0.0.1:80\n}\n"
				   "virtual_ipaddress {\n10.0.0.1\n}\n}\n"
				   "virtual_server 10.0.0.1 80 {\nprotocol TCP\nquorum 2\n"
				   "real_server 10.0.0.2 80 {\nweight 2\n}\n}\n";
	struct diags diags = {0};
	const struct vrrp_source *source;

	bench.conf = conf_load_text("t", text, strlen(text), &diags);
	ck_assert_ptr_nonnull(bench.conf);
	diags_free(&diags);
	tracking_configure(&bench.tracking, bench.conf);
	service_is(false, true, 2);
	ck_assert_str_eq(bench.told, "");
	service_is(true, true, 2);
	ck_assert_str_eq(bench.told, "tcp:10.0.0.1:80:up");
	service_is(true, false, 1);
	ck_assert_str_eq(bench.told, "tcp:10.0.0.1:80:up tcp:10.0.0.1:80:down");
	source = &bench.tracking.sources.list.items[0];
	ck_assert_str_eq(source->text, "weight 1 of its real servers is up, and the quorum is 2");
	/* A service that is gone says nothing more. */
	configure("script /bin/a", NULL);
	service = (struct health_vs){0};
	ck_assert_uint_eq(bench.tracking.sources.list.n, 0);
}
END_TEST

START_TEST(a_path_is_opened_by_bash_and_is_no_part_of_its_program)
{
	configure("script \"</dev/tcp/127.0.0.1/80\"", NULL);
	ck_assert_str_eq(bench.command, "bash|-c|: <\"$1\"|bash|/dev/tcp/127.0.0.1/80");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tracking");
	TCase *tcase = tcase_create("tracking");
	SRunner *runner;
	int n_failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, outcomes_in_a_row_turn_a_script);
	tcase_add_test(tcase, runs_keep_their_rhythm);
	tcase_add_test(tcase, a_script_runs_at_once_and_then_each_interval);
	tcase_add_test(tcase, init_fail_is_for_a_start);
	tcase_add_test(tcase, nothing_runs_before_the_script_process_is_there);
	tcase_add_test(tcase, a_script_that_cannot_run_is_neither_up_nor_down);
	tcase_add_test(tcase, a_reload_keeps_what_it_does_not_change);
	tcase_add_test(tcase, a_new_director_goes_on_with_the_states);
	tcase_add_test(tcase, a_file_that_makes_no_sense_is_not_used);
	tcase_add_test(tcase, a_service_says_whether_it_has_its_quorum);
	tcase_add_test(tcase, a_path_is_opened_by_bash_and_is_no_part_of_its_program);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
