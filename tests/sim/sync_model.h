/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets and the connections of sim_sync: a network that is a heap by time, entries as a kernel writes them, and
 * the routes of services. Connection n belongs to service n modulo MODEL_SERVICES. */
#ifndef LVSD_TESTS_SIM_SYNC_MODEL_H
#define LVSD_TESTS_SIM_SYNC_MODEL_H

#include "base/mono.h"
#include "sync/entry.h"
#include "sync/routes.h"

#define MODEL_SERVICES	  4
#define MODEL_ENTRY_LEN	  62
#define MODEL_ESTABLISHED 1

struct packet {
	struct mono at; /* when it arrives */
	uint64_t order, session;
	int from, to;
	size_t len;
	uint8_t *frame; /* for free() */
};

/* Begins as {0}. */
struct sync_net {
	struct packet *items; /* the first one is the next */
	size_t n, cap;
	uint64_t n_packets;
};

/* Copies the frame. */
void sync_net_put(struct sync_net *net, const struct packet *packet, const uint8_t *frame, size_t len);
/* The first of at least one. */
struct packet sync_net_take(struct sync_net *net);
void sync_net_free(struct sync_net *net);

unsigned model_service(unsigned conn);
/* An entry that carries the version of the connection in its option of sequence numbers. */
void model_entry(unsigned conn, uint32_t version, bool is_open, uint8_t raw[static MODEL_ENTRY_LEN]);
unsigned model_conn(const struct sync_entry *entry);
uint32_t model_version(const struct sync_entry *entry);

/* Two destinations for each service; services: as bits. */
void model_routes(struct sync_routes *routes, unsigned services);

#endif
