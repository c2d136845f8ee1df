/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What scripts leave behind: whose group is ended, who is reaped, and where a control group is. */
#include "daemon/supervisor/cgroup.h"
#include "daemon/supervisor/orphans.h"

#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static struct loop *loop;
static struct script_groups *groups;
static struct orphans *orphans;
static pid_t known;

static bool is_known(pid_t pid, void *arg)
{
	(void)arg;
	return pid == known;
}

static void setup(void)
{
	known = 0;
	loop = loop_new();
	groups = script_groups_new();
	ck_assert_ptr_nonnull(groups);
	orphans = orphans_new(loop, groups, is_known, NULL);
}

static void teardown(void)
{
	orphans_free(orphans);
	script_groups_free(groups);
	loop_free(loop);
}

/* A child that leads a group, noted in place 0 as a script notes itself. */
static pid_t leader_new(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		setsid();
		atomic_store(&groups->leaders[0], (int32_t)getpid());
		for (;;)
			pause();
	}
	while (!script_groups_has(groups, pid))
		sched_yield();
	return pid;
}

START_TEST(group_of_a_child_is_ended_and_reaped)
{
	pid_t pid = leader_new();
	siginfo_t info;

	ck_assert_uint_eq(orphans_end_scripts(orphans), 1);
	ck_assert(!script_groups_has(groups, pid));
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(info.si_status, SIGKILL);
	orphans_reap(orphans);
	ck_assert_int_lt(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG), 0);
}
END_TEST

/* Dead, but not reaped: its group may have other members, and the number is still its own. */
START_TEST(leader_that_died_waits_for_the_end_of_its_group)
{
	pid_t pid = leader_new();
	siginfo_t info;

	kill(pid, SIGKILL);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	orphans_reap(orphans);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_uint_eq(orphans_end_scripts(orphans), 1);
	orphans_reap(orphans);
	ck_assert_int_lt(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG), 0);
}
END_TEST

START_TEST(others_are_not_touched)
{
	pid_t pid = leader_new();

	known = pid; /* a process of lvsd, whatever a script process that lies has noted */
	atomic_store(&groups->leaders[1], 1);
	atomic_store(&groups->leaders[2], (int32_t)getppid());
	atomic_store(&groups->leaders[3], -1);
	ck_assert_uint_eq(orphans_end_scripts(orphans), 0);
	ck_assert_int_eq(kill(pid, 0), 0);
	ck_assert_int_eq(kill(getppid(), 0), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
END_TEST

/* The number of a process that is somebody else's child, as a script process that lies notes it. */
START_TEST(group_of_another_ones_child_is_not_ended)
{
	pid_t parent = fork(), leader;

	if (parent == 0) {
		leader_new();
		for (;;)
			pause();
	}
	while (!(leader = atomic_load(&groups->leaders[0])))
		sched_yield();
	ck_assert_uint_eq(orphans_end_scripts(orphans), 0);
	ck_assert_int_eq(kill(leader, 0), 0);
	/* Once its parent is gone it is ours. */
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	atomic_store(&groups->leaders[0], leader);
	ck_assert_uint_eq(orphans_end_scripts(orphans), 1);
	ck_assert_int_eq(waitpid(leader, NULL, 0), leader);
}
END_TEST

START_TEST(control_group_is_divided_only_when_it_was_delegated)
{
	char path[] = "/tmp/lvsd-test-XXXXXX";
	bool has_attributes;

	ck_assert_ptr_nonnull(mkdtemp(path));
	ck_assert(!cgroup_is_delegated(path));
	has_attributes = setxattr(path, "trusted.delegate", "0", 1, 0) == 0;
	ck_assert(!cgroup_is_delegated(path));
	if (has_attributes) { /* not without root */
		ck_assert_int_eq(setxattr(path, "trusted.delegate", "1", 1, 0), 0);
		ck_assert(cgroup_is_delegated(path));
		ck_assert_int_eq(setxattr(path, "trusted.delegate", "10", 2, 0), 0);
		ck_assert(!cgroup_is_delegated(path));
	}
	rmdir(path);
}
END_TEST

START_TEST(own_control_group_is_found)
{
	char path[PATH_MAX];

	ck_assert(cgroup_path("0::/system.slice/lvsd.service\n", "/sys/fs/cgroup", path));
	ck_assert_str_eq(path, "/sys/fs/cgroup/system.slice/lvsd.service");
	ck_assert(cgroup_path("4:memory:/x\n1:name=systemd:/y\n0::/z\n", "/m", path));
	ck_assert_str_eq(path, "/m/z");
	ck_assert(cgroup_path("0::/", "/m", path));
	ck_assert_str_eq(path, "/m/");
	ck_assert(!cgroup_path("4:memory:/x\n", "/m", path));
	ck_assert(!cgroup_path("", "/m", path));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orphans");
	TCase *tcase = tcase_create("orphans");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, group_of_a_child_is_ended_and_reaped);
	tcase_add_test(tcase, leader_that_died_waits_for_the_end_of_its_group);
	tcase_add_test(tcase, others_are_not_touched);
	tcase_add_test(tcase, group_of_another_ones_child_is_not_ended);
	tcase_add_test(tcase, control_group_is_divided_only_when_it_was_delegated);
	tcase_add_test(tcase, own_control_group_is_found);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
