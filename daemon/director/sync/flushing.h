/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flush before a planned handover: the sync process sends the connections that the kernel has not said yet, because
 * they are younger than 3 s (sync/worker_flush.c). The handover waits for the first round, FLUSHING_MAX_MS at most.
 * Rounds follow until the addresses have moved, because clients go on to open connections here.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_FLUSHING_H
#define LVSD_DAEMON_DIRECTOR_SYNC_FLUSHING_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sync_side;

#define FLUSHING_MAX_MS 1000
/* From a round to the next one: this, or four times what the round took if that is longer. */
#define FLUSHING_PAUSE_MS 100
/* The longest handover (VRRP_LEAVE_MAX_NS), and a bit. */
#define FLUSHING_ROUNDS_MS 12000

struct flushing {
	uint32_t number;  /* of the last FLUSH */
	bool is_awaited;  /* its FLUSHED has not come */
	bool is_first;	  /* the handover waits for it */
	struct mono began; /* the round */
	struct mono until; /* no round begins after it */
	struct loop_timer *timer;
};

/* A planned handover begins, unless there is nothing to hand over. While one begins, another one shares its round. */
void flushing_begin(struct sync_side *side);
/* Whether the handover must wait. When that ends, the loop turns. */
bool flushing_is_under_way(const struct sync_side *side);
/* The addresses have moved, or stay; or the sync process has ended. */
void flushing_end(struct sync_side *side);
/* A frame of the sync process. Returns whether it was FLUSHED. */
bool flushing_take(struct sync_side *side, uint16_t type, const void *body, size_t len);
void flushing_close(struct sync_side *side);

#endif
