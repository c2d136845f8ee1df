/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames between the director and the sync process, which base/greeted.h carries. Each order replaces
 * the one of its kind before. Pure.
 */
#ifndef LVSD_SYNC_WIRE_H
#define LVSD_SYNC_WIRE_H

#include "base/addr.h"
#include "base/greeted.h"
#include "base/pack.h"

#include <stdbool.h>
#include <stdint.h>

enum sync_frame {
	SYNC_FRAME_HELLO = GREETED_HELLO,
	SYNC_FRAME_RESET = GREETED_RESET,
	SYNC_FRAME_SAID,  /* director -> sync, with the socket (sync/tap.h): the group, SYNC_GROUP_SIZE bytes */
	SYNC_FRAME_HEARD, /* director -> sync, with the socket: the syncid, u8; with another one than before
			   * the mirror begins anew */
	SYNC_FRAME_OFF,   /* director -> sync: closes both sockets, and forgets all; without a body */
	SYNC_FRAME_ROUTES, /* director -> sync: routes of the kernel's table (routes.h), for the next BULK */
	SYNC_FRAME_BULK,   /* director -> sync: send all connections that have a route, also those that the kernel
			    * lists beside the mirror; without a body. Without an effect while that is done */
	SYNC_FRAME_STATE, /* sync -> director: struct sync_mirror_state */
	/* Of the relay (relay/orders.h): */
	SYNC_FRAME_RELAY,  /* director -> sync, with the socket of the wire unless that stays: struct relay_setup */
	SYNC_FRAME_TABLE,  /* director -> sync: the ROUTES since the last TABLE or BULK are the whole table; without a
			    * body */
	SYNC_FRAME_SERVES, /* director -> sync: which services this director serves (serves.h) */
	SYNC_FRAME_COUNTS, /* director -> sync, after WANT_COUNT: struct relay_counts of the services that it serves,
			    * and of all */
	SYNC_FRAME_RESYNC, /* director -> sync: all connections are exchanged anew; without a body */
	SYNC_FRAME_WANT_COUNT, /* sync -> director; without a body */
	SYNC_FRAME_PEER,       /* sync -> director: struct relay_report */
	SYNC_FRAME_MESSAGE,    /* both ways: a part of a message for a peer's director, or of it (relay/letter.h) */
	/* Of a planned handover: */
	SYNC_FRAME_FLUSH,   /* director -> sync: u32, a number: send the connections that the kernel lists and has not
			     * said yet; in mode kernel those of the ROUTES before it */
	SYNC_FRAME_FLUSHED, /* sync -> director: struct sync_flushed */
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
	uint32_t n_listed;  /* of them: those that are from the kernel's list */
	uint32_t n_unsent;  /* datagrams that could not be sent */
	uint32_t took_ms;
	bool is_sending;    /* another one is under way */
};

/* A FLUSH has been carried out: the connections have left, and in mode relay each peer that can be heard has
 * acknowledged them. */
struct sync_flushed {
	uint32_t number; /* of the FLUSH */
	uint32_t n_sent; /* connections */
};

#define SYNC_FLUSHED_SIZE 8

void sync_flushed_encode(const struct sync_flushed *flushed, uint8_t body[static SYNC_FLUSHED_SIZE]);
/* Returns 0 or -EBADMSG. */
int sync_flushed_decode(const void *body, size_t len, struct sync_flushed *ret_flushed);

/* An address and a port. */
#define SYNC_GROUP_SIZE 19

void sync_group_encode(const struct endpoint *group, uint8_t body[static SYNC_GROUP_SIZE]);
/* Returns 0, or -EBADMSG: it is no address with a port. */
int sync_group_decode(const void *body, size_t len, struct endpoint *ret_group);

#define SYNC_MIRROR_STATE_SIZE 49

void sync_mirror_state_encode(const struct sync_mirror_state *state,
			      uint8_t body[static SYNC_MIRROR_STATE_SIZE]);
/* Returns 0 or -EBADMSG. */
int sync_mirror_state_decode(const void *body, size_t len, struct sync_mirror_state *ret_state);

/* An endpoint in a frame: its family (0, 4 or 6), 16 bytes, the port. */
void sync_endpoint_put(struct pack_writer *writer, const struct endpoint *ep);
struct endpoint sync_endpoint_take(struct pack_reader *reader);

#endif
