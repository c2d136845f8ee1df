/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of the table is read at a look. A look lists the services; their destinations, which
 * cost one request for each service, are read in slices: those read longest ago first, and so
 * many that no service waits longer than IPVS_SLICES_PERIOD_NS. A small table is read whole. Pure.
 */
#ifndef LVSD_IPVS_SLICES_H
#define LVSD_IPVS_SLICES_H

#include "base/mono.h"
#include "base/vec.h"
#include "ipvs/owned.h"
#include "ipvs/state.h"

/* Up to so many services each look reads all. */
#define IPVS_SLICES_WHOLE_MAX 64

/* The longest time between two readings of one service, if looks come in time. */
#define IPVS_SLICES_PERIOD_NS (60 * NS_PER_S)

/* The time between two looks by reconcile_interval: what drifts is mended within the interval. */
int64_t ipvs_slices_gap_ns(unsigned interval_s);

struct ipvs_slice {
	VEC(size_t) at; /* indices of services, ascending */
};

/* The services to read now if looks are gap_ns apart. Appends to ret_slice. O(n log n). */
void ipvs_slices_pick(const struct ipvs_state *state, struct mono now, int64_t gap_ns,
		      struct ipvs_slice *ret_slice);

/*
 * listed: the services of a new dump, without destinations. have: the picture of before. Both
 * sorted. Each service that is in both takes its destinations over from have, which is then
 * without. Returns whether somebody has changed services of owned: one is gone or has other
 * settings.
 */
bool ipvs_slices_inherit(struct ipvs_state *listed, struct ipvs_state *have,
			 const struct ipvs_owned *owned);

void ipvs_slice_free(struct ipvs_slice *slice);

#endif
