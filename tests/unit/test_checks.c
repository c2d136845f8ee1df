/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of the check process, with a process that only notes what it is told. */
#include "base/clock.h"
#include "base/vec.h"
#include "daemon/director/checks.h"
#include "healthcheck/wire.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct ids {
	check_id *items;
	size_t n, cap;
};

static struct {
	struct loop *loop;
	struct conf *conf;
	struct health *health;
	struct scripts scripts;
	struct checks checks;
	struct chan *peer;
	size_t n_resets, n_specs;
	struct ids dropped, run; /* run: each word is noted */
	struct health_word word; /* the last one */
	bool (*is_there)(void);
	uint32_t seq; /* of the outcomes that were said */
	size_t n_changes;
	enum health_state last_state;
	bool is_blamed_here; /* the sink takes every verdict away */
} rig;

static void note_ids(struct ids *ids, const void *body, size_t len)
{
	for (size_t at = 0; at + sizeof(check_id) <= len; at += sizeof(check_id))
		memcpy(vec_push(ids), (const char *)body + at, sizeof(check_id));
}

static void note_words(const void *body, size_t len)
{
	struct pack_reader reader = {.at = body, .left = len};

	while (reader.left) {
		check_word_take(&reader, &rig.word);
		ck_assert(!reader.is_bad);
		*vec_push(&rig.run) = rig.word.id;
	}
}

static void on_peer_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	rig.n_resets += type == CHECK_FRAME_RESET;
	rig.n_specs += type == CHECK_FRAME_SPEC;
	if (type == CHECK_FRAME_DROP)
		note_ids(&rig.dropped, body, len);
	if (type == CHECK_FRAME_WORD)
		note_words(body, len);
}

static void judge(check_id id, struct probe_result *result, void *arg)
{
	(void)id;
	(void)arg;
	if (rig.is_blamed_here)
		result->outcome = PROBE_NONE;
}

static void on_change(const struct health_change *change, void *arg)
{
	(void)arg;
	if (change->kind != HEALTH_CHANGE_REAL_SERVER)
		return;
	rig.n_changes++;
	rig.last_state = change->to;
}

static void on_hung(void *arg)
{
	(void)arg;
}

static void on_settle(void *arg)
{
	(void)arg;
	checks_settle(&rig.checks);
	if (rig.is_there())
		loop_stop(rig.loop);
}

static void await(bool (*is_there)(void))
{
	rig.is_there = is_there;
	loop_run(rig.loop);
}

