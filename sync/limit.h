/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits how often an action is done that senders of datagrams can cause: a number of times at
 * once, and then once in each interval. Pure.
 *
 * Example: with a burst of 3 and an interval of 10 s, of events at 0, 1, 2, 3, 10 and 11 s those at
 * 3 and 11 s are refused.
 */
#ifndef LVSD_SYNC_LIMIT_H
#define LVSD_SYNC_LIMIT_H

#include "base/mono.h"

/* How often an action is allowed. */
struct sync_rate {
	unsigned n_burst; /* how many times at once; above 0 */
	int64_t interval_ns; /* between two of them afterwards; above 0 */
};

/* Begins as {0}. */
struct sync_limit {
	struct mono paid_by; /* from this time on the whole burst is allowed again */
	uint64_t n_refused;  /* events refused since the last one that was allowed */
};

/* The earliest time at which an event is allowed: now, or later. */
struct mono sync_limit_next(const struct sync_limit *limit, const struct sync_rate *rate,
			    struct mono now);

/* Whether the action may be done now. If so, it is counted as done, and *ret_n_refused is the
 * number of events refused since the one before. */
bool sync_limit_take(struct sync_limit *limit, const struct sync_rate *rate, struct mono now,
		     uint64_t *ret_n_refused);

#endif
