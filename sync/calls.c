/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/calls.h"

/* A hello is sent three times within a second. */
#define SAID_NS     NS_PER_S
#define REPEATED_NS (2 * NS_PER_S)
#define WINDOW_NS   (30 * NS_PER_S)
#define CALLS_MAX   3

static bool is_over(const struct sync_calls *calls, struct mono now)
{
	return calls->n == 0 || mono_sub(now, calls->window) >= WINDOW_NS;
}

bool sync_calls_take(struct sync_calls *calls, struct mono now)
{
	if (calls->n > 0 && mono_sub(now, calls->heard) < REPEATED_NS)
		return false;
	if (is_over(calls, now))
		*calls = (struct sync_calls){.window = now};
	if (calls->n == CALLS_MAX)
		return false;
	calls->n++;
	calls->heard = now;
	return true;
}

struct mono sync_calls_next(const struct sync_calls *said, struct mono now)
{
	struct mono again = mono_add_ns(said->heard, REPEATED_NS + SAID_NS);
	struct mono reopened = mono_add_ns(said->window, WINDOW_NS + SAID_NS);

	if (said->n == 0 || mono_sub(now, said->heard) < SAID_NS)
		return now;
	if (said->n == CALLS_MAX && mono_before(now, reopened))
		return reopened;
	return mono_before(now, again) ? again : now;
}

/* Finds the count of an address, or makes a new one, possibly in the place of a count whose time is
 * over. NULL: there is no room. */
static struct sync_calls *calls_of(struct sync_callers *callers, const struct addr *from,
				   struct mono now)
{
	size_t place = callers->n;

	for (size_t i = 0; i < callers->n; i++) {
		if (!addr_cmp(&callers->known[i].addr, from))
			return &callers->known[i].calls;
		if (is_over(&callers->known[i].calls, now))
			place = i;
	}
	if (place == SYNC_PEERS_MAX)
		return NULL;
	if (place == callers->n)
		callers->n++;
	callers->known[place].addr = *from;
	callers->known[place].calls = (struct sync_calls){0};
	return &callers->known[place].calls;
}

bool sync_callers_take(struct sync_callers *callers, const struct addr *from, bool is_known,
		       struct mono now)
{
	struct sync_calls *calls = is_known ? calls_of(callers, from, now) : NULL;

	return sync_calls_take(calls ? calls : &callers->strangers, now);
}

void sync_greeting_said(struct sync_greeting *greeting, bool is_repeat, struct mono now)
{
	*greeting = (struct sync_greeting){true, is_repeat, now};
}

enum sync_greeting_act sync_greeting_heartbeat(struct sync_greeting *greeting, bool hears_us,
					       struct mono now)
{
	if (!greeting->is_waiting)
		return SYNC_GREETING_NONE;
	if (mono_sub(now, greeting->said) > SYNC_ANSWER_MS * NS_PER_MS)
		return SYNC_GREETING_REPEAT;
	if (!hears_us)
		return SYNC_GREETING_NONE;
	greeting->is_waiting = false;
	return greeting->is_repeat ? SYNC_GREETING_HEARD_LATE : SYNC_GREETING_NONE;
}
