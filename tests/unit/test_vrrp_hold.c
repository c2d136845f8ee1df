/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preemption that is held: after a return, with connection sync, and by preempt_delay. */
#include "tests/unit/vrrp_machine.h"

#include <stdlib.h>

static struct vrrp_fsm begin_after_fault(const struct vrrp_fsm_conf *conf, struct mono now)
{
	struct vrrp_fsm fsm = machine_in(FAULT, conf->priority);

	feed(conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_UP}, now);
	return fsm;
}

/*
 * A master of the given priority advertises each interval, half an interval after NOW at first,
 * until last_ms. Returns when the machine is master, in milliseconds after NOW.
 */
static int64_t preempts_after(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			      uint8_t priority, int64_t last_ms)
{
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	struct mono next = mono_add_ns(NOW, INTERVAL_NS / 2), at = NOW;

	while (fsm->state == VRRP_BACKUP) {
		at = vrrp_fsm_wake(fsm);
		if (mono_before(at, next) || since(next) > last_ms) {
			feed(conf, fsm, timer, at);
		} else {
			feed(conf, fsm, advert(priority, 9), next);
			next = mono_add_ns(next, INTERVAL_NS);
		}
	}
	ck_assert_int_eq(fsm->state, VRRP_MASTER);
	return since(at);
}

#define FOR_EVER 1000000

/* Heard at 0.5 s, so held until 13.5 s, and then only for the skew time. */
START_TEST(a_start_holds_preemption)
{
	struct vrrp_fsm fsm = begin(&synced, NOW);

	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 13500 + 609);
	fsm = begin(&plain, NOW);
	ck_assert_int_eq(preempts_after(&plain, &fsm, 50, FOR_EVER), 3609);
}
END_TEST

/* It was not there when this router began to listen, so it tells of its connections as they begin.
 */
START_TEST(a_start_waits_for_no_newer_master)
{
	struct vrrp_fsm fsm = begin(&synced, mono_add_ms(NOW, -1100));

	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), -1100 + 3609);
	fsm = begin(&synced, mono_add_ms(NOW, -900));
	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 13500 + 609);
}
END_TEST

START_TEST(the_end_of_a_fault_holds_until_the_hello_is_said)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	ck_assert(!fsm.wants_hello);
	feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 100));
	ck_assert(fsm.wants_hello);
	feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_HOLD, .hold_ns = HOLD_NS},
	     mono_add_ms(NOW, 200));
	ck_assert(!fsm.wants_hello);
	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 13200 + 609);
}
END_TEST

/* 26 s: the director hangs, or is not there. */
START_TEST(a_hold_without_an_answer_ends)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 26500 + 609);
	fsm = begin_after_fault(&plain, NOW);
	ck_assert_int_eq(preempts_after(&plain, &fsm, 50, FOR_EVER), 3609);
	ck_assert(!fsm.wants_hello);
}
END_TEST

START_TEST(no_answer_makes_a_hold_last_for_ever)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);
	int s = 0;

	for (; fsm.state == VRRP_BACKUP && s < 100; s++) {
		feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, s * 1000));
		feed(&synced, &fsm,
		     (struct vrrp_event){.kind = VRRP_EVENT_HOLD, .hold_ns = 100 * NS_PER_S},
		     mono_add_ms(NOW, s * 1000 + 1));
		while (mono_before(vrrp_fsm_wake(&fsm), mono_add_ms(NOW, (s + 1) * 1000)))
			feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER},
			     vrrp_fsm_wake(&fsm));
	}
	/* Four times 13 s, and the skew time. */
	ck_assert_int_eq(s, 52 + 1);
}
END_TEST

START_TEST(silence_ends_a_hold)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, 5600), 5500 + 3609);
}
END_TEST

START_TEST(priority_0_ends_a_hold)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	feed(&synced, &fsm, advert(50, 9), NOW);
	feed(&synced, &fsm, advert(0, 9), mono_add_ms(NOW, 400));
	ck_assert_int_eq(since(master_at(&synced, &fsm)), 400 + 609);
}
END_TEST

START_TEST(a_lower_priority_ends_a_hold)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 100));
	ck_assert_int_eq(preempts_after(&synced, &fsm, 49, FOR_EVER), 500 + 609);
	/* Of another router it says nothing about the first. */
	fsm = begin(&synced, NOW);
	feed(&synced, &fsm, advert(50, 8), mono_add_ms(NOW, 100));
	ck_assert_int_eq(preempts_after(&synced, &fsm, 49, FOR_EVER), 13100 + 609);
}
END_TEST

