/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether a process hangs. The process is pinged once a tick; a tick is a quarter of the
 * bound. If a ping has no answer for three ticks in a row, the process hangs. Pure.
 *
 * Ticks are counted, not time. When the machine or the supervisor did not run for a while, the late
 * tick counts as one tick. A process that was paused together with the supervisor can still answer
 * within the next ticks, so no process is killed because a virtual machine was suspended.
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
/* The least bound for vrrp. An answer takes less than a millisecond. Even under load a process with
 * real-time priority is delayed by far less than a second, and one without it seldom by more. */
#define HANG_VRRP_MIN_MS 1000
/* Added to the bound for each virtual address: a process that becomes master of 10,000 addresses at
 * once adds and announces all of them, which took 1.5 s on a machine under load. */
#define HANG_VRRP_ADDRESS_US 1000
/* The bound in advertisement intervals, of the shortest one: after three intervals and a skew time
 * the other director takes the addresses. */
#define HANG_VRRP_INTERVALS 3
/* A process that hangs again within this time gets twice the bound, and so on: on a machine where
 * vrrp really needs so long, it must not be killed again and again. */
#define HANG_AGAIN_MS 60000

/* Begins as {.next = MONO_NEVER}. */
struct hang_watch {
	int64_t tick_ns;     /* a quarter of the bound */
	struct mono next;    /* the next tick; MONO_NEVER: not watched */
	int64_t wait_ns;     /* planned time between the last tick and next */
	struct mono alive;   /* when the process answered last; MONO_NEVER: not yet */
	uint64_t number;     /* of the last ping */
	bool is_asked;       /* the last ping has no answer yet */
	int64_t silent_ns;   /* since the last ping, in planned ticks: a late tick adds no more */
	int64_t start_ns;    /* until its first answer the process may be silent this long; then 0 */
};

enum hang_act {
	HANG_WAIT,
	HANG_PING, /* send hang_watch.number */
	HANG_HUNG, /* the process hangs; the watch has ended */
};

/* Begins to watch a process that has just been started, or that is ready already (start_ms: 0). */
void hang_watch_start(struct hang_watch *watch, int64_t bound_ns, int64_t start_ms,
		      struct mono now);
/* Changes the bound of a process that is watched. The silence so far still counts: with the bound
 * 10 s and a silence of 2 s, a new bound of 1 s leaves the process one tick to answer. */
void hang_watch_set_bound(struct hang_watch *watch, int64_t bound_ns, struct mono now);
void hang_watch_stop(struct hang_watch *watch);

/* Call it at or after next. Returns what to do now. */
enum hang_act hang_watch_tick(struct hang_watch *watch, struct mono now);
/* An answer came. Returns false when it is not the answer to the last ping. */
bool hang_watch_answer(struct hang_watch *watch, uint64_t number, struct mono now);

/*
 * The process has ended: returns when it was certainly at work for the last time. Result: now, if it
 * has answered its last ping; the time of its last answer, if a ping is unanswered for a tick or more, or
 * if that answer is older than two ticks: then nobody was watching; MONO_NEVER, if it never answered.
 */
struct mono hang_watch_last_alive(const struct hang_watch *watch, struct mono now);

/* The bound for vrrp in ns. advert_int_us: the shortest advertisement interval (0: not known);
 * n_addresses: the number of virtual addresses; n_hangs: how often vrrp hung in a row before. */
int64_t hang_vrrp_bound_ns(uint64_t advert_int_us, size_t n_addresses, unsigned n_hangs);

#endif
