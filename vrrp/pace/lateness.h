/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How late the advertisements of a MASTER leave: a histogram of a few buckets. Pure. */
#ifndef LVSD_VRRP_PACE_LATENESS_H
#define LVSD_VRRP_PACE_LATENESS_H

#include <stdbool.h>
#include <stdint.h>

#define VRRP_LATENESS_BUCKETS 8

/* Begins as {0}. */
struct vrrp_lateness {
	/* How many were late by less than 1, 3, 10, 30, 100, 300 and 1000 ms, and by more. Each
	 * advertisement is in one bucket. */
	uint64_t counts[VRRP_LATENESS_BUCKETS];
	uint64_t n_late;  /* by more than half an interval */
	uint64_t most_us; /* the latest one */
};

/* Counts an advertisement that left late_ns after its time. Returns whether it was late by more than
 * half an interval. Example: 30 ms at an interval of 1 s: false, and counts[4] is one more. */
bool vrrp_lateness_add(struct vrrp_lateness *lateness, int64_t late_ns, int64_t interval_ns);

#endif
