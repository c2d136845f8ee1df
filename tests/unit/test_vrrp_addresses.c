/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announcements of addresses, and the guard that puts back what somebody removes. */
#include "vrrp/garp.h"
#include "vrrp/guard.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){1000 * NS_PER_S})
/* More than leave together. */
#define N_MANY (3 * VRRP_GARP_BATCH + 1)

/* --- announcements --- */

/* Runs the schedule to its end; counts per address, and says when it ended. */
static struct mono run_out(struct vrrp_garp *garp, unsigned *counts, size_t *ret_batches)
{
	size_t indexes[VRRP_GARP_BATCH];
	struct mono at = NOW;
	size_t batches = 0;

	while (!mono_is_never(vrrp_garp_wake(garp))) {
		size_t n;

		at = vrrp_garp_wake(garp);
		n = vrrp_garp_take(garp, at, indexes);
		ck_assert_uint_le(n, VRRP_GARP_BATCH);
		for (size_t i = 0; i < n; i++)
			counts[indexes[i]]++;
		batches++;
	}
	*ret_batches = batches;
	return at;
}

/* As without any garp_ keyword. */
static const struct vrrp_garp_conf usual = {.rounds = 5, .second_ns = 5 * NS_PER_S};

START_TEST(two_bursts_of_five)
{
	struct vrrp_garp garp = {0};
	unsigned counts[3] = {0};
	size_t batches;
	struct mono end;

	vrrp_garp_start(&garp, &usual, 3, NOW);
	end = run_out(&garp, counts, &batches);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(counts[i], 10);
	ck_assert_uint_eq(batches, 10);
	ck_assert(mono_sub(end, NOW) > 5 * NS_PER_S && mono_sub(end, NOW) < 6 * NS_PER_S);
}
END_TEST

START_TEST(every_address_once_before_any_twice)
{
	struct vrrp_garp garp = {0};
	size_t indexes[VRRP_GARP_BATCH], seen = 0;

	vrrp_garp_start(&garp, &usual, N_MANY, NOW);
	while (seen < N_MANY) {
		struct mono at = vrrp_garp_wake(&garp);
		size_t n = vrrp_garp_take(&garp, at, indexes);

		ck_assert(mono_sub(at, NOW) <= 4 * VRRP_GARP_PACE_NS);
		for (size_t i = 0; i < n; i++)
			ck_assert_uint_eq(indexes[i], seen++);
	}
}
END_TEST

START_TEST(many_addresses_are_paced)
{
	struct vrrp_garp garp = {0};
	unsigned counts[N_MANY] = {0};
	size_t batches, indexes[VRRP_GARP_BATCH];

	/* All that an advertisement can name leave together. */
	vrrp_garp_start(&garp, &usual, 255, NOW);
	ck_assert_uint_eq(vrrp_garp_take(&garp, NOW, indexes), 255);
	vrrp_garp_start(&garp, &usual, N_MANY, NOW);
	ck_assert_uint_eq(vrrp_garp_take(&garp, NOW, indexes), VRRP_GARP_BATCH);
	ck_assert_uint_eq(vrrp_garp_take(&garp, NOW, indexes), 0);
	vrrp_garp_start(&garp, &usual, N_MANY, NOW);
	run_out(&garp, counts, &batches);
	for (size_t i = 0; i < N_MANY; i++)
		ck_assert_uint_eq(counts[i], 10);
	ck_assert_uint_eq(batches, 40);
}
END_TEST

START_TEST(nothing_to_announce)
{
	struct vrrp_garp garp = {0};
	size_t indexes[VRRP_GARP_BATCH];

	ck_assert(mono_is_never(vrrp_garp_wake(&garp)));
	ck_assert_uint_eq(vrrp_garp_take(&garp, NOW, indexes), 0);
	vrrp_garp_start(&garp, &usual, 0, NOW);
	ck_assert(mono_is_never(vrrp_garp_wake(&garp)));
	vrrp_garp_start(&garp, &usual, 2, NOW);
	vrrp_garp_stop(&garp);
	ck_assert(mono_is_never(vrrp_garp_wake(&garp)));
}
END_TEST

