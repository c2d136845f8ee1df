/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folder state of the run dir: what an older version left, and whose the files are. */
#include "base/mem.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/shared/rundir_state.h"
#include "tests/unit/logged.h"

#include <cap-ng.h>
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD_APPLIED "applied.conf"
#define OLD_OWNED   "owned.json"
#define OLD_ADDRESSES "addresses.json"
#define STRANGER    65534 /* nobody, a user who exists */
#define NAMELESS    45678 /* no user has this number */

static char run_dir[] = "/tmp/lvsd-test-XXXXXX";
static bool is_moved; /* as the last take() said */

static void setup(void)
{
	strcpy(run_dir + strlen(run_dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(run_dir));
	ck_assert_int_eq(chmod(run_dir, 0755), 0);
}

static void teardown(void)
{
	char *state = rundir_file(run_dir, RUNDIR_STATE);

	for (size_t i = 0; rundir_state_files[i]; i++)
		rundir_remove(run_dir, rundir_state_files[i]);
	rmdir(state);
	ck_assert_int_eq(rmdir(run_dir), 0);
	free(state);
}

static void put(const char *name, const char *text)
{
	struct err err;

	ck_assert_int_eq(rundir_store(run_dir, name, text, strlen(text), &err), 0);
}

/* The text of the file, or "-". The caller frees nothing: the text is the last one's. */
static const char *text_of(const char *name)
{
	static char last[64];
	char *text;
	size_t len;

	strcpy(last, "-");
	if (rundir_fetch(run_dir, name, &text, &len) == 0) {
		snprintf(last, sizeof(last), "%s", text);
		free(text);
	}
	return last;
}

static bool exists(const char *name)
{
	char *file = rundir_file(run_dir, name);
	struct stat st;
	bool is_there = lstat(file, &st) == 0;

	free(file);
	return is_there;
}

static struct stat status_of(const char *name)
{
	char *file = rundir_file(run_dir, name);
	struct stat st;

	ck_assert_int_eq(lstat(file, &st), 0);
	free(file);
	return st;
}

static uid_t take(uid_t director)
{
	struct err err = {""};

	is_moved = false;
	ck_assert_msg(rundir_state_take(run_dir, &director, &is_moved, &err) == 0, "%s", err.text);
	ck_assert(!exists("state.former"));
	return director;
}

/* The path that messages show is that of the file that is read. */
static void check_found(const char *name)
{
	char *found = rundir_found(run_dir, RUNDIR_APPLIED), *wanted = rundir_file(run_dir, name);

	ck_assert_str_eq(found, wanted);
	free(wanted);
	free(found);
}

START_TEST(what_an_older_version_left_is_moved)
{
	put(OLD_APPLIED, "one");
	put(OLD_OWNED, "two");
	/* The new program may look before the new daemon runs: ExecStopPost= of the unit. */
	ck_assert_str_eq(text_of(RUNDIR_APPLIED), "one");
	take(geteuid());
	ck_assert(!exists(OLD_APPLIED) && !exists(OLD_OWNED));
	ck_assert_str_eq(text_of(RUNDIR_APPLIED), "one");
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "two");
	/* The same daemon again: nothing is lost. */
	take(geteuid());
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "two");
}
END_TEST

START_TEST(an_older_version_that_ran_last_is_right)
{
	take(geteuid());
	put(RUNDIR_APPLIED, "before");
	put(RUNDIR_DRAIN, "before");
	put(RUNDIR_ADDRESSES, "may be on the machine");
	check_found(RUNDIR_APPLIED);
	put(OLD_APPLIED, "after");
	ck_assert_str_eq(text_of(RUNDIR_APPLIED), "after");
	check_found(OLD_APPLIED);
	take(geteuid());
	ck_assert_str_eq(text_of(RUNDIR_APPLIED), "after");
	ck_assert(!exists(RUNDIR_DRAIN));
	ck_assert_str_eq(text_of(RUNDIR_ADDRESSES), "may be on the machine");
	put(OLD_ADDRESSES, "later");
	take(geteuid());
	ck_assert_str_eq(text_of(RUNDIR_ADDRESSES), "later");
}
END_TEST

