/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operator orders of one instance: release, take, hold. Groups, mostly: test_vrrp_group. */
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/same.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static enum vrrp_order_result result_of(const struct vrrp_router *router)
{
	return vrrp_router_report(router, 0).order_result;
}

/* The master with that priority is heard until then, once a second. */
static void hear_until(struct vrrp_router *router, const struct conf_vrrp *conf, uint8_t priority,
		       int64_t from_ms, int64_t until_ms)
{
	for (int64_t ms = from_ms; ms < until_ms; ms += 1000) {
		hear(router, conf, priority, mono_add_ms(NOW, ms));
		run_until(router, mono_add_ms(NOW, ms + 999));
	}
}

/* It sends no advertisement with its new priority. Its addresses stay until the other one is heard. */
START_TEST(a_released_master_hands_over_and_stays_as_backup)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW), "s0 leave2000 R");
	ck_assert_int_eq(result_of(router), VRRP_ORDER_PENDING);
	/* a reload in the midst of it */
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 1, mono_add_ms(NOW, 10)), "R");
	ck_assert_str_eq(hear(router, &conf, 50, mono_add_ms(NOW, 700)),
			 "- MASTER>BACKUP R h50");
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 1);
	ck_assert_uint_eq(vrrp_router_report(router, 0).master_priority, 50);
	/* It does not preempt, over a reload either. */
	hear_until(router, &conf, 50, 1700, 20000);
	order(router, &conf, VRRP_ORDER_RELEASE, 1, mono_add_ms(NOW, 20000));
	hear_until(router, &conf, 50, 20700, 40000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	/* If the other one dies it takes over. */
	run_until(router, mono_add_ms(NOW, 45000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	/* The other one comes back: the order still counts. */
	hear(router, &conf, 50, mono_add_ms(NOW, 45500));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_master_that_nobody_relieves_stays_master)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 2000)),
			 "+ kept R a2");
	ck_assert_int_eq(result_of(router), VRRP_ORDER_ALONE);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 2000)), "s100");
	/* The order is gone: the same one does not come back with a reload, the next one counts. */
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 1, mono_add_ms(NOW, 2100)),
			 "s100 + R");
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 100);
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 2, mono_add_ms(NOW, 2200)),
			 "s0 leave2000 R");
	vrrp_router_free(router);
}
END_TEST

/* It stays in force whether the other one takes over or not. */
START_TEST(a_hold_during_a_release_has_its_own_result)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	order(router, &conf, VRRP_ORDER_HOLD, 2, mono_add_ms(NOW, 100));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	/* nobody has taken over */
	run_until(router, mono_add_ms(NOW, 2100));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	hear(router, &conf, 200, mono_add_ms(NOW, 2200));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	hear_until(router, &conf, 50, 3000, 20000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
	/* the other one takes over */
	router = master(&conf, NOW);
	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	order(router, &conf, VRRP_ORDER_HOLD, 2, mono_add_ms(NOW, 100));
	hear_until(router, &conf, 50, 700, 20000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	vrrp_router_free(router);
}
END_TEST

/* It still has the addresses, and goes on as MASTER. */
START_TEST(a_take_during_a_release_ends_the_handover)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	const char *said;

	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	said = order(router, &conf, VRRP_ORDER_TAKE, 2, mono_add_ms(NOW, 100));
	ck_assert_ptr_null(strstr(said, "kept"));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	ck_assert_uint_eq(vrrp_router_report(router, 0).order_number, 2);
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 100);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 100)), "s100 a2");
	run_until(router, mono_add_ms(NOW, 10000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	/* With a stop there is no way back. */
	step_kind(router, VRRP_ROUTER_LEAVE, mono_add_ms(NOW, 10000));
	order(router, &conf, VRRP_ORDER_TAKE, 3, mono_add_ms(NOW, 10100));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_FAULT);
	vrrp_router_free(router);
}
END_TEST

/* A reload sends the order again with its number; an order with another number is a new one. */
START_TEST(a_second_release_differs_from_the_first_one)
{
	struct vrrp_instance_frame first = {.conf = conf_of(51, 100), .order = {VRRP_ORDER_RELEASE, 1}};
	struct vrrp_instance_frame second = first;

	ck_assert(vrrp_frame_is_same(&first, &second));
	second.order.number = 2;
	ck_assert(!vrrp_frame_is_same(&first, &second));
}
END_TEST

