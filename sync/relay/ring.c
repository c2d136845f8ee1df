/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/ring.h"
#include "base/mem.h"
#include "sync/limit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	uint64_t seq; /* 0: empty */
	struct mono sent;
	uint8_t *frame;
	uint16_t len;
	bool is_data;
};

struct relay_ring {
	struct slot slots[RELAY_RING_N];
	uint64_t first, last; /* the numbers that are here lie between them; first > last: none */
	size_t bytes;
	struct sync_limit again;
};

struct relay_ring *relay_ring_new(void)
{
	struct relay_ring *ring = mem_calloc(1, sizeof(*ring));

	ring->first = 1;
	return ring;
}

static struct slot *slot_of(struct relay_ring *ring, uint64_t seq)
{
	return &ring->slots[seq % RELAY_RING_N];
}

static const struct slot *slot_with(const struct relay_ring *ring, uint64_t seq)
{
	const struct slot *slot = &ring->slots[seq % RELAY_RING_N];

	return seq && slot->seq == seq ? slot : NULL;
}

static void forget_first(struct relay_ring *ring)
{
	struct slot *slot = slot_of(ring, ring->first++);

	ring->bytes -= slot->len;
	free(slot->frame);
	*slot = (struct slot){0};
}

void relay_ring_clear(struct relay_ring *ring)
{
	while (ring->first <= ring->last)
		forget_first(ring);
	ring->first = 1;
	ring->last = 0;
}

void relay_ring_free(struct relay_ring *ring)
{
	if (ring)
		relay_ring_clear(ring);
	free(ring);
}

void relay_ring_put(struct relay_ring *ring, uint64_t seq, const void *frame, size_t len, bool is_data,
		    struct mono now)
{
	struct slot *slot;

	assert(seq > ring->last && len <= RELAY_FRAME_MAX);
	while (ring->first <= ring->last &&
	       (seq - ring->first >= RELAY_RING_N || ring->bytes + len > RELAY_RING_BYTES))
		forget_first(ring);
	if (ring->first > ring->last)
		ring->first = seq;
	slot = slot_of(ring, seq);
	*slot = (struct slot){
	    .seq = seq, .sent = now, .frame = mem_calloc(1, len), .len = (uint16_t)len, .is_data = is_data};
	memcpy(slot->frame, frame, len);
	ring->last = seq;
	ring->bytes += len;
}

const uint8_t *relay_ring_find(const struct relay_ring *ring, uint64_t seq, size_t *ret_len)
{
	const struct slot *slot = slot_with(ring, seq);

	if (!slot)
		return NULL;
	*ret_len = slot->len;
	return slot->frame;
}

bool relay_ring_data_since(const struct relay_ring *ring, uint64_t seq, struct mono *ret_sent, uint64_t *ret_seq)
{
	for (seq = seq < ring->first ? ring->first : seq; seq <= ring->last; seq++) {
		const struct slot *slot = slot_with(ring, seq);

		if (!slot || !slot->is_data)
			continue;
		*ret_sent = slot->sent;
		*ret_seq = seq;
		return true;
	}
	return false;
}

size_t relay_ring_bytes(const struct relay_ring *ring)
{
	return ring->bytes;
}

size_t relay_ring_answer(struct relay_ring *ring, const struct relay_nack *nack, struct mono now,
			 uint64_t ret_seqs[static RELAY_AGAIN_BURST])
{
	const struct sync_rate rate = {RELAY_AGAIN_BURST, NS_PER_S / RELAY_AGAIN_PER_S};
	uint64_t n_refused;
	size_t n = 0;

	for (size_t i = 0; i < nack->n && i < RELAY_RANGES_MAX; i++) {
		uint64_t from = nack->ranges[i].from, end = from + nack->ranges[i].n;

		if (end < from)
			continue;
		if (from < ring->first)
			from = ring->first;
		if (end > ring->last + 1)
			end = ring->last + 1;
		for (uint64_t seq = from; seq < end && n < RELAY_AGAIN_BURST; seq++) {
			if (!slot_with(ring, seq))
				continue;
			if (!sync_limit_take(&ring->again, &rate, now, &n_refused))
				return n;
			ret_seqs[n++] = seq;
		}
	}
	return n;
}
