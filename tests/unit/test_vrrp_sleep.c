/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine was suspended: CLOCK_MONOTONIC has stood still, and the other routers have not. */
#include "base/clock.h"
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/pace/sleep.h"

#include <check.h>
#include <limits.h>
#include <stdlib.h>

static const char *sleep_for(struct vrrp_router *router, int64_t ms, struct mono now)
{
	return step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_SLEPT, .slept_ns = ms * NS_PER_MS}, now);
}

static struct conf_vrrp patient(void)
{
	struct conf_vrrp conf = conf_of(51, 150);

	conf.is_preempting = false;
	return conf;
}

static bool is_listening(const struct vrrp_router *router)
{
	return vrrp_router_fsm(router, 0)->is_listening;
}

START_TEST(a_master_that_was_away_for_long_listens_first)
{
	struct conf_vrrp conf = patient();
	struct vrrp_router *router = master(&conf, NOW);

	ck_assert_str_eq(sleep_for(router, 60000, NOW), "");
	ck_assert(is_listening(router));
	ck_assert(mono_before(mono_add_ms(NOW, 1000), vrrp_router_wake(router, 0)));
	/* Another router has taken over: nopreempt means it. */
	hear(router, &conf, 100, mono_add_ms(NOW, 500));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
	/* Nobody has: it goes on. */
	router = master(&conf, NOW);
	sleep_for(router, 60000, NOW);
	run_until(router, mono_add_ms(NOW, 3000));
	ck_assert(state_of(router) == VRRP_MASTER && !is_listening(router));
	vrrp_router_free(router);
}
END_TEST

/* Nobody can have taken over: its advertisement is overdue, and leaves at once. */
START_TEST(a_master_that_was_away_for_a_moment_speaks_at_once)
{
	struct conf_vrrp conf = patient();
	struct vrrp_router *router = master(&conf, NOW);
	struct mono due = vrrp_router_wake(router, 0);

	sleep_for(router, 1500, NOW);
	ck_assert(!is_listening(router));
	ck_assert_int_eq(mono_sub(due, vrrp_router_wake(router, 0)), 1500 * NS_PER_MS);
	ck_assert(mono_reached(NOW, vrrp_router_wake(router, 0)));
	/* Twice for a moment, without an advertisement between, is as once for long. */
	sleep_for(router, 1500, NOW);
	ck_assert(is_listening(router));
	vrrp_router_free(router);
}
END_TEST

/* With preemption the others have lower priorities, so they wait for longer than its own skew time. */
START_TEST(the_best_one_may_be_away_for_its_skew_time_more)
{
	const struct {
		bool is_preempting;
		int64_t away_ms;
		bool listens;
	} rows[] = {{true, 2400, false}, {true, 2420, true}, {false, 2000, false}, {false, 2010, true}};
	struct conf_vrrp conf = conf_of(51, 150); /* a skew time of 414 ms */

	conf.is_preempting = rows[_i].is_preempting;
	struct vrrp_router *router = master(&conf, NOW);
	struct mono due = vrrp_router_wake(router, 0);

	run_until(router, (struct mono){due.ns - 1});
	sleep_for(router, rows[_i].away_ms, due);
	ck_assert_int_eq(is_listening(router), rows[_i].listens);
	vrrp_router_free(router);
}
END_TEST

/* Asleep again while it listens: it begins anew. */
START_TEST(who_listens_and_sleeps_listens_anew)
{
	struct conf_vrrp conf = patient();
	struct vrrp_router *router = master(&conf, NOW);
	struct mono later = mono_add_ms(NOW, 900);

	sleep_for(router, 60000, NOW);
	sleep_for(router, 60000, later);
	ck_assert(is_listening(router));
	ck_assert(mono_before(mono_add_ms(later, 1000), vrrp_router_wake(router, 0)));
	vrrp_router_free(router);
}
END_TEST

