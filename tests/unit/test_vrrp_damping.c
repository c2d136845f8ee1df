/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interface_up_down_delays: when a change of an interface counts. */
#include "vrrp/damping/damping.h"

#include <check.h>
#include <stdlib.h>

#define NOW ((struct mono){1000 * NS_PER_S})

static struct vrrp_damping damping;

static struct mono at_ms(int64_t ms)
{
	return mono_add_ms(NOW, ms);
}

/* The state of eth0 at that time; returns whether it counts as up, and '.' while a delay goes on. */
static char look(enum vrrp_damped_state state, int64_t ms)
{
	struct vrrp_damped *damped = &damping.list.items[0];

	vrrp_damping_update(damped, state, INT64_MAX, at_ms(ms));
	return !mono_is_never(damped->due) ? '.' : damped->is_up ? '+' : '-';
}

static void set_delays(uint64_t down_ms, uint64_t up_ms)
{
	const struct conf_link_delay delay = {
	    .interface = "eth0", .down_us = down_ms * 1000, .up_us = up_ms * 1000};

	vrrp_damping_set(&damping, &delay, 1);
}

static void setup(void)
{
	set_delays(500, 2000);
}

static void teardown(void)
{
	vrrp_damping_fini(&damping);
}

START_TEST(the_first_time_counts_at_once)
{
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 0), '-');
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 10), '+');
}
END_TEST

START_TEST(a_loss_counts_after_its_delay)
{
	look(VRRP_DAMPED_UP, 0);
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 100), '.');
	ck_assert(damping.list.items[0].is_up);
	ck_assert_int_eq(mono_sub(vrrp_damping_wake(&damping), NOW), 600 * NS_PER_MS);
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 599), '.');
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 600), '-');
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 700), '.');
	ck_assert(!damping.list.items[0].is_up);
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 2700), '+');
	ck_assert(mono_is_never(vrrp_damping_wake(&damping)));
}
END_TEST

/* A port that flaps: each loss has a delay of its own. */
START_TEST(what_comes_back_has_not_changed)
{
	struct vrrp_damped *damped = &damping.list.items[0];

	look(VRRP_DAMPED_UP, 0);
	for (int64_t ms = 1000; ms < 20000; ms += 400) {
		ck_assert_int_eq(look(VRRP_DAMPED_DOWN, ms), '.');
		ck_assert_int_eq(vrrp_damping_update(damped, VRRP_DAMPED_UP, INT64_MAX, at_ms(ms + 399)),
				 VRRP_DAMPED_BACK);
		ck_assert(damped->is_up);
	}
}
END_TEST

START_TEST(a_missing_interface_counts_at_once)
{
	look(VRRP_DAMPED_UP, 0);
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 100), '.');
	ck_assert_int_eq(look(VRRP_DAMPED_MISSING, 200), '-');
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 300), '.');
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 2300), '+');
}
END_TEST

/* "losses at once and recoveries late" */
START_TEST(a_delay_of_0_is_none)
{
	set_delays(0, 2000);
	look(VRRP_DAMPED_UP, 0);
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 100), '-');
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 200), '.');
}
END_TEST

START_TEST(a_loss_waits_no_longer_than_its_bound)
{
	struct vrrp_damped *damped;

	set_delays(5000, 5000);
	damped = &damping.list.items[0];
	look(VRRP_DAMPED_UP, 0);
	ck_assert_int_eq(vrrp_damping_update(damped, VRRP_DAMPED_DOWN, 1996 * NS_PER_MS, at_ms(100)),
			 VRRP_DAMPED_WAITS);
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 2095), '.');
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 2096), '-');
	vrrp_damping_update(damped, VRRP_DAMPED_UP, 0, at_ms(3000));
	ck_assert_int_eq(look(VRRP_DAMPED_UP, 7999), '.');
}
END_TEST

START_TEST(the_bound_is_keepaliveds)
{
	struct vrrp_fsm_conf conf = {.interval_ns = NS_PER_S};
	struct vrrp_fsm fsm = {.state = VRRP_BACKUP, .master_interval_ns = 100 * NS_PER_MS};

	ck_assert_int_eq(vrrp_damping_bound(&conf, &fsm), 200 * NS_PER_MS - 100 * NS_PER_MS / 256);
	fsm.state = VRRP_MASTER;
	ck_assert_int_eq(vrrp_damping_bound(&conf, &fsm), 2 * NS_PER_S - NS_PER_S / 256);
	conf.down_adverts = 1;
	ck_assert_int_eq(vrrp_damping_bound(&conf, &fsm), 0);
}
END_TEST

START_TEST(a_reload_keeps_what_is_known)
{
	look(VRRP_DAMPED_UP, 0);
	look(VRRP_DAMPED_DOWN, 100);
	set_delays(100000, 1);
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 599), '.');
	ck_assert_int_eq(look(VRRP_DAMPED_DOWN, 600), '-');
	vrrp_damping_set(&damping, NULL, 0);
	ck_assert_ptr_null(vrrp_damping_find(&damping, "eth0"));
	setup();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp damping");
	TCase *tcase = tcase_create("delays");
	SRunner *runner;
	int n_failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_first_time_counts_at_once);
	tcase_add_test(tcase, a_loss_counts_after_its_delay);
	tcase_add_test(tcase, what_comes_back_has_not_changed);
	tcase_add_test(tcase, a_missing_interface_counts_at_once);
	tcase_add_test(tcase, a_delay_of_0_is_none);
	tcase_add_test(tcase, a_loss_waits_no_longer_than_its_bound);
	tcase_add_test(tcase, the_bound_is_keepaliveds);
	tcase_add_test(tcase, a_reload_keeps_what_is_known);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
