/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes as the kernel's rtnetlink has them. Pure: it reads and writes messages only. */
#ifndef LVSD_VRRP_MACHINE_ROUTE_MESSAGE_H
#define LVSD_VRRP_MACHINE_ROUTE_MESSAGE_H

#include "conf/conf.h"
#include "vrrp/machine/item.h"
#include "vrrp/machine/link.h"

struct nl_msg;
struct nlmsghdr;

/* Appends the body of a request for a route that is, or is to be, at the place. */
void vrrp_route_put(struct nl_msg *message, const struct vrrp_link *link, const struct conf_route *route,
		    const struct vrrp_item_place *place);
/* Where the route belongs. It needs vrrp_route_has_interfaces(). */
struct vrrp_item_place vrrp_route_place_of(const struct vrrp_link *link, const struct conf_route *route);
/* Are all interfaces there that the route names, and is its VRF one? */
bool vrrp_route_has_interfaces(const struct vrrp_link *link, const struct conf_route *route);
/*
 * Reads the values that identify the route of a message (dst, table, tos, metric, from, and the gateway
 * of a route with one way). Returns false if that is no route of CONF_ROUTE_PROTOCOL.
 */
bool vrrp_route_read(struct nlmsghdr *header, struct conf_route *ret_route);

#endif
