/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's routing, its routes and rules: requests that add or remove an item, and notifications
 * of items that somebody removed. Edge. Routes of other programs (the protocols that no instance uses) are never
 * read: a filter in the kernel drops the notifications about them. So a machine with all routes of
 * the Internet costs nothing here.
 */
#ifndef LVSD_VRRP_MACHINE_ROUTE_H
#define LVSD_VRRP_MACHINE_ROUTE_H

#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "vrrp/machine/item.h"
#include "vrrp/machine/link.h"

struct vrrp_route_net;

/* Opens the sockets. When somebody has removed items of the watched protocols, on_removed runs
 * once for all notifications that were waiting. 0, or -errno with err. */
int vrrp_route_open(struct loop *loop, const struct vrrp_link *link, loop_fn *on_removed, void *arg,
		    struct vrrp_route_net **ret_net, struct err *err);
void vrrp_route_close(struct vrrp_route_net *net);

/* Watches the routes and rules of these protocols, and of CONF_ROUTE_PROTOCOL. */
void vrrp_route_watch(struct vrrp_route_net *net, const bool is_watched[static 256]);

/* Adds an item, a struct of its kind. 0 or -errno; -ENODEV: a route names an interface that is missing. */
int vrrp_route_add(struct vrrp_route_net *net, enum vrrp_item_kind kind, const void *item);
/* Removes an item from the place where it was added. 0 or -errno. */
int vrrp_route_del(struct vrrp_route_net *net, enum vrrp_item_kind kind, const void *item,
		   const struct vrrp_item_place *place);
/* Where an item belongs now: {0} for a rule, and for a route that names an interface that is missing. */
struct vrrp_item_place vrrp_route_place(const struct vrrp_route_net *net, enum vrrp_item_kind kind,
					const void *item);
/* Between the two, removals of rules read the kernel's rules once. The caller does nothing else
 * meanwhile: what other programs change is not noticed. */
void vrrp_route_series_begin(struct vrrp_route_net *net);
void vrrp_route_series_end(struct vrrp_route_net *net);
/* The kernel's own words, if it refused the last request: "Nexthop has invalid gateway"; else "". */
const char *vrrp_route_why(const struct vrrp_route_net *net);

/*
 * Removes the items of a kind with CONF_ROUTE_PROTOCOL for which is_kept returns false: a predecessor
 * has left them. is_kept gets what was found, a struct of the kind; of a route only the values that
 * identify it (vrrp_route_read()). Reads the kernel's whole table, so it is for the
 * start alone. Returns how many were removed.
 */
typedef bool vrrp_route_kept_fn(enum vrrp_item_kind kind, const void *item, void *arg);
size_t vrrp_route_sweep(struct vrrp_route_net *net, enum vrrp_item_kind kind,
			vrrp_route_kept_fn *is_kept, void *arg);

#endif
