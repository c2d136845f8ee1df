/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops, timers and channels on the virtual clock: a day passes in no time, in the same order each time. */
#include "base/clock.h"
#include "base/greeted.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORDER 3

static char story[512];

static void tell(const char *what)
{
	size_t len = strlen(story);

	snprintf(story + len, sizeof(story) - len, "%s%lld:%s", len ? " " : "",
		 (long long)(clock_mono().ns / NS_PER_MS), what);
}

static void setup(void)
{
	story[0] = '\0';
	channels_begin();
	world_begin((struct mono){0});
}

static struct mono ms(int64_t n)
{
	return (struct mono){n * NS_PER_MS};
}

static void on_time(void *arg)
{
	tell(arg);
}

START_TEST(timers_run_in_their_order_and_no_time_passes)
{
	struct loop *a = loop_new(), *b = loop_new();
	struct loop_timer *one = loop_timer_new(a, on_time, (void *)"one");
	struct loop_timer *two = loop_timer_new(b, on_time, (void *)"two");
	struct loop_timer *three = loop_timer_new(a, on_time, (void *)"three");

	loop_timer_set(two, ms(5));
	loop_timer_set(one, ms(86400000));
	loop_timer_set(three, ms(5));
	loop_run(a); /* until nothing is left to happen */
	ck_assert_str_eq(story, "5:two 5:three 86400000:one");
	ck_assert_int_eq(loop_now(b).ns, ms(86400000).ns);
	ck_assert_int_eq(clock_wall_us(), 86400000 * INT64_C(1000));
	loop_timer_free(one);
	loop_timer_free(two);
	loop_timer_free(three);
	loop_free(a);
	loop_free(b);
}
END_TEST

static void stop(void *arg)
{
	loop_stop(arg);
}

static void on_signal(int number, void *arg)
{
	tell(number == SIGTERM ? "term" : "signal");
	loop_stop(arg);
}

static void on_io(int fd, unsigned events, void *arg)
{
	(void)arg;
	tell(fd == 7 && events == LOOP_READ ? "readable" : "other");
}

START_TEST(a_paused_process_finds_what_came_meanwhile)
{
	struct loop *loop = loop_new();
	struct loop_timer *timer = loop_timer_new(loop, on_time, (void *)"late");
	struct loop_signal *term = loop_signal_new(loop, SIGTERM, on_signal, loop);
	struct loop_io *io = loop_io_new(loop, 7, LOOP_READ, on_io, NULL);

	loop_on_settle(loop, on_time, (void *)"settle");
	loop_timer_set(timer, ms(10));
	world_pause(loop, true);
	world_run_until(ms(100));
	ck_assert_str_eq(story, "");
	world_pause(loop, false);
	world_fire(loop, 7, LOOP_READ | LOOP_WRITE);
	world_signal(loop, SIGTERM);
	world_run_until(ms(200));
	ck_assert_str_eq(story, "100:late 100:settle 100:readable 100:settle 100:term 100:settle");
	ck_assert_int_eq(clock_mono().ns, ms(200).ns);
	loop_io_free(io);
	loop_signal_free(term);
	loop_timer_free(timer);
	loop_free(loop);
}
END_TEST

/* ---- a director and its worker ---- */

static void on_met(void *arg)
{
	tell(arg);
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)len;
	(void)arg;
	tell(type == ORDER ? body : "other");
}

