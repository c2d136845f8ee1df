/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All instances as one router: faults, addresses, the queue, what is told. The state machine by
 * itself has test_vrrp_fsm. */
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/advert.h"
#include "vrrp/wait.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- faults --- */

START_TEST(each_fault_keeps_it_out_and_the_last_one_gone_lets_it_in)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = router_with(&conf, 0, NOW);

	faults(router, VRRP_FAULT_BIT(VRRP_FAULT_NO_INTERFACE), NOW);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_START, NOW), "- INIT>FAULT:no-interface R");
	ck_assert_str_eq(faults(router, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), NOW),
			 "stays:interface-down R");
	ck_assert_str_eq(faults(router, VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE), NOW),
			 "stays:no-source R");
	ck_assert_uint_eq(vrrp_router_faults(router, 0), VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE));
	ck_assert_str_eq(faults(router, 0, NOW), "FAULT>BACKUP R");
	for (int fault = 0; fault < VRRP_FAULTS; fault++) {
		char expected[64];

		if (!(VRRP_FAULT_BIT(fault) & VRRP_FAULTS_OF_MACHINE))
			continue;
		snprintf(expected, sizeof(expected), "BACKUP>FAULT:%s R",
			 vrrp_fault_name((enum vrrp_fault)fault));
		ck_assert_str_eq(faults(router, VRRP_FAULT_BIT(fault), NOW), expected);
		ck_assert_str_eq(faults(router, 0, NOW), "FAULT>BACKUP R");
	}
	vrrp_router_free(router);
}
END_TEST

START_TEST(the_first_fault_is_said)
{
	ck_assert_int_eq(vrrp_faults_first(0), VRRP_FAULTS);
	ck_assert_int_eq(vrrp_faults_first(VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE) |
					   VRRP_FAULT_BIT(VRRP_FAULT_BARRED)),
			 VRRP_FAULT_BARRED);
	for (int fault = 0; fault <= VRRP_FAULTS; fault++)
		ck_assert_str_ne(vrrp_fault_name((enum vrrp_fault)fault), "");
}
END_TEST

/* Whichever address that is by now. */
START_TEST(its_own_advertisement_is_not_that_of_another_router)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	char expected[16];

	snprintf(expected, sizeof(expected), "x%d", VRRP_REJECT_SOURCE);
	ck_assert_str_eq(hear_from(router, &own, &conf, 200, NOW), expected);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* A last priority 0 has the address that was there. */
START_TEST(the_source_stays_when_it_is_lost)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);

	ck_assert_str_eq(faults(router, VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE), NOW),
			 "s0 - MASTER>FAULT:no-source R");
	ck_assert_int_eq(addr_cmp(&vrrp_router_conf(router, 0)->source, &own), 0);
	vrrp_router_free(router);
}
END_TEST

/* --- the guard and its bar --- */

/* Something removes an address each two seconds, from NOW on, six times. */
static void lose_six_times(struct vrrp_router *router, const char **ret_last)
{
	for (int i = 0; i < 6; i++) {
		struct mono now = mono_add_ms(NOW, i * 2000 + 500);

		run_until(router, now);
		step(router,
		     (struct vrrp_router_event){.kind = VRRP_ROUTER_VIPS,
						.missing = VRRP_VIPS_REMOVED},
		     now);
		*ret_last = step_kind(router, VRRP_ROUTER_TIME, vrrp_router_wake(router, 0));
	}
}

START_TEST(a_lost_address_is_put_back)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	struct mono now = mono_add_ms(NOW, 500);

	run_until(router, now);
	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_VIPS, .missing = VRRP_VIPS_REMOVED},
	     now);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, now), "loss1 + a2");
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, now), "");
	/* What the kernel refuses is tried a second later, and then said. */
	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_VIPS, .missing = VRRP_VIPS_REFUSED},
	     now);
	run_until(router, mono_add_ms(now, 900));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

