/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames between the director and the sync process, which base/greeted.h carries. Each order replaces
 * the one of its kind before. Pure.
 */
#ifndef LVSD_SYNC_WIRE_H
#define LVSD_SYNC_WIRE_H

#include "base/greeted.h"

#include <stdbool.h>
#include <stdint.h>

enum sync_frame {
	SYNC_FRAME_HELLO = GREETED_HELLO,
	SYNC_FRAME_RESET = GREETED_RESET,
	SYNC_FRAME_SAID,  /* director -> sync, with the socket: without a body (sync/tap.h) */
	SYNC_FRAME_HEARD, /* director -> sync, with the socket: the syncid, u8; with another one than before
			   * the mirror begins anew */
	SYNC_FRAME_OFF,   /* director -> sync: closes both sockets, and forgets all; without a body */
	SYNC_FRAME_ROUTES, /* director -> sync: routes of the kernel's table (routes.h), for the next BULK */
	SYNC_FRAME_BULK,   /* director -> sync: send all, also what the kernel lists beside the mirror; without a
			    * body. Without an effect while that is done */
	SYNC_FRAME_STATE, /* sync -> director: struct sync_mirror_state */
};

/* How the mirror is. */
struct sync_mirror_state {
	uint32_t n_entries;
	uint64_t bytes;
	uint64_t n_lost;    /* datagrams that came faster than they were read */
	uint64_t n_full;    /* entries for which there was no place */
	uint32_t n_bulks;   /* that have ended */
	/* The last one: */
	uint32_t n_sent;    /* entries */
	uint32_t n_listed;  /* of them: those that only the kernel's list had */
	uint32_t n_unsent;  /* datagrams that could not be sent */
	uint32_t took_ms;
	bool is_sending;    /* another one is under way */
};

#define SYNC_MIRROR_STATE_SIZE 49

void sync_mirror_state_encode(const struct sync_mirror_state *state,
			      uint8_t body[static SYNC_MIRROR_STATE_SIZE]);
/* Returns 0 or -EBADMSG. */
int sync_mirror_state_decode(const void *body, size_t len, struct sync_mirror_state *ret_state);

#endif
