/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/judge/flap.h"

#include <string.h>

uint64_t flap_hold_us(const struct conf_flap *rule, uint32_t n)
{
	uint64_t us = rule->hold_us;

	for (; n > 1 && us < rule->max_us; n--)
		us = us > rule->max_us / 2 ? rule->max_us : us * 2;
	return us < rule->max_us ? us : rule->max_us;
}

static bool is_past(struct mono from, uint64_t us, struct mono now)
{
	return mono_sub(now, from) / NS_PER_US >= (int64_t)us;
}

/* Forgets the downs that are no longer within the window. */
static void forget_old(struct flap *flap, const struct conf_flap *rule, struct mono now)
{
	uint8_t n_old = 0;

	while (n_old < flap->n_downs && is_past(flap->downs[n_old], rule->window_us, now))
		n_old++;
	flap->n_downs -= n_old;
	memmove(flap->downs, flap->downs + n_old, flap->n_downs * sizeof(flap->downs[0]));
}

/* Has the server been quiet for so long that its holds are forgotten? */
static bool is_forgotten(const struct flap *flap, const struct conf_flap *rule, struct mono now)
{
	return flap->n_holds && !flap->is_held && is_past(flap->last, rule->window_us, now) &&
	       is_past(flap->last, flap->hold_us, now);
}

static void note_down(struct flap *flap, struct mono now)
{
	if (flap->n_downs == CONF_FLAP_TIMES_MAX)
		memmove(flap->downs, flap->downs + 1, --flap->n_downs * sizeof(flap->downs[0]));
	flap->downs[flap->n_downs++] = now;
	flap->last = now;
}

/* Begins a hold if there were enough downs. */
static void hold_if_due(struct flap *flap, const struct conf_flap *rule, struct mono now)
{
	if (flap->is_held || flap->n_downs < rule->times)
		return;
	flap->is_held = true;
	flap->n_downs = 0;
	flap->n_holds += flap->n_holds < UINT32_MAX;
	flap->hold_us = flap_hold_us(rule, flap->n_holds);
	flap->until = mono_add_us(now, (int64_t)flap->hold_us);
}

struct flap flap_step(const struct flap *flap, const struct conf_flap *rule, enum flap_event event,
		      struct mono now)
{
	struct flap next = *flap;

	if (is_forgotten(&next, rule, now))
		next.n_holds = 0;
	forget_old(&next, rule, now);
	switch (event) {
	case FLAP_EVENT_DOWN:
		note_down(&next, now);
		break;
	case FLAP_EVENT_TIME:
		if (!next.is_held || !mono_reached(now, next.until))
			return next;
		next.is_held = false;
		next.last = now;
		break;
	case FLAP_EVENT_LIFT:
		next.last = next.is_held ? now : next.last;
		next.is_held = false;
		next.n_downs = 0;
		return next;
	case FLAP_EVENT_EXCUSE:
		if (next.n_downs) {
			next.n_downs--;
		} else if (next.is_held) {
			next.is_held = false;
			next.n_holds--;
		}
		return next;
	}
	hold_if_due(&next, rule, now);
	return next;
}
