/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notices that the machine was suspended. CLOCK_MONOTONIC stands still meanwhile, so no timer is late. Pure. */
#ifndef LVSD_VRRP_PACE_SLEEP_H
#define LVSD_VRRP_PACE_SLEEP_H

#include <stdint.h>

/* Begins with what clock_suspended_ns() says then. */
struct vrrp_sleep {
	int64_t known_ns;
};

/* suspended_ns: clock_suspended_ns() now. Returns how long the machine was suspended since the last call, in
 * nanoseconds; 0: it was not, or for less than a millisecond. */
int64_t vrrp_sleep_take(struct vrrp_sleep *sleep, int64_t suspended_ns);

#endif