START_TEST(six_losses_bar_it_where_another_one_can_serve)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	const char *last;
	struct mono barred;

	hear(router, &conf, 50, NOW);
	lose_six_times(router, &last);
	ck_assert_str_eq(last, "s0 - MASTER>FAULT:barred R");
	barred = vrrp_router_report(router, 0).barred_until;
	ck_assert(mono_before(mono_add_ms(NOW, 69000), barred));
	/* Another cause beside it: the end of one is not the end of the other. */
	faults(router, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), mono_add_ms(NOW, 12000));
	faults(router, 0, mono_add_ms(NOW, 13000));
	ck_assert_int_eq(state_of(router), VRRP_FAULT);
	for (int ms = 13000; ms < 70000; ms += 1000)
		hear(router, &conf, 50, mono_add_ms(NOW, ms));
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(barred, -1)), "");
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, barred), "over FAULT>BACKUP R");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_bar_ends_when_nobody_else_is_heard)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	const char *last;

	hear(router, &conf, 50, NOW);
	lose_six_times(router, &last);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, vrrp_router_wake(router, 0)),
			 "alone FAULT>BACKUP R");
	/* From then on it is alone, and never gives up. */
	run_until(router, mono_add_ms(NOW, 20000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	for (int i = 0; i < 10; i++) {
		struct mono now = mono_add_ms(NOW, 20000 + i * 2000);

		run_until(router, now);
		step(router,
		     (struct vrrp_router_event){.kind = VRRP_ROUTER_VIPS,
						.missing = VRRP_VIPS_REMOVED},
		     now);
		run_until(router, mono_add_ms(now, 1000));
		ck_assert_int_eq(state_of(router), VRRP_MASTER);
	}
	vrrp_router_free(router);
	router = master(&conf, NOW);
	lose_six_times(router, &last);
	ck_assert_str_eq(last, "alarm5 + a2");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_bar_outlives_the_process_but_no_longer_than_a_bar)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = vrrp_router_new();
	struct mono barred = mono_add_ms(NOW, 600000);

	step(router,
	     (struct vrrp_router_event){
		 .kind = VRRP_ROUTER_ADD, .conf = &conf, .barred_until = barred},
	     NOW);
	faults(router, 0, NOW);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_START, NOW), "- INIT>FAULT:barred R");
	ck_assert_int_eq(mono_sub(vrrp_router_report(router, 0).barred_until, NOW),
			 VRRP_GUARD_BARRED_NS);
	vrrp_router_free(router);
}
END_TEST

/* --- packets and the queue --- */

START_TEST(packets_that_are_no_adverts_of_this_instance_do_nothing)
{
	struct conf_vrrp conf = conf_of(51, 100), alien = conf;
	struct vrrp_router *router = master(&conf, NOW);
	struct vrrp_report report;
	char expected[16];

	alien.version = 2;
	snprintf(expected, sizeof(expected), "x%d", VRRP_REJECT_VERSION);
	ck_assert_str_eq(hear(router, &alien, 200, NOW), expected);
	alien.version = 3;
	alien.n_vips = 1;
	ck_assert_str_eq(hear(router, &alien, 200, NOW), "- s100 MASTER>BACKUP R h200!");
	report = vrrp_router_report(router, 0);
	ck_assert_uint_eq(report.adverts_received, 1);
	ck_assert_int_eq(addr_cmp(&report.master, &other), 0);
	vrrp_router_free(router);
}
END_TEST

