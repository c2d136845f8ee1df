/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/hold.h"

/* Multiples of the usual time: without an answer of the director, and in all. A director that hangs
 * is replaced, and its successor has sent a hello, before the first one is over. */
#define UNANSWERED 2
#define LONGEST    4

void vrrp_hold_begin(struct vrrp_hold *hold, int64_t usual_ns, bool waits_for_hello,
		     struct mono now)
{
	hold->sync_began = now;
	hold->sync_until = mono_add_ns(now, (waits_for_hello ? UNANSWERED : 1) * usual_ns);
}

void vrrp_hold_count(struct vrrp_hold *hold, int64_t ns, int64_t usual_ns, struct mono now)
{
	if (vrrp_hold_awaits_sync(hold, now))
		hold->sync_until = mono_min(mono_add_ns(now, ns),
					    mono_add_ns(hold->sync_began, LONGEST * usual_ns));
}

void vrrp_hold_end_sync(struct vrrp_hold *hold, struct mono now)
{
	hold->sync_until = mono_min(hold->sync_until, now);
}

bool vrrp_hold_awaits_sync(const struct vrrp_hold *hold, struct mono now)
{
	return mono_before(now, hold->sync_until);
}

void vrrp_hold_hear(struct vrrp_hold *hold, bool is_lower, struct mono now)
{
	if (is_lower && !hold->hears_lower)
		hold->lower_since = now;
	hold->hears_lower = is_lower;
}

static struct mono delayed_until(const struct vrrp_hold *hold, int64_t preempt_delay_ns)
{
	return mono_add_ns(hold->lower_since, preempt_delay_ns);
}

struct mono vrrp_hold_until(const struct vrrp_hold *hold, int64_t preempt_delay_ns)
{
	struct mono until = delayed_until(hold, preempt_delay_ns);

	if (mono_before(until, hold->sync_until))
		until = hold->sync_until;
	return hold->hears_lower && mono_before(hold->lower_since, until) ? until
									  : (struct mono){0};
}

bool vrrp_hold_is_delayed(const struct vrrp_hold *hold, int64_t preempt_delay_ns)
{
	return mono_before(hold->sync_until, delayed_until(hold, preempt_delay_ns));
}
