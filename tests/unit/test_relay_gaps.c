/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frames that are missing, and those that are kept to be sent again. */
#include <check.h>

#include "base/mem.h"
#include "sync/relay/gaps.h"
#include "sync/relay/newest.h"
#include "sync/relay/ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mono at_ms(int64_t ms)
{
	return (struct mono){1000 * NS_PER_S + ms * NS_PER_MS};
}

static struct relay_gaps *gaps_new(void)
{
	return mem_calloc(1, sizeof(struct relay_gaps));
}

/* Which ranges are asked for at this time, as "3+2 9+1". */
static const char *asked(struct relay_gaps *gaps, int64_t ms, int64_t rtt_ms)
{
	static char text[1024];
	struct relay_nack nack;
	size_t len = 0;

	text[0] = 0;
	ck_assert_int_eq(relay_gaps_step(gaps, at_ms(ms), rtt_ms * NS_PER_MS, &nack), nack.n > 0);
	for (size_t i = 0; i < nack.n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu+%u", i ? " " : "",
					(unsigned long long)nack.ranges[i].from, nack.ranges[i].n);
	return text;
}

START_TEST(a_gap_is_asked_for_ten_times_and_given_up)
{
	static const int64_t rtts_ms[] = {0, 10, 11, 40};
	static const int64_t waits_ms[] = {20, 20, 22, 80};

	for (size_t r = 0; r < 4; r++) {
		struct relay_gaps *gaps = gaps_new();
		int64_t ms = 2, wait = waits_ms[r];

		ck_assert_int_eq(relay_gaps_see(gaps, 1, at_ms(0)), RELAY_SEEN_NEW);
		ck_assert(mono_is_never(relay_gaps_wake(gaps)));
		ck_assert_int_eq(relay_gaps_see(gaps, 4, at_ms(0)), RELAY_SEEN_NEW);
		ck_assert_uint_eq(relay_gaps_got(gaps), 1);
		ck_assert_str_eq(asked(gaps, 1, rtts_ms[r]), "");
		for (unsigned i = 0; i < 10; i++, ms += wait) {
			ck_assert_int_eq(mono_sub(relay_gaps_wake(gaps), at_ms(ms)), 0);
			ck_assert_str_eq(asked(gaps, ms - 1, rtts_ms[r]), "");
			ck_assert_str_eq(asked(gaps, ms, rtts_ms[r]), "2+2");
		}
		ck_assert_str_eq(asked(gaps, ms - 1, rtts_ms[r]), "");
		ck_assert_uint_eq(gaps->n_lost, 0);
		ck_assert_int_eq(mono_sub(relay_gaps_wake(gaps), at_ms(ms)), 0);
		ck_assert_str_eq(asked(gaps, ms, rtts_ms[r]), "");
		ck_assert_uint_eq(gaps->n_lost, 2);
		ck_assert_uint_eq(gaps->n_nacks, 10);
		ck_assert_uint_eq(relay_gaps_got(gaps), 4);
		ck_assert_int_eq(relay_gaps_see(gaps, 3, at_ms(ms)), RELAY_SEEN_OLD);
		free(gaps);
	}
}
END_TEST

START_TEST(what_comes_late_leaves_the_gap)
{
	static const struct {
		uint64_t seq;
		enum relay_seen seen;
		uint64_t got;
		const char *asked;
	} rows[] = {
	    {7, RELAY_SEEN_LATE, 1, "2+5 8+2"}, {7, RELAY_SEEN_OLD, 1, "2+5 8+2"},  {2, RELAY_SEEN_LATE, 2, "3+4 8+2"},
	    {6, RELAY_SEEN_LATE, 2, "3+3 8+2"}, {9, RELAY_SEEN_LATE, 2, "3+3 8+1"}, {8, RELAY_SEEN_LATE, 2, "3+3"},
	    {4, RELAY_SEEN_LATE, 2, "3+1 5+1"}, {3, RELAY_SEEN_LATE, 4, "5+1"},	    {5, RELAY_SEEN_LATE, 10, ""},
	    {1, RELAY_SEEN_OLD, 10, ""},	{10, RELAY_SEEN_OLD, 10, ""},	    {12, RELAY_SEEN_NEW, 10, "11+1"},
	};
	struct relay_gaps *gaps = gaps_new(), copy;

	relay_gaps_see(gaps, 1, at_ms(0));
	relay_gaps_see(gaps, 10, at_ms(0));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(relay_gaps_see(gaps, rows[i].seq, at_ms(0)), rows[i].seen);
		ck_assert_uint_eq(relay_gaps_got(gaps), rows[i].got);
		copy = *gaps;
		ck_assert_str_eq(asked(&copy, 2, 0), rows[i].asked);
	}
	ck_assert_uint_eq(gaps->n_recovered, 8);
	ck_assert_uint_eq(gaps->n_lost, 0);
	free(gaps);
}
END_TEST

