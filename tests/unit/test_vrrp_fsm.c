/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state machine: a table of every pair of situation and event, then the timers of RFC 9568
 * section 6, then what is ours (sleep, replacement). */
#include "tests/unit/vrrp_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the events --- */

enum happening {
	START,
	RESUME,
	STOP,
	LINK_UP,
	LINK_DOWN,
	CONFIG,
	CONFIG_NEW_VIPS,
	TIMER_EARLY,
	TIMER,
	ADVERT_0,
	ADVERT_LOWER,
	ADVERT_EQUAL_LOWER_ADDR,
	ADVERT_EQUAL_HIGHER_ADDR,
	ADVERT_HIGHER,
	HOLD,
	FRAME,
	LEAVE,
	RELEASE,
	TAKE,
	YIELD,
	PRIORITY,
	PREEMPTION,
	HAPPENINGS,
};

static struct vrrp_event event_of(enum happening happening, uint8_t priority)
{
	switch (happening) {
	case START:
		return (struct vrrp_event){.kind = VRRP_EVENT_START};
	case RESUME:
		return (struct vrrp_event){.kind = VRRP_EVENT_RESUME};
	case STOP:
		return (struct vrrp_event){.kind = VRRP_EVENT_STOP};
	case LINK_UP:
		return (struct vrrp_event){.kind = VRRP_EVENT_LINK_UP};
	case LINK_DOWN:
		return (struct vrrp_event){.kind = VRRP_EVENT_LINK_DOWN};
	case CONFIG:
		return (struct vrrp_event){.kind = VRRP_EVENT_CONFIG};
	case CONFIG_NEW_VIPS:
		return (struct vrrp_event){.kind = VRRP_EVENT_CONFIG, .has_new_vips = true};
	case TIMER_EARLY:
	case TIMER:
		return (struct vrrp_event){.kind = VRRP_EVENT_TIMER};
	case HOLD:
		return (struct vrrp_event){.kind = VRRP_EVENT_HOLD, .hold_ns = 2 * HOLD_NS};
	case FRAME:
		return (struct vrrp_event){.kind = VRRP_EVENT_FRAME};
	case LEAVE:
		return (struct vrrp_event){.kind = VRRP_EVENT_LEAVE};
	case RELEASE:
		return (struct vrrp_event){.kind = VRRP_EVENT_RELEASE};
	case TAKE:
		return (struct vrrp_event){.kind = VRRP_EVENT_TAKE};
	case YIELD:
		return (struct vrrp_event){.kind = VRRP_EVENT_YIELD};
	case PRIORITY:
		return (struct vrrp_event){.kind = VRRP_EVENT_PRIORITY};
	case PREEMPTION:
		return (struct vrrp_event){.kind = VRRP_EVENT_PREEMPTION};
	case ADVERT_0:
		return advert(0, 9);
	case ADVERT_LOWER:
		return advert((uint8_t)(priority - 1), 9);
	case ADVERT_EQUAL_LOWER_ADDR:
		return advert(priority, 4);
	case ADVERT_EQUAL_HIGHER_ADDR:
		return advert(priority, 6);
	default:
		return advert((uint8_t)(priority + 1), 4);
	}
}

/* "BACKUP - N": the state after, then the actions in order: s<priority> send, + add, - delete, a
 * announce, r again, h be heard, N notify, n news. */
static void describe(const struct vrrp_fsm *fsm, const struct vrrp_actions *actions, char *text,
		     size_t size)
{
	static const char *const words[] = {
	    [VRRP_ACTION_ADD_VIPS] = " +", [VRRP_ACTION_DEL_VIPS] = " -",
	    [VRRP_ACTION_ANNOUNCE] = " a", [VRRP_ACTION_REANNOUNCE] = " r",
	    [VRRP_ACTION_CORRECT] = " c",  [VRRP_ACTION_BE_HEARD] = " h",
	    [VRRP_ACTION_NOTIFY] = " N",   [VRRP_ACTION_NEWS] = " n"};
	size_t len = (size_t)snprintf(text, size, "%s%s", vrrp_state_text(fsm->state),
				      fsm->is_leaving     ? "!"
				      : fsm->is_listening ? "?"
							  : "");

	for (size_t i = 0; i < actions->n; i++)
		if (actions->items[i].kind == VRRP_ACTION_SEND_ADVERT)
			len += (size_t)snprintf(text + len, size - len, " s%u",
						actions->items[i].priority);
		else
			len += (size_t)snprintf(text + len, size - len, "%s",
						words[actions->items[i].kind]);
}

