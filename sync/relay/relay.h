/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relay: sessions and machines of all peers over one UDP socket. It carries what the own kernel says to the peers,
 * and gives what they say to its owner. It decides nothing: session.h, peer.h and what they use do. Edge.
 */
#ifndef LVSD_SYNC_RELAY_RELAY_H
#define LVSD_SYNC_RELAY_RELAY_H

#include "base/loop.h"
#include "sync/bulk.h"
#include "sync/relay/orders.h"
#include "sync/relay/peer.h"

struct relay;

/* What the owner does for it. */
struct relay_ops {
	/* A datagram of a peer, for the own kernel and for the mirror. */
	void (*deliver)(const void *datagram, size_t len, void *arg);
	/* The next datagram of a bulk, which begins with {0}. Returns its length; 0: the bulk is over. */
	size_t (*bulk_next)(struct sync_bulk *bulk, uint8_t data[static SYNC_BULK_SIZE], void *arg);
	/* The kernel's counters are wanted: relay_count() is to follow. */
	void (*want_count)(void *arg);
	/* A message of a peer's director. It may come twice if the session was replaced meanwhile. */
	void (*on_message)(const struct endpoint *peer, const void *message, size_t len, void *arg);
	/* The state of a peer is another one. */
	void (*on_state)(void *arg);
	/* What relay_await() waits for is so. */
	void (*on_acked)(void *arg);
	void *arg;
};

/* Returns 0; or -errno with a sentence, if libcrypto cannot be used. ops is copied. */
int relay_open(struct loop *loop, const struct relay_ops *ops, struct relay **ret_relay, struct err *err);
/* Says farewell to the peers, closes the socket. NULL is fine. */
void relay_close(struct relay *relay);

/* The peers and keys of a configuration. Peers that stay keep their sessions. fd: the socket of the wire, which the
 * relay closes; -1: the one that it has goes on. */
void relay_set(struct relay *relay, const struct relay_setup *setup, int fd);
/* Which entries are taken from peers from now on, until the next call; the lists stay the owner's. */
void relay_rule(struct relay *relay, const struct relay_self *self);

/* An event for all peers: RELAY_EVENT_LOCAL, _DROPS, _SERVICES, _MASTER, _RESYNC, _COUNTS, _LEAVE. */
void relay_tell(struct relay *relay, const struct relay_event *event);
/* A message for the director of a peer (courier.h). It is given up when the peer is lost: what it says may be wrong
 * when the peer comes back. Returns 0; -ENOTCONN: there is no such peer, or it is away; else as courier_send(). */
int relay_post(struct relay *relay, const struct endpoint *peer, const void *message, size_t len);

/* Calls on_acked once all that has been sent to the peers until now is acknowledged, perhaps at once. A peer without a
 * session, or of which nothing came for three BEATs, is not waited for. */
void relay_await(struct relay *relay);

size_t relay_n_peers(const struct relay *relay);
/* How it stands with a peer. */
void relay_report(const struct relay *relay, size_t peer, struct relay_report *ret_report);
/* Whether a bulk to any peer goes on. */
bool relay_is_sending(const struct relay *relay);

#endif