/* What the log compares: the version of a packet that is ignored, the list of one that is not. */
START_TEST(what_does_not_fit_is_handed_on)
{
	struct conf_vrrp conf = conf_of(51, 100), alien = conf;
	struct vrrp_router *router = master(&conf, NOW);
	uint8_t *addrs = vrrp_advert_addrs(&conf);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
					  .path = {other, vrrp_group(AF_INET), VRRP_HOP_LIMIT}};
	uint8_t bytes[VRRP_PKT_MAX];
	struct vrrp_router_action action;
	struct vrrp_pkt pkt;

	event.body = bytes;
	alien.version = 2;
	pkt = vrrp_advert_make(&alien, 50, addrs);
	event.len = vrrp_pkt_encode(&pkt, &event.path, bytes, sizeof(bytes));
	vrrp_router_step(router, &event, NOW);
	ck_assert(vrrp_router_take(router, &action));
	ck_assert_int_eq(action.kind, VRRP_ROUTER_SAY_REJECTED);
	ck_assert_uint_eq(action.version, 2);
	/* Its first address is missing, and its second one is here. */
	alien.version = 3;
	alien.n_vips = 1;
	pkt = vrrp_advert_make(&alien, 50, addrs + 4);
	event.len = vrrp_pkt_encode(&pkt, &event.path, bytes, sizeof(bytes));
	vrrp_router_step(router, &event, NOW);
	do
		ck_assert(vrrp_router_take(router, &action));
	while (action.kind != VRRP_ROUTER_SAY_HEARD);
	ck_assert(!action.is_same_list && !action.odd_list.is_theirs);
	ck_assert_uint_eq(action.odd_list.n, 1);
	ck_assert_int_eq(addr_cmp(&action.odd_list.odd, &conf.vips[0].addr), 0);
	free(addrs);
	vrrp_router_free(router);
}
END_TEST

/* A message that is cut off anywhere is rejected, and nothing behind its end counts. */
START_TEST(a_cut_message_is_rejected)
{
	const struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	uint8_t *addrs = vrrp_advert_addrs(&conf);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
					  .path = {other, vrrp_group(AF_INET), VRRP_HOP_LIMIT}};
	const struct vrrp_pkt pkt = vrrp_advert_make(&conf, 50, addrs);
	uint8_t bytes[VRRP_PKT_MAX];
	size_t whole = vrrp_pkt_encode(&pkt, &event.path, bytes, sizeof(bytes));
	struct vrrp_router_action action;

	event.body = bytes;
	for (event.len = 0; event.len < whole; event.len++) {
		vrrp_router_step(router, &event, NOW);
		ck_assert(vrrp_router_take(router, &action));
		ck_assert_int_eq(action.kind, VRRP_ROUTER_SAY_REJECTED);
		ck_assert_uint_eq(action.version, event.len ? 3 : 0);
	}
	ck_assert(!vrrp_router_take(router, &action));
	free(addrs);
	vrrp_router_free(router);
}
END_TEST

/* Packets are read until a state has changed or the queue has no room; nothing is lost by that. */
START_TEST(a_flood_fills_the_queue_only_so_far)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
					  .path = {other, vrrp_group(AF_INET), 254}};
	static const uint8_t garbage[8] = {0x31, 51};
	struct vrrp_router_action action;
	size_t n = 0;

	event.body = garbage;
	event.len = sizeof(garbage);
	for (int round = 0; round < 3; round++) {
		size_t fed = 0, taken = 0;

		for (; !vrrp_router_is_urgent(router); fed++)
			vrrp_router_step(router, &event, NOW);
		ck_assert(!vrrp_router_has_room(router));
		while (vrrp_router_take(router, &action)) {
			ck_assert_int_eq(action.kind, VRRP_ROUTER_SAY_REJECTED);
			taken++;
		}
		ck_assert_uint_eq(fed, taken);
		ck_assert(!vrrp_router_is_urgent(router));
		n += fed;
	}
	ck_assert_uint_gt(n, 1000);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_changed_state_is_urgent)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_STOP};

	ck_assert(!vrrp_router_is_urgent(router));
	vrrp_router_step(router, &event, NOW);
	ck_assert(vrrp_router_is_urgent(router));
	ck_assert_str_eq(carry_out(router, VRRP_VIPS_COMPLETE, NOW), "s0 - MASTER>INIT R");
	ck_assert(!vrrp_router_is_urgent(router));
	vrrp_router_free(router);
}
END_TEST