START_TEST(a_release_ends_with_the_fault_or_the_stop_that_comes_first)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	ck_assert_str_eq(faults(router, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), NOW),
			 "- MASTER>FAULT:interface-down R");
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	vrrp_router_free(router);
	router = master(&conf, NOW);
	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_LEAVE, mono_add_ms(NOW, 100)), "leave1900");
	ck_assert_str_eq(hear(router, &conf, 50, mono_add_ms(NOW, 700)), "- MASTER>INIT R h50");
	vrrp_router_free(router);
}
END_TEST

/* The successor's kernel would find the address in use. */
START_TEST(a_probed_address_is_gone_before_the_successor_adds_it)
{
	struct conf_vip vip = {.addr = {.family = AF_INET6}, .is_probed = true, .interface = "eth0"};
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router;

	conf.excluded = &vip;
	conf.n_excluded = 1;
	/* A probed IPv4 address is not found by the successor's kernel. */
	vip.addr.family = AF_INET;
	router = master(&conf, NOW);
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW), "s0 leave2000 R");
	vrrp_router_free(router);
	vip.addr.family = AF_INET6;
	router = master(&conf, NOW);
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW),
			 "- s0 MASTER>BACKUP R R");
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	vrrp_router_free(router);
}
END_TEST

/* Also without preemption, and at once: the announcement comes before lines and reports, since the former
 * master has removed the addresses by then. */
START_TEST(a_backup_takes_over_from_a_lower_priority)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router;

	conf.is_preempting = false;
	router = started(&conf, 0, NOW);
	hear_until(router, &conf, 99, 500, 5000);
	ck_assert_str_eq(order(router, &conf, VRRP_ORDER_TAKE, 1, mono_add_ms(NOW, 5000)),
			 "s100 + a2 BACKUP>MASTER R R");
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	/* once: the order that is sent again does nothing */
	hear(router, &conf, 200, mono_add_ms(NOW, 5100));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	hear(router, &conf, 50, mono_add_ms(NOW, 5200));
	order(router, &conf, VRRP_ORDER_TAKE, 1, mono_add_ms(NOW, 5300));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_take_is_refused_where_it_would_not_last)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);

	/* It has just begun, and has heard nobody. */
	order(router, &conf, VRRP_ORDER_TAKE, 1, mono_add_ms(NOW, 100));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_LEARNING);
	hear(router, &conf, 101, mono_add_ms(NOW, 500));
	order(router, &conf, VRRP_ORDER_TAKE, 2, mono_add_ms(NOW, 600));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_BETTER);
	/* equal, and its address is higher */
	hear(router, &conf, 100, mono_add_ms(NOW, 700));
	order(router, &conf, VRRP_ORDER_TAKE, 3, mono_add_ms(NOW, 800));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_BETTER);
	faults(router, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), mono_add_ms(NOW, 900));
	order(router, &conf, VRRP_ORDER_TAKE, 4, mono_add_ms(NOW, 1000));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_FAULT);
	ck_assert_int_ne(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* With connection sync, the connections of the other one come first. */
START_TEST(a_take_waits_for_connections)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 13 * NS_PER_S, NOW);
	const struct vrrp_router_event set = {.kind = VRRP_ROUTER_SET,
					      .conf = &conf,
					      .hold_ns = 13 * NS_PER_S,
					      .order = {VRRP_ORDER_TAKE, 1}};

	hear(router, &conf, 50, mono_add_ms(NOW, 500));
	step(router, set, mono_add_ms(NOW, 600));
	step_kind(router, VRRP_ROUTER_APPLY, mono_add_ms(NOW, 600));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_LEARNING);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_held_backup_does_not_preempt)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);

	order(router, &conf, VRRP_ORDER_HOLD, 1, NOW);
	hear_until(router, &conf, 50, 500, 20000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 100);
	/* Dropped by the director: it preempts as its file says. */
	order(router, &conf, VRRP_ORDER_NONE, 0, mono_add_ms(NOW, 20000));
	hear_until(router, &conf, 50, 20500, 25000);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* Also beside a better master and in FAULT, where a take is refused. */
