/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/vrrp_absence.h"

void vrrp_absence_need(struct vrrp_absence *absence, int64_t down_ns)
{
	absence->down_ns = down_ns;
	if (down_ns)
		return;
	/* The vrrp process gives up its addresses itself, or none will come any more. */
	absence->due = MONO_NEVER;
	absence->is_at_work = false;
}

void vrrp_absence_at_work(struct vrrp_absence *absence)
{
	absence->is_at_work = absence->down_ns > 0;
	absence->is_released = false;
	absence->due = MONO_NEVER;
}

void vrrp_absence_ended(struct vrrp_absence *absence, struct mono alive, struct mono now)
{
	struct mono least = mono_add_ns(now, VRRP_ABSENCE_MIN_MS * NS_PER_MS);

	if (!absence->is_at_work || absence->is_stopped)
		return;
	absence->is_at_work = false;
	absence->since = mono_is_never(alive) ? now : alive;
	absence->due = mono_add_ns(absence->since, absence->down_ns);
	if (mono_before(absence->due, least))
		absence->due = least;
}

void vrrp_absence_stop(struct vrrp_absence *absence)
{
	absence->is_stopped = true;
	absence->due = MONO_NEVER;
}

bool vrrp_absence_is_over(struct vrrp_absence *absence, struct mono now)
{
	if (mono_is_never(absence->due) || !mono_reached(now, absence->due))
		return false;
	absence->due = MONO_NEVER;
	absence->is_released = true;
	return true;
}