struct row {
	enum situation situation;
	const char *expected[HAPPENINGS];
};

/* "?" after MASTER: it listens. NULL: nothing happens. 6.4.x: the section of RFC 9568; x: a rule of vrrp/fsm.c. */
static const struct row preempting[SITUATIONS] = {
    {INIT_DOWN, {[START] = "FAULT - N", [RESUME] = "FAULT - N"}},
    {INIT_UP, {[START] = "BACKUP - N" /* 6.4.1 */, [RESUME] = "MASTER s100 + a N" /* rule 2 */}},
    {BACKUP, /* 6.4.2: a shutdown, the timer; an advertisement only restarts the timer */
     {[STOP] = "INIT N", [LEAVE] = "INIT N",
      [TAKE] = "MASTER s100 + a N",
      [LINK_DOWN] = "FAULT N",
      [TIMER] = "MASTER s100 + a N"}},
    {RETURNED, /* rule 3 */
     {[STOP] = "INIT N", [LEAVE] = "INIT N",
      [LINK_DOWN] = "FAULT N",
      [TIMER] = "MASTER s100 + a N",
      [ADVERT_LOWER] = "BACKUP n",
      [ADVERT_EQUAL_LOWER_ADDR] = "BACKUP n",
      [ADVERT_EQUAL_HIGHER_ADDR] = "BACKUP n",
      [ADVERT_HIGHER] = "BACKUP n"}},
    /* Without connection sync: as after a reload that has just taken it away. */
    {WAITING,
     {[STOP] = "INIT N", [LEAVE] = "INIT N",
      [LINK_DOWN] = "FAULT N",
      [TIMER] = "MASTER s100 + a N",
      [ADVERT_LOWER] = "BACKUP n",
      [ADVERT_EQUAL_LOWER_ADDR] = "BACKUP n",
      [ADVERT_EQUAL_HIGHER_ADDR] = "BACKUP n",
      [ADVERT_HIGHER] = "BACKUP n",
      [FRAME] = "BACKUP h"}},
    /* Without connection sync: as after a reload that has just taken it away. */
    {HELD,
     {[STOP] = "INIT N", [LEAVE] = "INIT N",
      [LINK_DOWN] = "FAULT N",
      [CONFIG] = "BACKUP n",
      [CONFIG_NEW_VIPS] = "BACKUP n",
      [TIMER] = "MASTER s100 + a N",
      [HOLD] = "BACKUP n"}},
    {MASTER, /* 6.4.3: a shutdown, the timer; priority 0 and lower ones are answered; the higher wins */
     {[STOP] = "INIT s0 - N",
      [LEAVE] = "MASTER! s0",
      [RELEASE] = "MASTER! s0",
      [YIELD] = "BACKUP - s0 N",
      [PRIORITY] = "MASTER s100",
      [LINK_DOWN] = "FAULT s0 - N",
      [CONFIG] = "MASTER s100 +",
      [CONFIG_NEW_VIPS] = "MASTER s100 + a",
      [TIMER] = "MASTER s100",
      [ADVERT_0] = "MASTER s100 c",
      [ADVERT_LOWER] = "MASTER s100 c",
      [ADVERT_EQUAL_LOWER_ADDR] = "MASTER s100 c",
      [ADVERT_EQUAL_HIGHER_ADDR] = "BACKUP - s100 N",
      [ADVERT_HIGHER] = "BACKUP - s100 N"}},
    {LISTENING, /* rule 2 */
     {[STOP] = "INIT s0 - N",
      [LEAVE] = "MASTER! s0",
      [RELEASE] = "MASTER! s0",
      [YIELD] = "BACKUP - s0 N",
      [LINK_DOWN] = "FAULT s0 - N",
      [CONFIG] = "MASTER? +",
      [CONFIG_NEW_VIPS] = "MASTER? + a",
      [TIMER] = "MASTER s100 r",
      [ADVERT_0] = "MASTER s100 c",
      [ADVERT_LOWER] = "MASTER s100 c",
      [ADVERT_EQUAL_LOWER_ADDR] = "MASTER s100 c",
      [ADVERT_EQUAL_HIGHER_ADDR] = "BACKUP - s100 N",
      [ADVERT_HIGHER] = "BACKUP - s100 N"}},
    {ALONE, /* rule 4 */
     {[STOP] = "INIT s0 - N",
      [LEAVE] = "MASTER! s0",
      [RELEASE] = "MASTER! s0",
      [YIELD] = "BACKUP - s0 N",
      [PRIORITY] = "MASTER s100",
      [LINK_DOWN] = "FAULT s0 - N",
      [CONFIG] = "MASTER s100 +",
      [CONFIG_NEW_VIPS] = "MASTER s100 + a",
      [TIMER] = "MASTER s100",
      [ADVERT_0] = "MASTER s100 c",
      [ADVERT_LOWER] = "MASTER s100 c",
      [ADVERT_EQUAL_LOWER_ADDR] = "MASTER s100 c",
      [ADVERT_EQUAL_HIGHER_ADDR] = "BACKUP - s100 N",
      [ADVERT_HIGHER] = "BACKUP - s100 N"}},
    /* It has sent its priority 0. */
    {LEAVING,
     {[STOP] = "INIT - N",
      [LINK_DOWN] = "INIT - N",
      [TIMER] = "INIT - N",
      [ADVERT_LOWER] = "INIT - N",
      [ADVERT_EQUAL_LOWER_ADDR] = "INIT - N",
      [ADVERT_EQUAL_HIGHER_ADDR] = "INIT - N",
      [ADVERT_HIGHER] = "INIT - N"}},
    /* The successor's advertisement makes it BACKUP. Without a successor it goes on. */
    {RELEASING,
     {[STOP] = "INIT - N",
      [TAKE] = "MASTER + r",
      [LINK_DOWN] = "FAULT - N",
      [TIMER] = "MASTER + r",
      [ADVERT_LOWER] = "BACKUP - N",
      [ADVERT_EQUAL_LOWER_ADDR] = "BACKUP - N",
      [ADVERT_EQUAL_HIGHER_ADDR] = "BACKUP - N",
      [ADVERT_HIGHER] = "BACKUP - N"}},
    {FAULT, {[STOP] = "INIT N", [LEAVE] = "INIT N", [LINK_UP] = "BACKUP N"}},
};

