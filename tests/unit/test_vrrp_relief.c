/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An orphan that was relieved, and a successor that may die before it acts. */
#include "base/clock.h"
#include "vrrp/orphan/relief.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t supervisor;
static struct vrrp_relief relief;
static int writer;

/* A process that lives until it is killed, or until another one has ended. */
static pid_t live(pid_t other)
{
	int pidfd = other ? (int)syscall(SYS_pidfd_open, other, 0) : -1;
	pid_t pid = fork();

	if (pid == 0) {
		poll(&(struct pollfd){.fd = pidfd, .events = POLLIN}, 1, -1);
		_exit(0);
	}
	if (pidfd >= 0)
		close(pidfd);
	ck_assert_int_gt(pid, 0);
	return pid;
}

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	supervisor = live(0);
	relief = VRRP_RELIEF_NONE;
	writer = vrrp_relief_offer(&relief, supervisor);
	ck_assert_int_ge(writer, 0);
}

static void teardown(void)
{
	vrrp_relief_close(&relief);
	kill(supervisor, SIGKILL);
}

static void supervisor_dies(void)
{
	kill(supervisor, SIGKILL);
	ck_assert_int_eq(waitpid(supervisor, NULL, 0), supervisor);
}

START_TEST(a_successor_that_acts_ends_the_wait)
{
	struct mono begin = clock_mono();

	vrrp_relief_take(writer);
	supervisor_dies(); /* it is an orphan itself now */
	ck_assert(!vrrp_relief_is_forsaken(&relief, 10000));
	ck_assert_int_lt(mono_sub(clock_mono(), begin), 5 * NS_PER_S);
}
END_TEST

START_TEST(an_lvsd_that_dies_before_it_acts_leaves_the_orphan_alone)
{
	supervisor_dies();
	close(writer);
	ck_assert(vrrp_relief_is_forsaken(&relief, 10000));
}
END_TEST

/* The supervisor dies first, and its vrrp process, which has the pipe, after it. */
START_TEST(it_is_waited_for_the_last_process_that_could_act)
{
	pid_t vrrp = live(supervisor);

	close(writer);
	supervisor_dies();
	ck_assert(vrrp_relief_is_forsaken(&relief, 10000));
	ck_assert_int_eq(waitpid(vrrp, NULL, 0), vrrp);
}
END_TEST

/* It has closed its files already, and its end cannot be seen yet. */
START_TEST(a_supervisor_that_is_about_to_die_is_waited_for)
{
	pid_t killer;

	close(writer);
	killer = fork();
	if (killer == 0) {
		poll(NULL, 0, 20);
		kill(supervisor, SIGKILL);
		_exit(0);
	}
	ck_assert(vrrp_relief_is_forsaken(&relief, 10000));
	ck_assert_int_eq(waitpid(killer, NULL, 0), killer);
}
END_TEST

/* The supervisor lives, and starts another vrrp process, which has the states too. */
START_TEST(a_vrrp_process_that_dies_alone_is_replaced)
{
	close(writer);
	ck_assert(!vrrp_relief_is_forsaken(&relief, 10000));
}
END_TEST

START_TEST(the_wait_has_an_end)
{
	struct mono begin = clock_mono();

	ck_assert(!vrrp_relief_is_forsaken(&relief, 50));
	ck_assert_int_ge(mono_sub(clock_mono(), begin), 49 * NS_PER_MS);
	vrrp_relief_close(&relief);
	vrrp_relief_take(writer); /* nobody reads any more */
}
END_TEST

START_TEST(a_supervisor_that_cannot_be_seen_is_not_waited_for)
{
	close(writer);
	ck_assert_int_eq(vrrp_relief_offer(&relief, 0), -1);
	ck_assert(!vrrp_relief_is_forsaken(&relief, 10000));
	vrrp_relief_take(-1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp relief");
	TCase *tcase = tcase_create("relief");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_successor_that_acts_ends_the_wait);
	tcase_add_test(tcase, an_lvsd_that_dies_before_it_acts_leaves_the_orphan_alone);
	tcase_add_test(tcase, it_is_waited_for_the_last_process_that_could_act);
	tcase_add_test(tcase, a_supervisor_that_is_about_to_die_is_waited_for);
	tcase_add_test(tcase, a_vrrp_process_that_dies_alone_is_replaced);
	tcase_add_test(tcase, the_wait_has_an_end);
	tcase_add_test(tcase, a_supervisor_that_cannot_be_seen_is_not_waited_for);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