/* Its master was silent for two intervals, and perhaps is no more. */
START_TEST(a_backup_waits_anew)
{
	struct conf_vrrp conf = patient();
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct mono awake = mono_add_ms(NOW, 3000);

	hear(router, &conf, 200, NOW);
	run_until(router, awake);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	sleep_for(router, 60000, awake);
	run_until(router, mono_add_ms(awake, 3000));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	run_until(router, mono_add_ms(awake, 4000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* With connection sync it asks for a hello when it hears a master. */
START_TEST(a_backup_has_missed_connections)
{
	struct conf_vrrp conf = conf_of(51, 150);
	struct vrrp_router *router = started(&conf, 13 * NS_PER_S, NOW);

	hear(router, &conf, 200, NOW);
	hear(router, &conf, 200, mono_add_ms(NOW, 900));
	ck_assert(!vrrp_router_fsm(router, 0)->wants_hello);
	sleep_for(router, 60000, mono_add_ms(NOW, 1000));
	hear(router, &conf, 200, mono_add_ms(NOW, 1100));
	ck_assert(vrrp_router_fsm(router, 0)->wants_hello);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_handover_goes_on)
{
	struct conf_vrrp conf = patient();
	struct vrrp_router *router = master(&conf, NOW);
	struct mono wake;

	step_kind(router, VRRP_ROUTER_LEAVE, NOW);
	wake = vrrp_router_wake(router, 0);
	sleep_for(router, 60000, NOW);
	ck_assert_int_eq(mono_sub(vrrp_router_wake(router, 0), wake), 0);
	vrrp_router_free(router);
}
END_TEST

START_TEST(what_the_clocks_say)
{
	struct vrrp_sleep sleep = {.known_ns = 5 * NS_PER_S};

	ck_assert_int_eq(vrrp_sleep_take(&sleep, 5 * NS_PER_S), 0);
	ck_assert_int_eq(vrrp_sleep_take(&sleep, 5 * NS_PER_S + NS_PER_US), 0);
	ck_assert_int_eq(vrrp_sleep_take(&sleep, 8 * NS_PER_S), 3 * NS_PER_S);
	/* The process was delayed between two readings. */
	ck_assert_int_eq(vrrp_sleep_take(&sleep, 6 * NS_PER_S), 0);
	ck_assert_int_eq(vrrp_sleep_take(&sleep, 8 * NS_PER_S), 0);
	ck_assert_int_eq(vrrp_sleep_take(&sleep, 9 * NS_PER_S), NS_PER_S);
}
END_TEST

/* A machine that was suspended for 5 s, on which some readings are delayed. */
static struct {
	int64_t mono_ns;
	int delayed_until, n; /* readings */
} machine;

static int64_t read_machine(clockid_t clock)
{
	machine.mono_ns += ++machine.n <= machine.delayed_until ? 3 * NS_PER_MS : NS_PER_US;
	return machine.mono_ns + (clock == CLOCK_BOOTTIME ? 5 * NS_PER_S : 0);
}

/* Else the first reading would be too small, and the second one would look like a suspension. */
START_TEST(a_delay_between_two_clocks_is_no_sleep)
{
	struct vrrp_sleep sleep;

	machine.n = 0;
	machine.delayed_until = _i;
	sleep.known_ns = clock_suspended_by(read_machine);
	ck_assert_int_le(sleep.known_ns, 5 * NS_PER_S);
	machine.n = machine.delayed_until = 0;
	ck_assert_int_eq(vrrp_sleep_take(&sleep, clock_suspended_by(read_machine)), 0);
}
END_TEST

/* It gives up in the end. */
START_TEST(clocks_that_never_agree_are_read_all_the_same)
{
	machine.n = 0;
	machine.delayed_until = INT_MAX;
	ck_assert_int_eq(clock_suspended_by(read_machine), 5 * NS_PER_S - 3 * NS_PER_MS);
}
END_TEST

/* However long this machine was suspended, it was not while this test ran. */
START_TEST(the_clocks_of_this_machine_agree)
{
	struct vrrp_sleep sleep = {.known_ns = clock_suspended_ns()};

	ck_assert_int_ge(sleep.known_ns, -NS_PER_S);
	ck_assert_int_lt(vrrp_sleep_take(&sleep, clock_suspended_ns()), NS_PER_S);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp sleep");
	TCase *tcase = tcase_create("sleep");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, a_delay_between_two_clocks_is_no_sleep, 0, 9);
	tcase_add_test(tcase, clocks_that_never_agree_are_read_all_the_same);
	tcase_add_test(tcase, a_master_that_was_away_for_long_listens_first);
	tcase_add_test(tcase, a_master_that_was_away_for_a_moment_speaks_at_once);
	tcase_add_loop_test(tcase, the_best_one_may_be_away_for_its_skew_time_more, 0, 4);
	tcase_add_test(tcase, who_listens_and_sleeps_listens_anew);
	tcase_add_test(tcase, a_backup_waits_anew);
	tcase_add_test(tcase, a_backup_has_missed_connections);
	tcase_add_test(tcase, a_handover_goes_on);
	tcase_add_test(tcase, what_the_clocks_say);
	tcase_add_test(tcase, the_clocks_of_this_machine_agree);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
