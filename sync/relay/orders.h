/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the director and the sync process tell each other about the relay: the bodies of frames of sync/wire.h. Pure.
 */
#ifndef LVSD_SYNC_RELAY_ORDERS_H
#define LVSD_SYNC_RELAY_ORDERS_H

#include "base/addr.h"
#include "base/chan.h"
#include "sync/relay/allow.h"
#include "sync/relay/frame.h"
#include "sync/relay/keys.h"
#include "sync/relay/session.h"

#define RELAY_PEERS_MAX CONF_RELAY_PEERS_MAX

/* The contents of a key file. */
struct relay_key_file {
	uint8_t id;
	size_t len;
	uint8_t bytes[RELAY_KEY_FILE_MAX];
};

/* SYNC_FRAME_RELAY: who the peers are, and how to speak with them. */
struct relay_setup {
	uint8_t syncid;
	uint32_t coverage_min; /* parts of RELAY_COVERAGE_ALL */
	uint32_t rate;	       /* entries of a bulk in a second */
	uint32_t scope;	       /* the index of the interface of IPv6 link-local addresses; else 0 */
	size_t n_peers;
	struct endpoint peers[RELAY_PEERS_MAX];
	size_t n_keys;
	struct relay_key_file keys[RELAY_KEYS_MAX];
};

/* Returns the length. */
size_t relay_setup_encode(const struct relay_setup *setup, uint8_t body[static CHAN_BODY_MAX]);
/* Returns 0 or -EBADMSG. */
int relay_setup_decode(const void *body, size_t len, struct relay_setup *ret_setup);

/* SYNC_FRAME_PEER: how it stands with one peer. The counts are those since the process began, or since the peer was
 * configured. */
struct relay_report {
	uint8_t index; /* in setup.peers */
	uint8_t state; /* enum relay_state, of the peer's connections here */
	uint8_t their_state; /* of this director's connections there */
	bool has_left, is_master; /* the peer said that it stops; that it is MASTER of an instance */
	bool has_coverage;
	uint32_t coverage; /* parts of RELAY_COVERAGE_ALL */
	int16_t key_id;	   /* -1: there is no session */
	int64_t lag_ns, rtt_ns; /* -1: not known */
	uint32_t n_theirs;	/* entries in the peer's mirror */
	uint64_t n_injected;	/* datagrams of the peer that the own kernel got */
	uint64_t n_entries;	/* in them */
	uint64_t n_lost, n_recovered; /* frames, in this session: given up; came after all */
	uint64_t n_again;	      /* frames that were sent again */
	uint64_t n_bulks;		       /* that were sent */
	uint64_t n_dropped;		       /* datagrams of the peer that the own kernel dropped, in this session */
	uint64_t n_unsent;		       /* frames that could not be sent */
	uint64_t n_flooded;		       /* datagrams above the rate */
	uint64_t n_refused[RELAY_REFUSED_N];   /* entries */
	uint64_t n_rejected[RELAY_REJECTED_N]; /* frames */
};

#define RELAY_REPORT_SIZE (102 + 8 * (RELAY_REFUSED_N + RELAY_REJECTED_N))

void relay_report_encode(const struct relay_report *report, uint8_t body[static RELAY_REPORT_SIZE]);
/* Returns 0 or -EBADMSG. */
int relay_report_decode(const void *body, size_t len, struct relay_report *ret_report);

#endif
