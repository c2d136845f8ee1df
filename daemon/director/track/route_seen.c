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

	for (; left >= (int)sizeof(*hop) && RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		if (hop_is_usable(hop->rtnh_flags))
			return true;
	return false;
}

static bool has_route(const struct nlmsghdr *header)
{
	const struct rtmsg *route = NLMSG_DATA(header);

	return header->nlmsg_len >= NLMSG_LENGTH(sizeof(*route)) &&
	       (route->rtm_family == AF_INET || route->rtm_family == AF_INET6);
}

/* The attribute of that type; NULL: the message has none. */
static const struct rtattr *attribute_find(const struct nlmsghdr *header, unsigned short type)
{
	const struct rtattr *at = RTM_RTA(NLMSG_DATA(header));

	for (int left = (int)RTM_PAYLOAD(header); RTA_OK(at, left); at = RTA_NEXT(at, left))
		if (at->rta_type == type)
			return at;
	return NULL;
}

bool track_route_dst(const struct nlmsghdr *header, struct track_network *ret_network)
{
	const struct rtmsg *route = NLMSG_DATA(header);
	const struct rtattr *dst;

	if (!has_route(header))
		return false;
	*ret_network = (struct track_network){.addr.family = route->rtm_family,
					      .len = route->rtm_dst_len};
	dst = attribute_find(header, RTA_DST);
	if (dst && RTA_PAYLOAD(dst) == addr_len(&ret_network->addr))
		memcpy(ret_network->addr.bytes, RTA_DATA(dst), RTA_PAYLOAD(dst));
	return true;
}

static uint32_t table_of(const struct nlmsghdr *header)
{
	const struct rtattr *at = attribute_find(header, RTA_TABLE);
	uint32_t table = ((const struct rtmsg *)NLMSG_DATA(header))->rtm_table;

	if (at && RTA_PAYLOAD(at) >= sizeof(table))
		memcpy(&table, RTA_DATA(at), sizeof(table));
	return table;
}

bool track_route_read(const struct nlmsghdr *header, struct track_route_seen *ret_seen)
{
	const struct rtmsg *route = NLMSG_DATA(header);
	const struct rtattr *multipath;

	if (!has_route(header) || route->rtm_type != RTN_UNICAST ||
	    route->rtm_flags & RTM_F_CLONED || route->rtm_src_len ||
	    table_of(header) != RT_TABLE_MAIN)
		return false;
	multipath = attribute_find(header, RTA_MULTIPATH);
	track_route_dst(header, &ret_seen->network);
	ret_seen->is_usable =
	    multipath ? some_hop_is_usable(multipath) : hop_is_usable(route->rtm_flags);
	return true;
}

struct mono track_routes_due(struct mono began, struct mono ended, bool has_failed)
{
	int64_t rest_ns = TRACK_ROUTES_REST * mono_sub(ended, began);
	int64_t pause_ns = TRACK_ROUTES_PAUSE_MS * NS_PER_MS;

	if (!ended.ns)
		return ended;
	if (has_failed)
		return mono_add_ms(ended, TRACK_ROUTES_RETRY_MS);
	return mono_add_ns(ended, rest_ns > pause_ns ? rest_ns : pause_ns);
}
