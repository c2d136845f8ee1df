/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames of a peer are missing, and when to ask for them. Pure.
 *
 * A frame that comes with a greater number than the next one leaves a gap. A moment later the gap is asked for, since
 * a network may only have changed the order; then again each max(2 RTT, 20 ms), ten times in all. After that its
 * numbers are given up, and counted as lost. A lost tail is seen by the number of the next BEAT.
 *
 * Example: of 1, 2, 5 the numbers 3 and 4 are asked for. If 4 comes, only 3 is asked for again.
 */
#ifndef LVSD_SYNC_RELAY_GAPS_H
#define LVSD_SYNC_RELAY_GAPS_H

#include "base/mono.h"
#include "sync/relay/frame.h"

#define RELAY_GAP_FIRST_NS (2 * NS_PER_MS)  /* until it is asked for first */
#define RELAY_GAP_RETRY_NS (20 * NS_PER_MS) /* until it is asked for again, at least */
#define RELAY_GAP_TRIES	   10
#define RELAY_NACK_NS	   (5 * NS_PER_MS) /* between two frames that ask */
#define RELAY_GAPS_MAX	   512		   /* further gaps are given up at once */

/* Numbers in a row that did not come. */
struct relay_gap {
	uint64_t from;
	uint16_t n;
	uint8_t n_tries;
	struct mono due; /* when it is asked for next */
};

/* Begins as {0}, for a session. */
struct relay_gaps {
	uint64_t top;		 /* the greatest number that came */
	uint64_t n_recovered;	 /* frames that came after all */
	uint64_t n_lost;	 /* frames that were given up */
	uint64_t n_nacks;	 /* frames that asked */
	struct mono nack_due;	 /* not to ask before */
	size_t n;
	struct relay_gap items[RELAY_GAPS_MAX]; /* in order */
};

enum relay_seen {
	RELAY_SEEN_NEW,	 /* newer than all before */
	RELAY_SEEN_LATE, /* it was missing */
	RELAY_SEEN_OLD,	 /* it came before, or was given up: to be ignored */
};

/* A frame with this number came. */
enum relay_seen relay_gaps_see(struct relay_gaps *gaps, uint64_t seq, struct mono now);

/* Up to this number all frames came, or were given up. */
uint64_t relay_gaps_got(const struct relay_gaps *gaps);

/* Gives up what was asked for often enough, and fills *ret_nack with the ranges that are due. Returns whether there is
 * any. */
bool relay_gaps_step(struct relay_gaps *gaps, struct mono now, int64_t rtt_ns, struct relay_nack *ret_nack);

/* When relay_gaps_step() has something to do; MONO_NEVER: there is no gap. */
struct mono relay_gaps_wake(const struct relay_gaps *gaps);

#endif
