/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a message of rtnetlink says of a route, as far as track_route needs it, and when table main is
 * to be read again. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_ROUTE_SEEN_H
#define LVSD_DAEMON_DIRECTOR_TRACK_ROUTE_SEEN_H

#include "base/addr.h"
#include "base/mono.h"

#include <linux/netlink.h>

/* The destination of a route. 0.0.0.0 with len 0 is the default route of IPv4. */
struct track_network {
	struct addr addr; /* no bit is set behind the first len ones */
	unsigned len;     /* in bits */
};

struct track_route_seen {
	struct track_network network;
	/* At least one interface that it leads to has a carrier. */
	bool is_usable;
};

/* Reads the name of a tracker: "192.0.2.0/24". The configuration has checked it. */
struct track_network track_network_of(const char *name);
/* Compares in a total order, as memcmp(). */
int track_network_cmp(const struct track_network *a, const struct track_network *b);

/* Reads the destination of an RTM_NEWROUTE or RTM_DELROUTE, of whatever table and type: a route of
 * another type may have taken the place of one that counts. False: there is none. */
bool track_route_dst(const struct nlmsghdr *header, struct track_network *ret_network);

/*
 * Reads an RTM_NEWROUTE or RTM_DELROUTE of header->nlmsg_len bytes, which the caller has received
 * whole. Returns false, and leaves *ret_seen as it is, if the route cannot count: it is not a unicast
 * route of table main, it is a copy for one destination (RTM_F_CLONED), or the message is malformed.
 */
bool track_route_read(const struct nlmsghdr *header, struct track_route_seen *ret_seen);

/* After a reading, the next one begins so much later at least; and not before the time that the last
 * one took has passed TRACK_ROUTES_REST times. After one that failed: TRACK_ROUTES_RETRY_MS later. */
#define TRACK_ROUTES_PAUSE_MS 100
#define TRACK_ROUTES_REST     4
#define TRACK_ROUTES_RETRY_MS 1000

/* When the next reading may begin. began, ended: those of the last one; ended {0}: there was none. */
struct mono track_routes_due(struct mono began, struct mono ended, bool has_failed);

#endif
