/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * At what pace a bulk is sent to one peer. Pure.
 *
 * A token bucket of entries: SYNC_BULK_PACE a second at first. The pace is halved when the peer's kernel drops
 * datagrams, or when more than 5 % of the frames must be sent again. It grows by 10 % in each second of a bulk without
 * either, up to SYNC_BULK_PACE_MAX. What the own kernel says now is never held back; it takes from the same bucket, so
 * a bulk waits for it, for RELAY_PACE_DEBT_NS at most.
 */
#ifndef LVSD_SYNC_RELAY_PACE_H
#define LVSD_SYNC_RELAY_PACE_H

#include "sync/bulk.h"

#define RELAY_PACE_MIN	    1000
#define RELAY_PACE_BURST_NS (10 * NS_PER_MS)
#define RELAY_PACE_DEBT_NS  (20 * NS_PER_MS)
/* Of the frames of a second; fewer than RELAY_PACE_FEW frames prove nothing. */
#define RELAY_PACE_AGAIN_PERCENT 5
#define RELAY_PACE_FEW		 20

struct relay_pace {
	uint32_t rate; /* entries a second */
	struct mono paid; /* up to this time the entries that were sent are paid for */
	struct mono judged;
	/* Since then: */
	uint32_t n_frames, n_again;
	bool has_bulk, has_dropped;
};

void relay_pace_begin(struct relay_pace *pace, struct mono now);

/* A frame of the own kernel with so many entries leaves. */
void relay_pace_live(struct relay_pace *pace, size_t n_entries, struct mono now);
/* A frame of the bulk leaves. */
void relay_pace_bulk(struct relay_pace *pace, size_t n_entries, struct mono now);
/* When the next frame of the bulk may leave: not in the future if at once. */
struct mono relay_pace_wake(const struct relay_pace *pace);

/* So many frames were sent again. */
void relay_pace_again(struct relay_pace *pace, size_t n);
/* The peer's kernel dropped datagrams. Halves the pace, once a second. */
void relay_pace_drop(struct relay_pace *pace);
/* Judges the last second, if it is over. */
void relay_pace_tick(struct relay_pace *pace, struct mono now);

#endif
