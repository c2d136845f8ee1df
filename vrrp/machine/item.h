/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of items of routing that the machine may have for an instance, or for good. */
#ifndef LVSD_VRRP_MACHINE_ITEM_H
#define LVSD_VRRP_MACHINE_ITEM_H

#include <stdint.h>

/* In the order in which they are added; they are removed in the other order. */
enum vrrp_item_kind {
	VRRP_ITEM_ROUTE, /* struct conf_route */
	VRRP_ITEM_RULE,  /* struct conf_rule */
	VRRP_ITEM_KINDS,
};

/* Where the kernel has a route, whatever names its interface and its VRF have by now. {0} for a rule: the kernel
 * knows the interfaces of rules by their names. */
struct vrrp_item_place {
	unsigned index; /* of the interface that the route names; 0: it names none */
	uint64_t hops;  /* a hash of the indexes that its hops name */
	uint32_t table; /* 0: the route is nowhere */
};

/* Room for the kernel's words about a refusal. */
#define VRRP_WHY_MAX 96

/* The word for an item in messages: "route" or "rule". */
static inline const char *vrrp_item_name(enum vrrp_item_kind kind)
{
	return kind == VRRP_ITEM_ROUTE ? "route" : "rule";
}

#endif
