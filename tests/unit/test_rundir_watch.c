/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path of the run dir leads elsewhere, which inotify does not tell: lvsd makes its files there. */
#include "base/mem.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/supervisor/rundir_watch.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
	char above[40];
	struct loop *loop;
	struct rundir dir;
	struct rundir_watch *watch;
	size_t n_renewed;
} rig;

static char *path_of(const char *name)
{
	return mem_printf("%s/%s", rig.above, name);
}

static void make_folder(const char *name)
{
	char *path = path_of(name);

	ck_assert_int_eq(mkdir(path, 0755), 0);
	free(path);
}

static void link_to(const char *target, const char *name)
{
	char *path = path_of(name);

	ck_assert_int_eq(symlink(target, path), 0);
	free(path);
}

static bool exists(const char *name)
{
	char *path = path_of(name);
	struct stat st;
	bool is = lstat(path, &st) == 0;

	free(path);
	return is;
}

static void on_renewed(void *arg)
{
	(void)arg;
	rig.n_renewed++;
	loop_stop(rig.loop);
}

static void on_late(void *arg)
{
	ck_abort_msg("the run dir was not made anew");
	loop_stop(arg);
}

/* Until the run dir is made anew. */
static void await_renewed(void)
{
	struct loop_timer *late = loop_timer_new(rig.loop, on_late, rig.loop);

	loop_timer_set(late, mono_add_ms(loop_now(rig.loop), 20000));
	loop_run(rig.loop);
	loop_timer_free(late);
	ck_assert(rundir_is_whole(&rig.dir));
}

static void on_over(void *arg)
{
	loop_stop(arg);
}

static void run_for(int64_t ms)
{
	struct loop_timer *over = loop_timer_new(rig.loop, on_over, rig.loop);

	loop_timer_set(over, mono_add_ms(loop_now(rig.loop), ms));
	loop_run(rig.loop);
	loop_timer_free(over);
}

static void setup(void)
{
	char *path;
	struct err err;

	memset(&rig, 0, sizeof(rig));
	strcpy(rig.above, "/tmp/lvsd-rundir-XXXXXX");
	ck_assert(mkdtemp(rig.above));
	make_folder("one");
	make_folder("two");
	link_to("one", "link");
	path = path_of("link/run");
	rig.loop = loop_new();
	ck_assert_msg(rundir_open(path, geteuid(), &rig.dir, &err) == 0, "%s", err.text);
	rig.watch = rundir_watch_new(rig.loop, &rig.dir, on_renewed, NULL);
	free(path);
}

/* Ends the watch, and removes the rest of run dirs. */
static void teardown(void)
{
	static const char *const rest[] = {"one/run/" RUNDIR_PID,   "one/run/" RUNDIR_CONTROL,
					   "one/run/" RUNDIR_STATE, "one/run",
					   "one",		    "two/run",
					   "two",		    "link",
					   ""};

	rundir_watch_free(rig.watch);
	rundir_close(&rig.dir);
	loop_free(rig.loop);
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
		char *path = path_of(rest[i]);

		remove(path);
		free(path);
	}
	ck_assert_int_eq(access(rig.above, F_OK), -1);
}

START_TEST(a_link_above_is_switched)
{
	char *new = path_of("new"), *link = path_of("link");

	link_to("two", "new");
	ck_assert_int_eq(rename(new, link), 0);
	await_renewed();
	ck_assert(exists("two/run/" RUNDIR_CONTROL) && exists("two/run/" RUNDIR_PID));
	/* The new place is watched too. */
	rundir_remove(rig.dir.path, RUNDIR_CONTROL);
	await_renewed();
	free(new);
	free(link);
}
END_TEST

START_TEST(a_file_system_is_mounted_over_it)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		printf("SKIP a_file_system_is_mounted_over_it: only root can mount\n");
		return;
	}
	ck_assert_int_eq(mount("none", rig.dir.path, "tmpfs", 0, "mode=0755"), 0);
	await_renewed();
	ck_assert_int_eq(umount2(rig.dir.path, MNT_DETACH), 0);
	await_renewed();
}
END_TEST

START_TEST(the_same_place_stays)
{
	run_for(2500);
	ck_assert_uint_eq(rig.n_renewed, 0);
	ck_assert(rundir_is_whole(&rig.dir));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rundir_watch");
	TCase *tcase = tcase_create("place");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_link_above_is_switched);
	tcase_add_test(tcase, a_file_system_is_mounted_over_it);
	tcase_add_test(tcase, the_same_place_stays);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
