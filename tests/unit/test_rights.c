/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities of the processes, and when a start has failed. */
#include "daemon/supervisor/descriptors.h"
#include "daemon/shared/options.h"
#include "daemon/shared/rights.h"
#include "daemon/supervisor/startup.h"

#include <check.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define BIT(capability) (UINT64_C(1) << (capability))
#define ALL             (~UINT64_C(0))

static const struct right rights[] = {RIGHT(CAP_NET_RAW, NULL), RIGHT(CAP_SYS_NICE, "late"),
				      RIGHT(CAP_KILL, "on and on"), {NULL, NULL, 0}};

START_TEST(only_what_is_permitted_is_kept)
{
	const uint64_t all = BIT(CAP_NET_RAW) | BIT(CAP_SYS_NICE) | BIT(CAP_KILL);

	ck_assert_uint_eq(rights_kept(rights, ALL), all);
	ck_assert_uint_eq(rights_kept(rights, BIT(CAP_KILL) | BIT(CAP_SETUID)), BIT(CAP_KILL));
	ck_assert_uint_eq(rights_kept(rights, 0), 0);
	ck_assert_uint_eq(rights_kept(rights + 3, ALL), 0);
}
END_TEST

START_TEST(what_is_missing_is_named_with_its_cost)
{
	ck_assert_ptr_null(rights_find_lack(rights, ALL & ~BIT(CAP_NET_RAW)));
	ck_assert_ptr_eq(rights_find_lack(rights, ALL & ~BIT(CAP_KILL)), &rights[2]);
	ck_assert_ptr_eq(rights_find_lack(rights, 0), &rights[1]);
	ck_assert_ptr_eq(rights_find_lack(&rights[2], 0), &rights[2]);
	ck_assert_ptr_null(rights_find_lack(&rights[3], 0));
	ck_assert_str_eq(rights[1].name, "CAP_SYS_NICE");
}
END_TEST

START_TEST(start_fails_at_once_or_after_three_deaths)
{
	const int own_word = EXIT_STATUS_MACHINE << 8, other_status = 1 << 8;

	ck_assert(startup_has_failed(own_word, 1));
	ck_assert(!startup_has_failed(other_status, 1));
	ck_assert(!startup_has_failed(SIGKILL, 2));
	ck_assert(startup_has_failed(SIGKILL, 3));
	ck_assert(startup_has_failed(other_status, 3));
}
END_TEST

START_TEST(few_descriptors_are_named_before_a_library_aborts)
{
	struct rlimit limit;
	struct err err;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_ge(limit.rlim_max, DESCRIPTORS_MIN);
	limit.rlim_cur = 30;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(descriptors_ensure(&err), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_eq(limit.rlim_cur, limit.rlim_max);
	limit = (struct rlimit){34, 34};
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_lt(descriptors_ensure(&err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "limit of open files is 34"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rights");
	TCase *tcase = tcase_create("rights");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, only_what_is_permitted_is_kept);
	tcase_add_test(tcase, what_is_missing_is_named_with_its_cost);
	tcase_add_test(tcase, start_fails_at_once_or_after_three_deaths);
	tcase_add_test(tcase, few_descriptors_are_named_before_a_library_aborts);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
