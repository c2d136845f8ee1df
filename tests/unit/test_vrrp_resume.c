/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the router does when it replaces one that was MASTER, or has just become it. */
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/wait.h"

#include <check.h>
#include <stdlib.h>

START_TEST(who_listens_before_it_goes_on_as_master)
{
	const struct vrrp_fsm_conf conf = {.version = 3, .priority = 100, .interval_ns = NS_PER_S};
	struct vrrp_legacy legacy = {.last_state = VRRP_MASTER, .alive = NOW};

	/* 3.609 s. */
	ck_assert(!vrrp_resumes_late(&conf, &legacy, mono_add_ms(NOW, 3608)));
	ck_assert(vrrp_resumes_late(&conf, &legacy, mono_add_ms(NOW, 3610)));
	/* The last advert may be an interval older. */
	legacy.was_silent = true;
	ck_assert(!vrrp_resumes_late(&conf, &legacy, mono_add_ms(NOW, 2608)));
	ck_assert(vrrp_resumes_late(&conf, &legacy, mono_add_ms(NOW, 2610)));
	legacy = (struct vrrp_legacy){.last_state = VRRP_MASTER, .alive = MONO_NEVER};
	ck_assert(!vrrp_resumes_late(&conf, &legacy, NOW));
}
END_TEST

/* The predecessor was at work silent_ms ago. */
static struct vrrp_router *resumed(const struct conf_vrrp *conf, int64_t hold_ns, int64_t silent_ms,
				   const char *said)
{
	struct vrrp_router *router = router_with(conf, hold_ns, NOW);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_START,
					  .legacy = {.last_state = VRRP_MASTER,
						     .alive = mono_add_ms(NOW, -silent_ms),
						     .has_addresses = true}};

	faults(router, 0, NOW);
	ck_assert_str_eq(step(router, event, NOW), said);
	return router;
}

static const char *start_after(const struct conf_vrrp *conf, unsigned set, bool has_addresses,
			       enum vrrp_state_name last_state)
{
	struct vrrp_router *router = router_with(conf, 0, NOW);
	struct vrrp_router_event event = {
	    .kind = VRRP_ROUTER_START,
	    .legacy = {.last_state = last_state, .alive = NOW, .has_addresses = has_addresses}};
	const char *text;

	faults(router, set, NOW);
	text = step(router, event, NOW);
	vrrp_router_free(router);
	return text;
}

START_TEST(a_replaced_master_goes_on)
{
	struct conf_vrrp conf = conf_of(51, 100);

	ck_assert_str_eq(start_after(&conf, 0, true, VRRP_MASTER), "s100 + a2 INIT>MASTER R");
	ck_assert_str_eq(start_after(&conf, 0, false, VRRP_MASTER), "- INIT>BACKUP R");
	ck_assert_str_eq(start_after(&conf, 0, true, VRRP_BACKUP), "- INIT>BACKUP R");
	ck_assert_str_eq(start_after(&conf, VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE), true, VRRP_MASTER),
			 "- INIT>FAULT:no-source R");
}
END_TEST

/* It hung for so long that the other router may be master, or about to be. */
START_TEST(a_master_that_is_replaced_late_keeps_its_addresses_until_another_router_advertises)
{
	struct conf_vrrp conf = conf_of(51, 150);
	struct vrrp_router *router;

	/* with connection sync the other one keeps them, as it knows new connections */
	router = resumed(&conf, 13 * NS_PER_S, 4000, "+ INIT>MASTER R");
	ck_assert_str_eq(hear(router, &conf, 100, mono_add_ms(NOW, 900)),
			 "- MASTER>BACKUP R h100");
	vrrp_router_free(router);
	/* one without hears this router, and steps down */
	router = resumed(&conf, 0, 4000, "+ INIT>MASTER R");
	ck_assert_str_eq(hear(router, &conf, 100, mono_add_ms(NOW, 900)), "R s150 h100");
	vrrp_router_free(router);
	/* nobody took over */
	router = resumed(&conf, 13 * NS_PER_S, 4000, "+ INIT>MASTER R");
	run_until(router, mono_add_ms(NOW, 1124));
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 1125)), "s150 a2");
	run_until(router, mono_add_ms(NOW, 10000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
	/* in time */
	router = resumed(&conf, 13 * NS_PER_S, 3000, "s150 + a2 INIT>MASTER R");
	vrrp_router_free(router);
}
END_TEST

/* With nopreempt nobody knows whether another router has taken over, unless the predecessor was at work until now. */
START_TEST(the_successor_of_an_orphan_advertises_at_once)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_START,
					  .legacy = {.last_state = VRRP_MASTER, .alive = NOW, .has_addresses = true}};
	struct vrrp_router *router;

	conf.is_preempting = false;
	for (int relieved = 0; relieved < 2; relieved++) {
		router = router_with(&conf, 0, NOW);
		event.legacy.was_relieved = relieved;
		faults(router, 0, NOW);
		ck_assert_str_eq(step(router, event, NOW), relieved ? "s100 + a2 INIT>MASTER R" : "+ INIT>MASTER R");
		vrrp_router_free(router);
	}
	/* The first process that was to take over has died meanwhile. */
	event.legacy.alive = mono_add_ms(NOW, -4000);
	router = router_with(&conf, 0, NOW);
	faults(router, 0, NOW);
	ck_assert_str_eq(step(router, event, NOW), "+ INIT>MASTER R");
	vrrp_router_free(router);
}
END_TEST

/* Most of the announcements are still to come, and reach the clients then: nothing more is said. */
START_TEST(a_frame_soon_after_the_takeover_changes_nothing)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct mono at = NOW;

	while (state_of(router) != VRRP_MASTER)
		run_until(router, at = mono_add_ms(at, 1));
	ck_assert(vrrp_router_wants_frame(router, 0));
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_FRAME, at), "");
	ck_assert(!vrrp_router_wants_frame(router, 0));
	vrrp_router_free(router);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp resume");
	TCase *tcase = tcase_create("resume");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, who_listens_before_it_goes_on_as_master);
	tcase_add_test(tcase, a_replaced_master_goes_on);
	tcase_add_test(
	    tcase, a_master_that_is_replaced_late_keeps_its_addresses_until_another_router_advertises);
	tcase_add_test(tcase, the_successor_of_an_orphan_advertises_at_once);
	tcase_add_test(tcase, a_frame_soon_after_the_takeover_changes_nothing);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
