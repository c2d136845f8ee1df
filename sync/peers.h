/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other directors whose heartbeats are heard, and what these heartbeats say of ours. Pure.
 *
 * A director that was never heard is in no list: it may be keepalived, or an lvsd that sends no
 * heartbeat, and nothing is wrong then. One that was heard and stays away is silent.
 */
#ifndef LVSD_SYNC_PEERS_H
#define LVSD_SYNC_PEERS_H

#include "base/addr.h"
#include "base/mono.h"
#include "sync/heartbeat.h"

enum sync_peer_state {
	SYNC_PEER_HEARD,
	SYNC_PEER_SILENT, /* two and a half of its periods without a heartbeat */
	SYNC_PEER_LEFT,   /* it said that it stops */
};

/* A moment that may not have been. */
struct sync_moment {
	bool is_known;
	struct mono at;
};

struct sync_peer {
	struct addr addr;
	uint64_t id; /* 0: only entries of its kernel came yet */
	enum sync_peer_state state;
	uint8_t period_s;
	struct sync_moment heartbeat;     /* its last one */
	struct mono steady;               /* since when none of its heartbeats was missed */
	struct sync_moment entries;       /* when its kernel told us of connections */
	struct sync_moment entries_there; /* when ours told it */
	bool hears_us;                    /* by its last heartbeat */
	unsigned n_deaf;                  /* signs in a row that it does not hear us */
	unsigned n_untold; /* times in a row that our kernel told of connections, and it heard none */
	bool is_deaf, is_untold; /* three in a row were seen */
};

/* All zero but own_id, which is not 0: nobody was heard. */
struct sync_peers {
	uint64_t own_id;
	struct sync_peer items[SYNC_PEERS_MAX];
	size_t n;
	struct sync_moment told; /* our kernel told of a connection for certain; not yet judged */
};

/* What has changed, a set, for the log. */
enum sync_peer_events {
	SYNC_PEER_NEW = 1,  /* its first heartbeat */
	SYNC_PEER_BACK = 2, /* the first one after silence or its end */
	SYNC_PEER_LEAVES = 4,
	SYNC_PEER_IS_DEAF = 8,     /* it does not hear our heartbeats */
	SYNC_PEER_HEARS = 16,      /* again */
	SYNC_PEER_UNTOLD = 32,     /* it hears our heartbeats, but nothing of our kernel */
	SYNC_PEER_IS_TOLD = 64,    /* again */
	SYNC_PEER_RESTARTED = 128, /* it has another id: answer it with a heartbeat */
	SYNC_PEER_WAS_SILENT = 512, /* with BACK: what it told meanwhile has not come here */
	SYNC_PEER_NO_ROOM = 256,   /* the table is full of others that are heard: it is not taken */
};

/*
 * A heartbeat came from addr. Returns the events, and the peer in *ret_peer; NULL with 0 for one of
 * our own, which came back over the network, and with SYNC_PEER_NO_ROOM for a ninth director.
 */
unsigned sync_peers_hear(struct sync_peers *peers, const struct addr *addr,
			 const struct sync_heartbeat *heartbeat, struct mono now,
			 const struct sync_peer **ret_peer);

/* Whether heartbeats of this address were heard. */
bool sync_peers_know(const struct sync_peers *peers, const struct addr *addr);

/* A kernel told us of connections from addr. */
void sync_peers_hear_entries(struct sync_peers *peers, const struct addr *addr, struct mono now);

/*
 * Our kernel has told of a connection for certain, within the last period. Each peer's next reports
 * must show that it heard entries: after three times in which it did not, our kernel's master role
 * does not reach it.
 */
void sync_peers_tell(struct sync_peers *peers, struct mono now);

/* A peer that has become silent by now; call until NULL. */
const struct sync_peer *sync_peers_step(struct sync_peers *peers, struct mono now);

/* When the next one becomes silent unless it is heard; MONO_NEVER when none can. */
struct mono sync_peers_wake(const struct sync_peers *peers);

/* The heartbeat that we send now. */
struct sync_heartbeat sync_peers_report(const struct sync_peers *peers, struct mono now);

/*
 * Whether it is to be said that no heartbeat was heard at all: two and a half periods have passed since began. No
 * alarm, since keepalived sends none.
 */
bool sync_peers_none_heard(const struct sync_peers *peers, struct mono began, struct mono now);

/* The state of connection sync in a word: of all that were heard, one that stays away is what a person must know.
 * "never heard", "heard", "silent", "left". */
const char *sync_peers_state_name(const struct sync_peers *peers);

/* When our kernel has told of a connection for certain. Begins as {0}. */
struct sync_told {
	unsigned n_master; /* heartbeats in a row at which all instances were MASTER */
	uint64_t n_active; /* connections at the last heartbeat */
};

/*
 * At each of our heartbeats. is_master: all VRRP instances are MASTER; n_active: established connections in the
 * kernel's table, of which is_known says whether it was read. A master that has more of them than before has told of at
 * least one: the kernel tells of each TCP connection when it is established. On a backup the entries of
 * the other director's kernel count too, and for three heartbeats after it.
 */
bool sync_told_step(struct sync_told *told, bool is_master, bool is_known, uint64_t n_active);

/* Seconds since a moment, -1 when there was none. */
int64_t sync_moment_age_s(const struct sync_moment *moment, struct mono now);

/* "heard", "silent", "left". */
const char *sync_peer_state_name(enum sync_peer_state state);

#endif
