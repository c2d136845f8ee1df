/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/route/build_route.h"
#include "conf/model/member.h"

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

/* Handles an option that only addresses of one family can have. On the line of another address it
 * is left out. */
static void family_option_settle(struct draft *draft, const struct node *node, uint16_t family,
				 struct conf_vip *vip)
{
	if (vip->addr.family == family)
		return;
	/* The kernel accepts the flags of IPv6 for IPv4 too, but they have no effect there. */
	(family == AF_INET ? report_ignored : report_warning)(
	    draft->report, parse_place(node), "%s is for %s addresses only", parse_keyword(node),
	    family == AF_INET ? "IPv4" : "IPv6");
	member_clear(member_field(node->keyword, CONF_OBJECT_VIP), vip);
}

/* With a peer, the prefix length of the line stands behind the peer. */
static void peer_settle(struct draft *draft, const struct node *node, struct conf_vip *vip)
{
	if (vip->peer.family != vip->addr.family) {
		report_ignored(draft->report, parse_place(node),
			       "peer is not of the family of its address");
		member_clear(member_field(node->keyword, CONF_OBJECT_VIP), vip);
	} else if (vip->prefix_len != addr_bits(&vip->addr)) {
		report_warning(draft->report, parse_place(node),
			       "the prefix length of an address with a peer stands behind the "
			       "peer: /%u is used, and /%u is left out",
			       vip->peer_len, vip->prefix_len);
		vip->prefix_len = (uint8_t)addr_bits(&vip->addr);
	}
}

static void option_settle(struct draft *draft, const struct node *node, struct conf_vip *vip)
{
	switch (resolve_id(node)) {
	case KW_VIP_BRD:
		if (vip->addr.family == AF_INET && node->value.tag == VALUE_HOST_BITS)
			vip->broadcast = broadcast_of(vip, node->value.sets_host_bits);
		/* fall through */
	case KW_VIP_LABEL:
		family_option_settle(draft, node, AF_INET, vip);
		break;
	case KW_VIP_HOME:
	case KW_VIP_NODAD:
	case KW_VIP_MNGTMPADDR:
		family_option_settle(draft, node, AF_INET6, vip);
		break;
	case KW_VIP_PEER:
		peer_settle(draft, node, vip);
		break;
	default:
		break;
	}
}

/* vip has the values of its line. */
static void vip_settle(struct draft *draft, const struct node *line,
		       const struct build_address_owner *owner, struct conf_vip *vip)
{
	if (!vip->interface[0])
		vip->interface = owner->interface;
	vip->place = *parse_place(line);
	for (const struct node *node = line->children; node; node = node->next)
		option_settle(draft, node, vip);
}

/* Is it an address of a group that the kernel shall join? Others than those of its instance are not
 * advertised. */
static bool is_joined(const struct node *block, const struct node *node)
{
	return addr_is_multicast(&node->value.addr) && resolve_child(node, KW_VIP_AUTOJOIN) &&
	       block->keyword->id != KW_VIRTUAL_IPADDRESS;
}

/* Can a host have this address? If not, reports it. When that is only a warning, the address is
 * left out. */
static bool is_vip(struct draft *draft, const struct node *block, const struct node *node,
		   const struct build_address_owner *owner)
{
	const struct addr *addr = &node->value.addr;
	char text[ADDR_TEXT_MAX];

	if (addr_is_host(addr) || is_joined(block, node))
		return true;
	report_ignored(draft->report, parse_place(node),
		       "%s: %s is not an address that a host can hold%s", owner->text,
		       addr_format(addr, text),
		       !addr_is_multicast(addr) ? ""
		       : block->keyword->id == KW_VIRTUAL_IPADDRESS
			   ? "; one of a group goes into virtual_ipaddress_excluded, with autojoin"
			   : "; write autojoin behind it, so that the kernel joins the group");
	return !draft->report->is_lenient;
}

static void autojoin_check(struct draft *draft, const struct node *line, const struct conf_vip *vip)
{
	char text[ADDR_TEXT_MAX];

	if (!vip->is_joining || addr_is_multicast(&vip->addr))
		return;
	report_warning(draft->report, build_place(line, KW_VIP_AUTOJOIN),
		       "autojoin has no effect: it is for multicast addresses, and %s is one of a host",
		       addr_format(&vip->addr, text));
}

void build_track_group_refuse(struct draft *draft, const struct node *line,
			      const struct node *block, const char **group)
{
	if (!(*group)[0] || !schema_stands_in(block->keyword, SCHEMA_VRRP_INSTANCE))
		return;
	report_warning(draft->report, build_place(line, KW_STATIC_TRACK_GROUP),
		       "track_group has no effect in %s: what a master holds concerns its own "
		       "instance; it is for static_ipaddress, static_routes and static_rules",
		       block->keyword->name);
	*group = "";
}

/* A static address is on both machines at once. */
static void use_vmac_refuse(struct draft *draft, const struct node *line, struct conf_vip *vip)
{
	if (!vip->uses_vmac)
		return;
	report_warning(draft->report, build_place(line, KW_VIP_USE_VMAC),
		       "use_vmac has no effect in static_ipaddress: the address belongs to no virtual "
		       "router, whose hardware address it could have");
	vip->uses_vmac = false;
}

void build_addresses(struct draft *draft, const struct node *block, enum conf_object object,
		     void *base, const struct build_address_owner *owner)
{
	const struct schema_field *list = member_field(block->keyword, object);

	for (const struct node *node = block->children; node; node = node->next) {
		struct conf_vip *vip;

		if (resolve_id(node) != KW_VIP || !is_vip(draft, block, node, owner))
			continue;
		vip = build_element(draft, node, list, base);
		vip_settle(draft, node, owner, vip);
		autojoin_check(draft, node, vip);
		build_track_group_refuse(draft, node, block, &vip->track_group);
		if (object == CONF_OBJECT_STATICS)
			use_vmac_refuse(draft, node, vip);
	}
}