START_TEST(an_interrupted_move_goes_on)
{
	char *former = rundir_file(run_dir, "state.former");

	take(geteuid());
	put(RUNDIR_OWNED, "moved before the crash");
	put(OLD_APPLIED, "not moved yet");
	ck_assert_int_eq(mkdir(former, 0700), 0);
	put("state.former/drain.json", "out of date");
	take(geteuid());
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "moved before the crash");
	ck_assert_str_eq(text_of(RUNDIR_APPLIED), "not moved yet");
	ck_assert(!exists(RUNDIR_DRAIN));
	free(former);
}
END_TEST

START_TEST(a_refused_start_gives_them_back)
{
	uid_t directors[] = {geteuid(), NAMELESS};

	for (size_t i = 0; i < 2; i++) {
		put(OLD_APPLIED, "one");
		put(OLD_OWNED, "two");
		take(directors[i]);
		ck_assert(is_moved && !exists(OLD_APPLIED));
		logged_begin();
		rundir_state_give_back(run_dir);
		ck_assert_str_eq(logged_take(), "");
		logged_end();
		ck_assert(!exists(RUNDIR_STATE));
		ck_assert_str_eq(text_of(OLD_APPLIED), "one");
		ck_assert_str_eq(text_of(OLD_OWNED), "two");
		ck_assert_uint_eq(status_of(OLD_OWNED).st_uid, geteuid());
	}
	take(geteuid());
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "two");
	take(geteuid());
	ck_assert(!is_moved);
}
END_TEST

/* The director's user was taken over: what he put there does not get into root's directory. */
START_TEST(tricks_of_the_owner_are_not_given_back)
{
	char *owned = rundir_file(run_dir, RUNDIR_OWNED), *roles = rundir_file(run_dir, RUNDIR_ROLES);
	char *roots = rundir_file(run_dir, "roots");

	put(OLD_APPLIED, "one");
	take(NAMELESS);
	put("roots", "secret");
	ck_assert_int_eq(symlink("/etc/passwd", owned), 0);
	ck_assert_int_eq(link(roots, roles), 0);
	rundir_state_give_back(run_dir);
	ck_assert_str_eq(text_of(OLD_APPLIED), "one");
	ck_assert(!exists(OLD_OWNED) && !exists("roles.json"));
	ck_assert(exists(RUNDIR_OWNED) && exists(RUNDIR_ROLES));
	unlink(roots);
	free(roots);
	free(roles);
	free(owned);
}
END_TEST

START_TEST(removing_removes_both)
{
	take(geteuid());
	put(RUNDIR_ADDRESSES, "{}");
	put("addresses.json", "{}");
	ck_assert(rundir_remove(run_dir, RUNDIR_ADDRESSES));
	ck_assert(!exists(RUNDIR_ADDRESSES) && !exists("addresses.json"));
}
END_TEST

static void expect_owner(const char *name, uid_t uid, mode_t mode)
{
	struct stat st = status_of(name);

	ck_assert_msg(st.st_uid == uid && st.st_gid == 0 && (st.st_mode & 07777) == mode,
		      "%s: %u:%u %04o", name, st.st_uid, st.st_gid, st.st_mode & 07777);
}

START_TEST(the_folder_is_the_directors)
{
	struct err err;

	put(OLD_OWNED, "{}");
	ck_assert_uint_eq(take(NAMELESS), NAMELESS);
	expect_owner(RUNDIR_STATE, NAMELESS, 02755);
	expect_owner(RUNDIR_OWNED, NAMELESS, 0640);
	ck_assert_int_eq(rundir_judge(run_dir, &err), 0);
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "{}");
	/* What root writes there has the group root too, as what the director writes. */
	put(RUNDIR_ROLES, "{}");
	expect_owner(RUNDIR_ROLES, 0, 0640);
	take(NAMELESS);
	expect_owner(RUNDIR_ROLES, NAMELESS, 0640);
	/* The user is gone, or has another number now: nothing is lost. */
	ck_assert_uint_eq(take(0), 0);
	expect_owner(RUNDIR_STATE, 0, 02755);
	expect_owner(RUNDIR_OWNED, 0, 0640);
}
END_TEST

/* The number of the director's user has changed, and his former one is another user's by now; or the
 * director runs as root, since his user could not be found or become. */
