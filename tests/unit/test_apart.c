/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked in a process of its own. */
#include "daemon/shared/apart.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define MUCH (1 << 20) /* more than a pipe holds */

static int traces; /* what a module of the name service would leave behind */

static void fill(const void *question, void *ret_result)
{
	traces++;
	memset(ret_result, *(const char *)question, MUCH);
}

static void fill_nothing(const void *question, void *ret_result)
{
	(void)question;
	(void)ret_result;
}

static void die(const void *question, void *ret_result)
{
	(void)ret_result;
	if (*(const int *)question)
		_exit(0);
	raise(SIGKILL);
}

START_TEST(the_answer_comes_and_leaves_no_trace)
{
	char *result = malloc(MUCH);

	ck_assert_ptr_nonnull(result);
	ck_assert_int_eq(apart_ask(fill, "x", result, MUCH, PATIENCE_MS), 0);
	ck_assert(result[0] == 'x' && !memcmp(result, result + 1, MUCH - 1)); /* all are alike */
	ck_assert_int_eq(traces, 0);
	ck_assert_int_eq(apart_ask(fill_nothing, NULL, result, 10, PATIENCE_MS), 0);
	ck_assert_mem_eq(result, "\0\0\0\0\0\0\0\0\0\0x", 11);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no process is left */
	ck_assert_int_eq(errno, ECHILD);
	free(result);
}
END_TEST

START_TEST(who_dies_gives_no_answer)
{
	int result = 5;

	for (int is_exit = 0; is_exit <= 1; is_exit++)
		ck_assert_int_eq(apart_ask(die, &is_exit, &result, sizeof(result), PATIENCE_MS), -EIO);
	ck_assert_int_eq(result, 5);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

static void hang(const void *question, void *ret_result)
{
	(void)question;
	(void)ret_result;
	for (;;)
		pause();
}

/* A name service that hangs, as with a directory server that is gone. */
START_TEST(who_hangs_is_not_waited_for)
{
	int result = 5;

	ck_assert_int_eq(apart_ask(hang, NULL, &result, sizeof(result), 50), -ETIMEDOUT);
	ck_assert_int_eq(result, 5);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("apart");
	TCase *tcase = tcase_create("apart");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, the_answer_comes_and_leaves_no_trace);
	tcase_add_test(tcase, who_dies_gives_no_answer);
	tcase_add_test(tcase, who_hangs_is_not_waited_for);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
