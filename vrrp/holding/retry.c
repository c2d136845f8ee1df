/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/retry.h"

#define BACKOFF_MAX_NS (30 * NS_PER_S)
/* A loss after so long a time without one counts as the first. */
#define PEACE_NS (60 * NS_PER_S)

void vrrp_retry_made(struct vrrp_retry *retry, bool is_trouble, bool is_again, struct mono now)
{
	if (retry->attempts && mono_sub(now, retry->attempted) >= PEACE_NS)
		retry->attempts = 0;
	/* The first attempt always counts: the rhythm begins with it. */
	if (is_trouble && (!retry->is_hasty || !retry->attempts)) {
		retry->attempts++;
		retry->attempted = now;
	}
	retry->is_due = is_again;
	retry->is_hasty = false;
}

void vrrp_retry_now(struct vrrp_retry *retry)
{
	retry->is_hasty = retry->is_due;
}

struct mono vrrp_retry_wake(const struct vrrp_retry *retry)
{
	int64_t wait = NS_PER_S;

	if (!retry->is_due)
		return MONO_NEVER;
	if (retry->is_hasty || !retry->attempts)
		return (struct mono){0};
	for (unsigned i = 1; i < retry->attempts && wait < BACKOFF_MAX_NS; i++)
		wait *= 2;
	return mono_add_ns(retry->attempted, wait < BACKOFF_MAX_NS ? wait : BACKOFF_MAX_NS);
}
