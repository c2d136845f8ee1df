/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notify_master_rx_lower_pri: which advertisements of a lower priority are an event for a MASTER. An event
 * says that two directors are MASTER, so what an ordinary change of master brings is none. */
#include "tests/unit/vrrp_router_rig.h"

#include <check.h>

static uint64_t heard_by(const struct vrrp_router *router)
{
	return vrrp_router_report(router, 0).lower_heard;
}

START_TEST(a_lower_priority_beside_a_master_is_an_event)
{
	const struct conf_vrrp conf = conf_of(51, 150);
	struct vrrp_router *router = master(&conf, NOW);

	hear(router, &conf, 100, mono_add_ms(NOW, 10000));
	ck_assert_uint_eq(heard_by(router), 1);
	hear(router, &conf, 0, mono_add_ms(NOW, 10100));
	hear(router, &conf, 150, mono_add_ms(NOW, 10200));
	ck_assert_uint_eq(heard_by(router), 1);
	vrrp_router_free(router);
}
END_TEST

/* Another one serves now, as it was asked to. */
START_TEST(the_successor_of_one_that_leaves_is_none)
{
	const struct conf_vrrp conf = conf_of(51, 150);
	struct vrrp_router *router = master(&conf, NOW);

	run_until(router, mono_add_ms(NOW, 10000));
	step_kind(router, VRRP_ROUTER_LEAVE, mono_add_ms(NOW, 10000));
	hear(router, &conf, 100, mono_add_ms(NOW, 10600));
	ck_assert_int_eq(state_of(router), VRRP_INIT);
	ck_assert_uint_eq(heard_by(router), 0);
	vrrp_router_free(router);
	/* A release is the same, and one that is dropped ends it. */
	router = master(&conf, NOW);
	run_until(router, mono_add_ms(NOW, 10000));
	order(router, &conf, VRRP_ORDER_RELEASE, 1, mono_add_ms(NOW, 10000));
	hear(router, &conf, 100, mono_add_ms(NOW, 10600));
	ck_assert_uint_eq(heard_by(router), 0);
	vrrp_router_free(router);
}
END_TEST

/* The former master sends one last advertisement (fsm.c: say_last()), and perhaps one that crossed the first
 * one of the new master. One that goes on is MASTER too. */
static void preempt(struct conf_vrrp conf, uint32_t interval_ms, int64_t farewell_ms, uint64_t expected)
{
	struct vrrp_router *router;
	struct mono now = NOW;

	conf.advert_int_us = interval_ms * 1000;
	router = started(&conf, 0, now);
	while (state_of(router) != VRRP_MASTER) {
		hear(router, &conf, 100, now);
		run_until(router, now = mono_add_ms(now, interval_ms));
		ck_assert_int_lt(mono_sub(now, NOW), 10 * interval_ms * NS_PER_MS);
	}
	hear(router, &conf, 100, mono_add_ms(now, farewell_ms));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_uint_eq(heard_by(router), expected);
	vrrp_router_free(router);
}

START_TEST(the_farewell_of_one_that_was_preempted_is_none)
{
	preempt(conf_of(51, 150), 1000, 1, 0);
	preempt(conf_of(51, 150), 1000, 900, 0);
	preempt(conf_of(51, 150), 1000, 2100, 1);
	/* At a short interval a busy machine may need longer. */
	preempt(conf_of(51, 150), 10, 80, 0);
	preempt(conf_of(51, 150), 10, 110, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp lower");
	TCase *tcase = tcase_create("vrrp lower");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_lower_priority_beside_a_master_is_an_event);
	tcase_add_test(tcase, the_successor_of_one_that_leaves_is_none);
	tcase_add_test(tcase, the_farewell_of_one_that_was_preempted_is_none);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