/* A backup that was there all the time and whose priority was raised knows the connections. */
START_TEST(who_did_not_return_waits_for_nothing)
{
	struct vrrp_fsm_conf conf = synced;
	struct vrrp_fsm fsm = begin(&conf, mono_add_ms(NOW, -60000));

	for (int s = -59; s < 0; s++)
		feed(&conf, &fsm, advert(150, 9), mono_add_ms(NOW, s * 1000));
	conf.priority = 200;
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, mono_add_ms(NOW, -500));
	ck_assert_int_eq(preempts_after(&conf, &fsm, 150, FOR_EVER), -1000 + 3218);
}
END_TEST

/* A master that is better is no reason to wait, but hello is said: it may be gone soon. */
START_TEST(a_worse_router_that_returns_has_hello_said)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	feed(&synced, &fsm, advert(200, 9), mono_add_ms(NOW, 100));
	ck_assert(fsm.wants_hello);
	ck_assert_int_eq(vrrp_fsm_held_until(&synced, &fsm).ns, 0);
	feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_DOWN},
	     mono_add_ms(NOW, 200));
	ck_assert(!fsm.wants_hello);
}
END_TEST

START_TEST(a_backup_that_slept_returns)
{
	struct vrrp_fsm fsm = begin(&synced, mono_add_ms(NOW, -60000));

	/* Held since its start, a minute ago: over when it wakes up. */
	feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, -59000));
	feed(&synced, &fsm, advert(50, 9), NOW);
	ck_assert(fsm.wants_hello);
	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 26000 + 609);
}
END_TEST

START_TEST(a_master_that_slept_leaves_another_alone)
{
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	struct mono awake = mono_add_ns(fsm.wake, 10 * INTERVAL_NS);

	feed(&synced, &fsm, advert(50, 9), awake);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	ck_assert(fsm.wants_hello);
	ck_assert_int_eq(mono_sub(vrrp_fsm_held_until(&synced, &fsm), awake),
			 2 * HOLD_NS + vrrp_fsm_skew_ns(&synced, INTERVAL_NS));
	/* One that did not sleep answers. */
	fsm = machine_in(MASTER, 100);
	feed(&synced, &fsm, advert(50, 9), NOW);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

/* The master may have lowered its priority long ago, while this router slept: it does not wish to
 * be relieved now. */
START_TEST(a_priority_heard_before_the_return_does_not_count)
{
	struct vrrp_fsm fsm = begin(&synced, mono_add_ms(NOW, -60000));

	feed(&synced, &fsm, advert(60, 9), mono_add_ms(NOW, -59000));
	feed(&synced, &fsm, advert(50, 9), NOW);
	ck_assert(fsm.wants_hello);
	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 26000 + 609);
}
END_TEST

START_TEST(a_reload_without_connection_sync_ends_a_hold)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);

	feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 100));
	feed(&plain, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, mono_add_ms(NOW, 200));
	ck_assert(!fsm.wants_hello);
	ck_assert_int_eq(preempts_after(&plain, &fsm, 50, FOR_EVER), 200 + 609);
}
END_TEST

/* keepalived: from the first advert of a lower priority on; a better one begins it anew. */
START_TEST(preempt_delay)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = begin(&conf, NOW);

	conf.preempt_delay_ns = 20 * NS_PER_S;
	ck_assert_int_eq(preempts_after(&conf, &fsm, 50, FOR_EVER), 20500 + 609);
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, advert(50, 9), mono_add_ms(NOW, -10000));
	feed(&conf, &fsm, advert(150, 8), NOW);
	ck_assert_int_eq(preempts_after(&conf, &fsm, 50, FOR_EVER), 20500 + 609);
	/* It is nothing to wait for without a master, and the longer of two waits counts. */
	fsm = begin(&conf, NOW);
	ck_assert_int_eq(preempts_after(&conf, &fsm, 50, 0), 3609);
	conf.hold_ns = HOLD_NS;
	fsm = begin(&conf, NOW);
	ck_assert_int_eq(preempts_after(&conf, &fsm, 50, FOR_EVER), 20500 + 609);
	/* That is what the log says. */
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, advert(50, 9), NOW);
	ck_assert(vrrp_fsm_is_delayed(&conf, &fsm));
	ck_assert(mono_before(NOW, fsm.hold.sync_until));
	conf.preempt_delay_ns = 5 * NS_PER_S;
	ck_assert(!vrrp_fsm_is_delayed(&conf, &fsm));
	conf.preempt_delay_ns = 20 * NS_PER_S;
	/* A lower priority does not end it. */
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, advert(60, 9), mono_add_ms(NOW, 100));
	ck_assert_int_eq(preempts_after(&conf, &fsm, 50, FOR_EVER), 20100 + 609);
}
END_TEST

