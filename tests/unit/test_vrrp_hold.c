/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preemption that is held: after a return, with connection sync, and by preempt_delay. And who
 * gives way to a lower master that it could not hear before. */
#include "tests/unit/vrrp_machine.h"

#include <stdlib.h>

static const struct vrrp_event frame = {.kind = VRRP_EVENT_FRAME};

/* Its port does not forward yet. */
static struct vrrp_fsm begin_blocked(const struct vrrp_fsm_conf *conf, struct mono now)
{
	struct vrrp_fsm fsm = machine_in(FAULT, conf->priority);

	feed(conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_UP}, now);
	return fsm;
}

static struct vrrp_fsm begin_after_fault(const struct vrrp_fsm_conf *conf, struct mono now)
{
	struct vrrp_fsm fsm = begin_blocked(conf, now);

	feed(conf, &fsm, frame, now);
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
	/* Nor does a late packet of one that has resigned meanwhile. */
	fsm = begin(&synced, NOW);
	feed(&synced, &fsm, advert(50, 8), mono_add_ms(NOW, 100));
	feed(&synced, &fsm, advert(0, 9), mono_add_ms(NOW, 101));
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
	ck_assert(vrrp_hold_is_delayed(&fsm.hold, conf.preempt_delay_ns));
	ck_assert(mono_before(NOW, fsm.hold.sync_until));
	conf.preempt_delay_ns = 5 * NS_PER_S;
	ck_assert(!vrrp_hold_is_delayed(&fsm.hold, conf.preempt_delay_ns));
	conf.preempt_delay_ns = 20 * NS_PER_S;
	/* A lower priority does not end it. */
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, advert(60, 9), mono_add_ms(NOW, 100));
	ck_assert_int_eq(preempts_after(&conf, &fsm, 50, FOR_EVER), 20100 + 609);
}
END_TEST

/* A tracker's FAULT: the delay of the time before it must not end the one after it. */
START_TEST(preempt_delay_counts_anew_after_each_fault)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm;
	int64_t master_ms;
	struct mono now;

	conf.preempt_delay_ns = 10 * NS_PER_S;
	fsm = begin(&conf, NOW);
	master_ms = preempts_after(&conf, &fsm, 50, FOR_EVER);
	ck_assert_int_eq(master_ms, 10500 + 609);
	now = mono_add_ms(NOW, master_ms + 5000);
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_DOWN, .was_hearing = true}, now);
	ck_assert_int_eq(fsm.state, VRRP_FAULT);
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_UP, .was_hearing = true}, now);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	ck_assert_int_ge(mono_sub(vrrp_wait_down_at(&conf, &fsm), now), 3609 * NS_PER_MS);
	now = mono_add_ms(now, 500);
	feed(&conf, &fsm, advert(50, 9), now);
	ck_assert_int_eq(mono_sub(vrrp_fsm_held_until(&conf, &fsm), now) / NS_PER_MS, 10000 + 609);
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
			 "10.0.0.9 has the lower priority 50 (heard 0.409 s before)");
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

/* --- a router that hears nobody, because its port does not forward yet --- */

/* MASTER by silence since a time before NOW, behind a port that has not forwarded since its start. */
static struct vrrp_fsm alone_since(const struct vrrp_fsm_conf *conf, int64_t before_ms)
{
	struct vrrp_fsm fsm = begin(conf, mono_add_ms(NOW, -before_ms - (3 * 1000 + 610)));
	struct mono at = master_at(conf, &fsm);

	ck_assert_int_le(since(at), -before_ms);
	while (mono_before(fsm.wake, NOW))
		feed(conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER}, fsm.wake);
	return fsm;
}

static struct vrrp_transition hear(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
				   struct vrrp_event event, struct mono now, int *ret_sent)
{
	struct vrrp_actions actions;
	struct vrrp_transition transition = {0};

