/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that may want an item of routing: the instances and the static items of one process. */
#ifndef LVSD_VRRP_HOLDING_HOLDERS_H
#define LVSD_VRRP_HOLDING_HOLDERS_H

#include "vrrp/holding/statics.h"
#include "vrrp/instance.h"

/* The instances of the process, and the static items. */
struct vrrp_holders {
	struct vrrp_instance *const *instances;
	size_t n;
	const struct vrrp_statics *statics;
};

/* Does an instance that is master, or do the static items, want exactly this item? The list `but`
 * does not count. */
bool vrrp_holders_want(const struct vrrp_holders *holders, enum vrrp_item_kind kind,
		       const void *item, const struct vrrp_items *but);
/* The same for an item that was found on the machine (vrrp_items_claim()). */
bool vrrp_holders_claim(const struct vrrp_holders *holders, enum vrrp_item_kind kind,
			const void *found);
/* Does an instance on this interface want promote_secondaries? arg: the struct vrrp_holders. */
bool vrrp_holders_promote(unsigned index, const void *arg);
/* Watches for removals of items with the protocols that the lists name. */
void vrrp_holders_watch(const struct vrrp_holders *holders, struct vrrp_route_net *net);

#endif