START_TEST(instances_do_not_touch_each_other)
{
	struct conf_vrrp first = conf_of(51, 100), second = conf_of(52, 100);
	struct vrrp_router *router = master(&first, NOW);

	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .id = 7, .conf = &second},
	     NOW);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_FAULTS, .id = 7, .source = own},
	     NOW);
	ck_assert_str_eq(
	    step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_START, .id = 7}, NOW),
	    "- INIT>BACKUP R");
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_uint_eq(vrrp_router_advert(router, 7, 1).vrid, 52);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_STOP, .id = 7}, NOW);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_REMOVE, .id = 7}, NOW);
	/* The id is free again. */
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .id = 7, .conf = &second},
	     NOW);
	ck_assert_int_eq(vrrp_router_fsm(router, 7)->state, VRRP_INIT);
	vrrp_router_free(router);
}
END_TEST

/* --- what is told, and how often --- */

static const char *hear_every(struct vrrp_router *router, const struct conf_vrrp *conf,
			      uint32_t interval_us, struct mono now)
{
	struct conf_vrrp sender = *conf;

	sender.advert_int_us = interval_us;
	return hear(router, &sender, 200, now);
}

/* At most once a second, however often what was learned changes. */
START_TEST(what_a_backup_learns_is_told_once_a_second)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);

	/* The report of the hold that begins names the master, too. */
	ck_assert_str_eq(hear_every(router, &conf, 1000000, NOW), "R h200");
	ck_assert_str_eq(hear_every(router, &conf, 2000000, mono_add_ms(NOW, 100)), "R h200");
	ck_assert_str_eq(hear_every(router, &conf, 1000000, mono_add_ms(NOW, 1000)), "h200");
	ck_assert_str_eq(hear_every(router, &conf, 1000000, mono_add_ms(NOW, 1200)), "R h200");
	ck_assert_str_eq(hear_every(router, &conf, 2000000, mono_add_ms(NOW, 2250)), "R h200");
	ck_assert_uint_eq(vrrp_router_report(router, 0).master_interval_us, 2000000);
	ck_assert_str_eq(hear_every(router, &conf, 2000000, mono_add_ms(NOW, 3500)), "h200");
	/* A master has no other's interval. */
	run_until(router, mono_add_ms(NOW, 20000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_uint_eq(vrrp_router_report(router, 0).master_interval_us, 0);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_hold_is_said_once)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 13 * NS_PER_S, NOW);

	ck_assert_str_eq(hear(router, &conf, 50, mono_add_ms(NOW, 100)), "hold R h50");
	for (int ms = 1100; ms < 13000; ms += 1000) {
		struct vrrp_router_event event = {.kind = VRRP_ROUTER_HOLD};

		event.hold_ns = 13100 * NS_PER_MS - ms * NS_PER_MS;
		ck_assert_str_eq(hear(router, &conf, 50, mono_add_ms(NOW, ms)), "h50");
		ck_assert_str_eq(step(router, event, mono_add_ms(NOW, ms)), "");
	}
	vrrp_router_free(router);
}
END_TEST

/* A master of lower priority advertises each second from *now on, for so many seconds. */
static void hear_lower_for(struct vrrp_router *router, const struct conf_vrrp *conf, int seconds,
			   struct mono *now)
{
	for (int i = 0; i < seconds; i++) {
		hear(router, conf, 50, *now);
		*now = mono_add_ms(*now, 999);
		run_until(router, *now);
		*now = mono_add_ms(*now, 1);
	}
}