/* The other frame with further ranges leaves 5 ms later. */
START_TEST(questions_are_bounded)
{
	struct relay_gaps *gaps = gaps_new();
	struct relay_nack nack;

	for (uint64_t seq = 2; seq <= 80; seq += 2)
		relay_gaps_see(gaps, seq, at_ms(0));
	ck_assert(relay_gaps_step(gaps, at_ms(2), 0, &nack));
	ck_assert_uint_eq(nack.n, 32);
	ck_assert_uint_eq(nack.ranges[31].from, 63);
	ck_assert_int_eq(mono_sub(relay_gaps_wake(gaps), at_ms(7)), 0);
	ck_assert(!relay_gaps_step(gaps, at_ms(6), 0, &nack));
	ck_assert(relay_gaps_step(gaps, at_ms(7), 0, &nack));
	ck_assert_uint_eq(nack.n, 8);
	ck_assert_uint_eq(nack.ranges[0].from, 65);
	free(gaps);
}
END_TEST

START_TEST(gaps_are_bounded)
{
	struct relay_gaps *gaps = gaps_new();

	for (uint64_t seq = 3; seq <= 3 * 512; seq += 3)
		relay_gaps_see(gaps, seq, at_ms(0));
	ck_assert_uint_eq(gaps->n, 512);
	ck_assert_uint_eq(gaps->n_lost, 0);
	relay_gaps_see(gaps, 1540, at_ms(0));
	ck_assert_uint_eq(gaps->n, 512);
	ck_assert_uint_eq(gaps->n_lost, 3);
	ck_assert_int_eq(relay_gaps_see(gaps, 1, at_ms(0)), RELAY_SEEN_LATE);
	ck_assert_int_eq(relay_gaps_see(gaps, 2, at_ms(0)), RELAY_SEEN_LATE);
	ck_assert_uint_eq(gaps->n, 511);
	/* A gap of three, and no room to split it: what is behind the frame is given up. */
	relay_gaps_see(gaps, 1544, at_ms(0));
	ck_assert_int_eq(relay_gaps_see(gaps, 1542, at_ms(0)), RELAY_SEEN_LATE);
	ck_assert_uint_eq(gaps->n, 512);
	ck_assert_uint_eq(gaps->n_lost, 4);
	ck_assert_int_eq(relay_gaps_see(gaps, 1543, at_ms(0)), RELAY_SEEN_OLD);
	ck_assert_int_eq(relay_gaps_see(gaps, 1541, at_ms(0)), RELAY_SEEN_LATE);
	free(gaps);
}
END_TEST

/* What the peer's ring no longer has is not asked for. */
START_TEST(a_long_gap_is_cut)
{
	struct relay_gaps *gaps = gaps_new();

	relay_gaps_see(gaps, 8192, at_ms(0));
	ck_assert_uint_eq(gaps->n_lost, 0);
	ck_assert_str_eq(asked(gaps, 2, 0), "1+8191");
	relay_gaps_see(gaps, 8192 + 8193, at_ms(2));
	ck_assert_uint_eq(gaps->n_lost, 1);
	ck_assert_str_eq(asked(gaps, 7, 0), "8194+8191");
	free(gaps);
}
END_TEST

static void put(struct relay_ring *ring, uint64_t seq, size_t len, bool is_data)
{
	uint8_t frame[RELAY_FRAME_MAX];

	memset(frame, (int)seq, sizeof(frame));
	relay_ring_put(ring, seq, frame, len, is_data, at_ms((int64_t)seq));
}

START_TEST(the_ring_keeps_the_last_frames)
{
	struct relay_ring *ring = relay_ring_new();
	size_t len = 0;

	ck_assert_ptr_null(relay_ring_find(ring, 0, &len));
	ck_assert_ptr_null(relay_ring_find(ring, 1, &len));
	for (uint64_t seq = 1; seq <= 8192; seq++)
		put(ring, seq, 10 + seq % 5, false);
	ck_assert_ptr_nonnull(relay_ring_find(ring, 1, &len));
	put(ring, 8193, 77, false);
	ck_assert_ptr_null(relay_ring_find(ring, 1, &len));
	ck_assert_uint_eq(relay_ring_find(ring, 2, &len)[11], 2);
	ck_assert_uint_eq(len, 12);
	ck_assert_uint_eq(relay_ring_find(ring, 8193, &len)[76], 1);
	ck_assert_uint_eq(len, 77);
	relay_ring_clear(ring);
	ck_assert_uint_eq(relay_ring_bytes(ring), 0);
	ck_assert_ptr_null(relay_ring_find(ring, 8193, &len));
	put(ring, 1, 10, false);
	ck_assert_ptr_nonnull(relay_ring_find(ring, 1, &len));
	relay_ring_free(ring);
}
END_TEST

START_TEST(the_ring_is_bounded_in_bytes)
{
	struct relay_ring *ring = relay_ring_new();
	size_t len;

	for (uint64_t seq = 1; seq <= 4000; seq++) {
		put(ring, seq, RELAY_FRAME_MAX, false);
		ck_assert_uint_le(relay_ring_bytes(ring), 4 << 20);
	}
	ck_assert_uint_gt(relay_ring_bytes(ring), (4 << 20) - RELAY_FRAME_MAX);
	ck_assert_ptr_null(relay_ring_find(ring, 4000 - (4 << 20) / RELAY_FRAME_MAX, &len));
	ck_assert_ptr_nonnull(relay_ring_find(ring, 4001 - (4 << 20) / RELAY_FRAME_MAX, &len));
	relay_ring_free(ring);
}
END_TEST

