/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In which order the commands are carried out for which the configuration is read, and how a director
 * collects what a loader reads. */
#include "base/clock.h"
#include "base/log.h"
#include "daemon/director/config/answers.h"
#include "daemon/director/config/reading_queue.h"
#include "daemon/loader/transcript.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct reading_queue queue;

static void begin(void)
{
	reading_queue_fini(&queue);
	queue = (struct reading_queue){0};
}

static void add(enum reading_kind kind, uint64_t client, unsigned confirm_s)
{
	reading_queue_add(&queue, &(struct reading_ask){.kind = kind,
							.client = client,
							.order.confirm_s = confirm_s});
}

/* The next step in words: "begin 1", "reload 1 2", "end", "". */
static const char *step(bool is_over)
{
	static const char *const names[] = {"reload", "stage", "plan", "rollback"};
	static char text[64];
	struct reading_step next;

	reading_queue_step(&queue, is_over, &next);
	text[0] = '\0';
	if (next.kind == READING_STEP_BEGIN)
		snprintf(text, sizeof(text), "begin %s",
			 queue.running == LOAD_CONFIG ? "config"
			 : queue.running == LOAD_PLAN ? "plan"
						      : "tls");
	if (next.kind == READING_STEP_END)
		snprintf(text, sizeof(text), "end%s", next.is_tls_read ? " tls" : "");
	if (next.kind == READING_STEP_CARRY_OUT)
		snprintf(text, sizeof(text), "%s", names[next.ask.kind]);
	for (size_t i = 0; i < next.clients.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %u",
			 (unsigned)next.clients.items[i]);
	vec_free(&next.clients);
	return text;
}

#define EXPECT(is_over, text) ck_assert_str_eq(step(is_over), text)

START_TEST(a_reload_waits_for_its_reading)
{
	begin();
	EXPECT(false, "");
	add(READING_RELOAD, 1, 0);
	EXPECT(false, "begin config");
	EXPECT(false, "");
	EXPECT(true, "reload 1");
	EXPECT(true, "end");
	EXPECT(true, "");
}
END_TEST

/* The file may have been written after the running reading has looked at it. */
START_TEST(who_asks_during_a_reading_gets_the_next_one)
{
	begin();
	add(READING_RELOAD, 1, 0);
	EXPECT(false, "begin config");
	add(READING_RELOAD, 2, 0);
	add(READING_RELOAD, 3, 0);
	EXPECT(false, "");
	EXPECT(true, "reload 1");
	EXPECT(true, "end");
	EXPECT(true, "begin config");
	EXPECT(true, "reload 2 3");
	EXPECT(true, "end");
	EXPECT(true, "");
}
END_TEST

START_TEST(orders_that_differ_share_a_reading_but_not_an_answer)
{
	begin();
	add(READING_RELOAD, 1, 0);
	add(READING_RELOAD, 2, 60);
	add(READING_RELOAD, 3, 0);
	EXPECT(false, "begin config");
	EXPECT(true, "reload 1");
	EXPECT(true, "reload 2");
	EXPECT(true, "reload 3");
	EXPECT(true, "end");
}
END_TEST

/* Signals and clients in every order: each client is answered once. */
START_TEST(a_signal_takes_no_client_s_place)
{
	begin();
	add(READING_RELOAD, 0, 0);
	add(READING_RELOAD, 1, 0);
	add(READING_RELOAD, 0, 0);
	add(READING_RELOAD, 2, 0);
	EXPECT(false, "begin config");
	EXPECT(true, "reload 0 1 0 2");
	EXPECT(true, "end");
	EXPECT(true, "");
}
END_TEST

/* The half of a reload of the pair shares a reading, like a reload, but no answer; a rollback comes after it. */
START_TEST(a_stage_is_a_reload_that_is_decided_later)
{
	begin();
	add(READING_STAGE, 7, 0);
	add(READING_RELOAD, 1, 0);
	add(READING_ROLLBACK, 2, 0);
	EXPECT(false, "begin config");
	EXPECT(false, "");
	EXPECT(true, "stage 7");
	EXPECT(true, "reload 1");
	EXPECT(true, "end");
	EXPECT(true, "rollback 2");
	EXPECT(true, "");
}
END_TEST

/* What one of them allows, the other does not. */
START_TEST(no_reload_has_the_permissions_of_another)
{
	static const struct reload_order orders[] = {
	    {.confirm_s = 0}, {.confirm_s = 60}, {.is_empty_meant = true}, {.is_accepting = true}};

	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 4; k++) {
			begin();
			reading_queue_add(&queue, &(struct reading_ask){.client = 1, .order = orders[i]});
			reading_queue_add(&queue, &(struct reading_ask){.client = 2, .order = orders[k]});
			EXPECT(false, "begin config");
			EXPECT(true, i == k ? "reload 1 2" : "reload 1");
		}
}
END_TEST

