/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pace/lateness.h"
#include "base/mono.h"

bool vrrp_lateness_add(struct vrrp_lateness *lateness, int64_t late_ns, int64_t interval_ns)
{
	static const int64_t below_ms[VRRP_LATENESS_BUCKETS - 1] = {1, 3, 10, 30, 100, 300, 1000};
	uint64_t late_us = late_ns > 0 ? (uint64_t)(late_ns / NS_PER_US) : 0;
	bool is_late = late_ns > interval_ns / 2;
	unsigned i = 0;

	while (i < VRRP_LATENESS_BUCKETS - 1 && late_ns >= below_ms[i] * NS_PER_MS)
		i++;
	lateness->counts[i]++;
	lateness->n_late += is_late;
	if (late_us > lateness->most_us)
		lateness->most_us = late_us;
	return is_late;
}
