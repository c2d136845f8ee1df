/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pace of a bulk, the coverage, and whether an instance may preempt. */
#include <check.h>

#include "sync/relay/counts.h"
#include "sync/relay/pace.h"
#include "sync/relay/ready.h"

#include <stdlib.h>

static struct mono at_ms(int64_t ms)
{
	return (struct mono){1000 * NS_PER_S + ms * NS_PER_MS};
}

/* The entries that a bulk sends in this time, 20 in a frame, as often as it may. */
static unsigned bulk_in(struct relay_pace *pace, int64_t from_ms, int64_t to_ms)
{
	unsigned n = 0;

	for (int64_t ms = from_ms; ms < to_ms; ms++)
		for (; mono_reached(at_ms(ms), relay_pace_wake(pace)); n += 20)
			relay_pace_bulk(pace, 20, at_ms(ms));
	return n;
}

START_TEST(a_bulk_has_its_pace)
{
	struct relay_pace pace;
	unsigned n;

	relay_pace_begin(&pace, at_ms(0));
	n = bulk_in(&pace, 0, 1000);
	ck_assert_uint_ge(n, 19980);
	ck_assert_uint_le(n, 20040);
	/* After a silence not more than 10 ms at once. */
	n = bulk_in(&pace, 5000, 5001);
	ck_assert_uint_ge(n, 200);
	ck_assert_uint_le(n, 240);
}
END_TEST

START_TEST(live_entries_come_first)
{
	struct relay_pace pace;
	unsigned n;

	relay_pace_begin(&pace, at_ms(0));
	relay_pace_live(&pace, 100, at_ms(0));
	ck_assert_int_eq(mono_sub(relay_pace_wake(&pace), at_ms(0)), 5 * NS_PER_MS);
	relay_pace_live(&pace, 100000, at_ms(0));
	ck_assert_int_eq(mono_sub(relay_pace_wake(&pace), at_ms(0)), 20 * NS_PER_MS);
	/* A bulk ends whatever else is sent: once in 20 ms a frame leaves. */
	n = 0;
	for (int64_t ms = 0; ms < 1000; ms += 20) {
		n += bulk_in(&pace, ms, ms + 1);
		relay_pace_live(&pace, 100000, at_ms(ms));
	}
	ck_assert_uint_ge(n, 900);
}
END_TEST

START_TEST(the_pace_follows_the_peer)
{
	static const struct {
		unsigned n_bulk, n_live, n_again;
		bool is_dropped;
		uint32_t before, after;
	} rows[] = {
	    {1, 0, 0, false, 20000, 22000},	 {1, 0, 0, false, 99000, 100000}, {1, 0, 0, false, 100000, 100000},
	    {0, 50, 0, false, 20000, 20000},	 {0, 0, 0, false, 20000, 20000},  {100, 0, 5, false, 20000, 22000},
	    {100, 0, 6, false, 20000, 10000},	 {0, 100, 6, false, 20000, 10000}, {19, 0, 19, false, 20000, 22000},
	    {20, 0, 2, false, 20000, 10000},	 {100, 0, 0, true, 20000, 10000}, {100, 0, 50, true, 20000, 10000},
	    {100, 0, 50, false, 1500, 1000},	 {1, 0, 0, true, 1000, 1000},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct relay_pace pace;

		relay_pace_begin(&pace, at_ms(0));
		ck_assert_uint_eq(pace.rate, 20000);
		pace.rate = rows[i].before;
		for (unsigned n = 0; n < rows[i].n_bulk; n++)
			relay_pace_bulk(&pace, 1, at_ms(1));
		for (unsigned n = 0; n < rows[i].n_live; n++)
			relay_pace_live(&pace, 1, at_ms(1));
		relay_pace_again(&pace, rows[i].n_again);
		if (rows[i].is_dropped) {
			relay_pace_drop(&pace);
			relay_pace_drop(&pace);
		}
		relay_pace_tick(&pace, at_ms(999));
		ck_assert_uint_eq(pace.rate, rows[i].is_dropped ? rows[i].after : rows[i].before);
		relay_pace_tick(&pace, at_ms(1000));
		ck_assert_uint_eq(pace.rate, rows[i].after);
		relay_pace_tick(&pace, at_ms(2000)); /* a second with nothing */
		ck_assert_uint_eq(pace.rate, rows[i].after);
	}
}
END_TEST