START_TEST(a_resume_ends_an_order_in_every_state)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);

	hear_until(router, &conf, 200, 500, 5000);
	order(router, &conf, VRRP_ORDER_RELEASE, 1, mono_add_ms(NOW, 5000));
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 1);
	order(router, &conf, VRRP_ORDER_RESUME, 2, mono_add_ms(NOW, 5100));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 100);
	/* The better one is gone: it preempts as its file says. */
	hear_until(router, &conf, 50, 5500, 15000);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	order(router, &conf, VRRP_ORDER_HOLD, 3, mono_add_ms(NOW, 15000));
	faults(router, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), mono_add_ms(NOW, 15100));
	order(router, &conf, VRRP_ORDER_RESUME, 4, mono_add_ms(NOW, 15200));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	faults(router, 0, mono_add_ms(NOW, 16000));
	hear_until(router, &conf, 50, 16500, 30000);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* The handover goes on to its end, and the router then preempts as its file says. */
START_TEST(a_resume_during_a_release_lets_the_handover_go_on)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	order(router, &conf, VRRP_ORDER_RELEASE, 1, NOW);
	order(router, &conf, VRRP_ORDER_RESUME, 2, mono_add_ms(NOW, 100));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	hear(router, &conf, 50, mono_add_ms(NOW, 700));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	hear_until(router, &conf, 50, 1700, 10000);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_int_eq(result_of(router), VRRP_ORDER_DONE);
	vrrp_router_free(router);
}
END_TEST

/* A new process acts on no order that was given before, but takes part as released. */
/* An order that fails changes nothing. */
START_TEST(a_refused_order_leaves_the_hold_in_force)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);

	hear_until(router, &conf, 200, 500, 5000);
	order(router, &conf, VRRP_ORDER_HOLD, 1, mono_add_ms(NOW, 5000));
	order(router, &conf, VRRP_ORDER_TAKE, 2, mono_add_ms(NOW, 5100));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_BETTER);
	hear_until(router, &conf, 50, 5500, 20000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	/* as the director sends it with a reload then */
	order(router, &conf, VRRP_ORDER_HOLD, 1, mono_add_ms(NOW, 20000));
	hear_until(router, &conf, 50, 20500, 40000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	/* the other one is gone, and nobody takes over from this one */
	run_until(router, mono_add_ms(NOW, 45000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	order(router, &conf, VRRP_ORDER_RELEASE, 3, mono_add_ms(NOW, 45000));
	run_until(router, mono_add_ms(NOW, 48000));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_ALONE);
	hear(router, &conf, 200, mono_add_ms(NOW, 48100));
	hear_until(router, &conf, 50, 48500, 60000);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_new_process_knows_the_order)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = vrrp_router_new();

	step(router,
	     (struct vrrp_router_event){
		 .kind = VRRP_ROUTER_ADD, .conf = &conf, .order = {VRRP_ORDER_RELEASE, 5}},
	     NOW);
	faults(router, 0, NOW);
	step(router,
	     (struct vrrp_router_event){
		 .kind = VRRP_ROUTER_START,
		 .legacy = {.last_state = VRRP_MASTER, .alive = NOW, .has_addresses = true}},
	     NOW);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_uint_eq(vrrp_router_report(router, 0).order_number, 5);
	/* The other one has taken over while no process was there. */
	hear(router, &conf, 50, mono_add_ms(NOW, 300));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

/* --- groups: of a member that hears nobody --- */

static struct vrrp_router *started_group(const struct conf_vrrp *confs)
{
	struct vrrp_router *router = router_with(&confs[0], 0, NOW);

	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .id = 1, .conf = &confs[1]}, NOW);
	faults(router, 0, NOW);
	for (unsigned i = 0; i < 2; i++)
		step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_START, .id = i}, NOW);
	return router;
}

static void take_group(struct vrrp_router *router, const struct conf_vrrp *confs, uint64_t number,
		       struct mono now)
{
	const struct vrrp_order take = {VRRP_ORDER_TAKE, number};

	for (unsigned i = 0; i < 2; i++)
		step(router,
		     (struct vrrp_router_event){
			 .kind = VRRP_ROUTER_SET, .id = i, .conf = &confs[i], .order = take},
		     now);
	for (unsigned i = 0; i < 2; i++)
		step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_APPLY, .id = i}, now);
}

/* A reload has added the second one here, and not yet on the other director. A router that slept says
 * nothing of what it did not hear. */
