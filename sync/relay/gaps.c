/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/gaps.h"
#include "sync/relay/ring.h"

#include <string.h>

static uint64_t gap_end(const struct relay_gap *gap)
{
	return gap->from + gap->n;
}

/* Of the numbers from there up to this one, those that the peer no longer has are given up at once. */
static void gap_open(struct relay_gaps *gaps, uint64_t from, uint64_t end, struct mono now)
{
	if (end - from >= RELAY_RING_N) {
		gaps->n_lost += end - from - (RELAY_RING_N - 1);
		from = end - (RELAY_RING_N - 1);
	}
	if (gaps->n == RELAY_GAPS_MAX) {
		gaps->n_lost += end - from;
		return;
	}
	gaps->items[gaps->n++] = (struct relay_gap){
	    .from = from, .n = (uint16_t)(end - from), .due = mono_add_ns(now, RELAY_GAP_FIRST_NS)};
}

/* The index of the first gap that ends behind the number. */
static size_t gap_find(const struct relay_gaps *gaps, uint64_t seq)
{
	size_t low = 0, high = gaps->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gap_end(&gaps->items[middle]) <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void gap_remove(struct relay_gaps *gaps, size_t i)
{
	memmove(&gaps->items[i], &gaps->items[i + 1], (gaps->n - i - 1) * sizeof(gaps->items[0]));
	gaps->n--;
}

/* Takes the number out of the gap. Where there is no room for a further gap, the numbers behind it are given up. */
static void gap_fill(struct relay_gaps *gaps, size_t i, uint64_t seq)
{
	struct relay_gap *gap = &gaps->items[i], behind = *gap;

	behind.from = seq + 1;
	behind.n = (uint16_t)(gap_end(gap) - behind.from);
	gap->n = (uint16_t)(seq - gap->from);
	if (!gap->n && !behind.n) {
		gap_remove(gaps, i);
	} else if (!gap->n) {
		*gap = behind;
	} else if (behind.n && gaps->n < RELAY_GAPS_MAX) {
		memmove(gap + 2, gap + 1, (gaps->n - i - 1) * sizeof(*gap));
		gap[1] = behind;
		gaps->n++;
	} else {
		gaps->n_lost += behind.n;
	}
}

enum relay_seen relay_gaps_see(struct relay_gaps *gaps, uint64_t seq, struct mono now)
{
	size_t i;

	if (seq > gaps->top) {
		if (seq - gaps->top > 1)
			gap_open(gaps, gaps->top + 1, seq, now);
		gaps->top = seq;
		return RELAY_SEEN_NEW;
	}
	i = gap_find(gaps, seq);
	if (i == gaps->n || seq < gaps->items[i].from)
		return RELAY_SEEN_OLD;
	gap_fill(gaps, i, seq);
	gaps->n_recovered++;
	return RELAY_SEEN_LATE;
}

uint64_t relay_gaps_got(const struct relay_gaps *gaps)
{
	return gaps->n ? gaps->items[0].from - 1 : gaps->top;
}

bool relay_gaps_step(struct relay_gaps *gaps, struct mono now, int64_t rtt_ns, struct relay_nack *ret_nack)
{
	int64_t retry_ns = 2 * rtt_ns > RELAY_GAP_RETRY_NS ? 2 * rtt_ns : RELAY_GAP_RETRY_NS;
	bool may_ask = mono_reached(now, gaps->nack_due);
	size_t n_kept = 0;

	ret_nack->n = 0;
	for (size_t i = 0; i < gaps->n; i++) {
		struct relay_gap gap = gaps->items[i];
		bool is_due = mono_reached(now, gap.due);

		if (is_due && gap.n_tries == RELAY_GAP_TRIES) {
			gaps->n_lost += gap.n;
			continue;
		}
		if (is_due && may_ask && ret_nack->n < RELAY_RANGES_MAX) {
			ret_nack->ranges[ret_nack->n++] = (struct relay_range){gap.from, gap.n};
			gap.n_tries++;
			gap.due = mono_add_ns(now, retry_ns);
		}
		gaps->items[n_kept++] = gap;
	}
	gaps->n = n_kept;
	if (!ret_nack->n)
		return false;
	gaps->nack_due = mono_add_ns(now, RELAY_NACK_NS);
	gaps->n_nacks++;
	return true;
}

struct mono relay_gaps_wake(const struct relay_gaps *gaps)
{
	struct mono ask = MONO_NEVER, give_up = MONO_NEVER;

	for (size_t i = 0; i < gaps->n; i++) {
		const struct relay_gap *gap = &gaps->items[i];

		if (gap->n_tries == RELAY_GAP_TRIES)
			give_up = mono_min(give_up, gap->due);
		else
			ask = mono_min(ask, gap->due);
	}
	if (mono_before(ask, gaps->nack_due))
		ask = gaps->nack_due;
	return mono_min(ask, give_up);
}