START_TEST(coverage_is_the_share_that_is_here)
{
	static const struct {
		uint32_t theirs[3], mine[3];
		bool has_any;
		uint32_t coverage;
	} rows[] = {
	    {{0, 0, 0}, {5, 5, 5}, false, 0},	    {{10, 10, 0}, {30, 5, 0}, true, 750000},
	    {{10, 10, 0}, {10, 10, 9}, true, 1000000}, {{1, 0, 0}, {0, 1, 1}, true, 0},
	    {{UINT32_MAX, UINT32_MAX, UINT32_MAX}, {UINT32_MAX, UINT32_MAX, 0}, true, 666666},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct relay_counts theirs = {{0}}, mine = {{0}};
		uint32_t coverage = 77;

		for (size_t k = 0; k < 3; k++) {
			theirs.served[k * 100] = rows[i].theirs[k];
			mine.served[k * 100] = rows[i].mine[k];
		}
		ck_assert_int_eq(relay_coverage(&theirs, &mine, &coverage), rows[i].has_any);
		ck_assert_uint_eq(coverage, rows[i].has_any ? rows[i].coverage : 77);
	}
}
END_TEST

static unsigned buckets_used(const struct relay_counts *counts, uint64_t *ret_sum)
{
	unsigned n = 0;

	*ret_sum = 0;
	for (size_t i = 0; i < RELAY_COUNTS_N; i++) {
		n += counts->served[i] > 0;
		*ret_sum += counts->served[i];
	}
	return n;
}

START_TEST(each_part_of_a_destination_counts)
{
	const struct svckey service = {.family = AF_INET, .protocol = 6, .ep = {{AF_INET, {10, 0, 0, 1}}, 80}};
	const struct endpoint dest = {{AF_INET, {10, 0, 1, 1}}, 80};
	struct svckey others[7];
	struct relay_counts counts = {{0}}, far = {{0}};
	uint64_t sum;

	relay_counts_add(&counts, &service, &dest, 3, 4);
	relay_counts_add(&counts, &service, &dest, 5, 0);
	ck_assert_uint_eq(buckets_used(&counts, &sum), 1);
	ck_assert_uint_eq(sum, 12);
	relay_counts_add(&counts, &service, &dest, UINT32_MAX, 4);
	ck_assert_uint_eq(buckets_used(&counts, &sum), 1);
	ck_assert_uint_eq(sum, UINT32_MAX);

	for (size_t i = 0; i < 7; i++)
		others[i] = service;
	others[0].family = AF_INET6;
	others[1].protocol = 17;
	others[2].fwmark = 7;
	others[3].ep.port = 81;
	others[4].ep.addr.bytes[3] = 2;
	others[5].fwmark = 7 << 24;
	others[6].ep.port = 80 + 256;
	for (size_t i = 0; i < 7; i++)
		relay_counts_add(&far, &others[i], &dest, 1, 0);
	relay_counts_add(&far, &service, &(struct endpoint){{AF_INET, {10, 0, 1, 2}}, 80}, 1, 0);
	relay_counts_add(&far, &service, &(struct endpoint){{AF_INET, {10, 0, 1, 1}}, 81}, 1, 0);
	relay_counts_add(&far, &service, &(struct endpoint){{AF_INET, {10, 0, 1, 1}}, 80 + 256}, 1, 0);
	/* Two of ten may share a bucket by chance. */
	ck_assert_uint_ge(buckets_used(&far, &sum), 9);
	ck_assert_uint_eq(sum, 10);
}
END_TEST

START_TEST(many_destinations_use_all_buckets)
{
	struct relay_counts counts = {{0}};
	uint64_t sum;

	for (unsigned i = 0; i < 4096; i++)
		relay_counts_add(&counts, &(struct svckey){.family = AF_INET, .fwmark = 1 + i / 64},
				 &(struct endpoint){{AF_INET, {10, 0, 1, (uint8_t)(i % 64)}}, 0}, 1, 0);
	ck_assert_uint_ge(buckets_used(&counts, &sum), 254);
}
END_TEST

