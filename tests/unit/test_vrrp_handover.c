/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A MASTER that leaves keeps its addresses until another router advertises. */
#include "tests/unit/vrrp_machine.h"
#include "vrrp/wait.h"

#include <stdlib.h>

static struct vrrp_fsm leaving(const struct vrrp_fsm_conf *conf)
{
	struct vrrp_fsm fsm = machine_in(MASTER, conf->priority);

	feed(conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LEAVE}, NOW);
	ck_assert(fsm.is_leaving);
	return fsm;
}

/* The skew time of another router and its interval, but not for ever. */
START_TEST(a_handover_ends_in_time)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = leaving(&conf);

	ck_assert_int_eq(since(fsm.leave_until), 2000);
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER}, mono_add_ms(NOW, 1999));
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER}, mono_add_ms(NOW, 2000));
	ck_assert_int_eq(fsm.state, VRRP_INIT);
	ck_assert(!fsm.is_leaving);
	conf.version = 2;
	conf.interval_ns = 3 * NS_PER_S;
	fsm = leaving(&conf);
	ck_assert_int_eq(since(fsm.leave_until), 4000);
	conf.interval_ns = 255 * NS_PER_S;
	fsm = leaving(&conf);
	ck_assert_int_eq(since(fsm.leave_until), 10000);
	conf.version = 3;
	conf.interval_ns = 10 * NS_PER_MS;
	fsm = leaving(&conf);
	ck_assert_int_eq(since(fsm.leave_until), 100);
}
END_TEST

/* After the longest skew time the priority 0 is repeated once. A router that was not reached by the
 * first one takes over before the end. */
START_TEST(a_priority_0_that_is_lost_is_repeated)
{
	static const struct {
		uint8_t version;
		int64_t interval_ms, again_ms; /* -1: it is not repeated */
	} cases[] = {{3, 1000, 1125}, {3, 10, 56},   {3, 5000, 5625}, {3, 6000, -1},
		     {3, 40000, -1},  {2, 1000, 1125}, {2, 3000, 2250}, {2, 255000, 5625}};
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vrrp_fsm_conf conf = plain, other = plain;
		struct vrrp_actions actions;
		struct vrrp_fsm fsm;

		conf.version = other.version = cases[i].version;
		conf.interval_ns = other.interval_ns = cases[i].interval_ms * NS_PER_MS;
		fsm = leaving(&conf);
		if (cases[i].again_ms < 0) {
			ck_assert_int_eq(mono_sub(vrrp_fsm_wake(&fsm), fsm.leave_until), 0);
			continue;
		}
		ck_assert_int_eq(since(vrrp_fsm_wake(&fsm)), cases[i].again_ms);
		for (int priority = 1; priority < 255; priority++) {
			other.priority = (uint8_t)priority;
			ck_assert_int_lt(vrrp_fsm_skew_ns(&other, other.interval_ns),
					 mono_sub(vrrp_fsm_wake(&fsm), NOW));
			if (priority >= 32)
				ck_assert_int_le(vrrp_fsm_skew_ns(&other, other.interval_ns),
						 mono_sub(fsm.leave_until, vrrp_fsm_wake(&fsm)));
		}
		vrrp_step(&conf, &fsm, &timer, vrrp_fsm_wake(&fsm), &actions);
		ck_assert(fsm.is_leaving);
		ck_assert_uint_eq(actions.n, 1);
		ck_assert_int_eq(actions.items[0].kind, VRRP_ACTION_SEND_ADVERT);
		ck_assert_uint_eq(actions.items[0].priority, 0);
		ck_assert_int_eq(mono_sub(vrrp_fsm_wake(&fsm), fsm.leave_until), 0);
	}
}
END_TEST

/* However late its timer comes, it sends no advertisement any more. */
START_TEST(one_that_slept_in_its_handover_ends_it)
{
	struct vrrp_fsm fsm = leaving(&plain);
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	struct vrrp_actions actions;

	vrrp_step(&plain, &fsm, &timer, mono_add_ms(NOW, 60000), &actions);
	ck_assert_int_eq(fsm.state, VRRP_INIT);
	ck_assert_uint_eq(actions.n, 2);
	ck_assert_int_eq(actions.items[0].kind, VRRP_ACTION_DEL_VIPS);
	ck_assert_int_eq(actions.items[1].transition.cause, VRRP_CAUSE_NO_SUCCESSOR);
}
END_TEST

/* Another one that leaves at the same time is no successor. */
START_TEST(the_first_advertisement_of_another_one_ends_a_handover)
{
	struct vrrp_fsm fsm = leaving(&plain);
	const struct vrrp_event advertisement = advert(1, 9);
	struct vrrp_actions actions;

	feed(&plain, &fsm, advert(0, 9), mono_add_ms(NOW, 100));
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	vrrp_step(&plain, &fsm, &advertisement, mono_add_ms(NOW, 200), &actions);
	ck_assert_int_eq(fsm.state, VRRP_INIT);
	ck_assert_int_eq(actions.items[1].transition.cause, VRRP_CAUSE_HANDED_OVER);
	ck_assert_int_eq(addr_cmp(&actions.items[1].transition.source, &advertisement.source), 0);
	ck_assert_uint_eq(actions.items[1].transition.priority, 1);
}
END_TEST

START_TEST(priority_0_leaves_the_skew_time)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);

	feed(&plain, &fsm, advert(200, 9), NOW);
	feed(&plain, &fsm, advert(0, 9), mono_add_ms(NOW, 100));
	ck_assert_int_eq(since(master_at(&plain, &fsm)), 100 + 609);
}
END_TEST

START_TEST(somebody_else_may_follow_a_resigned_master)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);

	feed(&plain, &fsm, advert(0, 9), NOW);
	feed(&plain, &fsm, advert(150, 8), mono_add_ms(NOW, 300));
	ck_assert_int_eq(since(master_at(&plain, &fsm)), 300 + 3609);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_handover");
	TCase *tcase = tcase_create("handover");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_handover_ends_in_time);
	tcase_add_test(tcase, a_priority_0_that_is_lost_is_repeated);
	tcase_add_test(tcase, one_that_slept_in_its_handover_ends_it);
	tcase_add_test(tcase, the_first_advertisement_of_another_one_ends_a_handover);
	tcase_add_test(tcase, priority_0_leaves_the_skew_time);
	tcase_add_test(tcase, somebody_else_may_follow_a_resigned_master);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
