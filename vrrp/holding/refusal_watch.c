/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/refusal_watch.h"
#include "vrrp/vips_link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Why the address is of no use now: -errno, or 0. */
static int address_refusal(const struct vrrp_vip *vip, const struct vrrp_link *link)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(link, conf_vip_holder(vip->conf));

	if (!interface || !vrrp_link_has_addr(link, interface->index, &vip->conf->addr))
		return vip->refusal;
	return vrrp_vips_link_is_in_use(vip, link) ? -EADDRINUSE : 0;
}

static const char *address_reason(int refusal)
{
	if (refusal == -EADDRINUSE)
		return "in use: duplicate address detection failed";
	return refusal == -ENODEV ? "its interface is missing" : err_errno(refusal);
}

static void addresses_gather(const char *name, const struct vrrp_vips *vips,
			     const struct vrrp_link *link, struct vrrp_refusals *refusals)
{
	for (size_t i = 0; vips->is_master && i < vips->list.n; i++) {
		const struct vrrp_vip *vip = &vips->list.items[i];
		int refusal = address_refusal(vip, link);
		char text[VRRP_ITEM_TEXT_MAX], addr[ADDR_TEXT_MAX];

		if (!refusal)
			continue;
		snprintf(text, sizeof(text), "%s/%u dev %.15s", addr_format(&vip->conf->addr, addr),
			 vip->conf->prefix_len, conf_vip_holder(vip->conf));
		vrrp_refusals_add(refusals, name, "address", text, address_reason(refusal));
	}
}

static void items_gather(const char *name, const struct vrrp_items *items,
			 struct vrrp_refusals *refusals)
{
	for (size_t i = 0; items->is_master && i < items->list.n; i++) {
		const struct vrrp_item *item = &items->list.items[i];
		char text[VRRP_ITEM_TEXT_MAX], reason[VRRP_ITEM_REASON_MAX];

		if (item->refusal)
			vrrp_refusals_add(refusals, name, vrrp_item_name(items->kind),
					  vrrp_items_link_text(items->kind, item->conf, text),
					  vrrp_items_link_reason(item, reason));
	}
}

static void gather(const struct vrrp_holders *holders, const struct vrrp_link *link,
		   struct vrrp_refusals *refusals)
{
	addresses_gather("", vrrp_statics_vips(holders->statics), link, refusals);
	for (enum vrrp_item_kind kind = 0; kind < VRRP_ITEM_KINDS; kind++)
		items_gather("", vrrp_statics_items(holders->statics, kind), refusals);
	for (size_t i = 0; i < holders->n; i++) {
		const struct vrrp_instance *instance = holders->instances[i];
		const char *name = instance->frame.conf.name;

		addresses_gather(name, &instance->vips, link, refusals);
		for (size_t kind = 0; kind < VRRP_ITEM_KINDS; kind++)
			items_gather(name, &instance->items[kind], refusals);
	}
}

static bool is_same(const struct vrrp_refusals *a, const struct vrrp_refusals *b)
{
	return a->n_all == b->n_all && a->list.n == b->list.n &&
	       (!a->list.n ||
		!memcmp(a->list.items, b->list.items, a->list.n * sizeof(*a->list.items)));
}

bool vrrp_refusal_watch_take(struct vrrp_refusal_watch *watch, const struct vrrp_holders *holders,
			     const struct vrrp_link *link)
{
	struct vrrp_refusals now = {0};
	bool is_new;

	if (!watch->is_due)
		return false;
	watch->is_due = false;
	gather(holders, link, &now);
	is_new = !is_same(&watch->told, &now);
	vrrp_refusals_free(&watch->told);
	watch->told = now;
	return is_new;
}
