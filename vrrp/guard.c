/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/guard.h"

#define PAUSE_MAX_NS (30 * NS_PER_S)
#define DOUBLINGS    5 /* 1 s doubled so often is beyond PAUSE_MAX_NS */
#define ROW_END_NS   (60 * NS_PER_S)
#define SAY_EVERY_NS (60 * NS_PER_S)

/* After so many attempts. */
static int64_t pause_ns(unsigned attempts)
{
	return attempts > DOUBLINGS ? PAUSE_MAX_NS : NS_PER_S << (attempts - 1);
}

void vrrp_guard_begin(struct vrrp_guard *guard, struct mono now)
{
	*guard = (struct vrrp_guard){.attempts = 1, .last = now, .said = now};
}

void vrrp_guard_miss(struct vrrp_guard *guard, struct mono now)
{
	if (guard->is_waiting)
		return;
	if (guard->attempts && mono_sub(now, guard->last) >= ROW_END_NS)
		guard->attempts = 0;
	guard->is_waiting = true;
	guard->next = guard->attempts ? mono_add_ns(guard->last, pause_ns(guard->attempts)) : now;
}

void vrrp_guard_cancel(struct vrrp_guard *guard)
{
	guard->is_waiting = false;
}

struct mono vrrp_guard_wake(const struct vrrp_guard *guard)
{
	return guard->is_waiting ? guard->next : MONO_NEVER;
}

bool vrrp_guard_attempt(struct vrrp_guard *guard, struct mono now)
{
	guard->is_waiting = false;
	guard->last = now;
	guard->attempts++;
	if (guard->attempts > VRRP_GUARD_SAID_MAX && mono_sub(now, guard->said) < SAY_EVERY_NS)
		return false;
	guard->said = now;
	return true;
}
