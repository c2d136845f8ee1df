/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vrrp_garp_interval and vrrp_gna_interval: when each address is announced. */
#include "vrrp/pace/lateness.h"
#include "vrrp/pace/pace.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW      ((struct mono){1000 * NS_PER_S})
#define INTERVAL (100 * NS_PER_MS)

static struct vrrp_pace pace;

static struct vrrp_announcement what(unsigned id, uint8_t last, const char *interface, unsigned most)
{
	struct vrrp_announcement one = {
	    .id = id, .vip = {AF_INET, {10, 0, 0, last}}, .interval_ns = INTERVAL, .most = most};

	strcpy(one.interface, interface);
	return one;
}

static bool offer(unsigned id, uint8_t last, const char *interface, struct mono now)
{
	const struct vrrp_announcement one = what(id, last, interface, 2);

	return vrrp_pace_offer(&pace, &one, now);
}

/* The last byte of the address that is due now; -1: none is. */
static int take(struct mono now)
{
	struct vrrp_announcement one;

	return vrrp_pace_take(&pace, now, &one) ? one.vip.bytes[3] : -1;
}

static struct mono at(int64_t n_intervals)
{
	return mono_add_ns(NOW, n_intervals * INTERVAL);
}

START_TEST(without_an_interval_nothing_waits)
{
	struct vrrp_announcement one = what(0, 1, "eth0", 5);

	one.interval_ns = 0;
	for (int i = 0; i < 10; i++)
		ck_assert(vrrp_pace_offer(&pace, &one, NOW));
	ck_assert(mono_is_never(vrrp_pace_wake(&pace)));
	vrrp_pace_fini(&pace);
}
END_TEST

/* Two rounds over three addresses of two instances: each is sent once before any is sent again. */
START_TEST(an_interface_has_one_queue)
{
	static const int expected[] = {2, 3, 1, 2, 3, -1};

	ck_assert(offer(0, 1, "eth0", NOW));
	ck_assert(!offer(0, 2, "eth0", NOW));
	ck_assert(!offer(1, 3, "eth0", NOW));
	ck_assert(offer(1, 4, "eth1", NOW)); /* another interface */
	for (uint8_t last = 1; last <= 3; last++)
		ck_assert(!offer(last == 3, last, "eth0", NOW));
	ck_assert_int_eq(take(mono_add_ns(NOW, INTERVAL - 1)), -1);
	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(take(at(i + 1)), expected[i]);
		ck_assert_int_eq(take(at(i + 1)), -1);
	}
	ck_assert(mono_is_never(vrrp_pace_wake(&pace)));
	/* The pace goes on: the last one was 5 intervals later. */
	ck_assert(!offer(0, 1, "eth0", mono_add_ns(at(6), -1)));
	ck_assert_int_eq(mono_sub(vrrp_pace_wake(&pace), at(6)), 0);
	vrrp_pace_fini(&pace);
}
END_TEST

/* Announcements that come faster than the pace do not add up for ever. */
START_TEST(an_address_waits_a_bounded_number_of_times)
{
	int n = 0;

	for (int i = 0; i < 50; i++)
		offer(0, 1, "eth0", NOW);
	for (int i = 1; i < 50; i++)
		n += take(at(i)) == 1;
	ck_assert_int_eq(n, 2);
	vrrp_pace_fini(&pace);
}
END_TEST

START_TEST(who_is_no_master_any_more_announces_nothing)
{
	const struct addr vip = {AF_INET, {10, 0, 0, 2}};

	for (uint8_t last = 1; last <= 4; last++)
		offer(last % 2, last, "eth0", NOW);
	vrrp_pace_forget(&pace, 0, &vip);
	vrrp_pace_forget(&pace, 1, NULL);
	ck_assert_int_eq(take(at(1)), 4);
	ck_assert_int_eq(take(at(2)), -1);
	vrrp_pace_fini(&pace);
}
END_TEST

