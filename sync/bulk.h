/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bulk: all entries of the mirror, sent at a pace at which the kernel that receives them drops none.
 * Pure.
 */
#ifndef LVSD_SYNC_BULK_H
#define LVSD_SYNC_BULK_H

#include "sync/mirror.h"
#include "sync/routes.h"

/*
 * The size of its datagrams. A kernel takes datagrams of up to 1024 bytes whatever its sync_maxlen is
 * (net/netfilter/ipvs/ip_vs_sync.c, start_sync_thread()).
 */
#define SYNC_BULK_SIZE 1024

/* So many entries a second, and more if the bulk would take longer than SYNC_BULK_S: a director that
 * returns waits SYNC_HOLD_MS (rejoin.h) for its connections. */
#define SYNC_BULK_PACE	   20000
#define SYNC_BULK_PACE_MAX 100000
#define SYNC_BULK_S	   8
/* So many datagrams leave together. */
#define SYNC_BULK_BURST 10

/* Begins as {0}: none is under way. */
struct sync_bulk {
	bool is_on;
	struct mono began, due; /* due: when the next burst leaves */
	uint32_t pace;
	struct sync_place place;
	size_t n_entries, n_datagrams; /* so far */
};

void sync_bulk_begin(struct sync_bulk *bulk, const struct sync_mirror *mirror, struct mono now);

/*
 * The next datagram, whatever the pace, without the connections that have no route. Returns its length, 0: there is no
 * further entry, the bulk is over.
 */
size_t sync_bulk_next(struct sync_bulk *bulk, const struct sync_mirror *mirror,
		      const struct sync_routes *routes, uint32_t syncid, struct mono now,
		      uint8_t data[static SYNC_BULK_SIZE]);

/*
 * The datagrams that are due now, SYNC_BULK_BURST at most, into data, without the connections that have no
 * route; *ret_lens gets their lengths. Returns their number. Moves bulk->due; without a further entry the
 * bulk is over, and is_on is false.
 */
size_t sync_bulk_step(struct sync_bulk *bulk, const struct sync_mirror *mirror,
		      const struct sync_routes *routes, uint32_t syncid, struct mono now,
		      uint8_t data[SYNC_BULK_BURST][SYNC_BULK_SIZE],
		      size_t ret_lens[SYNC_BULK_BURST]);

#endif