/* How many packets are sent in so many seconds for one address. */
static unsigned packets_in(const struct vrrp_garp_conf *conf, int seconds)
{
	struct vrrp_garp garp = {0};
	size_t indexes[VRRP_GARP_BATCH];
	struct mono end = mono_add_ns(NOW, seconds * NS_PER_S);
	unsigned n = 0;

	vrrp_garp_start(&garp, conf, 1, NOW);
	while (mono_before(vrrp_garp_wake(&garp), end))
		n += vrrp_garp_take(&garp, vrrp_garp_wake(&garp), indexes);
	return n;
}

START_TEST(bursts_and_refreshes_are_as_configured)
{
	const struct {
		struct vrrp_garp_conf conf;
		int seconds;
		unsigned n;
	} rows[] = {
	    {{.rounds = 3, .second_ns = 10 * NS_PER_S}, 10, 3},
	    {{.rounds = 3, .second_ns = 10 * NS_PER_S}, 1000, 6},
	    {{.rounds = 3}, 1000, 3},
	    {{.rounds = 0}, 1000, 1},
	    /* At 0, and from the 60th second on every minute. */
	    {{.rounds = 1, .refresh_ns = 60 * NS_PER_S}, 601, 1 + 10},
	    {{.rounds = 1, .refresh_ns = 60 * NS_PER_S, .refresh_rounds = 2}, 601, 1 + 20},
	    /* At 0, at 5, and from the 60th second on: as in keepalived, whatever the second burst does. */
	    {{.rounds = 2, .second_ns = 5 * NS_PER_S, .refresh_ns = 60 * NS_PER_S}, 601, 4 + 10},
	    /* At 0, 3, 5, 6. */
	    {{.rounds = 1, .second_ns = 5 * NS_PER_S, .refresh_ns = 3 * NS_PER_S}, 7, 4},
	};

	ck_assert_uint_eq(packets_in(&rows[_i].conf, rows[_i].seconds), rows[_i].n);
}
END_TEST

/* garp_extra_if: 100 s after the second burst, and every 100 s from then on, however often a burst
 * begins anew. */
START_TEST(further_interfaces_are_announced_at_their_interval)
{
	const struct vrrp_garp_conf conf = {
	    .rounds = 1, .second_ns = 5 * NS_PER_S, .extra_ns = 100 * NS_PER_S};
	struct vrrp_garp garp = {0};
	unsigned n = 0;

	ck_assert(mono_is_never(vrrp_garp_extra_wake(&garp)));
	vrrp_garp_start(&garp, &conf, 2, NOW);
	ck_assert_int_eq(mono_sub(vrrp_garp_extra_wake(&garp), NOW), 105 * NS_PER_S);
	for (int s = 0; s <= 1000; s++) {
		vrrp_garp_restart(&garp, &conf, 2, mono_add_ms(NOW, s * 1000));
		n += vrrp_garp_take_extra(&garp, mono_add_ms(NOW, s * 1000));
	}
	ck_assert_uint_eq(n, 9);
	vrrp_garp_stop(&garp);
	ck_assert(mono_is_never(vrrp_garp_extra_wake(&garp)));
	vrrp_garp_start(&garp, &usual, 2, NOW);
	ck_assert(mono_is_never(vrrp_garp_extra_wake(&garp)));
}
END_TEST

static size_t take_until(struct vrrp_garp *garp, int64_t ms)
{
	size_t indexes[VRRP_GARP_BATCH], n = 0;

	while (!mono_before(mono_add_ms(NOW, ms), vrrp_garp_wake(garp)))
		n += vrrp_garp_take(garp, vrrp_garp_wake(garp), indexes);
	return n;
}

