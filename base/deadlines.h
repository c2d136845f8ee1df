/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The deadlines of many objects, which are identified by small numbers. Pure. It finds the earliest
 * deadline, so that one loop timer serves all objects. To change a deadline costs far less here
 *than in a loop timer, since the times stand side by side in a heap:
 *
 *	deadlines_set(&deadlines, 7, mono_add_ns(now, NS_PER_S));
 *	while (deadlines_take(&deadlines, now, &id))
 *		act(id);
 *	loop_timer_set(timer, deadlines_next(&deadlines));
 *
 * Begins as {0}: no deadline.
 */
#ifndef LVSD_BASE_DEADLINES_H
#define LVSD_BASE_DEADLINES_H

#include "base/mono.h"
#include "base/vec.h"

#include <stdbool.h>

struct deadlines {
	VEC(struct deadline { int64_t ns; unsigned id; }) heap;
	VEC(size_t) at; /* by id: its index in the heap, plus 1; 0: it has no deadline */
};

/* Frees the memory. There is no deadline afterwards. */
void deadlines_free(struct deadlines *deadlines);

/* Sets the deadline of id, in place of an earlier one; MONO_NEVER removes it. The memory that is
 * used grows with the largest id. */
void deadlines_set(struct deadlines *deadlines, unsigned id, struct mono deadline);
/* The earliest deadline; MONO_NEVER: there is none. */
struct mono deadlines_next(const struct deadlines *deadlines);
/* Removes the earliest deadline if it is not after now; *ret_id is the id that had it. Returns
 * false if no deadline has come. */
bool deadlines_take(struct deadlines *deadlines, struct mono now, unsigned *ret_id);

#endif
