/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instances that leave, are released, are barred, or could not hear for a while: what the router still
 * does for them, and what it does not. */
#include "tests/unit/vrrp_router_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct vrrp_router_event removed = {.kind = VRRP_ROUTER_VIPS,
						 .missing = VRRP_VIPS_REMOVED};

/* --- orders --- */

/* It has answered a lower priority, and would announce again. Neighbours must learn the successor. */
START_TEST(a_released_master_announces_nothing_and_puts_nothing_back)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	hear(router, &conf, 50, NOW);
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW), "s0 leave2000 R");
	step(router, removed, NOW);
	ck_assert_int_eq(mono_sub(vrrp_router_wake(router, 0), NOW), 1125 * NS_PER_MS);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 1125)), "s0");
	ck_assert_int_eq(mono_sub(vrrp_router_wake(router, 0), NOW), 2 * NS_PER_S);
	vrrp_router_free(router);
}
END_TEST

/* The order was given while no process was there. A process that has just begun knows nobody. */
START_TEST(a_process_that_begins_takes_nothing)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = vrrp_router_new();

	step(router,
	     (struct vrrp_router_event){
		 .kind = VRRP_ROUTER_ADD, .conf = &conf, .order = {VRRP_ORDER_TAKE, 5}},
	     NOW);
	faults(router, 0, NOW);
	step_kind(router, VRRP_ROUTER_START, NOW);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	ck_assert_uint_eq(vrrp_router_report(router, 0).order_number, 5);
	ck_assert_int_eq(vrrp_router_report(router, 0).order_result, VRRP_ORDER_LEARNING);
	/* Nor does a reload with the same order. */
	order(router, &conf, VRRP_ORDER_TAKE, 5, mono_add_ms(NOW, 100));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

/* --- groups --- */

/* Of a group of two, both MASTER; the second one is gone from the file, and hands over. */
static struct vrrp_router *left_alone(const struct conf_vrrp *confs)
{
	struct vrrp_router *router = router_with(&confs[0], 0, NOW);

	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .id = 1, .conf = &confs[1]}, NOW);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_FAULTS, .id = 1, .source = own}, NOW);
	for (unsigned i = 0; i < 2; i++)
		step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_START, .id = i}, NOW);
	for (unsigned ms = 0; ms <= 5000; ms += 10)
		for (unsigned i = 0; i < 2; i++)
			step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_TIME, .id = i},
			     mono_add_ms(NOW, ms));
	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(vrrp_router_fsm(router, i)->state, VRRP_MASTER);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_LEAVE, .id = 1},
	     mono_add_ms(NOW, 5000));
	ck_assert_int_eq(vrrp_router_fsm(router, 1)->state, VRRP_MASTER);
	return router;
}

/* It has its addresses until it is relieved, and is no member any more: the group does not wait for it,
 * and it does not join again. */
START_TEST(a_member_that_leaves_does_not_count_in_its_group)
{
	struct conf_vrrp confs[] = {conf_of(51, 100), conf_of(52, 100)};
	struct vrrp_router *router;

	confs[0].sync_group = confs[1].sync_group = "VG";
	confs[1].name = "VI_2";
	router = left_alone(confs);
	/* Steps of the other member settle the group. */
	run_until(router, mono_add_ms(NOW, 5100));
	ck_assert(!vrrp_router_is_joining(router, 1));
	hear(router, &confs[0], 150, mono_add_ms(NOW, 5200));
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_BACKUP);
	hear(router, &confs[0], 0, mono_add_ms(NOW, 5300));
	/* A skew time later, and not when the other one has handed over. */
	run_until(router, mono_add_ms(NOW, 6000));
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_MASTER);
	ck_assert_int_eq(vrrp_router_fsm(router, 1)->state, VRRP_MASTER);
	ck_assert(vrrp_router_fsm(router, 1)->is_leaving);
	vrrp_router_free(router);
}
END_TEST

/* --- a bar --- */

/* The other one that can serve is heard while the bar lasts, and then no more. */
START_TEST(a_bar_ends_when_the_other_one_falls_silent)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	struct mono silent, now = NOW;

	hear(router, &conf, 50, NOW);
	for (int i = 0; i < 6; i++) {
		step(router, removed, now);
		now = mono_add_ms(now, 2000);
		run_until(router, now);
	}
	ck_assert_int_eq(state_of(router), VRRP_FAULT);
	for (int i = 0; i < 10; i++, now = mono_add_ms(now, 1000)) {
		hear(router, &conf, 50, now);
		run_until(router, mono_add_ms(now, 999));
		ck_assert_int_eq(state_of(router), VRRP_FAULT);
	}
	silent = mono_add_ms(now, -1000 + 3609);
	run_until(router, silent);
	ck_assert_int_eq(state_of(router), VRRP_FAULT);
	run_until(router, mono_add_ms(silent, 1));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

/* --- hearing --- */

/* How long it leaves a lower master alone that it hears after that fault, in seconds. */
static int64_t hold_after(unsigned fault, unsigned second)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 13 * NS_PER_S, NOW);
	struct mono now = mono_add_ms(NOW, 20000), until;

	for (int ms = 500; ms < 20000; ms += 1000)
		hear(router, &conf, 150, mono_add_ms(NOW, ms));
	faults(router, VRRP_FAULT_BIT(fault), now);
	ck_assert_int_eq(state_of(router), VRRP_FAULT);
	if (second != VRRP_FAULTS)
		faults(router, VRRP_FAULT_BIT(second), mono_add_ms(now, 500));
	faults(router, 0, mono_add_ms(now, 1000));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	hear(router, &conf, 50, mono_add_ms(now, 1100));
	until = vrrp_router_report(router, 0).held_until;
	vrrp_router_free(router);
	return until.ns ? mono_sub(until, now) / NS_PER_S : 0;
}

/* Its table of connections may lack those that began while it could not hear: also if the cause that
 * ended last did not keep it from hearing. */
START_TEST(who_could_not_hear_learns_the_connections_again)
{
	ck_assert_int_eq(hold_after(VRRP_FAULT_INTERFACE_DOWN, VRRP_FAULTS), 27);
	ck_assert_int_eq(hold_after(VRRP_FAULT_NO_SOCKET, VRRP_FAULTS), 27);
	ck_assert_int_eq(hold_after(VRRP_FAULT_INTERFACE_DOWN, VRRP_FAULT_VIP_INTERFACE), 27);
	ck_assert_int_eq(hold_after(VRRP_FAULT_VIP_INTERFACE, VRRP_FAULTS), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_absent");
	TCase *tcase = tcase_create("absent");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_released_master_announces_nothing_and_puts_nothing_back);
	tcase_add_test(tcase, a_process_that_begins_takes_nothing);
	tcase_add_test(tcase, a_member_that_leaves_does_not_count_in_its_group);
	tcase_add_test(tcase, a_bar_ends_when_the_other_one_falls_silent);
	tcase_add_test(tcase, who_could_not_hear_learns_the_connections_again);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