/* Adverts of a router that keeps on must not keep us announcing. */
START_TEST(restarts_are_bounded)
{
	struct vrrp_garp garp = {0};
	size_t indexes[VRRP_GARP_BATCH], total = 0;

	for (int ms = 0; ms < 10000; ms += 10) {
		vrrp_garp_restart(&garp, &usual, 1, mono_add_ms(NOW, ms));
		total += vrrp_garp_take(&garp, mono_add_ms(NOW, ms), indexes);
	}
	/* One burst and one round in a second. */
	ck_assert_uint_le(total, 60);
	ck_assert_uint_ge(total, 40);
}
END_TEST

/* A split has healed by a reload of the other router: it announces and advertises, and this one answers. When
 * that one steps down within a second, neighbours may still have its address. */
START_TEST(a_restart_within_a_second_is_not_lost)
{
	struct vrrp_garp garp = {0};

	vrrp_garp_restart(&garp, &usual, 2, NOW);
	ck_assert_uint_eq(take_until(&garp, 150), 4);
	/* A whole round follows anyway. */
	vrrp_garp_restart(&garp, &usual, 2, mono_add_ms(NOW, 150));
	ck_assert_uint_eq(take_until(&garp, 700), 6);
	/* One round at once, a whole burst when the second is over, and the second burst as ever. */
	vrrp_garp_restart(&garp, &usual, 2, mono_add_ms(NOW, 700));
	vrrp_garp_restart(&garp, &usual, 2, mono_add_ms(NOW, 750));
	ck_assert_uint_eq(take_until(&garp, 999), 2);
	ck_assert_uint_eq(take_until(&garp, 4999), 10);
	ck_assert_uint_eq(take_until(&garp, 100000), 10);
	/* Without a second burst, too. */
	vrrp_garp_start(&garp, &(struct vrrp_garp_conf){.rounds = 1}, 2, NOW);
	ck_assert_uint_eq(take_until(&garp, 500), 2);
	vrrp_garp_restart(&garp, &usual, 2, mono_add_ms(NOW, 500));
	ck_assert_uint_eq(take_until(&garp, 999), 2);
	ck_assert_uint_eq(take_until(&garp, 100000), 2);
}
END_TEST

/* After an announcement is over a new one begins at once. */
START_TEST(restart_begins_at_once_when_idle)
{
	struct vrrp_garp garp = {0};
	size_t indexes[VRRP_GARP_BATCH];

	vrrp_garp_restart(&garp, &usual, 2, NOW);
	ck_assert_uint_eq(vrrp_garp_take(&garp, NOW, indexes), 2);
	vrrp_garp_restart(&garp, &usual, 2, mono_add_ms(NOW, 1000));
	ck_assert_uint_eq(vrrp_garp_take(&garp, mono_add_ms(NOW, 1000), indexes), 2);
}
END_TEST

/* The switch port forwards: what is still to come is enough, and comes soon. */
START_TEST(a_proof_repeats_what_may_be_lost)
{
	static const struct vrrp_garp_conf one = {.rounds = 1};
	struct vrrp_garp garp = {0};

	vrrp_garp_start(&garp, &usual, 2, NOW);
	ck_assert_uint_eq(take_until(&garp, 150), 4);
	vrrp_garp_prove(&garp, &usual, 2, mono_add_ms(NOW, 150));
	ck_assert_uint_eq(take_until(&garp, 3000), 6);
	/* The second burst comes at once, and is not repeated. */
	vrrp_garp_prove(&garp, &usual, 2, mono_add_ms(NOW, 3000));
	ck_assert_uint_eq(take_until(&garp, 3500), 10);
	ck_assert_uint_eq(take_until(&garp, 100000), 0);
	/* Nothing is to come. */
	vrrp_garp_prove(&garp, &usual, 2, mono_add_ms(NOW, 100000));
	ck_assert_uint_eq(take_until(&garp, 200000), 20);
	/* There is one round, which has begun. */
	vrrp_garp_start(&garp, &one, 2, NOW);
	vrrp_garp_prove(&garp, &one, 2, NOW);
	ck_assert_uint_eq(take_until(&garp, 0), 2);
	vrrp_garp_prove(&garp, &one, 2, mono_add_ms(NOW, 1));
	ck_assert_uint_eq(take_until(&garp, 1000), 2);
	/* More than leave together: some of them have left. */
	vrrp_garp_start(&garp, &one, N_MANY, NOW);
	ck_assert_uint_eq(take_until(&garp, 0), VRRP_GARP_BATCH);
	vrrp_garp_prove(&garp, &one, N_MANY, mono_add_ms(NOW, 1));
	ck_assert_uint_eq(take_until(&garp, 1000), N_MANY);
}
END_TEST

