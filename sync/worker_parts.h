/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sync process as its files see it: worker.c has the mirror and the bulks of mode kernel, worker_relay.c the
 * relay. */
#ifndef LVSD_SYNC_WORKER_PARTS_H
#define LVSD_SYNC_WORKER_PARTS_H

#include "base/log_limit.h"
#include "base/loop.h"
#include "sync/bulk.h"
#include "sync/listing.h"
#include "sync/private/drops_watch.h"
#include "sync/relay/letter.h"
#include "sync/relay/relay.h"
#include "sync/serves.h"
#include "sync/wire.h"
#include "sync/worker.h"

#include <sys/socket.h>

/* The longest packet of IP. */
#define PACKET_MAX 65535

struct sync_worker;

/* The relay, with what it must know of this director. */
struct worker_relay {
	struct relay *relay;	   /* NULL: mode kernel, or nothing is known of the peers yet */
	struct relay_setup *setup; /* it waits for the table, and for what the kernel lists; NULL: none does */
	int wire;		   /* the socket of setup; -1: none */
	bool is_told;		   /* the table is known */
	bool is_listed;		   /* the mirror has what the kernel listed */
	bool is_list_due;	   /* again: the kernel has said something that nobody heard */
	struct mono list_after;	   /* not before this time */
	struct sync_routes table;  /* all */
	struct sync_routes own;	   /* of the services that this director serves: its bulks have their connections */
	struct sync_routes alone;  /* of those that no other one serves: what others say of them is refused */
	struct serves serves, serves_coming;
	struct sync_drops_watch *drops;
	/* Of worker.c: reads the kernel's list into the mirror, in slices, and calls worker_relay_listed(). */
	void (*list)(struct sync_worker *worker);
	struct relay_report told[RELAY_PEERS_MAX]; /* to the director */
	struct letter letter; /* of the director, for a peer's */
};

/* A flush before a planned handover: connections that the kernel lists and has not said yet. */
struct worker_flush {
	bool is_on;
	struct sync_flushed answer;
	struct sync_routes routes;	   /* mode kernel: of the connections that are sent */
	struct sync_listing *listing;	   /* NULL: none is under way */
	struct sync_datagram_writer writer; /* of the datagram that is being filled */
	uint8_t data[SYNC_BULK_SIZE];
	struct loop_timer *step;
	/* The peers have acknowledged what was sent. */
	void (*acked)(struct sync_worker *worker);
};

struct sync_worker {
	struct loop *loop;
	struct greeted *director;
	struct sync_mirror *mirror; /* NULL: there is nothing to be heard */
	uint32_t syncid;
	int said;	     /* -1: none */
	struct sockaddr_storage group; /* to which it sends */
	socklen_t group_len;
	int heard;	     /* -1: none */
	struct loop_io *io;  /* of heard */
	const char *list;
	struct sync_routes coming; /* for the next BULK or TABLE */
	struct sync_routes routes; /* of the bulk */
	struct sync_marks marks; /* of the connections that the kernel has announced */
	struct sync_listing listing; /* what the mirror lacks, before the bulk */
	struct sync_bulk bulk;
	bool is_bulk_due; /* behind the listing */
	struct loop_timer *step;   /* of the listing and the bulk */
	struct loop_timer *second; /* expires, asks for losses, tells the director */
	struct sync_mirror_state state, told;
	unsigned seconds;
	struct log_limit failures;
	struct worker_relay relaying;
	struct worker_flush flush;
	uint8_t packet[PACKET_MAX];
	uint8_t burst[SYNC_BULK_BURST][SYNC_BULK_SIZE];
};

/* --- worker_flush.c --- */

void worker_flush_init(struct sync_worker *worker);
void worker_flush_free(struct sync_worker *worker);
/* The director's order. It replaces one that is under way. */
void worker_flush_order(struct sync_worker *worker, const void *body, size_t len);
/* The sockets or the mirror are gone: a flush is over. */
void worker_flush_drop(struct sync_worker *worker);

/* --- worker_relay.c --- */

/* list: member of struct worker_relay. */
void worker_relay_init(struct sync_worker *worker, void (*list)(struct sync_worker *worker));
/* Whether this is mode relay, in which the socket that the worker sends to is the own kernel's. */
void worker_relay_free(struct sync_worker *worker);
/* Whether this is mode relay, in which the socket that the worker sends to is the own kernel's. */
bool worker_relay_is_on(const struct sync_worker *worker);
/* Whether the frame is one of the relay's; then it has been handled. */
bool worker_relay_order(struct sync_worker *worker, uint16_t type, const void *body, size_t len);
/* The sockets are there: the list may be read, and the peers may hear of this director. */
void worker_relay_settle(struct sync_worker *worker);
/* Of what the kernel has said something may be missing: its list is read again soon. */
void worker_relay_missed(struct sync_worker *worker);
/* A second has passed. */
void worker_relay_second(struct sync_worker *worker);
/* The kernel's list has been read. */
void worker_relay_listed(struct sync_worker *worker);
/* The own kernel said it. */
void worker_relay_said(struct sync_worker *worker, const void *datagram, size_t len);
/* Tells the director how it stands with the peers, as far as that is new. */
void worker_relay_tell(struct sync_worker *worker);
/* There is another director, which has heard nothing yet. */
void worker_relay_met(struct sync_worker *worker);
/* The mode is over, or another one. */
void worker_relay_off(struct sync_worker *worker);

#endif