START_TEST(the_folder_of_another_user_is_taken_over)
{
	char *foreign = rundir_file(run_dir, RUNDIR_DRAIN);
	uid_t now[] = {NAMELESS, 0};

	for (size_t i = 0; i < 2; i++) {
		take(STRANGER);
		put(RUNDIR_OWNED, "{}");
		take(STRANGER);
		expect_owner(RUNDIR_OWNED, STRANGER, 0640);
		put(RUNDIR_ROLES, "{}"); /* root's */
		logged_begin();
		ck_assert_uint_eq(take(now[i]), now[i]);
		ck_assert_uint_eq(logged_count(logged_take(), "belonged to user 65534 "), 1);
		expect_owner(RUNDIR_STATE, now[i], 02755);
		expect_owner(RUNDIR_OWNED, now[i], 0640);
		expect_owner(RUNDIR_ROLES, now[i], 0640);
		/* Once. */
		take(now[i]);
		ck_assert_str_eq(logged_take(), "");
		logged_end();
	}
	/* A third user's file, which the former owner moved here, stays his. */
	take(STRANGER);
	put(RUNDIR_DRAIN, "{}");
	ck_assert_int_eq(chown(foreign, NAMELESS + 1, 0), 0);
	take(0);
	ck_assert_uint_eq(status_of(RUNDIR_DRAIN).st_uid, NAMELESS + 1);
	free(foreign);
}
END_TEST

/* Without CAP_CHOWN. In a process of its own (libcheck forks). */
START_TEST(a_folder_that_cannot_be_taken_over_is_refused)
{
	uid_t director = 0;
	struct err err;

	take(STRANGER);
	capng_get_caps_process();
	capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, CAP_CHOWN);
	ck_assert_int_eq(capng_apply(CAPNG_SELECT_CAPS), 0);
	ck_assert_int_eq(rundir_state_take(run_dir, &director, &is_moved, &err), -EPERM);
	ck_assert_msg(strstr(err.text, "belongs to the user ") && strstr(err.text, "chown -R root"),
		      "%s", err.text);
}
END_TEST

/* The director's user was taken over. Root opens no file for him, and gives him none. */
START_TEST(tricks_of_the_owner_fail)
{
	char *file = rundir_file(run_dir, RUNDIR_OWNED), *applied = rundir_file(run_dir, RUNDIR_APPLIED);
	char *roots = rundir_file(run_dir, "roots");
	struct err err;

	take(NAMELESS);
	put("roots", "secret");
	ck_assert_int_eq(symlink("/etc/passwd", file), 0);
	ck_assert_int_eq(link(roots, applied), 0);
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "-");
	take(NAMELESS);
	expect_owner("roots", 0, 0640);
	ck_assert_int_lt(rundir_judge(run_dir, &err), 0);
	ck_assert_msg(strstr(err.text, "owned.json is not a regular file"), "%s", err.text);
	unlink(file);
	/* In the run dir itself he is nobody: a flat file of his is not an older version's. */
	put(OLD_OWNED, "{}");
	free(file);
	file = rundir_file(run_dir, OLD_OWNED);
	ck_assert_int_eq(chown(file, NAMELESS, 0), 0);
	ck_assert_int_eq(rundir_judge(run_dir, &err), -EPERM);
	ck_assert_str_eq(text_of(RUNDIR_OWNED), "-");
	unlink(file);
	unlink(roots);
	free(roots);
	free(applied);
	free(file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rundir_state");
	TCase *tcase = tcase_create("rundir_state");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_an_older_version_left_is_moved);
	tcase_add_test(tcase, an_older_version_that_ran_last_is_right);
	tcase_add_test(tcase, an_interrupted_move_goes_on);
	tcase_add_test(tcase, removing_removes_both);
	if (geteuid() == 0) {
		tcase_add_test(tcase, a_refused_start_gives_them_back);
		tcase_add_test(tcase, tricks_of_the_owner_are_not_given_back);
		tcase_add_test(tcase, the_folder_is_the_directors);
		tcase_add_test(tcase, the_folder_of_another_user_is_taken_over);
		tcase_add_test(tcase, a_folder_that_cannot_be_taken_over_is_refused);
		tcase_add_test(tcase, tricks_of_the_owner_fail);
	}
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