START_TEST(a_worker_is_replaced_in_one_program)
{
	const struct greeted_ops director_ops = {.on_met = on_met, .on_frame = on_frame, .arg = (void *)"met"};
	const struct greeted_ops worker_ops = {.on_frame = on_frame};
	struct loop *loop = loop_new(), *first = loop_new(), *second = loop_new();
	struct greeted *director, *worker;
	int ends[2];

	ck_assert_int_eq(chan_pair(ends), 0);
	director = greeted_new_director(loop, ends[0], false, &director_ops);
	worker = greeted_new_worker(first, ends[1], &worker_ops);
	world_run_until(ms(1));
	ck_assert_str_eq(story, "0:met");
	/* It dies with an order in the socket, which its successor must not carry out. */
	world_pause(first, true);
	greeted_send(director, ORDER, "lost", 5);
	world_run_until(ms(2));
	greeted_free(worker);
	worker = greeted_new_worker(second, ends[1], &worker_ops);
	world_run_until(ms(3));
	greeted_send(director, ORDER, "order", 6);
	world_run_until(ms(4));
	ck_assert_str_eq(story, "0:met 2:met 3:order");
	greeted_free(worker);
	greeted_free(director);
	loop_free(loop);
	loop_free(first);
	loop_free(second);
}
END_TEST

START_TEST(what_a_dying_process_says_is_lost)
{
	const struct greeted_ops director_ops = {.on_met = on_met, .on_frame = on_frame, .arg = (void *)"met"};
	const struct greeted_ops worker_ops = {.on_frame = on_frame};
	struct loop *loop = loop_new(), *dying = loop_new();
	struct greeted *director, *worker;
	int ends[2];

	ck_assert_int_eq(chan_pair(ends), 0);
	director = greeted_new_director(loop, ends[0], false, &director_ops);
	worker = greeted_new_worker(dying, ends[1], &worker_ops);
	world_run_until(ms(1));
	ck_assert_int_eq(greeted_send(worker, ORDER, "said", 5), 0);
	world_mute(dying);
	ck_assert_int_eq(greeted_send(worker, ORDER, "unsaid", 7), 0);
	world_run_until(ms(2));
	ck_assert_str_eq(story, "0:met 1:said");
	greeted_free(worker);
	greeted_free(director);
	ck_assert_uint_eq(world_count(dying), 0);
	loop_free(loop);
	loop_free(dying);
}
END_TEST

static void tell_turn(void *arg)
{
	tell(world_turning() == arg ? "mine" : "another's");
}

START_TEST(whose_turn_it_is_is_known)
{
	struct loop *a = loop_new(), *b = loop_new();
	struct loop_timer *one = loop_timer_new(a, tell_turn, a), *two = loop_timer_new(b, tell_turn, b);

	loop_timer_set(one, ms(1));
	loop_timer_set(two, ms(2));
	ck_assert_uint_eq(world_count(a), 1);
	world_run_until(ms(3));
	ck_assert_str_eq(story, "1:mine 2:mine");
	ck_assert_ptr_null(world_turning());
	ck_assert(!world_is_stopped(a));
	loop_stop(a);
	ck_assert(world_is_stopped(a));
	loop_timer_free(one);
	loop_timer_free(two);
	loop_free(a);
	loop_free(b);
}
END_TEST

START_TEST(a_loop_is_stopped_by_one_of_its_own)
{
	struct loop *loop = loop_new();
	struct loop_timer *end = loop_timer_new(loop, stop, loop);
	struct loop_timer *later = loop_timer_new(loop, on_time, (void *)"later");

	loop_timer_set(end, ms(1));
	loop_timer_set(later, ms(2));
	loop_run(loop);
	ck_assert_str_eq(story, "");
	world_sleep(10 * NS_PER_MS);
	loop_timer_set(end, ms(20));
	loop_run(loop);
	ck_assert_str_eq(story, "11:later");
	loop_timer_free(end);
	loop_timer_free(later);
	loop_free(loop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("virtual");
	TCase *tcase = tcase_create("virtual");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, timers_run_in_their_order_and_no_time_passes);
	tcase_add_test(tcase, a_paused_process_finds_what_came_meanwhile);
	tcase_add_test(tcase, a_worker_is_replaced_in_one_program);
	tcase_add_test(tcase, what_a_dying_process_says_is_lost);
	tcase_add_test(tcase, whose_turn_it_is_is_known);
	tcase_add_test(tcase, a_loop_is_stopped_by_one_of_its_own);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