START_TEST(arp_request_bytes)
{
	static const uint8_t mac[VRRP_MAC_LEN] = {2, 0, 0, 0, 0, 0x5a};
	static const uint8_t expected[VRRP_GARP_LEN] = {0, 1, 8, 0,    6,  4, 0, 1,   2, 0,
							0, 0, 0, 0x5a, 10, 9, 0, 100, 0, 0,
							0, 0, 0, 0,    10, 9, 0, 100};
	struct addr vip = {AF_INET, {10, 9, 0, 100}};
	uint8_t bytes[VRRP_GARP_LEN];

	vrrp_garp_encode(&vip, mac, bytes);
	ck_assert_mem_eq(bytes, expected, sizeof(expected));
}
END_TEST

/*
 * keepalived 2.2.7 sent the same for fe80::54, but for the router flag, which RFC 9568 asks for:
 * with it the checksum goes from 694f down by 8000.
 */
START_TEST(neighbour_advertisement_bytes)
{
	static const uint8_t mac[VRRP_MAC_LEN] = {0xa6, 0x58, 0xe6, 0x29, 0x63, 0x24};
	static const uint8_t expected[VRRP_GARP_NA_LEN] = {
	    0x60, 0,    0,           0,           0,    32,          58,         255,
	    0xfe, 0x80, [23] = 0x54, [24] = 0xff, 0x02, [39] = 1,    [40] = 136, 0,
	    0xe9, 0x4e, 0xa0,        [48] = 0xfe, 0x80, [63] = 0x54, [64] = 2,   1,
	    0xa6, 0x58, 0xe6,        0x29,        0x63, 0x24};
	struct addr vip;
	uint8_t bytes[VRRP_GARP_NA_LEN];

	ck_assert_int_eq(addr_parse("fe80::54", &vip), 0);
	vrrp_garp_na_encode(&vip, mac, bytes);
	ck_assert_mem_eq(bytes, expected, sizeof(expected));
}
END_TEST

/* --- the guard of the addresses --- */

/* A kernel that refuses the address each time; returns how often it was tried. */
static unsigned refuse(struct vrrp_guard *guard, int64_t seconds, unsigned *ret_said)
{
	struct mono end = mono_add_ns(NOW, seconds * NS_PER_S), now = NOW;
	unsigned n = 0;

	*ret_said = 0;
	for (;;) {
		vrrp_guard_miss(guard, VRRP_GUARD_REFUSED, NS_PER_S, now);
		now = vrrp_guard_wake(guard);
		if (mono_before(end, now))
			return n;
		*ret_said += vrrp_guard_attempt(guard, false, now) == VRRP_GUARD_SAY;
		n++;
	}
}

START_TEST(the_guard_backs_off)
{
	static const int64_t pauses_s[] = {1, 2, 4, 8, 16, 30, 30};
	struct vrrp_guard guard = {0};
	struct mono now = NOW;

	ck_assert(mono_is_never(vrrp_guard_wake(&guard)));
	vrrp_guard_begin(&guard, now);
	ck_assert(mono_is_never(vrrp_guard_wake(&guard)));
	for (size_t i = 0; i < sizeof(pauses_s) / sizeof(pauses_s[0]); i++) {
		vrrp_guard_miss(&guard, VRRP_GUARD_REFUSED, NS_PER_S, now);
		ck_assert_int_eq(mono_sub(vrrp_guard_wake(&guard), now), pauses_s[i] * NS_PER_S);
		now = vrrp_guard_wake(&guard);
		vrrp_guard_attempt(&guard, false, now);
	}
	/* The interface that refused it is there now, or somebody removed it after all. */
	vrrp_guard_miss(&guard, VRRP_GUARD_REFUSED, NS_PER_S, now);
	vrrp_guard_miss(&guard, VRRP_GUARD_REMOVED, NS_PER_S, now);
	ck_assert_int_eq(mono_sub(vrrp_guard_wake(&guard), now), NS_PER_S);
}
END_TEST

