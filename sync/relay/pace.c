/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/pace.h"

void relay_pace_begin(struct relay_pace *pace, struct mono now)
{
	*pace = (struct relay_pace){.rate = SYNC_BULK_PACE, .paid = now, .judged = now};
}

static void pace_pay(struct relay_pace *pace, size_t n_entries, struct mono now)
{
	struct mono earliest = mono_add_ns(now, -RELAY_PACE_BURST_NS);

	if (mono_before(pace->paid, earliest))
		pace->paid = earliest;
	pace->paid = mono_add_ns(pace->paid, (int64_t)n_entries * NS_PER_S / pace->rate);
	pace->n_frames++;
}

void relay_pace_live(struct relay_pace *pace, size_t n_entries, struct mono now)
{
	pace_pay(pace, n_entries, now);
	pace->paid = mono_min(pace->paid, mono_add_ns(now, RELAY_PACE_DEBT_NS));
}

void relay_pace_bulk(struct relay_pace *pace, size_t n_entries, struct mono now)
{
	pace_pay(pace, n_entries, now);
	pace->has_bulk = true;
}

struct mono relay_pace_wake(const struct relay_pace *pace)
{
	return pace->paid;
}

static void pace_halve(struct relay_pace *pace)
{
	pace->rate = pace->rate / 2 > RELAY_PACE_MIN ? pace->rate / 2 : RELAY_PACE_MIN;
}

void relay_pace_again(struct relay_pace *pace, size_t n)
{
	pace->n_again += (uint32_t)n;
}

void relay_pace_drop(struct relay_pace *pace)
{
	if (!pace->has_dropped)
		pace_halve(pace);
	pace->has_dropped = true;
}

void relay_pace_tick(struct relay_pace *pace, struct mono now)
{
	bool is_lossy = pace->n_frames >= RELAY_PACE_FEW &&
			(uint64_t)pace->n_again * 100 > (uint64_t)pace->n_frames * RELAY_PACE_AGAIN_PERCENT;

	if (mono_before(now, mono_add_ns(pace->judged, NS_PER_S)))
		return;
	if (is_lossy && !pace->has_dropped)
		pace_halve(pace);
	else if (pace->has_bulk && !pace->has_dropped)
		pace->rate = pace->rate + pace->rate / 10 < SYNC_BULK_PACE_MAX ? pace->rate + pace->rate / 10
										: SYNC_BULK_PACE_MAX;
	pace->judged = now;
	pace->n_frames = pace->n_again = 0;
	pace->has_bulk = pace->has_dropped = false;
}
