/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How late probes begin, as a status shows it. */
#include "healthcheck/pace/lateness.h"

#include <check.h>
#include <stdlib.h>

static const struct mono start = {1000 * NS_PER_S};

static void add(struct lateness *lateness, int64_t at_ms, int64_t late_us, unsigned n)
{
	while (n--)
		lateness_add(lateness, mono_add_ms(start, at_ms), late_us * NS_PER_US);
}

static void sums_are(struct lateness *lateness, int64_t at_ms, uint64_t n, uint64_t p50, uint64_t p99,
		     uint64_t most)
{
	struct lateness_sums sums = lateness_sum(lateness, mono_add_ms(start, at_ms));

	ck_assert_uint_eq(sums.n, n);
	ck_assert_uint_eq(sums.p50_us, p50);
	ck_assert_uint_eq(sums.p99_us, p99);
	ck_assert_uint_eq(sums.most_us, most);
}

START_TEST(percentiles)
{
	struct lateness lateness = {0};

	sums_are(&lateness, 0, 0, 0, 0, 0);
	add(&lateness, 0, -5, 50);
	sums_are(&lateness, 0, 50, 0, 0, 0);
	add(&lateness, 0, 100, 149);
	sums_are(&lateness, 0, 199, 100, 100, 100);
	add(&lateness, 0, 40000, 1); /* one of 200 is above the 99th percentile */
	sums_are(&lateness, 0, 200, 111, 111, 40000);
	add(&lateness, 0, 40000, 2);
	sums_are(&lateness, 0, 202, 111, 40000, 40000);
}
END_TEST

START_TEST(the_last_minute_counts)
{
	struct lateness lateness = {0};

	add(&lateness, 0, 900, 1);
	add(&lateness, 29999, 700, 1);
	add(&lateness, 30000, 3, 1);
	sums_are(&lateness, 59999, 3, 767, 900, 900);
	sums_are(&lateness, 60000, 1, 3, 3, 3);
	sums_are(&lateness, 90000, 0, 0, 0, 0);
	add(&lateness, 200000, 5, 1);
	sums_are(&lateness, 200001, 1, 5, 5, 5);
}
END_TEST

/* Each value is in a bucket whose end is no less, and at most a fourth more. */
START_TEST(every_value_has_its_bucket)
{
	for (uint64_t us = 0; us < (uint64_t)1 << 40; us += 1 + us / 7) {
		struct lateness lateness = {0};
		struct lateness_sums sums;

		add(&lateness, 0, (int64_t)us, 1);
		add(&lateness, 0, (int64_t)1 << 41, 1);
		sums = lateness_sum(&lateness, start);
		if (us > UINT32_MAX)
			continue;
		ck_assert_uint_ge(sums.p50_us, us);
		ck_assert_uint_le(sums.p50_us, us + us / 4);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lateness");
	TCase *tcase = tcase_create("lateness");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, percentiles);
	tcase_add_test(tcase, the_last_minute_counts);
	tcase_add_test(tcase, every_value_has_its_bucket);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
