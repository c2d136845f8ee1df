/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last frames that were sent to a peer, sealed, so that a frame which the peer misses is sent again as it was.
 * Bounded in frames, in bytes, and in how many of them leave again in a second. Pure.
 *
 * The peer is told nothing of a number that is no longer here: it gives the number up after its tries (gaps.h).
 */
#ifndef LVSD_SYNC_RELAY_RING_H
#define LVSD_SYNC_RELAY_RING_H

#include "base/mono.h"
#include "sync/relay/frame.h"
#include "sync/relay/window.h"

#define RELAY_RING_N	 RELAY_WINDOW /* what the receiver would still take */
#define RELAY_RING_BYTES (4 << 20)
/* So many frames are sent again at once, and so many a second. */
#define RELAY_AGAIN_BURST 256
#define RELAY_AGAIN_PER_S 2000

struct relay_ring;

struct relay_ring *relay_ring_new(void);
void relay_ring_free(struct relay_ring *ring);
/* Forgets all frames, for a new session. */
void relay_ring_clear(struct relay_ring *ring);

/* Keeps a copy of the frame with this number, which is greater than those before. Forgets the oldest ones if there are
 * too many. len: RELAY_FRAME_MAX at most. is_data: it is a DATA. */
void relay_ring_put(struct relay_ring *ring, uint64_t seq, const void *frame, size_t len, bool is_data,
		    struct mono now);

/* The frame with this number and its length; NULL: it is no longer here. Valid until the next put. */
const uint8_t *relay_ring_find(const struct relay_ring *ring, uint64_t seq, size_t *ret_len);

/* When the oldest DATA with this number or a greater one was sent. Returns false if there is none. */
bool relay_ring_data_since(const struct relay_ring *ring, uint64_t seq, struct mono *ret_sent, uint64_t *ret_seq);

size_t relay_ring_bytes(const struct relay_ring *ring);

/* The numbers, of those that the peer misses, to be sent again now. Returns how many there are; the cap leaves the
 * others out, and the peer asks again. */
size_t relay_ring_answer(struct relay_ring *ring, const struct relay_nack *nack, struct mono now,
			 uint64_t ret_seqs[static RELAY_AGAIN_BURST]);

#endif