START_TEST(a_member_that_nobody_else_has_does_not_keep_its_group_from_being_taken)
{
	struct conf_vrrp confs[] = {conf_of(51, 100), conf_of(52, 100)};
	struct vrrp_router *router;
	struct mono now = NOW;

	for (unsigned i = 0; i < 2; i++) {
		confs[i].sync_group = "VG";
		confs[i].is_preempting = false;
	}
	router = started_group(confs);
	hear(router, &confs[0], 50, mono_add_ms(NOW, 500));
	take_group(router, confs, 1, mono_add_ms(NOW, 600));
	ck_assert_int_eq(result_of(router), VRRP_ORDER_GROUP);
	ck_assert_int_eq(vrrp_router_report(router, 1).order_result, VRRP_ORDER_LEARNING);
	for (int ms = 1500; ms < 10000; ms += 500) {
		now = mono_add_ms(NOW, ms);
		step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_TIME, .id = 1}, now);
		run_until(router, now);
		hear(router, &confs[0], 50, now);
	}
	now = mono_add_ms(now, _i ? 20000 : 100);
	take_group(router, confs, 2, now);
	ck_assert_int_eq(vrrp_router_report(router, 1).order_result,
			 _i ? VRRP_ORDER_LEARNING : VRRP_ORDER_DONE);
	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(vrrp_router_fsm(router, i)->state, _i ? VRRP_BACKUP : VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

static void run_member_until(struct vrrp_router *router, unsigned id, struct mono until)
{
	struct mono at = vrrp_router_wake(router, id);

	for (; !mono_before(until, at); at = vrrp_router_wake(router, id))
		step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_TIME, .id = id}, at);
}

/* A reload has added the second one, which has no order. When its master-down time ends the group is
 * handing over: it waits for what becomes of the group. */
START_TEST(a_member_that_joins_a_group_in_its_handover_does_not_become_master)
{
	struct conf_vrrp confs[] = {conf_of(51, 100), conf_of(52, 100)};
	const struct vrrp_router_event added = {.kind = VRRP_ROUTER_ADD, .id = 1, .conf = &confs[1]},
				       start = {.kind = VRRP_ROUTER_START, .id = 1};
	struct vrrp_router *router;

	confs[0].sync_group = confs[1].sync_group = "VG";
	router = master(&confs[0], NOW);
	step(router, added, NOW);
	step(router, start, NOW);
	run_until(router, mono_add_ms(NOW, 3000));
	run_member_until(router, 1, mono_add_ms(NOW, 3000));
	order(router, &confs[0], VRRP_ORDER_RELEASE, 1, mono_add_ms(NOW, 3000));
	run_member_until(router, 1, mono_add_ms(NOW, 4000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert(vrrp_router_is_joining(router, 1));
	ck_assert_int_eq(vrrp_router_fsm(router, 1)->state, VRRP_BACKUP);
	if (_i)
		hear(router, &confs[0], 50, mono_add_ms(NOW, 4000));
	else /* nobody takes over */
		run_until(router, mono_add_ms(NOW, 6000));
	run_member_until(router, 1, mono_add_ms(NOW, 8000));
	ck_assert_int_eq(state_of(router), _i ? VRRP_BACKUP : VRRP_MASTER);
	ck_assert_int_eq(vrrp_router_fsm(router, 1)->state, state_of(router));
	ck_assert(!vrrp_router_is_joining(router, 1));
	vrrp_router_free(router);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_order");
	TCase *tcase = tcase_create("order");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_released_master_hands_over_and_stays_as_backup);
	tcase_add_test(tcase, a_master_that_nobody_relieves_stays_master);
	tcase_add_test(tcase, a_hold_during_a_release_has_its_own_result);
	tcase_add_test(tcase, a_take_during_a_release_ends_the_handover);
	tcase_add_test(tcase, a_second_release_differs_from_the_first_one);
	tcase_add_test(tcase, a_release_ends_with_the_fault_or_the_stop_that_comes_first);
	tcase_add_test(tcase, a_probed_address_is_gone_before_the_successor_adds_it);
	tcase_add_test(tcase, a_backup_takes_over_from_a_lower_priority);
	tcase_add_test(tcase, a_take_is_refused_where_it_would_not_last);
	tcase_add_test(tcase, a_take_waits_for_connections);
	tcase_add_test(tcase, a_held_backup_does_not_preempt);
	tcase_add_test(tcase, a_resume_ends_an_order_in_every_state);
	tcase_add_test(tcase, a_resume_during_a_release_lets_the_handover_go_on);
	tcase_add_test(tcase, a_refused_order_leaves_the_hold_in_force);
	tcase_add_test(tcase, a_new_process_knows_the_order);
	tcase_add_loop_test(
	    tcase, a_member_that_joins_a_group_in_its_handover_does_not_become_master, 0, 2);
	tcase_add_loop_test(
	    tcase, a_member_that_nobody_else_has_does_not_keep_its_group_from_being_taken, 0, 2);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
