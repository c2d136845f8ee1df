/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The deadlines of many things with small numbers (pure): which is the next, and when. One loop
 * timer then serves all of them. A change costs far less than one of a loop timer, since the heap
 * holds the times themselves, side by side:
 *
 *	deadlines_set(&deadlines, 7, mono_add_ns(now, NS_PER_S));
 *	while (deadlines_take(&deadlines, now, &id))
 *		act(id);
 *	loop_timer_set(timer, deadlines_next(&deadlines));
 *
 * All zeros is an empty set.
 */
#ifndef LVSD_BASE_DEADLINES_H
#define LVSD_BASE_DEADLINES_H

#include "base/mono.h"
#include "base/vec.h"

#include <stdbool.h>

struct deadlines {
	VEC(struct deadline { int64_t ns; unsigned id; }) heap;
	VEC(size_t) at; /* by id: where it stands in the heap, plus 1; 0: it has no deadline */
};

void deadlines_free(struct deadlines *deadlines);

/* Gives id a deadline in place of the one that it had; MONO_NEVER: none. The memory is that of the
 * largest id so far. */
void deadlines_set(struct deadlines *deadlines, unsigned id, struct mono deadline);
/* The earliest deadline; MONO_NEVER: there is none. */
struct mono deadlines_next(const struct deadlines *deadlines);
/* Removes the earliest deadline if it is not after now, and returns whose it was. False: none is. */
bool deadlines_take(struct deadlines *deadlines, struct mono now, unsigned *ret_id);

#endif