/* Where nopreempt and an address owner (priority 255) differ. */
struct difference {
	enum situation situation;
	enum happening happening;
	const char *expected;
};

static const struct difference without_preemption[] = { /* Preempt_Mode of 6.1, and rule 4 */
    {INIT_UP, RESUME, "MASTER? + N"},
    {LISTENING, ADVERT_LOWER, "BACKUP - N"},
    {LISTENING, ADVERT_EQUAL_LOWER_ADDR, "BACKUP - N"},
    {LISTENING, ADVERT_EQUAL_HIGHER_ADDR, "BACKUP - s0 N"},
    {LISTENING, ADVERT_HIGHER, "BACKUP - s0 N"},
    {ALONE, ADVERT_LOWER, "BACKUP - s0 N"},
    {ALONE, ADVERT_EQUAL_LOWER_ADDR, "BACKUP - s0 N"},
};

/* A master that slept, or that heard nobody until now, leaves the one that was master meanwhile
 * alone. A hold stays over a reload. */
static const struct difference with_sync[] = {
    {LISTENING, ADVERT_LOWER, "BACKUP - N"},
    {LISTENING, ADVERT_EQUAL_LOWER_ADDR, "BACKUP - N"},
    {LISTENING, ADVERT_EQUAL_HIGHER_ADDR, "BACKUP - s0 N"},
    {LISTENING, ADVERT_HIGHER, "BACKUP - s0 N"},
    {ALONE, ADVERT_LOWER, "BACKUP - s0 N"},
    {ALONE, ADVERT_EQUAL_LOWER_ADDR, "BACKUP - s0 N"},
    {WAITING, TIMER, NULL},
    {HELD, CONFIG, NULL},
    {HELD, CONFIG_NEW_VIPS, NULL},
};

