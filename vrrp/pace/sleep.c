/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pace/sleep.h"
#include "base/mono.h"

/* Less is the time between two readings of a clock. The sum of such times is noticed in the end. */
#define LEAST_NS NS_PER_MS

int64_t vrrp_sleep_take(struct vrrp_sleep *sleep, int64_t suspended_ns)
{
	int64_t slept_ns = suspended_ns - sleep->known_ns;

	if (slept_ns < LEAST_NS)
		return 0;
	sleep->known_ns = suspended_ns;
	return slept_ns;
}
