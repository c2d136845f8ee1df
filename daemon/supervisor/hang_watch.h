/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a process still answers, pure. It is pinged once a tick, a quarter of the bound; a ping
 * without an answer for three ticks on end means that the process hangs.
 *
 * Ticks are counted, not time: when the machine, or the supervisor itself, did not run for a while,
 * the tick that comes too late is one tick. A process that was paused along with the supervisor has
 * the next ticks to answer in, and nobody is killed because a virtual machine was suspended.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_HANG_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_HANG_WATCH_H

#include "base/mono.h"

#include <stddef.h>

/* Ticks of a bound: one until the next ping, three for its answer. */
#define HANG_TICKS 4

/* A process that has just been started may take this long to answer for the first time. */
#define HANG_START_MS 10000

/* The bound of a process whose silence costs little; also the largest for vrrp. */
#define HANG_BOUND_MS 10000
/* The least bound for vrrp. An answer takes less than a millisecond; a second is far more than a
 * machine under load delays a process of real-time priority, and most turns of one without it. */
#define HANG_VRRP_MIN_MS 1000
/* More for each virtual address: a process that becomes master of 10,000 at once adds and announces
 * them all, which took 1.5 s on a machine under load. */
#define HANG_VRRP_ADDRESS_US 1000
/* Of the shortest advertisement interval: after three and a skew time the other director takes the
 * addresses. */
#define HANG_VRRP_INTERVALS 3
/* A process that hangs again within this time has twice the bound, and so on: a machine on which
 * vrrp really needs that long must not see it killed again and again. */
#define HANG_AGAIN_MS 60000

/* Begins as {.next = MONO_NEVER}. */
struct hang_watch {
	int64_t tick_ns;     /* a quarter of the bound */
	struct mono next;    /* the next tick; MONO_NEVER: not watched */
	int64_t wait_ns;     /* from the tick before it, as planned */
	struct mono alive;   /* when it answered last; MONO_NEVER: not yet */
	uint64_t number;     /* of the last ping */
	bool is_asked;       /* that has no answer yet */
	int64_t silent_ns;   /* since it was sent, in ticks as planned: a tick that comes late adds no more */
	int64_t start_ns;    /* a process that never answered may be silent this long; else 0 */
};

enum hang_act {
	HANG_WAIT,
	HANG_PING, /* send hang_watch.number */
	HANG_HUNG, /* it hangs; the watch has ended */
};

/* The process has been started, or is ready (start_ms: 0). */
void hang_watch_start(struct hang_watch *watch, int64_t bound_ns, int64_t start_ms,
		      struct mono now);
/* The bound changes while it runs. A ping that has no answer yet is not forgotten: with the bound
 * 10 s and a silence of 2 s, a new bound of 1 s leaves the process one tick to answer. */
void hang_watch_set_bound(struct hang_watch *watch, int64_t bound_ns, struct mono now);
void hang_watch_stop(struct hang_watch *watch);

/* At or after next. */
enum hang_act hang_watch_tick(struct hang_watch *watch, struct mono now);
/* An answer came; false when it is not that to the last ping. */
bool hang_watch_answer(struct hang_watch *watch, uint64_t number, struct mono now);

/*
 * The process has ended: when it certainly was at work for the last time. That is now, for one that
 * answered; the last answer for one that owes one for a tick or more; MONO_NEVER for one that never
 * answered.
 */
struct mono hang_watch_last_alive(const struct hang_watch *watch, struct mono now);

/* The bound for vrrp, from its shortest advertisement interval (0: none known), the number of its
 * virtual addresses, and how often it hung in a row before. */
int64_t hang_vrrp_bound_ns(uint64_t advert_int_us, size_t n_addresses, unsigned n_hangs);

#endif