/* A program that sends SIGHUP in a loop does not make the queue longer. */
START_TEST(equal_signals_are_one)
{
	begin();
	add(READING_RELOAD, 0, 0);
	EXPECT(false, "begin config");
	for (int i = 0; i < 100; i++)
		add(READING_RELOAD, 0, 0);
	ck_assert_uint_eq(queue.asks.n, 2);
	EXPECT(true, "reload 0");
	EXPECT(true, "end");
	EXPECT(true, "begin config");
	EXPECT(true, "reload 0");
	EXPECT(true, "end");
	EXPECT(true, "");
}
END_TEST

/* Whoever sends SIGHUP and rolls back returns to what was in force before that reload. */
START_TEST(a_rollback_comes_after_the_reloads_before_it)
{
	begin();
	add(READING_RELOAD, 0, 0);
	add(READING_ROLLBACK, 1, 0);
	add(READING_RELOAD, 2, 0);
	EXPECT(false, "begin config");
	EXPECT(false, "");
	EXPECT(true, "reload 0");
	EXPECT(true, "end");
	EXPECT(false, "rollback 1");
	EXPECT(false, "begin config");
	EXPECT(true, "reload 2");
	EXPECT(true, "end");
}
END_TEST

/* However many commands wait, one reading more serves them. */
START_TEST(plans_and_reloads_share_a_reading)
{
	begin();
	add(READING_PLAN, 1, 0);
	EXPECT(false, "begin plan");
	for (uint64_t client = 2; client < 8; client += 2) {
		add(READING_RELOAD, client, 0);
		add(READING_PLAN, client + 1, 0);
	}
	EXPECT(true, "plan 1");
	EXPECT(true, "end");
	EXPECT(true, "begin config");
	EXPECT(true, "reload 2");
	EXPECT(true, "plan 3");
	EXPECT(true, "reload 4");
	EXPECT(true, "plan 5");
	EXPECT(true, "reload 6");
	EXPECT(true, "plan 7");
	EXPECT(true, "end");
	EXPECT(true, "");
}
END_TEST

/* While a reload waits for its confirmation: the others that would stay are taken out, read or not. */
START_TEST(reloads_without_a_confirmation_are_found)
{
	struct reading_ask ask;

	begin();
	ck_assert(!reading_queue_take_lasting(&queue, &ask));
	add(READING_RELOAD, 1, 0);
	add(READING_RELOAD, 2, 60);
	EXPECT(false, "begin config");
	add(READING_PLAN, 3, 0);
	add(READING_RELOAD, 0, 0);
	add(READING_ROLLBACK, 4, 0);
	add(READING_RELOAD, 5, 0);
	ck_assert(reading_queue_take_lasting(&queue, &ask));
	ck_assert_uint_eq(ask.client, 1);
	ck_assert(reading_queue_take_lasting(&queue, &ask));
	ck_assert_uint_eq(ask.client, 0);
	ck_assert(!reading_queue_take_lasting(&queue, &ask));
	EXPECT(true, "reload 2");
	EXPECT(true, "end");
	EXPECT(true, "begin plan");
	EXPECT(true, "rollback 4");
	EXPECT(true, "plan 3");
	EXPECT(true, "end");
	EXPECT(true, "begin config");
	EXPECT(true, "reload 5");
	EXPECT(true, "end");
}
END_TEST

START_TEST(a_rollback_waits_for_no_loader)
{
	begin();
	add(READING_PLAN, 1, 0);
	EXPECT(false, "begin plan");
	add(READING_ROLLBACK, 2, 0);
	EXPECT(false, "rollback 2");
	add(READING_PLAN, 3, 0);
	EXPECT(true, "plan 1");
	EXPECT(true, "end");
	EXPECT(true, "begin plan");
	EXPECT(true, "plan 3");
	EXPECT(true, "end");
}
END_TEST

/* Files for TLS come first, and count only for the configuration that they were read for. */
START_TEST(files_for_tls_are_read_first)
{
	begin();
	add(READING_RELOAD, 1, 0);
	reading_queue_add_tls(&queue);
	EXPECT(false, "begin tls");
	add(READING_ROLLBACK, 2, 0);
	reading_queue_add_tls(&queue);
	EXPECT(true, "end");
	EXPECT(false, "begin tls");
	EXPECT(true, "end tls");
	EXPECT(false, "begin config");
	EXPECT(true, "reload 1");
	EXPECT(true, "end");
	EXPECT(false, "rollback 2");
}
END_TEST

