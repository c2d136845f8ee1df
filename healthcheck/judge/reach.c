/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/judge/reach.h"

static bool is_cut_off(const struct reach *reach)
{
	return reach->gateway == REACH_LOST && reach->peer == REACH_LOST;
}

bool reach_silent(struct reach *reach, bool is_keeping, struct mono now)
{
	if (reach->is_asking || (reach->began.ns && mono_sub(now, reach->ended) < REACH_PAUSE_MS * NS_PER_MS))
		return false;
	reach->is_asking = true;
	reach->began = now;
	if (!is_keeping || !is_cut_off(reach))
		reach->gateway = reach->peer = REACH_UNSURE;
	return true;
}

static enum reach_state step(enum reach_state was, enum reach_state is, bool is_late)
{
	if (was == REACH_LOST && is != REACH_HEARD)
		return was;
	return is == REACH_UNSURE && is_late ? REACH_HEARD : is;
}

static bool is_answered(enum reach_state state)
{
	return state == REACH_HEARD || state == REACH_NONE;
}

bool reach_take(struct reach *reach, enum reach_state gateway, enum reach_state peer, struct mono now)
{
	bool was_cut_off = is_cut_off(reach), is_late = reach_is_late(reach, now);

	if (!reach->is_asking && !was_cut_off)
		return false;
	reach->gateway = step(reach->gateway, gateway, is_late);
	reach->peer = step(reach->peer, peer, is_late);
	if (!is_answered(reach->gateway) && !is_answered(reach->peer) && !is_cut_off(reach))
		return false;
	/* Still cut off: the question is at its end when what was asked has had its time. */
	if (was_cut_off && is_cut_off(reach) && !(reach->is_asking && (is_late || gateway == REACH_LOST)))
		return false;
	reach->is_asking = false;
	reach->ended = now;
	return true;
}

bool reach_is_late(const struct reach *reach, struct mono now)
{
	return mono_reached(now, reach_wake(reach));
}

struct mono reach_wake(const struct reach *reach)
{
	return reach->is_asking ? mono_add_ms(reach->began, REACH_WAIT_MS) : MONO_NEVER;
}

struct guard_reach reach_facts(const struct reach *reach)
{
	return (struct guard_reach){.has_gateway = reach->gateway != REACH_NONE,
				    .is_gateway_lost = reach->gateway == REACH_LOST,
				    .has_peer = reach->peer != REACH_NONE,
				    .is_peer_lost = reach->peer == REACH_LOST,
				    .is_asking = reach->is_asking};
}

enum reach_state reach_join(enum reach_state a, enum reach_state b)
{
	static const int order[] = {[REACH_NONE] = 0, [REACH_LOST] = 1, [REACH_UNSURE] = 2, [REACH_HEARD] = 3};

	return order[a] > order[b] ? a : b;
}
