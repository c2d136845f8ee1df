/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's connection timeouts, which all services share. When lvsd sets one it remembers the
 * former value, and restores it when the file no longer sets the timeout, and at the end. Pure.
 */
#ifndef LVSD_IPVS_TIMEOUTS_H
#define LVSD_IPVS_TIMEOUTS_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds; 0 leaves the value as it is. */
struct ipvs_timeouts {
	uint32_t tcp, tcp_fin, udp;
};

/* Whether all three are 0. */
bool ipvs_timeouts_are_zero(const struct ipvs_timeouts *timeouts);

/*
 * The timeouts to set now: those of want that are not 0 and not in force, and the former values of
 * those that want does not set any more. *former is the value before lvsd of each timeout that lvsd
 * has set, else 0; it is updated.
 * Example: want tcp 600, have tcp 900: {tcp 600}, former tcp 900. Then want tcp 0: {tcp 900},
 * former 0.
 */
struct ipvs_timeouts ipvs_timeouts_step(const struct ipvs_timeouts *want,
					const struct ipvs_timeouts *have,
					struct ipvs_timeouts *former);

#endif
