/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs equal items of two arrays: how a new configuration meets the old one. */
#ifndef LVSD_HEALTHCHECK_MATCH_H
#define LVSD_HEALTHCHECK_MATCH_H

#include <stddef.h>

struct match_array {
	const void *items;
	size_t n, size; /* size: of one item, in bytes */
};

typedef int match_cmp_fn(const void *a, const void *b);

/* No partner. */
#define MATCH_NONE ((size_t)-1)

/*
 * Fills ret_partners (room for fresh.n entries) with the index in old of each item of fresh, or
 * MATCH_NONE. No item of old is used twice; of several equal ones the first meets the first.
 * O(n log n), O(n) when both arrays are the same.
 */
void match_arrays(struct match_array old, struct match_array fresh, match_cmp_fn *cmp,
		  size_t *ret_partners);

#endif
