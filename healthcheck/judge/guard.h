/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The panic guard: when so much of a pool fails at once that the fault is rather this director's, the
 * last good pool stays. Pure arithmetic; health_guard.c counts and keeps.
 *
 * A server is lost when it was good before and goes down without having answered: no probe of it was
 * refused or answered wrongly, and no script said by its exit status that it is down. The guard never
 * keeps a server that answers, since its answer shows that the director reaches it.
 */
#ifndef LVSD_HEALTHCHECK_JUDGE_GUARD_H
#define LVSD_HEALTHCHECK_JUDGE_GUARD_H

#include "conf/conf.h"

/* The smallest pool that panic_threshold is about. */
#define GUARD_POOL_MIN 3

/* The values of an absent keyword. */
#define GUARD_THRESHOLD_PERCENT 50
#define GUARD_WINDOW_S          30

/* Why the guard keeps servers. */
enum guard_cause {
	GUARD_NONE,
	/* Servers of an lvsd before this one are lost, and so many more have no verdict yet that it may
	 * become GUARD_PANIC: a director that starts in an outage must not empty the pool first. */
	GUARD_WAIT,
	GUARD_PANIC, /* panic_threshold */
	GUARD_OPEN,  /* fail_open: no server is left */
	/* The director reaches neither its gateway nor its peer: a server that is silent says nothing of itself. */
	GUARD_CUT_OFF,
	/* It was so, and is over: those that were kept stay until a probe that has begun since then ends. */
	GUARD_RETURNING,
};

/* What the director knows of its own place in the network. {0}: nothing, so no rule about it acts. */
struct guard_reach {
	bool has_gateway, is_gateway_lost; /* its default gateways; lost: none of them answers */
	bool has_peer, is_peer_lost;       /* the other directors; lost: nothing comes from any of them */
	bool is_asking; /* what is not lost may be lost all the same: the question is under way */
};

/* What decides. */
struct guard_facts {
	size_t n_pool;       /* servers that a person or the file did not take out */
	size_t n_lost;       /* of them: lost within panic_window; while the guard acts, those it keeps */
	size_t n_live;       /* of them: they can serve by their checks */
	size_t n_cut_off;    /* of them: the director itself cannot reach them, which is no verdict */
	size_t n_awaited;    /* of n_live: they served at the start, and have no verdict yet */
	bool has_substitute; /* a backup server or the sorry server can serve */
	struct guard_reach reach;
};

/* Does this cause keep servers for longer than until the first verdicts? */
static inline bool guard_is_acting(enum guard_cause cause)
{
	return cause != GUARD_NONE && cause != GUARD_WAIT;
}

/* Does the director reach neither its gateway nor its peer? False unless it has both. */
static inline bool guard_is_cut_off(const struct guard_reach *reach)
{
	return reach->has_gateway && reach->is_gateway_lost && reach->has_peer && reach->is_peer_lost;
}

/* Is that still open? */
static inline bool guard_may_be_cut_off(const struct guard_reach *reach)
{
	return reach->is_asking && reach->has_gateway && reach->has_peer;
}

/*
 * Does the guard act, and why?
 * Example: 10 servers, 6 lost, threshold 50, no substitute: GUARD_PANIC; 5 lost: GUARD_NONE; 1 lost,
 * gateway and peer lost: GUARD_CUT_OFF. Never GUARD_RETURNING.
 */
enum guard_cause guard_judge(const struct conf_virtual_server *vs, const struct guard_facts *facts);

/* panic_window in milliseconds. */
int64_t guard_window_ms(const struct conf_virtual_server *vs);

/* The number of n_pool servers that depool_threshold keeps, rounded up; 0 without the keyword. */
size_t guard_depool_min(const struct conf_virtual_server *vs, size_t n_pool);

/* Could n_down servers of n_pool be enough for panic_threshold? Cheap: asked at each verdict. */
bool guard_may_panic(const struct conf_virtual_server *vs, size_t n_pool, size_t n_down);

#endif