/* 250 addresses, 5 rounds: 1250 announcements take 1249 intervals, never two in one. */
START_TEST(many_addresses_keep_the_pace)
{
	int n[256] = {0}, total = 0;

	for (int round = 0; round < 5; round++)
		for (int last = 0; last < 250; last++) {
			const struct vrrp_announcement one = what(0, (uint8_t)last, "eth0", 5);

			if (vrrp_pace_offer(&pace, &one, NOW))
				n[last]++;
		}
	for (int i = 1; !mono_is_never(vrrp_pace_wake(&pace)); i++, total++) {
		ck_assert_int_eq(mono_sub(vrrp_pace_wake(&pace), at(i)), 0);
		n[take(at(i))]++;
	}
	ck_assert_int_eq(total, 1249);
	for (int last = 0; last < 250; last++)
		ck_assert_int_eq(n[last], 5);
	vrrp_pace_fini(&pace);
}
END_TEST

START_TEST(a_lane_that_nobody_uses_is_used_again)
{
	char interface[16];

	for (int i = 0; i < 100; i++) {
		snprintf(interface, sizeof(interface), "eth%d", i);
		ck_assert(offer(0, 1, interface, at(2 * i)));
	}
	ck_assert_uint_eq(pace.lanes.n, 1);
	vrrp_pace_fini(&pace);
}
END_TEST

/* A garp_group: two interfaces behind one switch have one queue, at the group's pace. */
START_TEST(the_interfaces_of_a_group_share_a_pace)
{
	static const char *names[] = {"eth0", "eth1"};
	static const struct conf_garp_group group = {
	    .garp_interval_us = 200000, .interfaces = names, .n_interfaces = 2};

	vrrp_pace_set_groups(&pace, &group, 1);
	ck_assert(offer(0, 1, "eth0", NOW));
	ck_assert(!offer(0, 2, "eth1", NOW));
	ck_assert(!offer(0, 2, "eth0", NOW)); /* the same address elsewhere */
	ck_assert(offer(0, 3, "eth2", NOW));  /* not of the group */
	ck_assert_int_eq(mono_sub(vrrp_pace_wake(&pace), NOW), 2 * INTERVAL);
	ck_assert_int_eq(take(at(1)), -1);
	ck_assert_int_eq(take(at(2)), 2);
	ck_assert_int_eq(take(at(2)), -1);
	ck_assert_int_eq(take(at(4)), 2);
	ck_assert_int_eq(take(at(6)), -1);
	/* The group has no pace for IPv6, whatever the rest of the file says. */
	for (int i = 0; i < 5; i++) {
		struct vrrp_announcement six = what(0, 9, "eth0", 2);

		six.vip.family = AF_INET6;
		ck_assert(vrrp_pace_offer(&pace, &six, at(6)));
	}
	vrrp_pace_fini(&pace);
}
END_TEST

START_TEST(lateness_is_counted_in_buckets)
{
	static const int64_t late_us[] = {-5, 999, 1000, 2999, 9000, 29999, 99999, 299999, 999999, 1000000};
	static const uint64_t expected[VRRP_LATENESS_BUCKETS] = {2, 2, 1, 1, 1, 1, 1, 1};
	struct vrrp_lateness lateness = {0};
	unsigned n_late = 0;

	for (size_t i = 0; i < sizeof(late_us) / sizeof(late_us[0]); i++)
		n_late += vrrp_lateness_add(&lateness, late_us[i] * NS_PER_US, NS_PER_S);
	ck_assert_mem_eq(lateness.counts, expected, sizeof(expected));
	ck_assert_uint_eq(n_late, 2);
	ck_assert_uint_eq(lateness.n_late, 2);
	ck_assert_uint_eq(lateness.most_us, 1000000);
	ck_assert(vrrp_lateness_add(&lateness, 6 * NS_PER_MS, 10 * NS_PER_MS));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_pace");
	TCase *tcase = tcase_create("pace");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, without_an_interval_nothing_waits);
	tcase_add_test(tcase, an_interface_has_one_queue);
	tcase_add_test(tcase, lateness_is_counted_in_buckets);
	tcase_add_test(tcase, the_interfaces_of_a_group_share_a_pace);
	tcase_add_test(tcase, an_address_waits_a_bounded_number_of_times);
	tcase_add_test(tcase, who_is_no_master_any_more_announces_nothing);
	tcase_add_test(tcase, many_addresses_keep_the_pace);
	tcase_add_test(tcase, a_lane_that_nobody_uses_is_used_again);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
