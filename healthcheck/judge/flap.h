/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flap damping: a server that goes down again and again is held down for a while. Pure arithmetic on
 * values; health_flap.c carries it out.
 *
 * Each time the checks take the server down is one down. With the number of downs that the rule says
 * within the window, a hold begins; each further hold is twice as long, up to the longest one. Downs
 * during a hold count too: a server that goes on to flap is held again when its hold is over. After a
 * quiet time, as long as the window and as the last hold, the next hold is the first one again.
 *
 *	times 3, window 600 s, hold 30 s: down at 0, 100, 200 s: held until 230 s; down at 300, 310,
 *	320 s: held until 380 s
 */
#ifndef LVSD_HEALTHCHECK_JUDGE_FLAP_H
#define LVSD_HEALTHCHECK_JUDGE_FLAP_H

#include "base/mono.h"
#include "conf/conf.h"

struct flap {
	bool is_held;
	uint8_t n_downs;                        /* since the last hold began or was lifted */
	uint32_t n_holds;                       /* in a row; the present one counts */
	struct mono downs[CONF_FLAP_TIMES_MAX]; /* the last n_downs downs, the oldest first */
	struct mono until;                      /* while is_held: the end of the hold */
	struct mono last;        /* of the last down or end of a hold; only if n_holds > 0 */
	uint64_t hold_us;        /* how long the last hold was to be */
	int64_t until_wall_us;   /* until, as the time of day; of the caller */
	bool is_listed;          /* the caller has it in its list of holds, where it stays for a while */
};

enum flap_event {
	FLAP_EVENT_DOWN, /* the checks have taken the server down */
	FLAP_EVENT_TIME, /* time has passed */
	FLAP_EVENT_LIFT, /* the server is needed: its hold ends early */
	/* The last down was no fault of the server, which is up again: it does not count, nor does the hold
	 * that began with it. */
	FLAP_EVENT_EXCUSE,
};

/*
 * The next state after an event at now. Defined for every pair of state and event.
 * Example: held until 230 s, FLAP_EVENT_TIME at 230 s: not held, unless there were `times` downs within
 * the window since the hold began; then held again, for twice as long.
 */
struct flap flap_step(const struct flap *flap, const struct conf_flap *rule, enum flap_event event,
		      struct mono now);

/* How long hold number n is (1: the first one), in microseconds. */
uint64_t flap_hold_us(const struct conf_flap *rule, uint32_t n);

#endif