static const struct difference owner[] = { /* 6.4.1: priority 255 */
    {INIT_UP, START, "MASTER s255 + a N"},
    {BACKUP, CONFIG, "MASTER s255 + a N"},
    {BACKUP, CONFIG_NEW_VIPS, "MASTER s255 + a N"},
    {RETURNED, CONFIG, "MASTER s255 + a N"},
    {RETURNED, CONFIG_NEW_VIPS, "MASTER s255 + a N"},
    {WAITING, CONFIG, "MASTER s255 + a N"},
    {WAITING, CONFIG_NEW_VIPS, "MASTER s255 + a N"},
    {HELD, CONFIG, "MASTER s255 + a N"},
    {HELD, CONFIG_NEW_VIPS, "MASTER s255 + a N"},
    {FAULT, LINK_UP, "MASTER s255 + a N"},
};

static const char *expected_of(enum situation situation, enum happening happening,
			       const struct difference *differences, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (differences[i].situation == situation && differences[i].happening == happening)
			return differences[i].expected;
	return preempting[situation].expected[happening];
}

/* The table is written for priority 100. */
static void set_priority(char *text, size_t size, const char *expected, uint8_t priority)
{
	const char *sent = expected ? strstr(expected, "s100") : NULL;

	if (sent)
		snprintf(text, size, "%.*ss%u%s", (int)(sent - expected), expected, priority,
			 sent + 4);
	else
		snprintf(text, size, "%s", expected ? expected : "");
}

static void check_pair(const struct vrrp_fsm_conf *conf, enum situation situation,
		       enum happening happening, const char *expected)
{
	struct vrrp_fsm fsm = machine_in(situation, conf->priority), before = fsm;
	struct vrrp_event event = event_of(happening, conf->priority);
	struct vrrp_actions actions;
	struct mono now = happening == TIMER ? fsm.wake : NOW;
	char text[128], wanted[128];

	if (happening == TIMER && fsm.state == VRRP_BACKUP)
		fsm.since = mono_add_ns(now, -vrrp_fsm_down_ns(conf, INTERVAL_NS));
	vrrp_step(conf, &fsm, &event, now, &actions);
	describe(&fsm, &actions, text, sizeof(text));
	if (expected) {
		set_priority(wanted, sizeof(wanted), expected, conf->priority);
	} else {
		struct vrrp_actions none = {.n = 0};

		describe(&before, &none, wanted, sizeof(wanted));
	}
	ck_assert_msg(strcmp(text, wanted) == 0, "situation %d, event %d: \"%s\", not \"%s\"",
		      situation, happening, text, wanted);
}

static void check_table(const struct vrrp_fsm_conf *conf, const struct difference *differences,
			size_t n)
{
	for (int situation = 0; situation < SITUATIONS; situation++)
		for (int happening = 0; happening < HAPPENINGS; happening++) {
			/* Nothing is above an owner. */
			if (happening == ADVERT_HIGHER && conf->priority == VRRP_PRIORITY_OWNER)
				continue;
			check_pair(conf, (enum situation)situation, (enum happening)happening,
				   expected_of((enum situation)situation, (enum happening)happening,
					       differences, n));
		}
}

START_TEST(every_pair_with_preemption)
{
	check_table(&plain, NULL, 0);
}
END_TEST

START_TEST(every_pair_without_preemption)
{
	struct vrrp_fsm_conf conf = plain;

	conf.is_preempting = false;
	check_table(&conf, without_preemption,
		    sizeof(without_preemption) / sizeof(without_preemption[0]));
	conf.is_preempting = conf.is_preemption_forbidden = true;
	check_table(&conf, without_preemption,
		    sizeof(without_preemption) / sizeof(without_preemption[0]));
}
END_TEST

START_TEST(every_pair_of_an_owner)
{
	struct vrrp_fsm_conf conf = plain;

	conf.priority = VRRP_PRIORITY_OWNER;
	check_table(&conf, owner, sizeof(owner) / sizeof(owner[0]));
	/* Neither `nopreempt` nor the director's word means anything to it. */
	conf.is_preempting = false;
	conf.is_preemption_forbidden = true;
	check_table(&conf, owner, sizeof(owner) / sizeof(owner[0]));
}
END_TEST

START_TEST(every_pair_with_connection_sync)
{
	struct vrrp_fsm_conf conf = synced;

	check_table(&conf, with_sync, sizeof(with_sync) / sizeof(with_sync[0]));
	/* An owner waits for nobody. */
	conf.priority = VRRP_PRIORITY_OWNER;
	check_table(&conf, owner, sizeof(owner) / sizeof(owner[0]));
}
END_TEST

