/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs equal items of two arrays, such as the checks of an old and a new configuration. */
#ifndef LVSD_HEALTHCHECK_MATCH_H
#define LVSD_HEALTHCHECK_MATCH_H

#include <stddef.h>

/* An array of items of any type. */
struct match_array {
	const void *items;
	size_t n, size; /* size: of one item, in bytes */
};

/* Compares two items as for qsort(3). */
typedef int match_cmp_fn(const void *a, const void *b);

/* The item has no partner. */
#define MATCH_NONE ((size_t)-1)

/*
 * Fills ret_partners (room for fresh.n entries): for each item of fresh the index of its equal in
 * old, or MATCH_NONE. No item of old is used twice. Of several equal items the first is paired with
 * the first. O(n log n); O(n) when both arrays are equal.
 * Example: old a b b, fresh b c b: 1, MATCH_NONE, 2.
 */
void match_arrays(struct match_array old, struct match_array fresh, match_cmp_fn *cmp,
		  size_t *ret_partners);

#endif
