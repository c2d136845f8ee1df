/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other directors from which heartbeats are received, and what their heartbeats report about
 * our own. Pure.
 *
 * A director that was never heard is not listed: it may be a keepalived, or an older lvsd, which
 * sends no heartbeats, and nothing is wrong then. A director that was heard before and sends
 * nothing any more is silent.
 */
#ifndef LVSD_SYNC_PEERS_H
#define LVSD_SYNC_PEERS_H

#include "base/addr.h"
#include "base/mono.h"
#include "sync/heartbeat.h"

/* Whether a director is heard. */
enum sync_peer_state {
	SYNC_PEER_HEARD,
	SYNC_PEER_SILENT, /* no heartbeat for two and a half of its periods */
	SYNC_PEER_LEFT,   /* its last heartbeat said that it stops */
};

/* A point in time that may not exist. */
struct sync_moment {
	bool is_known; /* false: at means nothing */
	struct mono at;
};

/* Another director. */
struct sync_peer {
	struct addr addr;
	uint64_t id; /* 0: only its kernel's sync entries have come yet */
	enum sync_peer_state state;
	uint8_t period_s;                 /* of its heartbeats, in seconds, as it reports it */
	struct sync_moment heartbeat;     /* when its last heartbeat came */
	struct mono steady;               /* since when none of its heartbeats was missed */
	struct sync_moment entries;       /* when its kernel last announced connections to us */
	struct sync_moment entries_there; /* when our kernel last announced connections to it */
	bool hears_us;                    /* as its last heartbeat reported */
	unsigned n_deaf;                  /* reports in a row that it does not receive our
					     heartbeats */
	unsigned n_without_entries;  /* times in a row that our kernel announced connections and the
			       peer  received none */
	bool is_deaf, lacks_entries; /* n_deaf or n_without_entries has reached three */
};

/* All zero except own_id, which is not 0: no director was heard yet. */
struct sync_peers {
	uint64_t own_id;
	struct sync_peer items[SYNC_PEERS_MAX];
	size_t n;
	struct sync_moment announced; /* when our kernel certainly announced a connection; not yet
				    compared with the peers' reports */
};

/* What changed, as a set, for the log. */
enum sync_peer_events {
	SYNC_PEER_NEW = 1,            /* its first heartbeat */
	SYNC_PEER_BACK = 2,           /* its first heartbeat after it was silent or had stopped */
	SYNC_PEER_LEAVES = 4,         /* its heartbeat says that it stops */
	SYNC_PEER_IS_DEAF = 8,        /* it does not receive our heartbeats */
	SYNC_PEER_HEARS = 16,         /* it receives our heartbeats again */
	SYNC_PEER_LACKS_ENTRIES = 32, /* it receives our heartbeats, but no sync entries of our
				  kernel */
	SYNC_PEER_HAS_ENTRIES = 64,   /* it receives our kernel's sync entries again */
	SYNC_PEER_RESTARTED = 128,    /* its id changed: answer with a heartbeat */
	SYNC_PEER_WAS_SILENT = 512,   /* with BACK: connections that it announced meanwhile are not
					 known here */
	SYNC_PEER_NO_ROOM = 256, /* the table is full of other directors, so it is not entered */
};

/*
 * Takes a heartbeat that came from addr. Returns the events, with the peer in *ret_peer. *ret_peer
 * is NULL with 0 for a heartbeat of our own that came back over the network, and with
 * SYNC_PEER_NO_ROOM for a ninth director.
 */
unsigned sync_peers_hear(struct sync_peers *peers, const struct addr *addr,
			 const struct sync_heartbeat *heartbeat, struct mono now,
			 const struct sync_peer **ret_peer);

/* Whether heartbeats from this address were received. */
bool sync_peers_know(const struct sync_peers *peers, const struct addr *addr);

/* Notes that a kernel announced connections to us from addr. */
void sync_peers_hear_entries(struct sync_peers *peers, const struct addr *addr, struct mono now);

/*
 * Notes that our kernel certainly announced a connection within the last period. Each peer's next
 * report must then show that sync entries arrived there. If three such reports in a row show none,
 * our kernel's master role does not reach the peer.
 */
void sync_peers_announced(struct sync_peers *peers, struct mono now);

/* Returns a peer that has become silent by now; call it until it returns NULL. */
const struct sync_peer *sync_peers_step(struct sync_peers *peers, struct mono now);

/* When the next peer becomes silent unless a heartbeat of it comes; MONO_NEVER if there is no such
 * peer. */
struct mono sync_peers_wake(const struct sync_peers *peers);

/* The heartbeat to send now. */
struct sync_heartbeat sync_peers_report(const struct sync_peers *peers, struct mono now);

/* Whether to report that no heartbeat was received from anybody: two and a half periods have passed
 * since began. That is no alarm, since keepalived sends none. */
bool sync_peers_none_heard(const struct sync_peers *peers, struct mono began, struct mono now);

/* The state of connection sync in a word: "never heard", "heard", "silent" or "left". With several
 * peers a silent one decides, since that is what a person must know. */
const char *sync_peers_state_name(const struct sync_peers *peers);

/* From this lvsd concludes when our kernel has certainly announced a connection. Begins as {0}. */
struct sync_announcing {
	unsigned n_master; /* our heartbeats in a row at which all instances were MASTER */
	uint64_t n_active; /* connections at our last heartbeat */
};

/*
 * To be called at each of our heartbeats. is_master: all VRRP instances are MASTER. n_active: the
 * established connections in the kernel's table; is_known: they could be read. Returns true if a
 * master has more of them than before: it has announced at least one, since the kernel announces
 * each TCP connection when it is established. On a backup, and until three heartbeats after it, the
 * count proves nothing, as it includes connections that the other director announced.
 */
bool sync_announcing_step(struct sync_announcing *announcing, bool is_master, bool is_known,
			  uint64_t n_active);

/* The seconds since a moment; -1 if it does not exist. */
int64_t sync_moment_age_s(const struct sync_moment *moment, struct mono now);

/* Returns "heard", "silent" or "left". */
const char *sync_peer_state_name(enum sync_peer_state state);

#endif