START_TEST(the_guard_says_a_row_once_a_minute)
{
	struct vrrp_guard guard = {0};
	unsigned said, n = refuse(&guard, 3600, &said);

	/* 1 + 2 + 4 + 8 + 16 s, then one in 30 s. */
	ck_assert_uint_eq(n, 6 + (3600 - 31) / 30);
	ck_assert_uint_le(said, VRRP_GUARD_SAID_MAX + 60);
	ck_assert_uint_ge(said, VRRP_GUARD_SAID_MAX + 50);
}
END_TEST

START_TEST(a_row_of_the_guard_ends)
{
	struct vrrp_guard guard = {0};
	struct mono later;
	unsigned said;

	refuse(&guard, 100, &said);
	vrrp_guard_cancel(&guard);
	ck_assert(mono_is_never(vrrp_guard_wake(&guard)));
	later = mono_add_ns(guard.last, 60 * NS_PER_S);
	vrrp_guard_miss(&guard, VRRP_GUARD_REFUSED, NS_PER_S, later);
	ck_assert_int_eq(mono_sub(vrrp_guard_wake(&guard), later), 0);
	ck_assert_uint_eq(guard.attempts, 0);
	/* What has been missing for a while is not put off by being missed again. */
	vrrp_guard_miss(&guard, VRRP_GUARD_REFUSED, NS_PER_S, mono_add_ms(later, 5));
	ck_assert_int_eq(mono_sub(vrrp_guard_wake(&guard), later), 0);
	vrrp_guard_begin(&guard, later);
	ck_assert(mono_is_never(vrrp_guard_wake(&guard)));
}
END_TEST

/* Something removes the address at NOW + ms, at an interval of 100 ms. */
static enum vrrp_guard_verdict lose_as(struct vrrp_guard *guard, bool is_alone, int64_t ms)
{
	vrrp_guard_miss(guard, VRRP_GUARD_REMOVED, 100 * NS_PER_MS, mono_add_ms(NOW, ms));
	return vrrp_guard_attempt(guard, is_alone, vrrp_guard_wake(guard));
}

static enum vrrp_guard_verdict lose(struct vrrp_guard *guard, int64_t ms)
{
	return lose_as(guard, false, ms);
}

START_TEST(a_loss_is_made_good_at_once)
{
	struct vrrp_guard guard = {0};
	struct mono later = mono_add_ms(NOW, 500);

	vrrp_guard_begin(&guard, NOW);
	vrrp_guard_miss(&guard, VRRP_GUARD_REMOVED, 100 * NS_PER_MS, later);
	ck_assert_int_eq(vrrp_guard_wake(&guard).ns, later.ns);
	ck_assert_int_eq(vrrp_guard_attempt(&guard, false, later), VRRP_GUARD_SAY);
	/* Once in an interval, however often it is removed. */
	vrrp_guard_miss(&guard, VRRP_GUARD_REMOVED, 100 * NS_PER_MS, mono_add_ms(later, 1));
	vrrp_guard_miss(&guard, VRRP_GUARD_REMOVED, 100 * NS_PER_MS, mono_add_ms(later, 2));
	ck_assert_int_eq(mono_sub(vrrp_guard_wake(&guard), later), 100 * NS_PER_MS);
}
END_TEST