START_TEST(preemption_is_forbidden_until_it_is_allowed_again)
{
	struct conf_vrrp conf = conf_of(51, 100), changed = conf_of(51, 110);
	struct vrrp_router *router = router_with(&conf, 0, NOW);
	struct vrrp_router_event forbidden = {.kind = VRRP_ROUTER_PREEMPTION, .is_forbidden = true};
	struct mono now = mono_add_ms(NOW, 100);

	/* Before the start, so that it counts for instances that come later. */
	ck_assert_str_eq(step(router, forbidden, NOW), "");
	faults(router, 0, NOW);
	step_kind(router, VRRP_ROUTER_START, NOW);
	hear_lower_for(router, &conf, 10, &now);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	change(router, &changed, 0, false, now);
	hear_lower_for(router, &conf, 10, &now);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	ck_assert(vrrp_router_conf(router, 0)->is_preempting);
	forbidden.is_forbidden = false;
	step(router, forbidden, now);
	hear_lower_for(router, &conf, 5, &now);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

START_TEST(preemption_is_forbidden_for_an_instance_that_comes_later)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = vrrp_router_new();
	struct mono now = mono_add_ms(NOW, 100);

	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_PREEMPTION, .is_forbidden = true}, NOW);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .conf = &conf}, NOW);
	faults(router, 0, NOW);
	step_kind(router, VRRP_ROUTER_START, NOW);
	hear_lower_for(router, &conf, 10, &now);
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

START_TEST(silence_is_no_preemption)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct mono now = mono_add_ms(NOW, 100);

	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_PREEMPTION, .is_forbidden = true}, NOW);
	hear_lower_for(router, &conf, 5, &now);
	run_until(router, mono_add_ms(now, 3700));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* A process that goes on as master has not become it. */
START_TEST(transitions_to_master_are_counted)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	const struct vrrp_router_event resume = {
	    .kind = VRRP_ROUTER_START,
	    .legacy = {.last_state = VRRP_MASTER, .alive = NOW, .has_addresses = true}};

	ck_assert_uint_eq(vrrp_router_report(router, 0).transitions_to_master, 1);
	vrrp_router_free(router);
	router = router_with(&conf, 0, NOW);
	faults(router, 0, NOW);
	step(router, resume, NOW);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_uint_eq(vrrp_router_report(router, 0).transitions_to_master, 0);
	vrrp_router_free(router);
}
END_TEST

/* The indexes of a burst under way are those of the old list. */
START_TEST(a_new_list_begins_announcing_anew)
{
	struct conf_vrrp conf = conf_of(51, 100), shorter = conf;
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct mono at = NOW;

	while (state_of(router) != VRRP_MASTER) {
		at = vrrp_router_wake(router, 0);
		step_kind(router, VRRP_ROUTER_TIME, at);
	}
	shorter.n_vips = 1;
	change(router, &shorter, 0, false, at);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, at), "a1");
	vrrp_router_free(router);
}
END_TEST

/* Its switch port may not have forwarded when it became master by silence. */
START_TEST(the_first_frame_makes_a_master_announce_again)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct mono at = mono_add_ms(NOW, 60000);

	run_until(router, at);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert(vrrp_router_wants_frame(router, 0));
	/* Another master, which may be better, hears of it, and corrects what the clients learn. */
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_FRAME, at), "s100");
	ck_assert(!vrrp_router_wants_frame(router, 0));
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, at), "a2");
	/* A second frame says nothing new, but after a reload that adds addresses. */
	at = mono_add_ms(at, 60000);
	run_until(router, at);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_FRAME, at), "");
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, at), "");
	change(router, &conf, 0, true, at);
	ck_assert(vrrp_router_wants_frame(router, 0));
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_backup_announces_nothing_at_a_frame)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);

	ck_assert(!vrrp_router_wants_frame(router, 0));
	run_until(router, mono_add_ms(NOW, 20000));
	ck_assert(vrrp_router_wants_frame(router, 0));
	hear(router, &conf, 200, mono_add_ms(NOW, 20000));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	ck_assert(!vrrp_router_wants_frame(router, 0));
	step_kind(router, VRRP_ROUTER_FRAME, mono_add_ms(NOW, 20001));
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 20001)), "");
	vrrp_router_free(router);
}
END_TEST