/* Version 2 has other timers, not other transitions. */
START_TEST(every_pair_of_version_2)
{
	struct vrrp_fsm_conf conf = plain;

	conf.version = 2;
	check_table(&conf, NULL, 0);
	conf.is_preempting = false;
	check_table(&conf, without_preemption,
		    sizeof(without_preemption) / sizeof(without_preemption[0]));
	conf.priority = VRRP_PRIORITY_OWNER;
	check_table(&conf, owner, sizeof(owner) / sizeof(owner[0]));
}
END_TEST

START_TEST(the_link_is_remembered_before_the_start)
{
	struct vrrp_fsm fsm = {0};
	struct vrrp_event event = {.kind = VRRP_EVENT_LINK_UP};
	struct vrrp_actions actions;

	vrrp_step(&plain, &fsm, &event, NOW, &actions);
	ck_assert(fsm.is_link_up && fsm.state == VRRP_INIT);
	event.kind = VRRP_EVENT_LINK_DOWN;
	vrrp_step(&plain, &fsm, &event, NOW, &actions);
	ck_assert(!fsm.is_link_up && fsm.state == VRRP_INIT);
	event.kind = VRRP_EVENTS;
	vrrp_step(&plain, &fsm, &event, NOW, &actions);
	ck_assert_uint_eq(actions.n, 0);
}
END_TEST

/* --- timers --- */

/* RFC 9568 section 6.1: 3 * 1 s + (256 - 100) / 256 s. */
START_TEST(silence_lasts_the_master_down_interval)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);

	ck_assert_int_eq(since(master_at(&plain, &fsm)), 3609);
}
END_TEST

START_TEST(silence_lasts_as_many_intervals_as_configured)
{
	struct vrrp_fsm_conf conf = {.priority = 100, .version = 3, .interval_ns = NS_PER_S};

	for (unsigned n = 1; n <= 100; n++) {
		conf.down_adverts = n;
		ck_assert_int_eq(vrrp_fsm_down_ns(&conf, NS_PER_S), n * NS_PER_S + 609375000);
	}
}
END_TEST

START_TEST(an_advert_restarts_the_timer)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);

	feed(&plain, &fsm, advert(200, 9), mono_add_ms(NOW, 1400));
	ck_assert_int_eq(fsm.master.bytes[3], 9);
	ck_assert_int_eq(since(master_at(&plain, &fsm)), 1400 + 3609);
}
END_TEST

START_TEST(a_lower_advert_does_not_unless_nopreempt)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = begin(&conf, NOW);

	feed(&conf, &fsm, advert(99, 9), mono_add_ms(NOW, 1400));
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 3609);
	conf.is_preempting = false;
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, advert(99, 9), mono_add_ms(NOW, 1400));
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 1400 + 3609);
}
END_TEST

START_TEST(the_interval_is_learned)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);
	struct vrrp_event event = advert(200, 9);

	event.interval_ns = 100 * NS_PER_MS;
	feed(&plain, &fsm, event, NOW);
	ck_assert_int_eq(since(master_at(&plain, &fsm)), 360);
}
END_TEST

/* RFC 3768 section 6.1: the skew is a part of a second, and no interval is learned. */
START_TEST(version_2_learns_nothing)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm;
	struct vrrp_event event = advert(200, 9);

	conf.version = 2;
	conf.interval_ns = 2 * NS_PER_S;
	fsm = begin(&conf, NOW);
	event.interval_ns = 100 * NS_PER_MS;
	feed(&conf, &fsm, event, NOW);
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 6609);
}
END_TEST

/* RFC 3768 section 6.1, whatever the interval. */
START_TEST(the_skew_of_version_2_is_part_of_a_second)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm;

	conf.version = 2;
	conf.interval_ns = 10 * NS_PER_S;
	for (unsigned priority = 1; priority < 256; priority++) {
		conf.priority = (uint8_t)priority;
		ck_assert_int_eq(vrrp_fsm_skew_ns(&conf, conf.interval_ns),
				 (256 - priority) * NS_PER_S / 256);
	}
	conf.priority = 100;
	fsm = begin(&conf, NOW);
	feed(&conf, &fsm, advert(200, 9), NOW);
	feed(&conf, &fsm, advert(0, 9), mono_add_ms(NOW, 100));
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 100 + 609);
}
END_TEST

