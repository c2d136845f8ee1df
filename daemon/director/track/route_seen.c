/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/route_seen.h"

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct track_network track_network_of(const char *name)
{
	struct track_network network = {.addr = {.family = AF_UNSPEC}};
	const char *slash = strchr(name, '/');
	char text[ADDR_TEXT_MAX];

	if (!slash)
		return network;
	snprintf(text, sizeof(text), "%.*s", (int)(slash - name), name);
	if (addr_parse(text, &network.addr) == 0)
		network.len = (unsigned)strtoul(slash + 1, NULL, 10);
	return network;
}

int track_network_cmp(const struct track_network *a, const struct track_network *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return addr_cmp(&a->addr, &b->addr);
}

static bool hop_is_usable(unsigned flags)
{
	return !(flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN));
}

/* The flags of each next hop stand in its struct rtnexthop, those of the message count for none. */
static bool some_hop_is_usable(const struct rtattr *multipath)
{
	const struct rtnexthop *hop = RTA_DATA(multipath);
	int left = (int)RTA_PAYLOAD(multipath);

	for (; RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		if (hop_is_usable(hop->rtnh_flags))
			return true;
	return false;
}

bool track_route_read(const struct nlmsghdr *header, struct track_route_seen *ret_seen)
{
	const struct rtmsg *route = NLMSG_DATA(header);
	struct track_route_seen seen = {.network.addr.family = AF_UNSPEC};
	uint32_t table;
	int left;

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*route)) ||
	    (route->rtm_family != AF_INET && route->rtm_family != AF_INET6) ||
	    route->rtm_type != RTN_UNICAST || route->rtm_flags & RTM_F_CLONED || route->rtm_src_len)
		return false;
	table = route->rtm_table;
	seen.network = (struct track_network){.addr.family = route->rtm_family,
					      .len = route->rtm_dst_len};
	seen.is_usable = hop_is_usable(route->rtm_flags);
	left = (int)RTM_PAYLOAD(header);
	for (const struct rtattr *at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if (at->rta_type == RTA_TABLE && RTA_PAYLOAD(at) >= sizeof(table))
			memcpy(&table, RTA_DATA(at), sizeof(table));
		else if (at->rta_type == RTA_DST && RTA_PAYLOAD(at) == addr_len(&seen.network.addr))
			memcpy(seen.network.addr.bytes, RTA_DATA(at), RTA_PAYLOAD(at));
		else if (at->rta_type == RTA_MULTIPATH)
			seen.is_usable = some_hop_is_usable(at);
	}
	if (table != RT_TABLE_MAIN)
		return false;
	*ret_seen = seen;
	return true;
}