START_TEST(the_end_of_a_bar_is_the_cause_that_is_said)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	const struct vrrp_router_event event = {.kind = VRRP_ROUTER_TIME};
	struct vrrp_router_action action;
	const char *last;

	hear(router, &conf, 50, NOW);
	lose_six_times(router, &last);
	vrrp_router_step(router, &event, vrrp_router_wake(router, 0));
	while (vrrp_router_take(router, &action) && action.kind != VRRP_ROUTER_SAY_STATE)
		;
	ck_assert(action.leaves_bar);
	vrrp_router_free(router);
}
END_TEST

/* Who gave the addresses up does not miss them. */
START_TEST(a_backup_puts_nothing_back)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	struct vrrp_router_event removed = {.kind = VRRP_ROUTER_VIPS, .missing = VRRP_VIPS_REMOVED};

	step(router, removed, mono_add_ms(NOW, 10));
	hear(router, &conf, 200, mono_add_ms(NOW, 10));
	ck_assert_str_eq(step(router, removed, mono_add_ms(NOW, 20)), "");
	for (int ms = 30; ms < 3000; ms += 10)
		ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, ms)), "");
	vrrp_router_free(router);
}
END_TEST

/* Losses within a second are one, of which one line is said. */
START_TEST(a_second_loss_at_once_is_made_good_quietly)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router;
	const struct vrrp_router_event removed = {.kind = VRRP_ROUTER_VIPS,
						  .missing = VRRP_VIPS_REMOVED};

	conf.advert_int_us = 100000;
	router = master(&conf, NOW);
	step(router, removed, NOW);
	ck_assert_ptr_nonnull(strstr(step_kind(router, VRRP_ROUTER_TIME, NOW), "loss1 + a2"));
	step(router, removed, mono_add_ms(NOW, 101));
	ck_assert_ptr_nonnull(
	    strstr(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 101)), "(+) a2"));
	vrrp_router_free(router);
}
END_TEST

/* --- handover --- */

/* It announces nothing any more: neighbours must learn the successor. Nor does it put back what
 * somebody removes. */
START_TEST(a_leaving_master_is_silent)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = master(&conf, NOW);
	const struct vrrp_router_event removed = {.kind = VRRP_ROUTER_VIPS,
						  .missing = VRRP_VIPS_REMOVED};

	hear(router, &conf, 50, NOW); /* it answers, and would announce again */
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_LEAVE, NOW), "s0 leave2000");
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_LEAVE, NOW), "");
	step(router, removed, NOW);
	ck_assert_int_eq(mono_sub(vrrp_router_wake(router, 0), NOW), 1125 * NS_PER_MS);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 1125)), "s0");
	ck_assert_int_eq(mono_sub(vrrp_router_wake(router, 0), NOW), 2 * NS_PER_S);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, 2000)),
			 "- MASTER>INIT R");
	vrrp_router_free(router);
}
END_TEST

/* The successor's kernel would find the address in use, and would not use it. */
START_TEST(a_probed_address_is_not_kept)
{
	struct conf_vip vip = {.addr = {.family = AF_INET6}, .is_probed = true, .interface = "eth0"};
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router;

	conf.excluded = &vip;
	conf.n_excluded = 1;
	router = master(&conf, NOW);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_LEAVE, NOW), "s0 - MASTER>INIT R");
	vrrp_router_free(router);
}
END_TEST

/* The cable is out, then the interface is set down: the kind of fault is the same. */
START_TEST(another_sentence_about_a_fault_is_another_cause)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_FAULTS,
					  .faults = VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN),
					  .said = 1};

	ck_assert_str_eq(step(router, event, NOW), "BACKUP>FAULT:interface-down R");
	ck_assert_str_eq(step(router, event, NOW), "");
	event.said = 2;
	ck_assert_str_eq(step(router, event, NOW), "stays:interface-down R");
	ck_assert_str_eq(step(router, event, NOW), "");
	vrrp_router_free(router);
}
END_TEST

