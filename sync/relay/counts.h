/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many connections of the other director's kernel the own kernel has, by the counters of both. Pure. */
#ifndef LVSD_SYNC_RELAY_COUNTS_H
#define LVSD_SYNC_RELAY_COUNTS_H

#include "base/svckey.h"
#include "sync/relay/frame.h"

/* Parts of a million. */
#define RELAY_COVERAGE_ALL 1000000
/* From here on a director counts as knowing the connections of the other one: 98 %. */
#define RELAY_COVERAGE_MIN 980000

/* Adds the counters of a destination: its established connections (ActiveConn) and templates (PersistConn). Both
 * directors add the same destination to the same bucket. A bucket that is full stays so. */
void relay_counts_add(struct relay_counts *counts, const struct svckey *service, const struct endpoint *dest,
		      uint32_t n_active, uint32_t n_persist);

/*
 * The share of the connections of theirs that mine has: the sum over all buckets of the smaller count, of the sum of
 * theirs. Returns false if there is no connection of theirs.
 *
 * Example: theirs {10, 10}, mine {30, 5}: 15 of 20, 750000.
 */
bool relay_coverage(const struct relay_counts *theirs, const struct relay_counts *mine, uint32_t *ret_coverage);

#endif
