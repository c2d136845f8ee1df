/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who the director runs as, and that the folder state is his. */
#include "base/mem.h"
#include "base/trust.h"
#include "daemon/supervisor/directors_user.h"

#include <cap-ng.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

static const struct privileges nobodys = {.users = {"nobody"}};
static const struct privileges nameless = {.users = {"lvsd-no-such"}};

static char scratch[] = "/tmp/lvsd-test-XXXXXX";
static char *run_dir;

static void setup(void)
{
	strcpy(scratch + strlen(scratch) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(scratch)); /* with mode 0700 */
	run_dir = mem_printf("%s/run", scratch);
}

static void teardown(void)
{
	char *state = mem_printf("%s/state", run_dir);

	rmdir(state);
	rmdir(run_dir);
	free(state);
	ck_assert_int_eq(rmdir(scratch), 0);
	free(run_dir);
}

static uid_t owner_of_state(void)
{
	char *state = mem_printf("%s/state", run_dir);
	struct stat st;

	ck_assert_int_eq(stat(state, &st), 0);
	free(state);
	return st.st_uid;
}

/* Opens the run dir. The director must be the user, who owns the folder, and words say why if it is
 * not the one of the row. */
static void expect_user(const struct privileges *privileges, uid_t uid, const char *words)
{
	struct directors_user user;
	struct err err = {""};
	struct rundir dir;
	struct privilege_found found;
	mode_t mask = umask(077);

	ck_assert_int_eq(privilege_find(&privileges, 1, &found, &err), 0);
	ck_assert_msg(directors_user_open(run_dir, privileges, &found, &user, &dir, &err) == 0, "%s",
		      err.text);
	umask(mask);
	ck_assert_uint_eq(user.user.uid, uid);
	ck_assert_uint_eq(owner_of_state(), uid);
	ck_assert_msg(words ? strstr(user.lacks.text, words) != NULL : !user.lacks.text[0], "%s",
		      user.lacks.text);
	rundir_close(&dir);
}

START_TEST(the_user_of_the_row_owns_the_folder)
{
	chmod(scratch, 0711);
	expect_user(&nobodys, NOBODY, NULL);
	/* A run dir that is there already, and in which he could not reach the folder. */
	mkdir(run_dir, 0700);
	expect_user(&nobodys, 0, "run: run `chmod o+x ");
	chmod(run_dir, 0755);
	expect_user(&nobodys, NOBODY, NULL);
}
END_TEST

START_TEST(without_a_way_or_a_user_it_is_root)
{
	expect_user(&nobodys, 0, "cannot reach the run dir");
	expect_user(&nameless, 0, "there is no user 'lvsd-no-such'");
}
END_TEST

/* In a process of its own (libcheck forks). */
START_TEST(without_a_right_it_is_root)
{
	chmod(scratch, 0711);
	capng_get_caps_process();
	capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, CAP_CHOWN);
	ck_assert_int_eq(capng_apply(CAPNG_SELECT_CAPS), 0);
	expect_user(&nobodys, 0, "CAP_CHOWN is missing");
	capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, CAP_SETUID);
	ck_assert_int_eq(capng_apply(CAPNG_SELECT_CAPS), 0);
	expect_user(&nobodys, 0, "CAP_SETUID");
}
END_TEST

/* As `lvsd -t`: what the loader could not open, root cannot open then either. */
START_TEST(root_reads_as_the_loader)
{
	char *file = mem_printf("%s/file", scratch);
	int fd = open(file, O_CREAT | O_RDONLY, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(chown(file, NOBODY, NOBODY), 0);
	ck_assert_int_eq(access(file, R_OK), 0);
	privilege_read_as_loader();
	ck_assert_int_eq(access(file, R_OK), -1);
	ck_assert_ptr_nonnull(strstr(trust_way_to_open(-errno), "make root the owner"));
	ck_assert_str_eq(trust_way_to_open(-ENOENT), "");
	ck_assert_int_eq(chown(file, 0, 0), 0); /* no other right is given up */
	ck_assert_int_eq(access(file, R_OK), 0);
	ck_assert_int_eq(unlink(file), 0);
	free(file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("directors_user");
	TCase *tcase = tcase_create("directors_user");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	if (geteuid() == 0) {
		tcase_add_test(tcase, the_user_of_the_row_owns_the_folder);
		tcase_add_test(tcase, without_a_way_or_a_user_it_is_root);
		tcase_add_test(tcase, without_a_right_it_is_root);
		tcase_add_test(tcase, root_reads_as_the_loader);
	}
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
