/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/deadlines.h"

void deadlines_free(struct deadlines *deadlines)
{
	vec_free(&deadlines->heap);
	vec_free(&deadlines->at);
}

static void put(struct deadlines *deadlines, size_t at, struct deadline deadline)
{
	deadlines->heap.items[at] = deadline;
	deadlines->at.items[deadline.id] = at + 1;
}

/* Puts the deadline at the free place, or at one nearer to the root. */
static void rise(struct deadlines *deadlines, size_t at, struct deadline deadline)
{
	const struct deadline *heap = deadlines->heap.items;

	for (size_t parent; at > 0; at = parent) {
		parent = (at - 1) / 2;
		if (heap[parent].ns <= deadline.ns)
			break;
		put(deadlines, at, heap[parent]);
	}
	put(deadlines, at, deadline);
}

/* Puts the deadline at the free place, or at one farther from the root. */
static void sink(struct deadlines *deadlines, size_t at, struct deadline deadline)
{
	const struct deadline *heap = deadlines->heap.items;
	size_t n = deadlines->heap.n;

	for (size_t child = 2 * at + 1; child < n; at = child, child = 2 * at + 1) {
		if (child + 1 < n && heap[child + 1].ns < heap[child].ns)
			child++;
		if (deadline.ns <= heap[child].ns)
			break;
		put(deadlines, at, heap[child]);
	}
	put(deadlines, at, deadline);
}

static void place(struct deadlines *deadlines, size_t at, struct deadline deadline)
{
	if (at > 0 && deadline.ns < deadlines->heap.items[(at - 1) / 2].ns)
		rise(deadlines, at, deadline);
	else
		sink(deadlines, at, deadline);
}

static void drop(struct deadlines *deadlines, size_t at)
{
	struct deadline last = deadlines->heap.items[--deadlines->heap.n];

	deadlines->at.items[deadlines->heap.items[at].id] = 0;
	if (at < deadlines->heap.n)
		place(deadlines, at, last);
}

void deadlines_set(struct deadlines *deadlines, unsigned id, struct mono deadline)
{
	struct deadline item = {deadline.ns, id};

	while (deadlines->at.n <= id)
		*(size_t *)vec_push(&deadlines->at) = 0;
	if (mono_is_never(deadline)) {
		if (deadlines->at.items[id])
			drop(deadlines, deadlines->at.items[id] - 1);
	} else if (deadlines->at.items[id]) {
		place(deadlines, deadlines->at.items[id] - 1, item);
	} else {
		*vec_push(&deadlines->heap) = item;
		rise(deadlines, deadlines->heap.n - 1, item);
	}
}

struct mono deadlines_next(const struct deadlines *deadlines)
{
	struct mono next = MONO_NEVER;

	if (deadlines->heap.n)
		next.ns = deadlines->heap.items[0].ns;
	return next;
}

bool deadlines_take(struct deadlines *deadlines, struct mono now, unsigned *ret_id)
{
	if (!mono_reached(now, deadlines_next(deadlines)))
		return false;
	*ret_id = deadlines->heap.items[0].id;
	drop(deadlines, 0);
	return true;
}
