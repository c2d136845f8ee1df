/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To which real servers the kernel's services send, as the sync process needs it to understand a line of
 * /proc/net/ip_vs_conn (listed.h): that has neither the method nor the mark of a connection. Pure.
 */
#ifndef LVSD_SYNC_ROUTES_H
#define LVSD_SYNC_ROUTES_H

#include "sync/marks.h"

/* Its helper in the kernel changes lengths (net/netfilter/ipvs/ip_vs_ftp.c). */
#define SYNC_FTP_PORT 21

/* One destination of one service. */
struct sync_route {
	struct svckey service;
	struct endpoint dest; /* port 0: that of the service */
	uint8_t method;	      /* IP_VS_CONN_F_MASQ, _LOCALNODE, _TUNNEL or _DROUTE */
	uint32_t persistence_s; /* 0: none */
	bool has_deltas; /* the kernel may change the lengths of its segments (FTP), which no list shows */
	bool is_absent;	 /* of the configuration alone: the kernel does not have it, or not yet */
};

/* Begins as {0}. */
struct sync_routes {
	struct sync_route *items;
	size_t n, cap;
};

/* At most so many; further ones are dropped. */
#define SYNC_ROUTES_MAX 200000
/* The bytes of one in a frame. */
#define SYNC_ROUTE_SIZE 51

/* Writes one into SYNC_ROUTE_SIZE bytes. */
void sync_route_encode(const struct sync_route *route, uint8_t body[static SYNC_ROUTE_SIZE]);
/* Appends those of a frame. Returns 0; or -EBADMSG, and none was appended. */
int sync_routes_decode(struct sync_routes *routes, const void *body, size_t len);

/* To be called before they are asked. */
void sync_routes_sort(struct sync_routes *routes);
void sync_routes_free(struct sync_routes *routes);
/* Has the second list a route in the kernel that the first one lacks, or has as absent? Both are sorted. */
bool sync_routes_grow(const struct sync_routes *before, const struct sync_routes *now);

/*
 * The route of a connection of this protocol from a client to the virtual address and port, which goes to
 * this destination. If only services with a mark have the destination, the mark is the one that marks has for
 * the virtual address and port; without it any of them, since the session needs the method alone, and only
 * counters of the kernel know the mark. NULL: there is none, or their methods differ.
 */
const struct sync_route *sync_route_of(const struct sync_routes *routes, const struct sync_marks *marks,
				       uint16_t protocol, const struct endpoint *virtual_server,
				       const struct endpoint *dest);
/* The route of the service with the mark to this destination; family: of the service. */
const struct sync_route *sync_route_of_mark(const struct sync_routes *routes, uint16_t family, uint32_t fwmark,
					    const struct endpoint *dest);

/* Is it a connection or template of one of the services, to one of its destinations? A connection of FTP's data
 * belongs to the service of its control connections. */
bool sync_routes_have(const struct sync_routes *routes, const struct sync_entry *entry);

/* Is it a connection or template of one of the services, whatever its destination is? */
bool sync_routes_serve(const struct sync_routes *routes, const struct sync_entry *entry);

#endif
