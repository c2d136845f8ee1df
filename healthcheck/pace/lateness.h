/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How late the probes of the last half to one minute began: a histogram whose buckets are an eighth to a
 * fourth of their value wide. Two of them take turns, each for half a minute. Pure.
 */
#ifndef LVSD_HEALTHCHECK_PACE_LATENESS_H
#define LVSD_HEALTHCHECK_PACE_LATENESS_H

#include "base/mono.h"

#include <stdint.h>

#define LATENESS_HALF_S  30
#define LATENESS_BUCKETS 124

/* Begins as {0}. */
struct lateness {
	struct lateness_half {
		uint32_t counts[LATENESS_BUCKETS];
		uint64_t n, most_us;
	} halves[2];
	unsigned present; /* of halves */
	struct mono since; /* when the present half began */
};

/* n: of probes. A percentile is the upper end of its bucket, or most_us if that is less. 0 without any. */
struct lateness_sums {
	uint64_t n, p50_us, p99_us, most_us;
};

/* A probe began at now, late_ns after it was due; less than nothing counts as nothing. */
void lateness_add(struct lateness *lateness, struct mono now, int64_t late_ns);

/* Example: 98 probes 0.1 ms late, two 40 ms late: p50 about 0.1 ms, p99 and most 40 ms. */
struct lateness_sums lateness_sum(struct lateness *lateness, struct mono now);

#endif
