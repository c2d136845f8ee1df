/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mode relay, as the director sees it: keeps the private interface, gives the sync process its sockets, keys and peers,
 * tells it which services there are and which of them this director serves, and lets VRRP preempt when the connections
 * of the others are here. Nothing waits for that process.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_RELAYING_H
#define LVSD_DAEMON_DIRECTOR_SYNC_RELAYING_H

#include "conf/query.h"
#include "daemon/director/sync/key_files.h"
#include "daemon/director/sync/relay_cause.h"
#include "daemon/director/sync/sync_status.h"
#include "sync/private/keeper.h"
#include "sync/relay/letter.h"
#include "sync/relay/orders.h"
#include "sync/relay/ready.h"

struct sync_side;

/* The longest message that is taken from the director of a peer. */
#define RELAYING_MESSAGE_MAX (1024 * 1024)

struct relaying {
	struct sync_keeper *keeper; /* NULL: the mode is off */
	char interface[CONF_IFNAME_MAX]; /* of the keeper */
	struct sync_keys keys;
	/* What the sync process has; index 0: nothing. */
	unsigned index;
	uint8_t syncid;
	struct endpoint listen;
	/* Digests of what it was told last; 0: nothing. */
	uint64_t setup, table, serves;
	bool owes_count;
	char refusal[ERR_TEXT_MAX]; /* the last error of a socket, as it was logged */
	/* The last reports. */
	bool has_report[RELAY_PEERS_MAX];
	struct relay_report reports[RELAY_PEERS_MAX];
	struct relay_cause causes[RELAY_PEERS_MAX];
	struct letter letter; /* of a peer's director */
	bool is_waiting;
	struct relay_wait wait; /* of preemption; valid with is_waiting */
	enum relay_verdict verdict;
	struct loop_timer *timer; /* of the wait */
};

/* A configuration is in force: reads the key files, as responder answers. */
void relaying_load(struct sync_side *side, const struct conf_responder *responder);
/* The mode is on: makes the interface. Returns its index; 0: it does not exist, and *ret_fault says why. */
unsigned relaying_interface(struct sync_side *side, const char **ret_fault);
/* To be called when the kernel's roles and the table are as they are wanted, and when the table has been read. */
void relaying_settle(struct sync_side *side, unsigned index);
/* The mode is not on: takes back what it needs. */
void relaying_end(struct sync_side *side);
/* An instance has another state. */
void relaying_serve(struct sync_side *side);
/* A wait of preemption begins: this director may lack connections. */
void relaying_wait(struct sync_side *side);
/* An instance waits, or does not wait any more. */
void relaying_held(struct sync_side *side);
/* A frame of the sync process. Returns whether it was one of the relay's. */
bool relaying_take(struct sync_side *side, uint16_t type, const void *body, size_t len);
/* The sync process was replaced: it knows nothing. */
void relaying_forget(struct sync_side *side);
/* Exchanges all connections with all peers. Returns 0; -ENOTCONN: the mode is not on, or there is no sync process. */
int relaying_resync(struct sync_side *side);
/* Sends a message to the director of a peer. It is given up when the peer goes (sink.on_director()). Returns 0;
 * -ENOTCONN: there is no sync process; else as greeted_send(). */
int relaying_post(struct sync_side *side, const struct endpoint *peer, const void *message, size_t len);
void relaying_close(struct sync_side *side);

/* Fills what the status says of the relay. */
void relaying_status(const struct sync_side *side, struct sync_status *status);

#endif