	*ret_sent = -1;
	vrrp_step(conf, fsm, &event, now, &actions);
	for (size_t i = 0; i < actions.n; i++) {
		if (actions.items[i].kind == VRRP_ACTION_SEND_ADVERT)
			*ret_sent = actions.items[i].priority;
		if (actions.items[i].kind == VRRP_ACTION_NOTIFY)
			transition = actions.items[i].transition;
	}
	return transition;
}

START_TEST(who_heard_nobody_since_its_return_gives_way)
{
	struct vrrp_fsm fsm = alone_since(&synced, 8000);
	int sent;
	struct vrrp_transition transition = hear(&synced, &fsm, advert(50, 9), NOW, &sent);

	ck_assert_int_eq(transition.to, VRRP_BACKUP);
	ck_assert_int_eq(transition.cause, VRRP_CAUSE_GAVE_WAY);
	ck_assert_int_eq(transition.priority, 50);
	ck_assert_int_eq(sent, VRRP_PRIORITY_STOP);
	/* From here on as after FAULT. */
	ck_assert(fsm.wants_hello);
	feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_HOLD, .hold_ns = HOLD_NS}, NOW);
	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, FOR_EVER), 13000 + 609);
	/* It preempted on purpose: the last advert of the other one is no reason to go. */
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 13610), &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

START_TEST(a_start_behind_a_blocked_port_gives_way_too)
{
	struct vrrp_fsm fsm = begin(&synced, NOW);
	int sent;

	master_at(&synced, &fsm);
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 4000), &sent);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	ck_assert(fsm.wants_hello);
}
END_TEST

static void speak_until(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono until)
{
	while (mono_before(fsm->wake, until))
		feed(conf, fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER}, fsm->wake);
}

/* The other one was behind a blocked port and has served nobody. */
START_TEST(who_hears_others_and_no_master_is_the_master)
{
	struct vrrp_fsm fsm = begin(&synced, NOW);
	int sent;

	feed(&synced, &fsm, frame, mono_add_ms(NOW, 100));
	ck_assert_int_eq(since(master_at(&synced, &fsm)), 3609);
	speak_until(&synced, &fsm, mono_add_ms(NOW, 3800));
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 3800), &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	ck_assert_int_eq(sent, 100);
	/* Also when its own port was blocked at first. */
	fsm = alone_since(&synced, 58000);
	ck_assert(vrrp_fsm_wants_frame(&synced, &fsm));
	feed(&synced, &fsm, frame, NOW);
	ck_assert(!vrrp_fsm_wants_frame(&synced, &fsm));
	speak_until(&synced, &fsm, mono_add_ms(NOW, 3700));
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 3700), &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

/* The first frame may come long before the first advert. */
START_TEST(the_first_frame_leaves_time_for_an_advert)
{
	struct vrrp_fsm fsm = alone_since(&synced, 58000);
	int sent;

	feed(&synced, &fsm, frame, NOW);
	speak_until(&synced, &fsm, mono_add_ms(NOW, 3500));
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 3500), &sent);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	ck_assert(fsm.wants_hello);
}
END_TEST

/* Its port forwards just before the master-down timer would have ended. */
START_TEST(a_return_waits_for_the_first_frame)
{
	struct vrrp_fsm fsm = begin_blocked(&synced, NOW);

	for (int i = 0; since(vrrp_fsm_wake(&fsm)) < 3600; i++)
		feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER},
		     vrrp_fsm_wake(&fsm));
	feed(&synced, &fsm, frame, mono_add_ms(NOW, 3600));
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	/* The second one is nothing new. */
	feed(&synced, &fsm, frame, mono_add_ms(NOW, 3700));
	ck_assert_int_eq(since(master_at(&synced, &fsm)), 3600 + 3609);
	/* An advert is a frame. */
	fsm = begin_blocked(&synced, NOW);
	feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 1000));
	ck_assert(fsm.wants_hello);
	ck_assert_int_eq(preempts_after(&synced, &fsm, 50, 1600), 1500 + 3609);
}
END_TEST