START_TEST(at_the_end_nothing_is_left)
{
	struct reading_ask ask;

	begin();
	add(READING_RELOAD, 1, 0);
	EXPECT(false, "begin config");
	add(READING_PLAN, 2, 0);
	reading_queue_add_tls(&queue);
	ck_assert(reading_queue_drop(&queue, &ask));
	ck_assert_uint_eq(ask.client, 1);
	ck_assert(reading_queue_drop(&queue, &ask));
	ck_assert_uint_eq(ask.client, 2);
	ck_assert(!reading_queue_drop(&queue, &ask));
	EXPECT(true, "");
}
END_TEST

/* --- the loader's answers --- */

static struct loop *loop;
static struct answers *answers;

static void stop_when_over(void *arg)
{
	(void)arg;
	if (answers_are_over(answers))
		loop_stop(loop);
}

/* Runs the loop until the loader has ended, or is too late. */
static struct transcript *collect(int fd, unsigned wait_s)
{
	loop = loop_new();
	answers = answers_new(loop, fd, wait_s);
	loop_on_settle(loop, stop_when_over, NULL);
	if (!answers_are_over(answers))
		loop_run(loop);
	return answers_transcript(answers);
}

static void collect_end(struct transcript *transcript)
{
	transcript_free(transcript);
	answers_free(answers);
	loop_free(loop);
}

START_TEST(answers_are_collected_until_the_loader_ends)
{
	struct conf_answer answer = {.text = "text", .len = 4};
	struct transcript *transcript;
	uint64_t number;
	struct err err;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(transcript_put(ends[1], CONF_QUERY_FILE, "/a", &answer), 0);
	ck_assert_int_eq(transcript_end(ends[1], 7, NULL), 0);
	close(ends[1]);
	transcript = collect(ends[0], 60);
	for (int i = 0; i < 2; i++) {
		transcript_answer(transcript, CONF_QUERY_FILE, "/a", &answer);
		ck_assert_str_eq(answer.text, "text");
		conf_answer_fini(&answer);
		ck_assert_int_eq(transcript_finish(transcript, &number, &err), 0);
		ck_assert_uint_eq(number, 7);
		transcript_free(transcript);
		transcript = answers_transcript(answers); /* for the next of several orders */
	}
	collect_end(transcript);
}
END_TEST

/* The loader is stopped, or an include is on a file system that does not answer. The include that it has
 * not read is named. */
START_TEST(a_loader_that_stands_still_is_late)
{
	struct conf_answer answer = {.text = "text", .len = 4};
	struct transcript *transcript;
	uint64_t number;
	struct err err;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(transcript_put(ends[1], CONF_QUERY_FILE, "/a", &answer), 0);
	ck_assert_int_eq(send(ends[1], "half", 4, 0), 4); /* an answer begins */
	transcript = collect(ends[0], 1);
	transcript_answer(transcript, CONF_QUERY_FILE, "/a", &answer);
	ck_assert_str_eq(answer.text, "text");
	conf_answer_fini(&answer);
	transcript_answer(transcript, CONF_QUERY_INCLUDED, "/b", &answer);
	ck_assert_int_eq(answer.code, -EIO);
	ck_assert_ptr_nonnull(strstr(answer.note, "has not answered within 1 s"));
	conf_answer_fini(&answer);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	ck_assert_ptr_nonnull(strstr(err.text, "has not answered within 1 s"));
	collect_end(transcript);
	close(ends[1]);
}
END_TEST

START_TEST(without_a_loader_nothing_is_waited_for)
{
	struct transcript *transcript = collect(-1, 60);
	uint64_t number;
	struct err err;

	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	ck_assert_ptr_nonnull(strstr(err.text, "has ended before it was done"));
	collect_end(transcript);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reading queue");
	TCase *tcase = tcase_create("reading queue");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_stage_is_a_reload_that_is_decided_later);
	tcase_add_test(tcase, a_reload_waits_for_its_reading);
	tcase_add_test(tcase, who_asks_during_a_reading_gets_the_next_one);
	tcase_add_test(tcase, orders_that_differ_share_a_reading_but_not_an_answer);
	tcase_add_test(tcase, a_signal_takes_no_client_s_place);
	tcase_add_test(tcase, no_reload_has_the_permissions_of_another);
	tcase_add_test(tcase, equal_signals_are_one);
	tcase_add_test(tcase, a_rollback_comes_after_the_reloads_before_it);
	tcase_add_test(tcase, plans_and_reloads_share_a_reading);
	tcase_add_test(tcase, reloads_without_a_confirmation_are_found);
	tcase_add_test(tcase, a_rollback_waits_for_no_loader);
	tcase_add_test(tcase, files_for_tls_are_read_first);
	tcase_add_test(tcase, at_the_end_nothing_is_left);
	tcase_add_test(tcase, answers_are_collected_until_the_loader_ends);
	tcase_add_test(tcase, a_loader_that_stands_still_is_late);
	tcase_add_test(tcase, without_a_loader_nothing_is_waited_for);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
