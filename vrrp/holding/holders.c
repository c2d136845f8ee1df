/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/holders.h"

bool vrrp_holders_want(const struct vrrp_holders *holders, enum vrrp_item_kind kind,
		       const void *item, const struct vrrp_items *but)
{
	const struct vrrp_items *statics = vrrp_statics_items(holders->statics, kind);

	for (size_t i = 0; i < holders->n; i++)
		if (&holders->instances[i]->items[kind] != but &&
		    vrrp_items_want(&holders->instances[i]->items[kind], kind, item))
			return true;
	return statics != but && vrrp_items_want(statics, kind, item);
}

bool vrrp_holders_claim(const struct vrrp_holders *holders, enum vrrp_item_kind kind,
			const void *found)
{
	for (size_t i = 0; i < holders->n; i++)
		if (vrrp_items_claim(&holders->instances[i]->items[kind], kind, found))
			return true;
	return vrrp_items_claim(vrrp_statics_items(holders->statics, kind), kind, found);
}

bool vrrp_holders_promote(unsigned index, const void *arg)
{
	const struct vrrp_holders *holders = arg;

	for (size_t i = 0; i < holders->n; i++)
		if (holders->instances[i]->frame.conf.is_promoting &&
		    holders->instances[i]->port->index == index)
			return true;
	return false;
}

void vrrp_holders_watch(const struct vrrp_holders *holders, struct vrrp_route_net *net)
{
	bool is_watched[256] = {false};

	for (enum vrrp_item_kind kind = 0; kind < VRRP_ITEM_KINDS; kind++) {
		for (size_t i = 0; i < holders->n; i++)
			vrrp_items_protocols(&holders->instances[i]->items[kind], is_watched);
		vrrp_items_protocols(vrrp_statics_items(holders->statics, kind), is_watched);
	}
	vrrp_route_watch(net, is_watched);
}