START_TEST(the_interval_that_is_learned_is_bounded)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = begin(&conf, NOW);
	struct vrrp_event forged = advert(200, 9);

	forged.interval_ns = 40950 * NS_PER_MS;
	feed(&conf, &fsm, forged, NOW);
	ck_assert_int_eq(fsm.master_interval_ns, 40950 * NS_PER_MS);
	conf.interval_max_ns = 2 * NS_PER_S;
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, mono_add_ms(NOW, 100));
	ck_assert_int_eq(fsm.master_interval_ns, 2 * NS_PER_S);
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, forged, NOW);
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 2 * 3609);
}
END_TEST

/* The master was heard all the time. */
START_TEST(a_preemption_is_not_called_silence)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);
	struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	struct vrrp_actions actions;
	char text[VRRP_CAUSE_TEXT_MAX];

	for (int ms = 200; fsm.state == VRRP_BACKUP; ms += 1000) {
		feed(&plain, &fsm, advert(50, 9), mono_add_ms(NOW, ms));
		while (fsm.state == VRRP_BACKUP &&
		       mono_before(vrrp_fsm_wake(&fsm), mono_add_ms(NOW, ms + 1000)))
			vrrp_step(&plain, &fsm, &timer, vrrp_fsm_wake(&fsm), &actions);
	}
	ck_assert_int_eq(fsm.master.family, AF_UNSPEC);
	ck_assert_str_eq(vrrp_transition_text(&actions.items[3].transition, text),
			 "10.0.0.9 has the lower priority 50 (heard 0.409 s ago)");
}
END_TEST

START_TEST(the_end_of_a_hold_is_not_called_silence)
{
	struct vrrp_fsm fsm = begin(&synced, NOW);
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	struct vrrp_actions actions;

	for (int ms = 0; fsm.state == VRRP_BACKUP; ms += 1000) {
		feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, ms));
		while (fsm.state == VRRP_BACKUP &&
		       mono_before(vrrp_fsm_wake(&fsm), mono_add_ms(NOW, ms + 1000)))
			vrrp_step(&synced, &fsm, &timer, vrrp_fsm_wake(&fsm), &actions);
	}
	ck_assert_int_eq(actions.items[3].transition.cause, VRRP_CAUSE_LOWER);
}
END_TEST

/* Somebody else may have become master meanwhile: that one has to be heard first. */
START_TEST(who_was_deaf_at_the_end_of_a_hold_listens)
{
	struct vrrp_fsm fsm = begin(&synced, NOW);

	for (int ms = 100; ms < 13000; ms += 1000)
		feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, ms));
	feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER},
	     mono_add_ms(NOW, 13709 + 600));
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	ck_assert_int_gt(since(master_at(&synced, &fsm)), 13709 + 600 + 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_hold");
	TCase *tcase = tcase_create("hold");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_start_holds_preemption);
	tcase_add_test(tcase, a_start_waits_for_no_newer_master);
	tcase_add_test(tcase, the_end_of_a_fault_holds_until_the_hello_is_said);
	tcase_add_test(tcase, a_hold_without_an_answer_ends);
	tcase_add_test(tcase, no_answer_makes_a_hold_last_for_ever);
	tcase_add_test(tcase, silence_ends_a_hold);
	tcase_add_test(tcase, priority_0_ends_a_hold);
	tcase_add_test(tcase, a_lower_priority_ends_a_hold);
	tcase_add_test(tcase, who_did_not_return_waits_for_nothing);
	tcase_add_test(tcase, a_worse_router_that_returns_has_hello_said);
	tcase_add_test(tcase, a_backup_that_slept_returns);
	tcase_add_test(tcase, a_master_that_slept_leaves_another_alone);
	tcase_add_test(tcase, a_priority_heard_before_the_return_does_not_count);
	tcase_add_test(tcase, a_reload_without_connection_sync_ends_a_hold);
	tcase_add_test(tcase, preempt_delay);
	tcase_add_test(tcase, the_interval_that_is_learned_is_bounded);
	tcase_add_test(tcase, a_preemption_is_not_called_silence);
	tcase_add_test(tcase, the_end_of_a_hold_is_not_called_silence);
	tcase_add_test(tcase, who_was_deaf_at_the_end_of_a_hold_listens);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