START_TEST(a_new_priority_moves_the_timer)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = begin(&conf, NOW);

	feed(&conf, &fsm, advert(200, 9), NOW);
	conf.priority = 228;
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, mono_add_ms(NOW, 1000));
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 3109);
}
END_TEST

/* What the wait was cut short by is not taken for sleep. */
START_TEST(a_much_shorter_interval_acts_at_once)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = begin(&conf, NOW);

	conf.interval_ns = 100 * NS_PER_MS;
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, mono_add_ms(NOW, 1400));
	ck_assert_int_eq(since(master_at(&conf, &fsm)), 1400);
}
END_TEST

START_TEST(a_master_sends_each_interval)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);
	struct mono at = master_at(&plain, &fsm);

	for (int i = 1; i < 5; i++) {
		ck_assert_int_eq(mono_sub(vrrp_fsm_wake(&fsm), at), i * INTERVAL_NS);
		feed(&plain, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER},
		     vrrp_fsm_wake(&fsm));
	}
}
END_TEST

static bool has_sent(const struct vrrp_actions *actions)
{
	return actions->n && actions->items[0].kind == VRRP_ACTION_SEND_ADVERT;
}

/* Two adverts a millisecond for ten intervals, timers as they come; returns how many it sent. */
static unsigned sent_in_flood(uint8_t first, uint8_t second)
{
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	const struct vrrp_event events[] = {advert(first, 9), advert(second, 9)};
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	struct vrrp_actions actions;
	unsigned sent = 0;

	for (int ms = 0; ms < 10000; ms++) {
		struct mono now = mono_add_ms(NOW, ms);

		for (int i = 0; i < 2; i++) {
			vrrp_step(&plain, &fsm, &events[i], now, &actions);
			sent += has_sent(&actions);
		}
		vrrp_step(&plain, &fsm, &timer, now, &actions);
		sent += has_sent(&actions);
		ck_assert_int_eq(fsm.state, VRRP_MASTER);
	}
	return sent;
}

/* RFC 3768 section 6.4.3; a priority 0 is answered all the same. */
START_TEST(a_master_may_be_silent_to_a_lower_one)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	struct vrrp_event lower = advert(50, 9), stop = advert(0, 9);
	struct vrrp_actions actions;

	conf.is_silent_to_lower = true;
	vrrp_step(&conf, &fsm, &lower, NOW, &actions);
	ck_assert_uint_eq(actions.n, 1);
	ck_assert_int_eq(actions.items[0].kind, VRRP_ACTION_CORRECT);
	vrrp_step(&conf, &fsm, &stop, NOW, &actions);
	ck_assert_uint_eq(actions.n, 2);
	ck_assert_int_eq(actions.items[0].kind, VRRP_ACTION_SEND_ADVERT);
}
END_TEST

/* Eight answers an interval at most, and the regular adverts. */
START_TEST(a_flood_is_not_answered_by_a_flood)
{
	unsigned sent[] = {sent_in_flood(50, 50), sent_in_flood(0, 0), sent_in_flood(0, 50),
			   sent_in_flood(50, 0)};

	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		ck_assert_uint_ge(sent[i], 70);
		ck_assert_uint_le(sent[i], 90);
	}
}
END_TEST

/* It shortens the timers of the others: an advert must follow it soon, however many came. */
START_TEST(each_priority_0_is_followed_by_an_advert)
{
	const struct vrrp_event timer = {.kind = VRRP_EVENT_TIMER};
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	struct vrrp_event stop = advert(0, 9);
	struct vrrp_actions actions;

	/* What was sent just before is no answer. */
	vrrp_step(&plain, &fsm, &timer, fsm.wake, &actions);
	ck_assert(has_sent(&actions));
	vrrp_step(&plain, &fsm, &stop, mono_add_ms(fsm.spoken, 1), &actions);
	ck_assert(has_sent(&actions));
	for (int ms = 1; ms < 100; ms++) {
		struct vrrp_fsm copy = fsm;

		vrrp_step(&plain, &copy, &stop, mono_add_ms(fsm.spoken, ms), &actions);
		ck_assert(!has_sent(&actions));
		ck_assert_int_eq(mono_sub(vrrp_fsm_wake(&copy), fsm.spoken), INTERVAL_NS / 8);
		vrrp_step(&plain, &copy, &timer, vrrp_fsm_wake(&copy), &actions);
		ck_assert(has_sent(&actions));
		ck_assert_int_eq(mono_sub(vrrp_fsm_wake(&copy), copy.spoken), INTERVAL_NS);
	}
}
END_TEST

