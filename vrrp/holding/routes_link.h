/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the plans of vrrp/holding/routes.h, and logs losses and refusals with the name of the
 * instance. */
#ifndef LVSD_VRRP_HOLDING_ROUTES_LINK_H
#define LVSD_VRRP_HOLDING_ROUTES_LINK_H

#include "vrrp/machine/route.h"
#include "vrrp/holding/routes.h"

/* Does another master have the same route? Then the route stays. */
typedef bool vrrp_routes_shared_fn(const struct conf_route *route, const struct vrrp_routes *but,
				   const void *arg);

#define VRRP_ROUTE_TEXT_MAX (2 * ADDR_TEXT_MAX + CONF_IFNAME_MAX + 64)
/* "10.1.0.0/16 via 10.0.0.1 dev eth1 table 5". Returns text. */
const char *vrrp_routes_link_text(const struct conf_route *route,
				  char text[static VRRP_ROUTE_TEXT_MAX]);

/* Adds the routes of a master that are missing. */
void vrrp_routes_link_add(struct vrrp_routes *routes, struct vrrp_route_net *net,
			  const char *instance, struct mono now);
/* Removes all routes that this instance added, except those for which is_shared returns true. */
void vrrp_routes_link_del(struct vrrp_routes *routes, struct vrrp_route_net *net,
			  const char *instance, vrrp_routes_shared_fn *is_shared, const void *arg);

#endif
