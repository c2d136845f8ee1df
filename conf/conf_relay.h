/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the snapshot about the relay: `sync { mode relay ... }`. The kernel's sync threads then use a
 * private interface, and the sync process carries their datagrams to the peers, sealed. In mode kernel the
 * block says the same as lvs_sync_daemon, so the snapshot has it in conf_sync_daemon (conf.h); the two are
 * never on together.
 */
#ifndef LVSD_CONF_CONF_RELAY_H
#define LVSD_CONF_CONF_RELAY_H

#include "base/addr.h"
#include "conf/conf_base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_RELAY_PEERS_MAX 8
#define CONF_RELAY_KEYS_MAX  2

struct conf_relay_peer {
	struct addr addr; /* of the family of listen; no two peers have one */
	uint16_t port;
	struct conf_place place;
};

struct conf_relay_key {
	const char *path; /* absolute */
	uint8_t id;       /* 1..255, in the frames: it tells the receiver which key it needs */
	struct conf_place place;
};

/* How connections are synchronised. */
enum conf_sync_mode {
	CONF_SYNC_OFF,
	CONF_SYNC_KERNEL, /* sync { mode kernel ... } or lvs_sync_daemon: global.sync_daemon.is_on */
	CONF_SYNC_RELAY,  /* global.relay.is_on */
};

/* Without is_on the members have their defaults, and there are no peers and no keys. */
struct conf_relay {
	bool is_on;
	struct addr listen; /* where frames arrive, and their source address */
	uint16_t listen_port;
	struct conf_relay_peer *peers; /* 1..CONF_RELAY_PEERS_MAX, in file order */
	size_t n_peers;
	/* 1..CONF_RELAY_KEYS_MAX: the first one seals; frames that the second one seals are accepted too */
	struct conf_relay_key *keys;
	size_t n_keys;
	const char *private_interface; /* of the kernel's two sync threads; lvsd makes it */
	uint8_t syncid;                /* 0..255 */
	uint64_t sync_wait_us;         /* how long preemption waits for READY at most */
	uint32_t coverage_min;         /* READY needs so much of the master's connections: percent */
	uint32_t resync_rate;          /* connections that a bulk sends in a second */
	struct conf_place place, listen_place;
};

#endif
