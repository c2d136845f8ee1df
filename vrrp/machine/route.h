/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's routes: requests that add or remove many at once, and notifications of routes that
 * somebody removed. Edge. Routes of other programs (the protocols that no instance uses) are never
 * read: a filter in the kernel drops the notifications about them. So a machine with all routes of
 * the Internet costs nothing here.
 */
#ifndef LVSD_VRRP_MACHINE_ROUTE_H
#define LVSD_VRRP_MACHINE_ROUTE_H

#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "vrrp/machine/link.h"

struct vrrp_route_net;

/* Opens the sockets. When somebody has removed routes of the watched protocols, on_removed runs
 * once for all notifications that were waiting. 0, or -errno with err. */
int vrrp_route_open(struct loop *loop, const struct vrrp_link *link, loop_fn *on_removed, void *arg,
		    struct vrrp_route_net **ret_net, struct err *err);
void vrrp_route_close(struct vrrp_route_net *net);

/* Watches the routes of these protocols, and of CONF_ROUTE_PROTOCOL. */
void vrrp_route_watch(struct vrrp_route_net *net, const bool is_watched[static 256]);

/* A route to add or to remove. result: 0 or -errno; -ENODEV: it names an interface that is missing.
 */
struct vrrp_route_change {
	const struct conf_route *route;
	int result;
};

void vrrp_route_add(struct vrrp_route_net *net, struct vrrp_route_change *changes, size_t n);
void vrrp_route_del(struct vrrp_route_net *net, struct vrrp_route_change *changes, size_t n);

/*
 * Removes the routes of CONF_ROUTE_PROTOCOL for which is_kept returns false: a predecessor has left
 * them. is_kept gets the values that identify the route (dst, table, tos, metric, from, and the
 * gateway of a route with one way); NULL: none is kept. Reads the kernel's whole table, so it is
 * for the start alone. Returns how many were removed.
 */
typedef bool vrrp_route_kept_fn(const struct conf_route *route, void *arg);
size_t vrrp_route_sweep(struct vrrp_route_net *net, vrrp_route_kept_fn *is_kept, void *arg);

#endif
