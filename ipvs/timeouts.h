/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's timeouts of connections, which all services share. Who sets one remembers what was
 * there before, and puts that back when the file no longer asks for it and at the end. Pure.
 */
#ifndef LVSD_IPVS_TIMEOUTS_H
#define LVSD_IPVS_TIMEOUTS_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds; 0 leaves the value as it is. */
struct ipvs_timeouts {
	uint32_t tcp, tcp_fin, udp;
};

bool ipvs_timeouts_are_zero(const struct ipvs_timeouts *timeouts);

/*
 * What to set so that want is in force where it is not 0 and everything else is as it was. former
 * holds what each value was that lvsd has set, else 0, and is brought forward.
 */
struct ipvs_timeouts ipvs_timeouts_step(const struct ipvs_timeouts *want,
					const struct ipvs_timeouts *have,
					struct ipvs_timeouts *former);

#endif
