/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/guard.h"

#include <string.h>

#define PAUSE_MAX_NS (30 * NS_PER_S)
#define DOUBLINGS    5 /* 1 s doubled five times is more than PAUSE_MAX_NS */
#define ROW_END_NS   (60 * NS_PER_S)
#define SAY_EVERY_NS (60 * NS_PER_S)
#define LOSS_NS      NS_PER_S
#define LOSSES_NS    (60 * NS_PER_S)

/* The pause after so many attempts of a series. */
static int64_t pause_ns(unsigned attempts)
{
	return attempts > DOUBLINGS ? PAUSE_MAX_NS : NS_PER_S << (attempts - 1);
}

void vrrp_guard_begin(struct vrrp_guard *guard, struct mono now)
{
	guard->attempts = 1;
	guard->is_waiting = guard->is_loss = false;
	guard->last = guard->said = now;
}

static struct mono retry_at(struct vrrp_guard *guard, struct mono now)
{
	if (guard->attempts && mono_sub(now, guard->last) >= ROW_END_NS)
		guard->attempts = 0;
	return guard->attempts ? mono_add_ns(guard->last, pause_ns(guard->attempts)) : now;
}

void vrrp_guard_miss(struct vrrp_guard *guard, enum vrrp_guard_cause cause, int64_t interval_ns,
		     struct mono now)
{
	bool is_loss = cause == VRRP_GUARD_REMOVED;
	struct mono next;

	/* An attempt that is due already is not put off because the address is still missing. */
	if (guard->is_waiting && (guard->is_loss || !is_loss))
		return;
	next = is_loss ? mono_add_ns(guard->last, interval_ns) : retry_at(guard, now);
	guard->next = mono_before(next, now) ? now : next;
	guard->is_waiting = true;
	guard->is_loss = is_loss;
}

void vrrp_guard_cancel(struct vrrp_guard *guard)
{
	guard->is_waiting = guard->is_loss = false;
}

struct mono vrrp_guard_wake(const struct vrrp_guard *guard)
{
	return guard->is_waiting ? guard->next : MONO_NEVER;
}

/* The losses stay counted, so that the next loss after another router is heard makes the guard give
 * up. */
static enum vrrp_guard_verdict go_on_alone(struct vrrp_guard *guard, struct mono now)
{
	if (guard->alarmed.ns && mono_sub(now, guard->alarmed) < SAY_EVERY_NS)
		return VRRP_GUARD_QUIET;
	guard->alarmed = now;
	return VRRP_GUARD_ALARM;
}

static enum vrrp_guard_verdict count_loss(struct vrrp_guard *guard, bool is_alone, struct mono now)
{
	unsigned n_old = 0;

	while (n_old < guard->n_losses && mono_sub(now, guard->losses[n_old]) >= LOSSES_NS)
		n_old++;
	guard->n_losses -= n_old;
	memmove(guard->losses, guard->losses + n_old, guard->n_losses * sizeof(*guard->losses));
	if (guard->n_losses && mono_sub(now, guard->losses[guard->n_losses - 1]) < LOSS_NS)
		return VRRP_GUARD_QUIET;
	if (guard->n_losses == VRRP_GUARD_LOSSES_MAX) {
		if (is_alone)
			return go_on_alone(guard, now);
		guard->n_losses = 0;
		return VRRP_GUARD_GIVE_UP;
	}
	guard->losses[guard->n_losses++] = now;
	return VRRP_GUARD_SAY;
}

enum vrrp_guard_verdict vrrp_guard_attempt(struct vrrp_guard *guard, bool is_alone, struct mono now)
{
	bool is_loss = guard->is_loss;

	guard->is_waiting = guard->is_loss = false;
	guard->last = now;
	if (is_loss) {
		guard->attempts = 1;
		return count_loss(guard, is_alone, now);
	}
	guard->attempts++;
	if (guard->attempts > VRRP_GUARD_SAID_MAX && mono_sub(now, guard->said) < SAY_EVERY_NS)
		return VRRP_GUARD_QUIET;
	guard->said = now;
	return VRRP_GUARD_SAY;
}