START_TEST(the_guard_gives_up_at_the_sixth_loss_in_a_minute)
{
	struct vrrp_guard guard = {0};

	for (int i = 0; i < VRRP_GUARD_LOSSES_MAX; i++) {
		ck_assert_int_eq(lose(&guard, i * 10000), VRRP_GUARD_SAY);
		/* One `ip address flush` of many addresses, or a fast fight, counts once. */
		ck_assert_int_eq(lose(&guard, i * 10000 + 500), VRRP_GUARD_QUIET);
	}
	/* Addresses that are added anew do not end the count: a reload may do that. */
	vrrp_guard_begin(&guard, mono_add_ms(NOW, 59000));
	ck_assert_int_eq(lose(&guard, 59900), VRRP_GUARD_GIVE_UP);
	ck_assert_int_eq(lose(&guard, 61000), VRRP_GUARD_SAY);
	/* They count from 0 again, also when the bar ends early. */
	memset(&guard, 0, sizeof(guard));
	for (int i = 0; i < VRRP_GUARD_LOSSES_MAX; i++)
		ck_assert_int_eq(lose(&guard, i * 2000), VRRP_GUARD_SAY);
	ck_assert_int_eq(lose(&guard, 10000), VRRP_GUARD_GIVE_UP);
	ck_assert_int_eq(lose(&guard, 14000), VRRP_GUARD_SAY);
}
END_TEST

START_TEST(losses_are_forgotten_after_a_minute)
{
	struct vrrp_guard guard = {0};

	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(lose(&guard, i * 12000), VRRP_GUARD_SAY);
}
END_TEST

/* Five losses are said, and then there is one alarm in a minute, for as long as it goes on. */
START_TEST(a_lone_guard_never_gives_up)
{
	struct vrrp_guard guard = {0};
	unsigned n_alarms = 0;

	vrrp_guard_begin(&guard, NOW);
	for (int i = 0; i < VRRP_GUARD_LOSSES_MAX; i++)
		ck_assert_int_eq(lose_as(&guard, true, i * 2000), VRRP_GUARD_SAY);
	ck_assert_int_eq(lose_as(&guard, true, 10000), VRRP_GUARD_ALARM);
	for (int i = 6; i < 6 + 300; i++) {
		enum vrrp_guard_verdict verdict = lose_as(&guard, true, i * 2000);

		ck_assert_int_ne(verdict, VRRP_GUARD_GIVE_UP);
		n_alarms += verdict == VRRP_GUARD_ALARM;
	}
	ck_assert_uint_ge(n_alarms, 8);
	ck_assert_uint_le(n_alarms, 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_addresses");
	TCase *garp = tcase_create("garp"), *guard = tcase_create("guard");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, garp);
	tcase_add_test(garp, two_bursts_of_five);
	tcase_add_test(garp, further_interfaces_are_announced_at_their_interval);
	tcase_add_loop_test(garp, bursts_and_refreshes_are_as_configured, 0, 8);
	tcase_add_test(garp, every_address_once_before_any_twice);
	tcase_add_test(garp, many_addresses_are_paced);
	tcase_add_test(garp, nothing_to_announce);
	tcase_add_test(garp, restarts_are_bounded);
	tcase_add_test(garp, a_restart_within_a_second_is_not_lost);
	tcase_add_test(garp, restart_begins_at_once_when_idle);
	tcase_add_test(garp, a_proof_repeats_what_may_be_lost);
	tcase_add_test(garp, arp_request_bytes);
	tcase_add_test(garp, neighbour_advertisement_bytes);
	suite_add_tcase(suite, guard);
	tcase_add_test(guard, the_guard_backs_off);
	tcase_add_test(guard, the_guard_says_a_row_once_a_minute);
	tcase_add_test(guard, a_row_of_the_guard_ends);
	tcase_add_test(guard, a_loss_is_made_good_at_once);
	tcase_add_test(guard, the_guard_gives_up_at_the_sixth_loss_in_a_minute);
	tcase_add_test(guard, losses_are_forgotten_after_a_minute);
	tcase_add_test(guard, a_lone_guard_never_gives_up);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
