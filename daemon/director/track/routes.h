/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The routes that instances track (track_route): is there a usable one in table main? Table main is
 * read when lvsd loads a configuration, and again when the kernel reports a change of an interface,
 * of an address, of a next hop, or of a route to a tracked network: it drops IPv4 routes whose
 * interface goes down, or whose next hop is deleted, without reporting them. The answer is read
 * beside other work, as it can be long where routes are learned by BGP. While nothing is tracked
 * there is no socket. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_ROUTES_H
#define LVSD_DAEMON_DIRECTOR_TRACK_ROUTES_H

#include "base/loop.h"
#include "conf/conf.h"
#include "vrrp/track.h"

/* Gets the state of a route: after each reading, also if it has not changed. */
typedef void track_routes_fn(const struct vrrp_source *source, void *arg);

struct track_routes {
	struct loop *loop;
	track_routes_fn *fn;
	void *arg;
	struct route_reader *reader; /* NULL: no route is tracked */
};

/* Without a tracked route at first. fn gets the states. */
void track_routes_open(struct track_routes *routes, struct loop *loop, track_routes_fn *fn, void *arg);
void track_routes_close(struct track_routes *routes);
/* Watches the routes that instances of conf track. If the kernel cannot be asked, the log says so, the
 * routes keep their states, and lvsd tries again. */
void track_routes_configure(struct track_routes *routes, const struct conf *conf);

#endif
