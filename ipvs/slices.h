/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of the kernel's table is read at a time. Each reading of the table lists the services.
 * Their destinations cost one request for each service, so a reading takes only a slice of them:
 * those of the services that were read longest ago, and so many that no service waits longer than
 * IPVS_SLICES_PERIOD_NS. A small table is read whole. Pure.
 */
#ifndef LVSD_IPVS_SLICES_H
#define LVSD_IPVS_SLICES_H

#include "base/mono.h"
#include "base/vec.h"
#include "ipvs/owned.h"
#include "ipvs/state.h"

/* Up to this number of services each reading takes all destinations. */
#define IPVS_SLICES_WHOLE_MAX 64

/* The longest time between two readings of one service's destinations, if no reading comes late. */
#define IPVS_SLICES_PERIOD_NS (60 * NS_PER_S)

/* The time between two readings, in nanoseconds. It is shorter than reconcile_interval (interval_s),
 * so that drift is repaired within the interval. Example: interval_s 5: 4 s. */
int64_t ipvs_slices_gap_ns(unsigned interval_s);

/* The services whose destinations are read now. Begins as {0}. */
struct ipvs_slice {
	VEC(size_t) at; /* indexes of services, ascending */
};

/* Appends the indexes of the services to read now to ret_slice, if readings are gap_ns apart.
 * O(n log n). Example: 64 services: all of them. */
void ipvs_slices_pick(const struct ipvs_state *state, struct mono now, int64_t gap_ns,
		      struct ipvs_slice *ret_slice);

/*
 * Moves destinations from have, the table as it was known before, to listed, the services of a new
 * dump without destinations. Both are sorted. A service in both gets the destinations of have,
 * which loses them. Returns whether somebody changed an owned service: it is gone or has other
 * settings.
 */
bool ipvs_slices_inherit(struct ipvs_state *listed, struct ipvs_state *have,
			 const struct ipvs_owned *owned);

void ipvs_slice_free(struct ipvs_slice *slice);

#endif
