/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/gateway_seen.h"

#include <linux/rtnetlink.h>
#include <string.h>

/* --- routes --- */

static bool has_body(const struct nlmsghdr *header, size_t size)
{
	return header->nlmsg_len >= NLMSG_LENGTH(size);
}

static void gateway_add(struct gateways_seen *seen, uint16_t family, const struct rtattr *at, unsigned index)
{
	struct gateway gateway = {.addr.family = family, .index = index, .state = REACH_UNSURE};

	if (!index || RTA_PAYLOAD(at) != addr_len(&gateway.addr))
		return;
	memcpy(gateway.addr.bytes, RTA_DATA(at), RTA_PAYLOAD(at));
	for (size_t i = 0; i < seen->n; i++)
		if (seen->items[i].index == index && !addr_cmp(&seen->items[i].addr, &gateway.addr))
			return;
	if (seen->n < GATEWAYS_MAX)
		seen->items[seen->n++] = gateway;
}

/* An IPv4 route by an IPv6 gateway. */
static void via_add(struct gateways_seen *seen, const struct rtattr *at, unsigned index)
{
	const struct rtvia *via = RTA_DATA(at);
	struct gateway gateway = {.addr.family = AF_INET6};
	struct {
		struct rtattr header;
		uint8_t bytes[16];
	} inner = {.header.rta_len = RTA_LENGTH(16)};

	if (RTA_PAYLOAD(at) != sizeof(*via) + addr_len(&gateway.addr) || via->rtvia_family != AF_INET6)
		return;
	memcpy(inner.bytes, via->rtvia_addr, sizeof(inner.bytes));
	gateway_add(seen, AF_INET6, &inner.header, index);
}

/* The attributes of a route, or of one of its next hops. */
static void hop_take(struct gateways_seen *seen, uint16_t family, const struct rtattr *at, int left, unsigned index)
{
	const struct rtattr *first = at;
	int all = left;

	for (; RTA_OK(at, left); at = RTA_NEXT(at, left))
		if (at->rta_type == RTA_OIF && RTA_PAYLOAD(at) >= sizeof(uint32_t))
			memcpy(&index, RTA_DATA(at), sizeof(uint32_t));
	for (at = first, left = all; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if (at->rta_type == RTA_GATEWAY)
			gateway_add(seen, family, at, index);
		if (at->rta_type == RTA_VIA)
			via_add(seen, at, index);
	}
}

static void hops_take(struct gateways_seen *seen, uint16_t family, const struct rtattr *multipath)
{
	const struct rtnexthop *hop = RTA_DATA(multipath);
	int left = (int)RTA_PAYLOAD(multipath);

	while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
		hop_take(seen, family, RTNH_DATA(hop), hop->rtnh_len - (int)RTNH_LENGTH(0),
			 (unsigned)hop->rtnh_ifindex);
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

void gateways_seen_route(struct gateways_seen *seen, const struct nlmsghdr *header)
{
	const struct rtmsg *route = NLMSG_DATA(header);
	const struct rtattr *at;
	uint32_t table;
	int left;

	if (header->nlmsg_type != RTM_NEWROUTE || !has_body(header, sizeof(*route)) || route->rtm_dst_len ||
	    route->rtm_src_len || route->rtm_type != RTN_UNICAST || route->rtm_flags & RTM_F_CLONED ||
	    (route->rtm_family != AF_INET && route->rtm_family != AF_INET6))
		return;
	table = route->rtm_table;
	left = (int)RTM_PAYLOAD(header);
	for (at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left))
		if (at->rta_type == RTA_TABLE && RTA_PAYLOAD(at) >= sizeof(table))
			memcpy(&table, RTA_DATA(at), sizeof(table));
	if (table != RT_TABLE_MAIN)
		return;
	left = (int)RTM_PAYLOAD(header);
	hop_take(seen, route->rtm_family, RTM_RTA(route), left, 0);
	for (at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left))
		if (at->rta_type == RTA_MULTIPATH)
			hops_take(seen, route->rtm_family, at);
}

/* --- neighbours --- */

static void neighbour_fill(const struct gateway *gateway, uint16_t type, uint16_t flags, uint32_t sequence,
			   struct gateway_question *ret_question)
{
	size_t len = addr_len(&gateway->addr);

	*ret_question = (struct gateway_question){
	    .header = {.nlmsg_len = (uint32_t)(NLMSG_LENGTH(sizeof(struct ndmsg)) + sizeof(struct nlattr) + len),
		       .nlmsg_type = type,
		       .nlmsg_flags = flags,
		       .nlmsg_seq = sequence},
	    .neighbour = {.ndm_family = (uint8_t)gateway->addr.family, .ndm_ifindex = (int)gateway->index},
	    .dst = {.nla_len = (uint16_t)(sizeof(struct nlattr) + len), .nla_type = NDA_DST},
	};
	memcpy(ret_question->bytes, gateway->addr.bytes, len);
}

void gateway_question_fill(const struct gateway *gateway, bool is_probe, uint32_t sequence,
			   struct gateway_question *ret_question)
{
	uint16_t flags = NLM_F_REQUEST | (is_probe ? NLM_F_REPLACE : NLM_F_CREATE);

	neighbour_fill(gateway, RTM_NEWNEIGH, flags, sequence, ret_question);
	if (is_probe)
		ret_question->neighbour.ndm_state = NUD_PROBE;
	else
		ret_question->neighbour.ndm_flags = NTF_USE;
}

void gateway_query_fill(const struct gateway *gateway, uint32_t sequence, struct gateway_question *ret_question)
{
	neighbour_fill(gateway, RTM_GETNEIGH, NLM_F_REQUEST, sequence, ret_question);
}

struct gateway *gateways_seen_neighbour(struct gateways_seen *seen, const struct nlmsghdr *header, uint16_t *ret_nud)
{
	const struct ndmsg *neighbour = NLMSG_DATA(header);
	const struct rtattr *at;
	int left;

	if ((header->nlmsg_type != RTM_NEWNEIGH && header->nlmsg_type != RTM_DELNEIGH) ||
	    !has_body(header, sizeof(*neighbour)))
		return NULL;
	at = (const struct rtattr *)((const char *)neighbour + NLMSG_ALIGN(sizeof(*neighbour)));
	left = (int)NLMSG_PAYLOAD(header, sizeof(*neighbour));
	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if (at->rta_type != NDA_DST)
			continue;
		for (size_t i = 0; i < seen->n; i++) {
			struct gateway *gateway = &seen->items[i];

			if ((int)gateway->index != neighbour->ndm_ifindex ||
			    gateway->addr.family != neighbour->ndm_family ||
			    RTA_PAYLOAD(at) != addr_len(&gateway->addr) ||
			    memcmp(RTA_DATA(at), gateway->addr.bytes, RTA_PAYLOAD(at)))
				continue;
			*ret_nud = header->nlmsg_type == RTM_NEWNEIGH ? neighbour->ndm_state : 0;
			return gateway;
		}
	}
	return NULL;
}

enum reach_state gateway_state_of(uint16_t nud)
{
	if (nud & (NUD_PERMANENT | NUD_NOARP))
		return REACH_NONE;
	if (nud & NUD_REACHABLE)
		return REACH_HEARD;
	return nud & NUD_FAILED ? REACH_LOST : REACH_UNSURE;
}

enum reach_state gateways_seen_state(const struct gateways_seen *seen)
{
	enum reach_state state = REACH_NONE;

	for (size_t i = 0; i < seen->n; i++)
		state = reach_join(state, seen->items[i].state);
	return state;
}
