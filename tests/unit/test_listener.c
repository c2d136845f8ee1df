/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Abstract names: who has which one, and a process without descriptors that is connected to. */
#include "base/clock.h"
#include "base/socket/abstract_list.h"
#include "base/socket/listener.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct bench {
	char name[64];
	struct loop *loop;
	struct listener *listener;
	struct loop_timer *end;
	unsigned n_callers, n_turns;
} bench;

static void on_caller(int fd, void *arg)
{
	(void)arg;
	bench.n_callers++;
	close(fd);
}

static void on_turn(void *arg)
{
	(void)arg;
	bench.n_turns++;
}

static void on_end(void *arg)
{
	(void)arg;
	loop_stop(bench.loop);
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	snprintf(bench.name, sizeof(bench.name), "lvsd/test/%d", (int)getpid());
	bench.loop = loop_new();
	bench.end = loop_timer_new(bench.loop, on_end, NULL);
	loop_on_settle(bench.loop, on_turn, NULL);
}

static void teardown(void)
{
	listener_free(bench.listener);
	loop_timer_free(bench.end);
	loop_free(bench.loop);
}

static void listen_with(listener_fn *fn)
{
	bench.listener = listener_new(bench.loop, abstract_listen(bench.name, 8), fn, NULL);
	listener_accept(bench.listener, true);
}

static void run_ms(int64_t ms)
{
	bench.n_turns = 0;
	loop_timer_set(bench.end, mono_add_ms(clock_mono(), ms));
	loop_run(bench.loop);
}

static int call(void)
{
	struct ucred peer;

	return abstract_connect(bench.name, 0, &peer);
}

/* A socket that stays readable would be its only work. */
START_TEST(without_a_descriptor_a_process_does_not_spin)
{
	struct rlimit limit;
	int fds[64], n = 0;

	listen_with(on_caller);
	ck_assert_int_ge(call(), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 48;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while ((fds[n] = dup(1)) >= 0)
		n++;
	run_ms(5 * LISTENER_PAUSE_MS / 2);
	ck_assert_uint_eq(bench.n_callers, 0);
	ck_assert_uint_le(bench.n_turns, 10);
	close(fds[--n]);
	run_ms(2 * LISTENER_PAUSE_MS);
	ck_assert_uint_eq(bench.n_callers, 1);
}
END_TEST

START_TEST(callers_without_an_ear_are_closed)
{
	char byte;
	int fd;

	listen_with(NULL);
	fd = call();
	ck_assert_int_ge(fd, 0);
	run_ms(1);
	ck_assert_int_eq(read(fd, &byte, 1), 0);
}
END_TEST

START_TEST(who_does_not_accept_may_drain)
{
	listen_with(on_caller);
	listener_accept(bench.listener, false);
	ck_assert_int_ge(call(), 0);
	run_ms(1);
	ck_assert_uint_eq(bench.n_callers, 0);
	listener_drain(bench.listener);
	ck_assert_uint_eq(bench.n_callers, 1);
}
END_TEST

static void on_caller_free(int fd, void *arg)
{
	on_caller(fd, arg);
	listener_free(bench.listener);
	bench.listener = NULL;
}

START_TEST(a_listener_may_be_freed_by_its_caller)
{
	listen_with(on_caller_free);
	ck_assert(call() >= 0 && call() >= 0);
	run_ms(1);
	ck_assert_uint_eq(bench.n_callers, 1);
}
END_TEST

static size_t count(const struct abstract_list *list, uid_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < list->names.n; i++)
		n += abstract_name_is(&list->names.items[i], bench.name) && list->names.items[i].uid == uid;
	return n;
}

START_TEST(names_are_listed_with_their_users)
{
	char first[ABSTRACT_NAME_MAX + 1], second[ABSTRACT_NAME_MAX + 1];
	struct abstract_list list = {0}, proc = {0};
	int a = abstract_take(bench.name, 1, first), b = abstract_take(bench.name, 1, second);

	ck_assert(a >= 0 && b >= 0);
	ck_assert_str_eq(first, bench.name);
	ck_assert_int_eq(strncmp(second, bench.name, strlen(bench.name)), 0);
	ck_assert_int_eq(second[strlen(bench.name)], '/');
	ck_assert_int_eq(abstract_list_read(&list, "lvsd/test/"), 0);
	ck_assert_int_eq(abstract_list_read_proc(&proc, "lvsd/test/"), 0);
	/* A kernel without sock_diag knows no users. */
	ck_assert_uint_eq(count(&list, geteuid()) + count(&list, ABSTRACT_NOBODY), 2);
	ck_assert_uint_eq(count(&proc, ABSTRACT_NOBODY), 2);
	close(a);
	close(b);
	list.names.n = proc.names.n = 0;
	ck_assert_int_eq(abstract_list_read(&list, bench.name), 0);
	ck_assert_int_eq(abstract_list_read_proc(&proc, bench.name), 0);
	ck_assert_uint_eq(list.names.n + proc.names.n, 0);
	abstract_list_free(&list);
	abstract_list_free(&proc);
}
END_TEST

START_TEST(a_longer_number_is_another_name)
{
	ck_assert(abstract_name_is(&(struct abstract_name){.text = "a/5"}, "a/5"));
	ck_assert(abstract_name_is(&(struct abstract_name){.text = "a/5/x"}, "a/5"));
	ck_assert(!abstract_name_is(&(struct abstract_name){.text = "a/51"}, "a/5"));
	ck_assert(!abstract_name_is(&(struct abstract_name){.text = "a"}, "a/5"));
}
END_TEST

/* Many, so that the kernel needs more than one message. */
START_TEST(many_names_are_listed)
{
	struct abstract_list list = {0};
	char name[ABSTRACT_NAME_MAX + 1];

	for (int i = 0; i < 500; i++)
		ck_assert_int_ge(abstract_take(bench.name, 1, name), 0);
	ck_assert_int_eq(abstract_list_read(&list, bench.name), 0);
	ck_assert_uint_eq(list.names.n, 500);
	abstract_list_free(&list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("listener");
	TCase *tcase = tcase_create("listener");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, without_a_descriptor_a_process_does_not_spin);
	tcase_add_test(tcase, callers_without_an_ear_are_closed);
	tcase_add_test(tcase, who_does_not_accept_may_drain);
	tcase_add_test(tcase, a_listener_may_be_freed_by_its_caller);
	tcase_add_test(tcase, names_are_listed_with_their_users);
	tcase_add_test(tcase, a_longer_number_is_another_name);
	tcase_add_test(tcase, many_names_are_listed);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