/* --- every pair --- */

enum place { IN_INIT, IN_BACKUP, IN_MASTER, IN_LEAVING, IN_FAULT, IN_BAR, PLACES };

static struct vrrp_router *router_in(enum place place, const struct conf_vrrp *conf)
{
	struct vrrp_router *router;
	const char *last;

	switch (place) {
	case IN_INIT:
		return router_with(conf, 0, NOW);
	case IN_BACKUP:
		return started(conf, 0, NOW);
	case IN_MASTER:
		return master(conf, NOW);
	case IN_LEAVING:
		router = master(conf, NOW);
		step_kind(router, VRRP_ROUTER_LEAVE, NOW);
		return router;
	case IN_FAULT:
		router = started(conf, 0, NOW);
		faults(router, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), NOW);
		return router;
	default:
		router = master(conf, NOW);
		hear(router, conf, 50, NOW);
		lose_six_times(router, &last);
		return router;
	}
}

/* What every event may do to an instance in every state, as what it does to one without a fault. */
static const char *const pairs[PLACES][VRRP_ROUTER_EVENTS] = {
    [IN_INIT] = {[VRRP_ROUTER_START] = "- INIT>FAULT:interface-down R",
		 [VRRP_ROUTER_APPLY] = "R",
		 [VRRP_ROUTER_PACKET] = "h200"},
    [IN_BACKUP] = {[VRRP_ROUTER_APPLY] = "R",
		   [VRRP_ROUTER_PREEMPTION] = "R",
		   [VRRP_ROUTER_STOP] = "BACKUP>INIT R",
		   [VRRP_ROUTER_LEAVE] = "BACKUP>INIT R",
		   [VRRP_ROUTER_FAULTS] = "BACKUP>FAULT:interface-down R",
		   [VRRP_ROUTER_PACKET] = "R h200"},
    [IN_MASTER] = {[VRRP_ROUTER_APPLY] = "s100 + R",
		   [VRRP_ROUTER_PREEMPTION] = "R",
		   [VRRP_ROUTER_STOP] = "s0 - MASTER>INIT R",
		   [VRRP_ROUTER_LEAVE] = "s0 leave2000",
		   [VRRP_ROUTER_FAULTS] = "s0 - MASTER>FAULT:interface-down R",
		   [VRRP_ROUTER_FRAME] = "s100",
		   [VRRP_ROUTER_YIELDED] = "a2",
		   [VRRP_ROUTER_PACKET] = "- s100 MASTER>BACKUP R h200"},
    [IN_LEAVING] = {[VRRP_ROUTER_APPLY] = "R",
		    [VRRP_ROUTER_PREEMPTION] = "R",
		    [VRRP_ROUTER_STOP] = "- MASTER>INIT R",
		    [VRRP_ROUTER_FAULTS] = "- MASTER>INIT R",
		    [VRRP_ROUTER_PACKET] = "- MASTER>INIT R h200"},
    [IN_FAULT] = {[VRRP_ROUTER_APPLY] = "R",
		  [VRRP_ROUTER_PREEMPTION] = "R",
		  [VRRP_ROUTER_STOP] = "FAULT>INIT R",
		  [VRRP_ROUTER_LEAVE] = "FAULT>INIT R",
		  [VRRP_ROUTER_PACKET] = "h200"},
    [IN_BAR] = {[VRRP_ROUTER_APPLY] = "R",
		[VRRP_ROUTER_FAULTS] = "stays:interface-down R",
		[VRRP_ROUTER_PREEMPTION] = "R",
		[VRRP_ROUTER_STOP] = "FAULT>INIT R",
		  [VRRP_ROUTER_LEAVE] = "FAULT>INIT R",
		[VRRP_ROUTER_PACKET] = "h200"},
};

