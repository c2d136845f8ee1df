/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connection sync in the status of lvsd, as a value. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_SYNC_STATUS_H
#define LVSD_DAEMON_DIRECTOR_SYNC_SYNC_STATUS_H

#include "daemon/director/sync/key_files.h"
#include "daemon/director/sync/relay_cause.h"
#include "sync/peers.h"
#include "sync/relay/orders.h"
#include "sync/wire.h"

/* The pointers point into the part that made the value. */
struct pair_peer;

struct sync_status {
	bool is_on; /* connection sync is in force; if not, the rest is 0 */
	const char *interface;
	unsigned index;    /* of the interface; 0: it does not exist */
	const char *fault; /* what is wrong with the interface, as a sentence; "": nothing */
	const char *state; /* "never heard", "heard", "silent" or "left" (sync/peers.h) */
	int send_error;    /* -errno, if heartbeats cannot be sent; 0: they can */
	const struct addr *vrrp_peer; /* the master that a backup instance hears; NULL: none */
	const struct sync_peer *peers; /* n_peers other directors */
	size_t n_peers;
	const struct sync_mirror_state *mirror; /* NULL: nothing is known of it */
	/* Mode relay; then state, send_error, vrrp_peer and peers are not set. */
	const struct conf_relay *relay; /* NULL: mode kernel */
	const struct sync_keys *keys;
	const struct relay_report *reports; /* by the peers of relay; valid where has_report is set */
	const bool *has_report;
	const struct relay_cause *causes; /* by the peers of relay */
	const struct pair_peer *others; /* the directors, as reports; NULL: nothing is known of them */
	bool is_waiting; /* preemption waits for the connections of the peers */
};

#endif
