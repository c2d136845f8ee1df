/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/harmless.h"
#include "conf/tree/resolve.h"

#include <string.h>

#define TTL 255

/* Whether addr is the group to which lvsd sends its advertisements. */
static bool is_own_group(const struct addr *addr)
{
	static const uint8_t ipv4[] = {224, 0, 0, 18};
	static const uint8_t ipv6[] = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12};

	return addr->family == AF_INET6 ? !memcmp(addr->bytes, ipv6, sizeof(ipv6))
					: !memcmp(addr->bytes, ipv4, sizeof(ipv4));
}

bool harmless_is(const struct node *node, const struct node *parent)
{
	const struct schema_keyword *row = node->keyword;

	switch (row->id) {
	case KW_TRACK_BFD:
	case KW_VIRTUAL_RULES:
	case KW_STATIC_IPADDRESS:
	case KW_STATIC_ROUTES:
	case KW_STATIC_RULES:
		return !node->children;
	case KW_VRRP_MCAST_GROUP4:
	case KW_VRRP_MCAST_GROUP6:
		return is_own_group(&node->value.addr);
	case KW_MCAST_DST_IP:
		/* With unicast peers the group is not used, in keepalived neither. */
		return resolve_child(parent, KW_UNICAST_PEER) || is_own_group(&node->value.addr);
	case KW_OLD_UNICAST_CHECKSUM:
		return node->n_words > 1; /* the word means "never" */
	case KW_CHECK_FWMARK:
	case KW_VRRP_GARP_INTERVAL:
	case KW_VRRP_GNA_INTERVAL:
		return node->value.number == 0;
	case KW_UNICAST_TTL:
		return node->value.number == TTL;
	default:
		/* Nobody misses what is switched off. */
		return row->choices == schema_switch && !node->value.number;
	}
}
