/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the plans of vrrp/holding/items.h, and logs losses and refusals with the name of the
 * instance. */
#ifndef LVSD_VRRP_HOLDING_ITEMS_LINK_H
#define LVSD_VRRP_HOLDING_ITEMS_LINK_H

#include "vrrp/holding/items.h"
#include "vrrp/machine/route.h"

/* Does another master have the same item? Then the item stays. */
typedef bool vrrp_items_shared_fn(enum vrrp_item_kind kind, const void *item,
				  const struct vrrp_items *but, const void *arg);

#define VRRP_ITEM_TEXT_MAX (2 * ADDR_TEXT_MAX + CONF_IFNAME_MAX + 64)
/* "10.1.0.0/16 via 10.0.0.1 dev eth1 table 5", "default via 10.0.0.1" ("default6" in IPv6), or
 * "from 10.1.0.0/16 preference 1000 table 5". Returns text. */
const char *vrrp_items_link_text(enum vrrp_item_kind kind, const void *item,
				 char text[static VRRP_ITEM_TEXT_MAX]);

#define VRRP_ITEM_REASON_MAX (VRRP_WHY_MAX + 80)
/* Why the item is refused: "Network is unreachable (Nexthop has invalid gateway)". Returns text. */
const char *vrrp_items_link_reason(const struct vrrp_item *item,
				   char text[static VRRP_ITEM_REASON_MAX]);

/* Adds the items of a master that are missing. */
void vrrp_items_link_add(struct vrrp_items *items, struct vrrp_route_net *net,
			 const char *instance, struct mono now);
/* Removes all items that this instance added, except those for which is_shared returns true. */
void vrrp_items_link_del(struct vrrp_items *items, struct vrrp_route_net *net,
			 const char *instance, vrrp_items_shared_fn *is_shared, const void *arg);

#endif
