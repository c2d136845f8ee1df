/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reading of the kernel's list, from a file of the test's own. */
#include <check.h>

#include "sync/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N 20000

static char path[64];
static unsigned n_lines;

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ms * NS_PER_MS};
}

static void setup(void)
{
	FILE *file;

	snprintf(path, sizeof(path), "test_sync_listing.%d", (int)getpid());
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	for (unsigned i = 0; i < N; i++)
		fprintf(file, "line %6u, as long as the one of a connection of the kernel's own list is\n", i);
	fclose(file);
	n_lines = 0;
}

static void teardown(void)
{
	unlink(path);
}

static void on_line(const char *line, void *arg)
{
	unsigned number;

	(void)arg;
	ck_assert_int_eq(sscanf(line, "line %u,", &number), 1);
	ck_assert_uint_eq(number, n_lines);
	ck_assert_ptr_nonnull(strstr(line, "own list is"));
	n_lines++;
}

START_TEST(each_line_comes_once_in_slices)
{
	struct sync_listing listing;
	unsigned n_steps = 0, before = 0;

	sync_listing_begin(&listing, path, at_ms(1000));
	while (sync_listing_step(&listing, at_ms(1000), on_line, NULL)) {
		ck_assert_uint_lt(n_lines - before, N / 4);
		before = n_lines;
		n_steps++;
	}
	ck_assert_uint_eq(n_lines, N);
	ck_assert_uint_gt(n_steps, 4);
	ck_assert_int_eq(listing.fd, -1);
}
END_TEST

/* An older kernel needs seconds for a large table. */
START_TEST(what_takes_too_long_ends_there)
{
	struct sync_listing listing;
	unsigned before;

	sync_listing_begin(&listing, path, at_ms(1000));
	ck_assert(sync_listing_step(&listing, at_ms(1000 + SYNC_LISTING_MAX_MS - 1), on_line, NULL));
	before = n_lines;
	ck_assert_uint_gt(before, 0);
	ck_assert(!sync_listing_step(&listing, at_ms(1000 + SYNC_LISTING_MAX_MS), on_line, NULL));
	ck_assert_uint_eq(n_lines, before);
	ck_assert_int_eq(listing.fd, -1);
}
END_TEST

START_TEST(without_a_list_there_is_no_line)
{
	struct sync_listing listing;

	unlink(path);
	sync_listing_begin(&listing, path, at_ms(1000));
	ck_assert(!sync_listing_step(&listing, at_ms(1000), on_line, NULL));
	ck_assert_uint_eq(n_lines, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_listing");
	TCase *tests = tcase_create("listing");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, each_line_comes_once_in_slices);
	tcase_add_test(tests, what_takes_too_long_ends_there);
	tcase_add_test(tests, without_a_list_there_is_no_line);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