START_TEST(no_timer_in_init_and_fault)
{
	struct vrrp_fsm fsm = machine_in(FAULT, 100);

	ck_assert(mono_is_never(vrrp_fsm_wake(&fsm)));
	fsm = machine_in(INIT_UP, 100);
	ck_assert(mono_is_never(vrrp_fsm_wake(&fsm)));
}
END_TEST

/* --- sleep and replacement --- */

/* A backup whose machine was paused past the end of its timer must hear at least one advert's time
 * first. */
START_TEST(a_backup_that_slept_waits_anew)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);
	struct mono awake = mono_add_ms(NOW, 60000);
	struct mono at;

	feed(&plain, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_TIMER}, awake);
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	at = master_at(&plain, &fsm);
	ck_assert(mono_sub(at, awake) > INTERVAL_NS);
	ck_assert(mono_sub(at, awake) < vrrp_fsm_down_ns(&plain, INTERVAL_NS));
}
END_TEST

START_TEST(a_new_configuration_does_not_hide_sleep)
{
	struct vrrp_fsm fsm = begin(&plain, NOW);
	struct mono awake = mono_add_ms(NOW, 60000);

	feed(&plain, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_CONFIG}, awake);
	ck_assert(mono_sub(master_at(&plain, &fsm), awake) > INTERVAL_NS);
}
END_TEST

#define SKEW_NS (INTERVAL_NS * 156 / 256) /* of priority 100 */
static struct vrrp_actions wake_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
				       struct mono now)
{
	struct vrrp_event event = {.kind = VRRP_EVENT_TIMER};
	struct vrrp_actions actions;

	vrrp_step(conf, fsm, &event, now, &actions);
	return actions;
}

START_TEST(a_master_that_slept_listens_first)
{
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	struct mono awake = mono_add_ns(fsm.wake, 2 * INTERVAL_NS + SKEW_NS + 1);
	struct vrrp_actions actions = wake_master(&plain, &fsm, awake);

	ck_assert(actions.n == 0 && fsm.is_listening);
	ck_assert(mono_sub(vrrp_fsm_wake(&fsm), awake) > INTERVAL_NS);
	/* Asleep again while it listens: it begins anew. */
	awake = mono_add_ns(vrrp_fsm_wake(&fsm), INTERVAL_NS);
	actions = wake_master(&plain, &fsm, awake);
	ck_assert(actions.n == 0 && fsm.is_listening);
	actions = wake_master(&plain, &fsm, vrrp_fsm_wake(&fsm));
	ck_assert(actions.n == 2 && !fsm.is_listening);
}
END_TEST

START_TEST(a_little_lateness_is_no_sleep)
{
	struct vrrp_fsm fsm = machine_in(MASTER, 100);
	struct vrrp_actions actions =
	    wake_master(&plain, &fsm, mono_add_ns(fsm.wake, 2 * INTERVAL_NS));

	ck_assert_uint_eq(actions.n, 1);
}
END_TEST

/* The others take over after down_adverts intervals of silence and a skew time, longer than that of the one
 * that preempts them: who comes that late listens. Where one interval is enough, half of it is late. */
START_TEST(how_late_is_late_depends_on_down_timer_adverts)
{
	const struct {
		unsigned down_adverts;
		int64_t bound_ns;
	} rows[] = {{1, INTERVAL_NS / 2}, {2, INTERVAL_NS + SKEW_NS}, {5, 4 * INTERVAL_NS + SKEW_NS}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int64_t more = 0; more <= 1; more++) {
			struct vrrp_fsm_conf conf = plain;
			struct vrrp_fsm fsm = machine_in(MASTER, 100);

			conf.down_adverts = rows[i].down_adverts;
			wake_master(&conf, &fsm, mono_add_ns(fsm.wake, rows[i].bound_ns + more));
			ck_assert_int_eq(fsm.is_listening, more);
		}
}
END_TEST

/* What waited in the socket is read first, and must find a machine that knows that it slept. */
START_TEST(a_waiting_advert_finds_a_master_that_slept)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = machine_in(MASTER, 100);

	conf.is_preempting = false;
	feed(&conf, &fsm, advert(50, 9), mono_add_ns(fsm.wake, 10 * INTERVAL_NS));
	ck_assert_int_eq(fsm.state, VRRP_BACKUP);
	fsm = machine_in(MASTER, 100);
	feed(&conf, &fsm, advert(50, 9), NOW);
	ck_assert_int_eq(fsm.state, VRRP_MASTER);
}
END_TEST