/* Longer than STP takes, and still nobody is there. */
START_TEST(a_return_to_a_silent_network_waits_30_s)
{
	struct vrrp_fsm fsm = begin_blocked(&synced, NOW);
	int sent;

	ck_assert_int_eq(since(master_at(&synced, &fsm)), 30000);
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 30500), &sent);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	/* Without connection sync there is nothing to spare, nor after a reload that ends it. */
	fsm = begin_blocked(&plain, NOW);
	ck_assert_int_eq(since(master_at(&plain, &fsm)), 3609);
	fsm = begin_blocked(&synced, NOW);
	feed(&plain, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, mono_add_ms(NOW, 100));
	ck_assert_int_eq(since(master_at(&plain, &fsm)), 3609);
}
END_TEST

/* A second fault within a minute. */
/* startup_gate, with connection sync and without. */
START_TEST(silence_in_a_silent_network_counts_after_the_gate)
{
	struct vrrp_fsm_conf gated = plain, gated_synced = synced;
	struct vrrp_actions actions;
	struct vrrp_fsm fsm;

	gated.gate_ns = gated_synced.gate_ns = 5 * NS_PER_S;
	fsm = begin(&gated, NOW);
	ck_assert(vrrp_fsm_wants_frame(&gated, &fsm));
	ck_assert_int_eq(preempts_after(&gated, &fsm, 50, -1), 5000);
	fsm = begin(&gated_synced, NOW);
	ck_assert_int_eq(preempts_after(&gated_synced, &fsm, 50, -1), 5000);
	fsm = begin_blocked(&gated, NOW);
	ck_assert_int_eq(preempts_after(&gated, &fsm, 50, -1), 5000);
	fsm = begin_blocked(&gated_synced, NOW);
	ck_assert_int_eq(preempts_after(&gated_synced, &fsm, 50, -1), 30000);
	/* A frame shows that it can hear: silence counts from then on. */
	fsm = begin(&gated, NOW);
	feed(&gated, &fsm, frame, mono_add_ms(NOW, 1000));
	ck_assert(!vrrp_fsm_wants_frame(&gated, &fsm));
	ck_assert_int_eq(preempts_after(&gated, &fsm, 50, -1), 1000 + 3609);
	/* It answers that frame, and no other, so that its sender counts from then on too. */
	fsm = begin(&gated, NOW);
	vrrp_step(&gated, &fsm, &frame, mono_add_ms(NOW, 1000), &actions);
	ck_assert_uint_eq(actions.n, 1);
	ck_assert_int_eq(actions.items[0].kind, VRRP_ACTION_BE_HEARD);
	vrrp_step(&gated, &fsm, &frame, mono_add_ms(NOW, 1100), &actions);
	ck_assert_uint_eq(actions.n, 0);
	/* The sender of an advertisement does not wait. */
	fsm = begin(&gated, NOW);
	vrrp_step(&gated, &fsm, &(struct vrrp_event){.kind = VRRP_EVENT_ADVERT, .priority = 50,
		  .interval_ns = NS_PER_S, .source = {AF_INET, {10, 0, 0, 9}}}, mono_add_ms(NOW, 1000), &actions);
	for (size_t i = 0; i < actions.n; i++)
		ck_assert_int_ne(actions.items[i].kind, VRRP_ACTION_BE_HEARD);
	fsm = begin_after_fault(&gated, NOW);
	ck_assert_int_eq(preempts_after(&gated, &fsm, 50, -1), 3609);
	/* The process of a router that was hearing has been replaced. */
	fsm = machine_in(INIT_UP, gated.priority);
	feed(&gated, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_START, .was_hearing = true}, NOW);
	ck_assert_int_eq(preempts_after(&gated, &fsm, 50, -1), 3609);
	/* A gate that is shorter than the silence changes nothing. */
	gated.gate_ns = 2 * NS_PER_S;
	fsm = begin(&gated, NOW);
	ck_assert_int_eq(preempts_after(&gated, &fsm, 50, -1), 3609);
}
END_TEST