START_TEST(the_ring_knows_its_oldest_data)
{
	struct relay_ring *ring = relay_ring_new();
	struct mono sent;
	uint64_t seq;

	for (uint64_t i = 1; i <= 9; i++)
		put(ring, i, 10, i == 3 || i == 7);
	ck_assert(relay_ring_data_since(ring, 0, &sent, &seq) && seq == 3);
	ck_assert(relay_ring_data_since(ring, 3, &sent, &seq) && seq == 3);
	ck_assert(relay_ring_data_since(ring, 4, &sent, &seq) && seq == 7);
	ck_assert_int_eq(mono_sub(sent, at_ms(7)), 0);
	ck_assert(!relay_ring_data_since(ring, 8, &sent, &seq));
	relay_ring_free(ring);
}
END_TEST

START_TEST(answers_are_capped)
{
	struct relay_ring *ring = relay_ring_new();
	struct relay_nack nack = {.n = 4, .ranges = {{5, 2}, {9999, 3}, {UINT64_MAX, 9}, {0, 2}}};
	uint64_t seqs[RELAY_AGAIN_BURST];

	for (uint64_t i = 1; i <= 1000; i++)
		put(ring, i, 10, true);
	ck_assert_uint_eq(relay_ring_answer(ring, &nack, at_ms(0), seqs), 3);
	ck_assert(seqs[0] == 5 && seqs[1] == 6 && seqs[2] == 1);
	nack = (struct relay_nack){.n = 1, .ranges = {{1, 1000}}};
	ck_assert_uint_eq(relay_ring_answer(ring, &nack, at_ms(0), seqs), 253);
	ck_assert_uint_eq(relay_ring_answer(ring, &nack, at_ms(0), seqs), 0);
	ck_assert_uint_eq(relay_ring_answer(ring, &nack, at_ms(50), seqs), 100);
	ck_assert_uint_eq(seqs[99], 100);
	ck_assert_uint_eq(relay_ring_answer(ring, &nack, at_ms(1000), seqs), 256);
	relay_ring_free(ring);
}
END_TEST

static bool has(const struct relay_newest *newest, unsigned key, uint64_t seq)
{
	return relay_newest_has(newest, (const uint8_t *)&key, sizeof(key), seq);
}

static void note(struct relay_newest *newest, unsigned key, uint64_t seq, uint64_t floor)
{
	relay_newest_note(newest, (const uint8_t *)&key, sizeof(key), seq, floor);
}

START_TEST(a_newer_entry_is_known)
{
	struct relay_newest *newest = relay_newest_new(1);

	ck_assert(!has(newest, 1, 5));
	note(newest, 1, 8, 3);
	ck_assert(has(newest, 1, 7));
	ck_assert(!has(newest, 1, 8));
	ck_assert(!has(newest, 2, 7));
	note(newest, 1, 6, 3); /* an older one takes nothing back */
	ck_assert(has(newest, 1, 7));
	note(newest, 1, 9, 3);
	ck_assert(has(newest, 1, 8));
	relay_newest_clear(newest);
	ck_assert(!has(newest, 1, 5));
	relay_newest_free(newest);
}
END_TEST

/* Without room, what may be newer counts as newer; what no late frame can be before is forgotten for nothing. */
START_TEST(without_room_it_does_not_guess)
{
	struct relay_newest *newest = relay_newest_new(1);
	const unsigned n = 8 * RELAY_NEWEST_SETS * RELAY_NEWEST_WAYS;

	for (unsigned key = 0; key < n; key++)
		note(newest, key, 10 + key, 10 + key);
	ck_assert(!has(newest, n + 1, 1));
	for (unsigned key = 0; key < n; key++)
		note(newest, key, 10 + n + key, 9);
	for (unsigned key = 0; key < n; key++)
		ck_assert(has(newest, key, 9));
	ck_assert(has(newest, n + 1, 9));
	ck_assert(!has(newest, n + 1, 10 + 2 * n));
	relay_newest_free(newest);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_gaps");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_gap_is_asked_for_ten_times_and_given_up);
	tcase_add_test(tcase, what_comes_late_leaves_the_gap);
	tcase_add_test(tcase, questions_are_bounded);
	tcase_add_test(tcase, gaps_are_bounded);
	tcase_add_test(tcase, a_long_gap_is_cut);
	tcase_add_test(tcase, the_ring_keeps_the_last_frames);
	tcase_add_test(tcase, the_ring_is_bounded_in_bytes);
	tcase_add_test(tcase, the_ring_knows_its_oldest_data);
	tcase_add_test(tcase, answers_are_capped);
	tcase_add_test(tcase, a_newer_entry_is_known);
	tcase_add_test(tcase, without_room_it_does_not_guess);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