START_TEST(a_replaced_master_without_preemption_speaks_in_time)
{
	struct vrrp_fsm_conf conf = plain;
	struct vrrp_fsm fsm = {.is_link_up = true};

	conf.is_preempting = false;
	feed(&conf, &fsm, (struct vrrp_event){.kind = VRRP_EVENT_RESUME}, NOW);
	/* One interval since the last advert, half of one for the replacement: two and a half leave
	 * room. */
	ck_assert(mono_sub(vrrp_fsm_wake(&fsm), NOW) < INTERVAL_NS * 3 / 2);
}
END_TEST

START_TEST(transitions_say_why)
{
	char text[VRRP_CAUSE_TEXT_MAX];
	struct vrrp_transition transition = {.cause = VRRP_CAUSE_SILENCE,
					     .silence_ns = 3609375000,
					     .priority = 150,
					     .source = {AF_INET, {10, 0, 0, 9}}};

	ck_assert_str_eq(vrrp_transition_text(&transition, text), "no advertisement for 3.609 s");
	transition.cause = VRRP_CAUSE_RESIGNED;
	ck_assert_str_eq(vrrp_transition_text(&transition, text), "10.0.0.9 resigned (priority 0)");
	transition.cause = VRRP_CAUSE_BETTER;
	ck_assert_str_eq(vrrp_transition_text(&transition, text), "10.0.0.9 has priority 150");
	transition.cause = VRRP_CAUSE_GAVE_WAY;
	ck_assert_str_eq(vrrp_transition_text(&transition, text),
			 "10.0.0.9 (priority 150) was master while this router heard nobody, and "
			 "may serve connections that are unknown here");
	for (int cause = VRRP_CAUSE_STARTED; cause <= VRRP_CAUSE_GAVE_WAY; cause++) {
		transition.cause = (enum vrrp_cause)cause;
		ck_assert_uint_gt(strlen(vrrp_transition_text(&transition, text)), 0);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_fsm");
	TCase *tcase = tcase_create("fsm");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, every_pair_with_preemption);
	tcase_add_test(tcase, every_pair_without_preemption);
	tcase_add_test(tcase, every_pair_of_an_owner);
	tcase_add_test(tcase, every_pair_with_connection_sync);
	tcase_add_test(tcase, every_pair_of_version_2);
	tcase_add_test(tcase, the_link_is_remembered_before_the_start);
	tcase_add_test(tcase, silence_lasts_the_master_down_interval);
	tcase_add_test(tcase, silence_lasts_as_many_intervals_as_configured);
	tcase_add_test(tcase, an_advert_restarts_the_timer);
	tcase_add_test(tcase, a_lower_advert_does_not_unless_nopreempt);
	tcase_add_test(tcase, the_interval_is_learned);
	tcase_add_test(tcase, version_2_learns_nothing);
	tcase_add_test(tcase, the_skew_of_version_2_is_part_of_a_second);
	tcase_add_test(tcase, a_new_priority_moves_the_timer);
	tcase_add_test(tcase, a_much_shorter_interval_acts_at_once);
	tcase_add_test(tcase, a_master_sends_each_interval);
	tcase_add_test(tcase, a_master_may_be_silent_to_a_lower_one);
	tcase_add_test(tcase, a_flood_is_not_answered_by_a_flood);
	tcase_add_test(tcase, each_priority_0_is_followed_by_an_advert);
	tcase_add_test(tcase, no_timer_in_init_and_fault);
	tcase_add_test(tcase, a_backup_that_slept_waits_anew);
	tcase_add_test(tcase, a_new_configuration_does_not_hide_sleep);
	tcase_add_test(tcase, a_master_that_slept_listens_first);
	tcase_add_test(tcase, a_little_lateness_is_no_sleep);
	tcase_add_test(tcase, how_late_is_late_depends_on_down_timer_adverts);
	tcase_add_test(tcase, a_waiting_advert_finds_a_master_that_slept);
	tcase_add_test(tcase, a_replaced_master_without_preemption_speaks_in_time);
	tcase_add_test(tcase, transitions_say_why);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