static void configure(size_t n_rs)
{
	struct check_ids added = {0}, dropped = {0};
	struct conf *before = rig.conf;

	rig.conf = test_conf_new(1, n_rs, 1);
	rig.conf->global.tls.ca = rig.conf->global.tls.certificate = "";
	rig.conf->global.tls.key = rig.conf->global.tls.password = "";
	for (size_t i = 0; i < n_rs; i++)
		rig.conf->virtual_servers[0].real_servers[i].checks[0].warmup_us = 1000;
	health_configure(rig.health, rig.conf, clock_mono(), 1, &added, &dropped);
	checks_update(&rig.checks, rig.conf, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	if (before)
		test_conf_free(before);
}

static void setup(void)
{
	int fds[2];

	memset(&rig, 0, sizeof(rig));
	rig.loop = loop_new();
	rig.health = health_new();
	rig.checks = (struct checks){.loop = rig.loop,
				     .health = rig.health,
				     .scripts = &rig.scripts,
				     .sink = {judge, on_change, on_hung, NULL, NULL},
				     .is_needed = true};
	ck_assert_int_eq(chan_pair(fds), 0);
	checks_open(&rig.checks, fds[0], false);
	rig.peer = chan_new(rig.loop, fds[1], on_peer_frame, NULL, NULL);
	loop_on_settle(rig.loop, on_settle, NULL);
	configure(2);
}

static void teardown(void)
{
	checks_close(&rig.checks);
	chan_free(rig.peer);
	health_free(rig.health);
	test_conf_free(rig.conf);
	loop_free(rig.loop);
	vec_free(&rig.dropped);
	vec_free(&rig.run);
}

static void say_hello(void)
{
	uint64_t nonce = 1;

	chan_send(rig.peer, CHECK_FRAME_HELLO, &nonce, sizeof(nonce));
}

static void say(check_id id, enum probe_outcome outcome)
{
	const struct health_told told = {
	    {.id = id, .seq = ++rig.seq},
	    {.outcome = outcome, .reason = "told by the test", .started = clock_mono()}};
	uint8_t body[CHECK_TOLD_MAX];
	struct pack_writer writer = {.at = body, .left = sizeof(body)};

	check_told_put(&writer, &told);
	chan_send(rig.peer, CHECK_FRAME_OUTCOME, body, sizeof(body) - writer.left);
}

static bool have_both_run(void)
{
	return rig.run.n == 2;
}

static bool is_changed(void)
{
	return rig.n_changes > 0;
}

static bool is_one_dropped(void)
{
	return rig.dropped.n == 1;
}

static bool is_heard(void)
{
	return health_check_find(rig.health, rig.run.items[0])->last_wall_us != 0;
}

static bool is_greeted_again(void)
{
	return rig.n_resets == 2;
}

static bool have_three_specs(void)
{
	return rig.n_specs == 3;
}

START_TEST(a_process_that_greets_gets_every_check_and_runs_what_is_due)
{
	ck_assert_uint_eq(rig.n_specs, 0);
	say_hello();
	await(have_both_run);
	ck_assert_uint_eq(rig.n_resets, 1);
	ck_assert_uint_eq(rig.n_specs, 2);
	ck_assert_uint_ne(rig.run.items[0], rig.run.items[1]);
}
END_TEST

START_TEST(an_outcome_is_a_change_of_its_server)
{
	say_hello();
	await(have_both_run);
	say(rig.run.items[0], PROBE_OK);
	await(is_changed);
	ck_assert_int_eq(rig.last_state, HEALTH_UP);
	ck_assert_uint_eq(rig.n_changes, 1);
}
END_TEST

START_TEST(what_is_this_directors_own_fault_is_no_verdict)
{
	say_hello();
	await(have_both_run);
	rig.is_blamed_here = true;
	say(rig.run.items[0], PROBE_FAIL);
	await(is_heard);
	ck_assert_uint_eq(rig.n_changes, 0);
	ck_assert_int_eq(health_check_find(rig.health, rig.run.items[0])->state, HEALTH_UNKNOWN);
}
END_TEST

START_TEST(a_server_that_left_the_file_is_dropped)
{
	say_hello();
	await(have_both_run);
	configure(1);
	await(is_one_dropped);
	ck_assert_ptr_null(health_check_find(rig.health, rig.dropped.items[0]));
}
END_TEST

/* What its predecessor was doing has no verdict, and is due again. */
START_TEST(a_replaced_process_gets_everything_anew)
{
	say_hello();
	await(have_both_run);
	rig.run.n = 0;
	say_hello();
	await(have_both_run);
	ck_assert(is_greeted_again());
	ck_assert_uint_eq(rig.n_specs, 4);
	ck_assert_uint_eq(rig.n_changes, 0);
}
END_TEST

/* Its channel has no reader: what is sent there would wait for ever. */
START_TEST(a_process_that_is_not_needed_is_told_nothing)
{
	say_hello();
	await(have_both_run);
	checks_need(&rig.checks, false);
	configure(1);
	configure(3);
	checks_need(&rig.checks, true);
	rig.n_specs = 0;
	say_hello();
	await(have_three_specs);
	ck_assert_uint_eq(rig.n_resets, 2);
	ck_assert_uint_eq(rig.dropped.n, 0);
}
END_TEST

/* --- files for TLS that a loader reads later --- */

static bool has_one_run(void)
{
	return rig.run.n == 1;
}

static bool is_every_spec_sent(void)
{
	return rig.n_specs >= 2 && rig.run.n >= 2;
}

static void read_later(void *arg, enum conf_query_kind kind, const char *key,
		       struct conf_answer *ret_answer)
{
	ck_assert_int_eq(kind, CONF_QUERY_TLS_TEXT);
	ck_assert_str_eq(key, "ca\n/ca.pem");
	*ret_answer = (struct conf_answer){.text = strdup(arg), .len = strlen(arg)};
}

/* A rollback, or a new director: the first of two checks has TLS. */
START_TEST(a_check_waits_for_its_files_for_tls)
{
	const struct conf_responder responder = {read_later, "authority"};
	check_id plain;

	rig.conf->global.tls.ca = "/ca.pem";
	rig.conf->virtual_servers[0].real_servers[0].checks[0].type = CONF_CHECK_SSL;
	rig.checks.is_tls_later = true;
	checks_update(&rig.checks, rig.conf, &(struct check_ids){0}, &(struct check_ids){0});
	say_hello();
	await(has_one_run);
	plain = rig.run.items[0];
	ck_assert_uint_eq(rig.n_specs, 1);
	checks_take_tls(&rig.checks, rig.conf, &responder);
	await(is_every_spec_sent);
	ck_assert_uint_eq(rig.n_specs, 2);
	ck_assert_uint_ne(rig.run.items[1], plain);
	ck_assert_str_eq(rig.checks.tls.ca.text, "authority");
	/* The next rollback names the same file: nothing waits. */
	checks_update(&rig.checks, rig.conf, &(struct check_ids){0}, &(struct check_ids){0});
	ck_assert(!rig.checks.is_tls_awaited);
	rig.conf->global.tls.ca = "";
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("checks");
	TCase *tcase = tcase_create("checks");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_check_waits_for_its_files_for_tls);
	tcase_add_test(tcase, a_process_that_greets_gets_every_check_and_runs_what_is_due);
	tcase_add_test(tcase, an_outcome_is_a_change_of_its_server);
	tcase_add_test(tcase, what_is_this_directors_own_fault_is_no_verdict);
	tcase_add_test(tcase, a_server_that_left_the_file_is_dropped);
	tcase_add_test(tcase, a_replaced_process_gets_everything_anew);
	tcase_add_test(tcase, a_process_that_is_not_needed_is_told_nothing);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
