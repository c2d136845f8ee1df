/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Director and worker, each of which is replaced while the sockets stay, as the supervisor keeps them. */
#include "base/greeted.h"
#include "base/nonce.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORDER  3
#define ANSWER 4

static struct rig {
	struct loop *loop;
	int ends[2]; /* the supervisor's copies */
	struct greeted *director, *worker;
	bool is_lasting;
	char story[256];
} rig;

static void tell(const char *who, const char *what)
{
	size_t len = strlen(rig.story);

	snprintf(rig.story + len, sizeof(rig.story) - len, "%s%s %s", len ? ", " : "", who, what);
}

static void on_lost(void *arg)
{
	tell(arg, "lost");
}

static void on_met(void *arg)
{
	tell(arg, "met");
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)body;
	(void)len;
	tell(arg, type == ORDER ? "order" : type == ANSWER ? "answer" : "other");
}

static struct greeted_ops ops_of(const char *who)
{
	return (struct greeted_ops){
	    .on_lost = on_lost, .on_met = on_met, .on_frame = on_frame, .arg = (void *)who,
	    .is_lasting = rig.is_lasting};
}

static void start_director(bool is_restart)
{
	const struct greeted_ops ops = ops_of("director");

	rig.director = greeted_new_director(rig.loop, dup(rig.ends[0]), is_restart, &ops);
}

static void start_worker(void)
{
	const struct greeted_ops ops = ops_of("worker");

	rig.worker = greeted_new_worker(rig.loop, dup(rig.ends[1]), &ops);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Turns until nothing more comes; what has happened since the last time. */
static const char *story(void)
{
	static char told[sizeof(rig.story)];
	struct loop_timer *timer = loop_timer_new(rig.loop, stop, rig.loop);

	for (int i = 0; i < 8; i++) {
		loop_timer_set(timer, (struct mono){0});
		loop_run(rig.loop);
	}
	loop_timer_free(timer);
	memcpy(told, rig.story, sizeof(told));
	rig.story[0] = '\0';
	return told;
}

static void setup(void)
{
	rig = (struct rig){.loop = loop_new()};
	ck_assert_int_eq(chan_pair(rig.ends), 0);
}

static void teardown(void)
{
	greeted_free(rig.director);
	greeted_free(rig.worker);
	close(rig.ends[0]);
	close(rig.ends[1]);
	loop_free(rig.loop);
}

static void send_order(void)
{
	ck_assert_int_eq(greeted_send(rig.director, ORDER, "x", 1), 0);
}

static void send_answer(void)
{
	ck_assert_int_eq(greeted_send(rig.worker, ANSWER, "x", 1), 0);
}

START_TEST(a_worker_that_starts_is_told_all)
{
	start_director(false);
	ck_assert(!greeted_is_met(rig.director));
	start_worker();
	send_answer(); /* before the director knows it */
	ck_assert_str_eq(story(), "director lost, director met, director answer, worker lost, worker met");
	ck_assert(greeted_is_met(rig.director) && greeted_is_met(rig.worker));
	send_order();
	ck_assert_str_eq(story(), "worker order");
	send_answer();
	ck_assert_str_eq(story(), "director answer");
}
END_TEST

START_TEST(a_new_worker_does_not_act_for_its_predecessor)
{
	start_director(false);
	start_worker();
	story();
	send_answer(); /* of the predecessor, in the socket: the HELLO comes after it */
	greeted_free(rig.worker);
	send_order();
	start_worker();
	ck_assert_str_eq(story(), "director answer, director lost, director met, worker lost, worker met");
	send_order();
	ck_assert_str_eq(story(), "worker order");
}
END_TEST

START_TEST(a_new_director_is_greeted_by_the_worker_that_runs)
{
	start_director(false);
	start_worker();
	story();
	send_answer(); /* the new director must not take it */
	greeted_free(rig.director);
	start_director(true);
	ck_assert_str_eq(story(), "worker lost, director lost, director met, worker lost, worker met");
	send_answer();
	ck_assert_str_eq(story(), "director answer");
}
END_TEST

/* The director takes what was said before, also by a worker that has died; the worker takes nothing. */
START_TEST(what_a_lasting_worker_said_counts_before_it_is_greeted)
{
	rig.is_lasting = true;
	start_director(false);
	start_worker();
	story();
	greeted_free(rig.director);
	send_answer();
	greeted_free(rig.worker);
	start_director(false);
	send_order();
	ck_assert_str_eq(story(), "director answer");
	start_worker();
	ck_assert_str_eq(story(), "director lost, director met, worker lost, worker met");
	greeted_forget(rig.director);
	send_answer();
	ck_assert_str_eq(story(), "director answer");
}
END_TEST

START_TEST(a_worker_that_is_replaced_is_not_heard_until_the_next)
{
	start_director(false);
	start_worker();
	story();
	greeted_forget(rig.director);
	send_answer();
	ck_assert_str_eq(story(), "");
	ck_assert(!greeted_is_met(NULL));
}
END_TEST

/* A peer that is stopped must not take the memory of the machine. */
START_TEST(what_waits_is_bounded_in_bytes)
{
	static const char body[CHAN_BODY_MAX];
	size_t n = 0;
	int code = 0;

	start_director(false);
	while (code == 0 && n < CHAN_QUEUE_MAX) {
		code = greeted_send(rig.director, ORDER, body, sizeof(body));
		n++;
	}
	ck_assert_int_eq(code, -ENOBUFS);
	ck_assert_uint_le(n, (CHAN_QUEUE_BYTES_MAX + 16 * 1024 * 1024) / sizeof(body));
}
END_TEST

START_TEST(nonces_differ_and_are_not_zero)
{
	uint64_t one = nonce_new(), other = nonce_new();

	ck_assert(one != 0 && other != 0 && one != other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("greeted");
	TCase *tcase = tcase_create("greeted");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_worker_that_starts_is_told_all);
	tcase_add_test(tcase, a_new_worker_does_not_act_for_its_predecessor);
	tcase_add_test(tcase, a_new_director_is_greeted_by_the_worker_that_runs);
	tcase_add_test(tcase, what_a_lasting_worker_said_counts_before_it_is_greeted);
	tcase_add_test(tcase, a_worker_that_is_replaced_is_not_heard_until_the_next);
	tcase_add_test(tcase, what_waits_is_bounded_in_bytes);
	tcase_add_test(tcase, nonces_differ_and_are_not_zero);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