#define DOWN	 {RELAY_DOWN, false}
#define LEFT	 {RELAY_DOWN, true}
#define JOINING	 {RELAY_JOINING, false}
#define READY	 {RELAY_READY, false}
#define DEGRADED {RELAY_DEGRADED, false}

START_TEST(preemption_waits_for_those_that_are_there)
{
	static const struct {
		struct relay_member members[2];
		size_t n;
		enum relay_verdict at_once, later, over; /* at 2.999, 3 and 30 s */
	} rows[] = {
	    {{DOWN}, 0, RELAY_GO, RELAY_GO, RELAY_GO},
	    {{DOWN}, 1, RELAY_WAIT, RELAY_WAIT, RELAY_GO_DEGRADED},
	    {{LEFT}, 1, RELAY_GO, RELAY_GO, RELAY_GO},
	    {{JOINING}, 1, RELAY_WAIT, RELAY_WAIT, RELAY_GO_DEGRADED},
	    {{DEGRADED}, 1, RELAY_WAIT, RELAY_WAIT, RELAY_GO_DEGRADED},
	    {{READY}, 1, RELAY_GO, RELAY_GO, RELAY_GO},
	    {{READY, DOWN}, 2, RELAY_WAIT, RELAY_GO, RELAY_GO},
	    {{READY, LEFT}, 2, RELAY_GO, RELAY_GO, RELAY_GO},
	    {{READY, JOINING}, 2, RELAY_WAIT, RELAY_WAIT, RELAY_GO_DEGRADED},
	    {{DEGRADED, READY}, 2, RELAY_WAIT, RELAY_WAIT, RELAY_GO_DEGRADED},
	    {{LEFT, DOWN}, 2, RELAY_WAIT, RELAY_WAIT, RELAY_GO_DEGRADED},
	    {{LEFT, LEFT}, 2, RELAY_GO, RELAY_GO, RELAY_GO},
	    {{READY, READY}, 2, RELAY_GO, RELAY_GO, RELAY_GO},
	};
	const int64_t sync_wait_ns = 30 * NS_PER_S;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const enum relay_verdict wanted[] = {rows[i].at_once, rows[i].at_once, rows[i].later,
						     rows[i].later,   rows[i].over,    rows[i].over};
		const int64_t times_ms[] = {0, 2999, 3000, 29999, 30000, 31000};
		struct relay_wait wait;
		bool is_news;

		relay_wait_begin(&wait, at_ms(0));
		for (size_t k = 0; k < 6; k++) {
			ck_assert_int_eq(relay_wait_judge(&wait, rows[i].members, rows[i].n, sync_wait_ns,
							  at_ms(times_ms[k]), &is_news),
					 wanted[k]);
			ck_assert_int_eq(is_news, wanted[k] == RELAY_GO_DEGRADED && k == 4);
		}
	}
}
END_TEST

START_TEST(a_wait_wakes)
{
	struct relay_wait wait;

	relay_wait_begin(&wait, at_ms(0));
	ck_assert_int_eq(relay_wait_wake(&wait, 30 * NS_PER_S, at_ms(0)).ns, at_ms(3000).ns);
	ck_assert_int_eq(relay_wait_wake(&wait, 30 * NS_PER_S, at_ms(3000)).ns, at_ms(30000).ns);
	ck_assert(mono_is_never(relay_wait_wake(&wait, 30 * NS_PER_S, at_ms(30000))));
	ck_assert_int_eq(relay_wait_wake(&wait, NS_PER_S, at_ms(0)).ns, at_ms(1000).ns);
	ck_assert_int_eq(relay_wait_wake(&wait, NS_PER_S, at_ms(1000)).ns, at_ms(3000).ns);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_pace");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_bulk_has_its_pace);
	tcase_add_test(tcase, live_entries_come_first);
	tcase_add_test(tcase, the_pace_follows_the_peer);
	tcase_add_test(tcase, coverage_is_the_share_that_is_here);
	tcase_add_test(tcase, each_part_of_a_destination_counts);
	tcase_add_test(tcase, many_destinations_use_all_buckets);
	tcase_add_test(tcase, preemption_waits_for_those_that_are_there);
	tcase_add_test(tcase, a_wait_wakes);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