START_TEST(each_return_may_give_way)
{
	struct vrrp_fsm fsm = alone_since(&synced, 1000);
	int sent;

	hear(&synced, &fsm, advert(50, 9), NOW, &sent);
	ck_assert_int_eq(sent, VRRP_PRIORITY_STOP);
	feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_DOWN},
	     mono_add_ms(NOW, 100));
	feed(&synced, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_LINK_UP},
	     mono_add_ms(NOW, 200));
	ck_assert_int_eq(since(master_at(&synced, &fsm)), 30200);
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 30500), &sent);
	ck_assert_int_eq(sent, VRRP_PRIORITY_STOP);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
}
END_TEST

START_TEST(without_connection_sync_nobody_gives_way)
{
	struct vrrp_fsm fsm = alone_since(&plain, 8000);
	int sent;

	hear(&plain, &fsm, advert(50, 9), NOW, &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

START_TEST(an_owner_gives_no_way)
{
	struct vrrp_fsm_conf conf = synced;
	struct vrrp_fsm fsm;
	int sent;

	conf.priority = VRRP_PRIORITY_OWNER;
	fsm = begin_after_fault(&conf, NOW);
	hear(&conf, &fsm, advert(50, 9), mono_add_ms(NOW, 100), &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	/* Nor one that becomes the owner meanwhile. */
	fsm = alone_since(&synced, 8000);
	hear(&conf, &fsm, advert(50, 9), NOW, &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

/* Its connections are known here: the other one lost some of its adverts, or was cut off itself. */
/* Two owners, which is a slip: the one that lost does not go on as master together with its group. */
START_TEST(an_owner_in_a_group_waits_for_the_owner_that_it_yielded_to)
{
	const struct vrrp_event together = {.kind = VRRP_EVENT_TOGETHER};
	struct vrrp_fsm_conf owner = plain;
	struct vrrp_fsm fsm;

	owner.priority = VRRP_PRIORITY_OWNER;
	owner.is_grouped = true;
	fsm = begin(&owner, NOW);
	feed(&owner, &fsm, advert(100, 9), NOW);
	ck_assert(vrrp_fsm_wants_master(&owner, &fsm, NOW));
	feed(&owner, &fsm, together, NOW);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	feed(&owner, &fsm, advert(VRRP_PRIORITY_OWNER, 9), NOW);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	ck_assert(!vrrp_fsm_wants_master(&owner, &fsm, NOW));
	feed(&owner, &fsm, together, NOW);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	/* Its skew time is 1/256 of an interval. */
	ck_assert(!vrrp_fsm_wants_master(&owner, &fsm, mono_add_ms(NOW, 3003)));
	ck_assert(vrrp_fsm_wants_master(&owner, &fsm, mono_add_ms(NOW, 3004)));
	/* The other one resigns. */
	feed(&owner, &fsm, advert(VRRP_PRIORITY_STOP, 9), mono_add_ms(NOW, 100));
	ck_assert(vrrp_fsm_wants_master(&owner, &fsm, mono_add_ms(NOW, 100)));
}
END_TEST

START_TEST(who_knew_the_silent_master_stays)
{
	struct vrrp_fsm_conf conf = synced;
	struct vrrp_fsm fsm;
	int sent;

	conf.is_preempting = false;
	fsm = begin(&conf, NOW);
	for (int s = 0; s < 20; s++)
		feed(&conf, &fsm, advert(50, 9), mono_add_ms(NOW, s * 1000));
	master_at(&conf, &fsm);
	hear(&conf, &fsm, advert(50, 9), mono_add_ms(NOW, 25000), &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	/* But not in the hold. */
	fsm = begin(&synced, NOW);
	for (int s = 0; s < 5; s++)
		feed(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, s * 1000));
	master_at(&synced, &fsm);
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 9000), &sent);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
}
END_TEST

START_TEST(a_master_that_resigned_is_none_to_give_way_to)
{
	struct vrrp_fsm fsm = begin_after_fault(&synced, NOW);
	int sent;

	feed(&synced, &fsm, advert(0, 9), mono_add_ms(NOW, 100));
	master_at(&synced, &fsm);
	hear(&synced, &fsm, advert(50, 9), mono_add_ms(NOW, 1000), &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

/* Without preemption, whoever gave way stays backup. */
START_TEST(nopreempt_is_kept_by_who_gives_way)
{
	struct vrrp_fsm_conf conf = synced;
	struct vrrp_fsm fsm;
	int sent;

	conf.is_preempting = false;
	fsm = alone_since(&conf, 8000);
	hear(&conf, &fsm, advert(50, 9), NOW, &sent);
	for (int s = 1; s < 100; s++)
		feed(&conf, &fsm, advert(50, 9), mono_add_ms(NOW, s * 1000));
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
}
END_TEST

/* Lower adverts whenever it is master, and silence otherwise. */
START_TEST(a_forger_makes_it_give_way_once)
{
	struct vrrp_fsm fsm = alone_since(&synced, 3000);
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	int sent, n = 0;

	for (int ms = 0; ms < 300000; ms += 10) {
		struct mono now = mono_add_ms(NOW, ms);

		n += fsm.state == VRRP_MASTER &&
		     hear(&synced, &fsm, advert(50, 9), now, &sent).cause == VRRP_CAUSE_GAVE_WAY;
		feed(&synced, &fsm, timer, now);
	}
	ck_assert_int_eq(n, 1);
}
END_TEST

/* It steps down for a better one, which is to give way only to a router that has served. */
START_TEST(the_last_advert_of_a_sleeper_is_no_reason_to_give_way)
{
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	int sent;

	hear(&synced, &fsm, advert(150, 9), NOW, &sent);
	ck_assert_int_eq(sent, 100);
	ck_assert(!fsm.wants_hello);
	fsm = alone_since(&synced, 8000);
	hear(&synced, &fsm, advert(150, 9), NOW, &sent);
	ck_assert_int_eq(sent, 100);
	ck_assert(fsm.wants_hello);
	fsm = machine_in(MASTER, 100);
	hear(&synced, &fsm, advert(150, 9), mono_add_ns(fsm.wake, 10 * INTERVAL_NS), &sent);
	ck_assert_int_eq(sent, VRRP_PRIORITY_STOP);
	fsm = alone_since(&synced, 8000);
	hear(&synced, &fsm, advert(VRRP_PRIORITY_STOP, 9), NOW, &sent);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
	ck_assert_int_eq(sent, 100);
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
	tcase_add_test(tcase, preempt_delay_counts_anew_after_each_fault);
	tcase_add_test(tcase, the_interval_that_is_learned_is_bounded);
	tcase_add_test(tcase, a_preemption_is_not_called_silence);
	tcase_add_test(tcase, the_end_of_a_hold_is_not_called_silence);
	tcase_add_test(tcase, who_was_deaf_at_the_end_of_a_hold_listens);
	tcase_add_test(tcase, who_heard_nobody_since_its_return_gives_way);
	tcase_add_test(tcase, a_start_behind_a_blocked_port_gives_way_too);
	tcase_add_test(tcase, who_hears_others_and_no_master_is_the_master);
	tcase_add_test(tcase, the_first_frame_leaves_time_for_an_advert);
	tcase_add_test(tcase, a_return_waits_for_the_first_frame);
	tcase_add_test(tcase, a_return_to_a_silent_network_waits_30_s);
	tcase_add_test(tcase, silence_in_a_silent_network_counts_after_the_gate);
	tcase_add_test(tcase, each_return_may_give_way);
	tcase_add_test(tcase, without_connection_sync_nobody_gives_way);
	tcase_add_test(tcase, an_owner_gives_no_way);
	tcase_add_test(tcase, an_owner_in_a_group_waits_for_the_owner_that_it_yielded_to);
	tcase_add_test(tcase, who_knew_the_silent_master_stays);
	tcase_add_test(tcase, a_master_that_resigned_is_none_to_give_way_to);
	tcase_add_test(tcase, nopreempt_is_kept_by_who_gives_way);
	tcase_add_test(tcase, a_forger_makes_it_give_way_once);
	tcase_add_test(tcase, the_last_advert_of_a_sleeper_is_no_reason_to_give_way);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