START_TEST(every_pair_of_state_and_event)
{
	struct conf_vrrp conf = conf_of(51, 100);

	for (int place = 0; place < PLACES; place++)
		for (int kind = VRRP_ROUTER_SET; kind < VRRP_ROUTER_EVENTS; kind++) {
			struct vrrp_router *router = router_in((enum place)place, &conf);
			struct mono now = mono_add_ms(NOW, place == IN_BAR ? 10501 : 1);
			struct vrrp_source source = {.name = "a", .state = VRRP_SOURCE_DOWN};
			struct vrrp_router_event event = {
			    .kind = (enum vrrp_router_event_kind)kind,
			    .tracked = &source, /* which nobody tracks here */
			    .conf = &conf,
			    .faults = VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN),
			    .missing = VRRP_VIPS_REMOVED,
			    .is_forbidden = true};
			const char *wanted = pairs[place][kind], *text;

			if (kind == VRRP_ROUTER_START && place == IN_INIT)
				faults(router, event.faults, now);
			text = kind == VRRP_ROUTER_PACKET ? hear(router, &conf, 200, now)
							  : step(router, event, now);
			ck_assert_msg(strcmp(text, wanted ? wanted : "") == 0,
				      "place %d, event %d: \"%s\"", place, kind, text);
			vrrp_router_free(router);
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_router");
	TCase *tcase = tcase_create("router");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, each_fault_keeps_it_out_and_the_last_one_gone_lets_it_in);
	tcase_add_test(tcase, the_first_fault_is_said);
	tcase_add_test(tcase, its_own_advertisement_is_not_that_of_another_router);
	tcase_add_test(tcase, the_source_stays_when_it_is_lost);
	tcase_add_test(tcase, a_lost_address_is_put_back);
	tcase_add_test(tcase, six_losses_bar_it_where_another_one_can_serve);
	tcase_add_test(tcase, a_bar_ends_when_nobody_else_is_heard);
	tcase_add_test(tcase, a_bar_outlives_the_process_but_no_longer_than_a_bar);
	tcase_add_test(tcase, packets_that_are_no_adverts_of_this_instance_do_nothing);
	tcase_add_test(tcase, what_does_not_fit_is_handed_on);
	tcase_add_test(tcase, a_cut_message_is_rejected);
	tcase_add_test(tcase, a_flood_fills_the_queue_only_so_far);
	tcase_add_test(tcase, a_changed_state_is_urgent);
	tcase_add_test(tcase, instances_do_not_touch_each_other);
	tcase_add_test(tcase, what_a_backup_learns_is_told_once_a_second);
	tcase_add_test(tcase, a_hold_is_said_once);
	tcase_add_test(tcase, preemption_is_forbidden_until_it_is_allowed_again);
	tcase_add_test(tcase, preemption_is_forbidden_for_an_instance_that_comes_later);
	tcase_add_test(tcase, silence_is_no_preemption);
	tcase_add_test(tcase, transitions_to_master_are_counted);
	tcase_add_test(tcase, a_new_list_begins_announcing_anew);
	tcase_add_test(tcase, the_first_frame_makes_a_master_announce_again);
	tcase_add_test(tcase, a_backup_announces_nothing_at_a_frame);
	tcase_add_test(tcase, the_end_of_a_bar_is_the_cause_that_is_said);
	tcase_add_test(tcase, a_backup_puts_nothing_back);
	tcase_add_test(tcase, a_second_loss_at_once_is_made_good_quietly);
	tcase_add_test(tcase, another_sentence_about_a_fault_is_another_cause);
	tcase_add_test(tcase, a_leaving_master_is_silent);
	tcase_add_test(tcase, a_probed_address_is_not_kept);
	tcase_add_test(tcase, every_pair_of_state_and_event);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
