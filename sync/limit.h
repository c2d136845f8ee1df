/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often something may be done that whoever sends datagrams can provoke: so many times at once,
 * and then once in each interval. Pure.
 *
 * With a burst of 3 and 10 s, of events at 0, 1, 2, 3, 10 and 11 s those at 3 and 11 s are refused.
 */
#ifndef LVSD_SYNC_LIMIT_H
#define LVSD_SYNC_LIMIT_H

#include "base/mono.h"

struct sync_rate {
	unsigned n_burst; /* above 0 */
	int64_t interval_ns;
};

/* Begins as {0}. */
struct sync_limit {
	struct mono paid_by; /* when what was done is forgotten, and the whole burst is free again */
	uint64_t n_refused;  /* since the last time that was allowed */
};

/* When the next time is: now, or later. */
struct mono sync_limit_next(const struct sync_limit *limit, const struct sync_rate *rate,
			    struct mono now);

/*
 * Whether it may be done now. If so it counts as done, and *ret_n_refused is how often it was
 * refused since the time before.
 */
bool sync_limit_take(struct sync_limit *limit, const struct sync_rate *rate, struct mono now,
		     uint64_t *ret_n_refused);

#endif
