/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/build.h"
#include "conf/resolve.h"
#include "conf/value.h"

#include <linux/rtnetlink.h>

#define OWNER_PRIORITY 255

/* Version 3 counts in hundredths of a second in 12 bits (RFC 9568 section 5.2.7). */
#define V3_STEP_US 10000
#define V3_MAX_US  40950000
#define V2_STEP_US 1000000

/* The broadcast address of a network, with all host bits set or cleared. */
static struct addr broadcast_of(const struct conf_vip *vip, bool is_set)
{
	struct addr broadcast = vip->addr;

	for (unsigned bit = vip->prefix_len; bit < addr_bits(&vip->addr); bit++) {
		uint8_t mask = (uint8_t)(0x80 >> (bit % 8));

		if (is_set)
			broadcast.bytes[bit / 8] |= mask;
		else
			broadcast.bytes[bit / 8] &= (uint8_t)~mask;
	}
	return broadcast;
}

static void only_v4_check(struct draft *draft, const struct node *line, enum schema_id id)
{
	const struct node *node = resolve_child(line, id);

	if (node && line->value.addr.family != AF_INET)
		report_error(draft->report, parse_place(node), "%s is for IPv4 addresses only",
			     node->keyword->name);
}

static void vip_build(struct draft *draft, const struct node *line, const struct conf_vrrp *vrrp,
		      struct conf_vip *vip)
{
	struct arena *arena = draft->conf->arena;

	*vip = (struct conf_vip){.addr = line->value.addr,
				 .prefix_len = (uint8_t)line->value.number,
				 .interface = vrrp->interface,
				 .label = "",
				 .scope = (uint8_t)build_default(draft, KW_VIP_SCOPE).number,
				 .place = *parse_place(line)};
	only_v4_check(draft, line, KW_VIP_LABEL);
	only_v4_check(draft, line, KW_VIP_BRD);
	for (const struct node *node = line->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_VIP_DEV:
			vip->interface = arena_strdup(arena, node->value.text);
			break;
		case KW_VIP_SCOPE:
			vip->scope = (uint8_t)node->value.number;
			break;
		case KW_VIP_LABEL:
			vip->label = arena_strdup(arena, node->value.text);
			break;
		case KW_VIP_BRD:
			vip->broadcast = node->value.text
					     ? broadcast_of(vip, node->value.text[0] == '+')
					     : node->value.addr;
			break;
		default:
			break;
		}
	}
}

static void vips_build(struct draft *draft, const struct node *block, struct conf_vrrp *vrrp)
{
	vrrp->vips =
	    arena_calloc(draft->conf->arena, resolve_count(block, KW_VIP), sizeof(*vrrp->vips));
	for (const struct node *node = block->children; node; node = node->next)
		if (resolve_id(node) == KW_VIP)
			vip_build(draft, node, vrrp, &vrrp->vips[vrrp->n_vips++]);
	if (vrrp->n_vips)
		vrrp->family = vrrp->vips[0].addr.family;
}

/* Rounds the interval to what the version can say. */
static void advert_int_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp,
			      int64_t us)
{
	const struct conf_place *place = build_place(node, KW_ADVERT_INT);
	int64_t step = vrrp->version == 3 ? V3_STEP_US : V2_STEP_US;
	int64_t rounded = (us + step / 2) / step * step;
	char given[VALUE_SECONDS_MAX], used[VALUE_SECONDS_MAX];

	value_seconds((uint64_t)us, given);
	if (rounded < step || (vrrp->version == 3 && rounded > V3_MAX_US)) {
		report_error(
		    draft->report, place,
		    "vrrp_instance %s: advert_int %s is out of range: version %u allows %s s",
		    vrrp->name, given, vrrp->version,
		    vrrp->version == 3 ? "0.01..40.95" : "1..255");
		return;
	}
	if (rounded != us)
		report_warning(draft->report, place,
			       "vrrp_instance %s: version %u counts advert_int in %s; %s s is used",
			       vrrp->name, vrrp->version,
			       vrrp->version == 3 ? "hundredths of a second" : "whole seconds",
			       value_seconds((uint64_t)rounded, used));
	vrrp->advert_int_us = (uint32_t)rounded;
}

/* keepalived's rules for how state, priority and nopreempt go together. */
static void role_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *state = resolve_child(node, KW_STATE);

	if (!resolve_is_given(node, KW_PRIORITY) && vrrp->wants_master) {
		vrrp->priority = OWNER_PRIORITY;
		report_warning(
		    draft->report, build_place(node, KW_STATE),
		    "vrrp_instance %s: `state MASTER` without a priority means 255, the owner "
		    "of the addresses; write a priority",
		    vrrp->name);
	}
	if (resolve_child(node, KW_PREEMPT) && resolve_child(node, KW_NOPREEMPT))
		report_warning(
		    draft->report, parse_place(node),
		    "vrrp_instance %s: preempt and nopreempt contradict each other; the last "
		    "one holds",
		    vrrp->name);
	if (vrrp->priority == OWNER_PRIORITY && !vrrp->wants_master) {
		vrrp->wants_master = true;
		if (state)
			report_warning(
			    draft->report, build_place(node, KW_STATE),
			    "vrrp_instance %s: priority 255 owns the addresses and begins as "
			    "MASTER; `state BACKUP` has no effect",
			    vrrp->name);
	}
	if (!vrrp->is_preempting && vrrp->wants_master) {
		vrrp->is_preempting = true;
		report_warning(
		    draft->report, build_place(node, KW_NOPREEMPT),
		    "vrrp_instance %s: nopreempt has no effect together with %s", vrrp->name,
		    vrrp->priority == OWNER_PRIORITY ? "priority 255" : "`state MASTER`");
	}
}

void build_vrrp(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	struct arena *arena = draft->conf->arena;
	const struct node *vips = resolve_child(node, KW_VIRTUAL_IPADDRESS);
	int64_t advert_int_us = build_default(draft, KW_ADVERT_INT).number;

	*vrrp = (struct conf_vrrp){.name = arena_strdup(arena, node->value.text),
				   .interface = "",
				   .priority = (uint8_t)build_default(draft, KW_PRIORITY).number,
				   .version = (uint8_t)build_default(draft, KW_VERSION).number,
				   .is_preempting = true,
				   .place = *parse_place(node)};
	for (const struct node *child = node->children; child; child = child->next) {
		switch (resolve_id(child)) {
		case KW_STATE:
			vrrp->wants_master = child->value.number;
			break;
		case KW_INTERFACE:
			vrrp->interface = arena_strdup(arena, child->value.text);
			break;
		case KW_VIRTUAL_ROUTER_ID:
			vrrp->vrid = (uint8_t)child->value.number;
			break;
		case KW_PRIORITY:
			vrrp->priority = (uint8_t)child->value.number;
			break;
		case KW_VERSION:
			vrrp->version = (uint8_t)child->value.number;
			break;
		case KW_ADVERT_INT:
			advert_int_us = child->value.number;
			break;
		case KW_NOPREEMPT:
		case KW_PREEMPT:
			vrrp->is_preempting = resolve_id(child) == KW_PREEMPT;
			break;
		default:
			break;
		}
	}
	/* What follows needs the values above, wherever they stand in the block. */
	if (vips)
		vips_build(draft, vips, vrrp);
	advert_int_settle(draft, node, vrrp, advert_int_us);
	role_settle(draft, node, vrrp);
}
