/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/route_message.h"
#include "base/hash.h"
#include "vrrp/machine/encap_message.h"

#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/* The metric that IPv6 has where none is given (IP6_RT_PRIO_USER). */
#define IP6_METRIC 1024

static void put_addr(struct nl_msg *message, int type, const struct addr *addr)
{
	if (addr->family != AF_UNSPEC)
		nla_put(message, type, (int)addr_len(addr), addr->bytes);
}

/* A gateway of the other family goes into an attribute of its own. */
static void put_gateway(struct nl_msg *message, uint16_t family, const struct addr *gateway)
{
	struct {
		uint16_t family;
		uint8_t bytes[sizeof(gateway->bytes)];
	} via = {.family = gateway->family};

	if (gateway->family == family || gateway->family == AF_UNSPEC) {
		put_addr(message, RTA_GATEWAY, gateway);
		return;
	}
	memcpy(via.bytes, gateway->bytes, addr_len(gateway));
	nla_put(message, RTA_VIA, (int)(sizeof(via.family) + addr_len(gateway)), &via);
}

static unsigned index_of(const struct vrrp_link *link, const char *name)
{
	const struct vrrp_link_if *interface = name[0] ? vrrp_link_by_name(link, name) : NULL;

	return interface ? interface->index : 0;
}

static void put_number(struct nl_msg *message, int type, uint64_t number)
{
	if (number)
		nla_put_u32(message, type, (uint32_t)number);
}

static uint64_t hash_hops(const struct vrrp_link *link, const struct conf_route *route)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < route->n_hops; i++)
		hash = hash_mix(hash, index_of(link, route->hops[i].interface));
	return hash;
}

/* When other interfaces have the names by now, the hops go without: the kernel then takes the route with such
 * gateways. */
static void put_hops(struct nl_msg *message, const struct vrrp_link *link, const struct conf_route *route,
		     const struct vrrp_item_place *place)
{
	bool is_as_named = place->hops == hash_hops(link, route);
	struct nlattr *list = nla_nest_start(message, RTA_MULTIPATH);

	for (size_t i = 0; i < route->n_hops; i++) {
		const struct conf_hop *hop = &route->hops[i];
		struct rtnexthop *next =
		    nlmsg_reserve(message, sizeof(*next), NLMSG_ALIGNTO);

		memset(next, 0, sizeof(*next));
		next->rtnh_hops = (uint8_t)(hop->weight ? hop->weight - 1 : 0);
		next->rtnh_flags = hop->is_onlink ? RTNH_F_ONLINK : 0;
		next->rtnh_ifindex = is_as_named ? (int)index_of(link, hop->interface) : 0;
		put_gateway(message, route->dst.family, &hop->gateway);
		put_number(message, RTA_FLOW, hop->realms);
		if (hop->n_encaps)
			vrrp_encap_put(message, &hop->encaps[0]);
		next->rtnh_len = (uint16_t)((char *)nlmsg_tail(nlmsg_hdr(message)) - (char *)next);
	}
	nla_nest_end(message, list);
}

static uint32_t locks_of(const struct conf_route *route)
{
	const struct {
		int metric;
		uint64_t value;
	} values[] = {{RTAX_MTU, route->mtu},           {RTAX_ADVMSS, route->advmss},
		      {RTAX_HOPLIMIT, route->hoplimit}, {RTAX_REORDERING, route->reordering},
		      {RTAX_WINDOW, route->window},     {RTAX_CWND, route->cwnd},
		      {RTAX_SSTHRESH, route->ssthresh}, {RTAX_INITCWND, route->initcwnd},
		      {RTAX_INITRWND, route->initrwnd}};
	/* TCP heeds rto_min only when it is locked. */
	uint32_t locks = route->rto_min_us ? 1u << RTAX_RTO_MIN : 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (values[i].value & CONF_ROUTE_LOCK)
			locks |= 1u << values[i].metric;
	return locks;
}

/* The kernel counts round trips in eighths of a millisecond, and their variance in quarters. */
static void put_metrics(struct nl_msg *message, const struct conf_route *route)
{
	struct nlattr *list = nla_nest_start(message, RTA_METRICS);

	put_number(message, RTAX_LOCK, locks_of(route));
	put_number(message, RTAX_MTU, route->mtu);
	put_number(message, RTAX_ADVMSS, route->advmss);
	put_number(message, RTAX_HOPLIMIT, route->hoplimit);
	put_number(message, RTAX_REORDERING, route->reordering);
	put_number(message, RTAX_WINDOW, route->window);
	put_number(message, RTAX_CWND, route->cwnd);
	put_number(message, RTAX_SSTHRESH, route->ssthresh);
	put_number(message, RTAX_INITCWND, route->initcwnd);
	put_number(message, RTAX_INITRWND, route->initrwnd);
	put_number(message, RTAX_RTT, route->rtt_us * 8 / 1000);
	put_number(message, RTAX_RTTVAR, route->rttvar_us * 4 / 1000);
	put_number(message, RTAX_RTO_MIN, route->rto_min_us / 1000);
	put_number(message, RTAX_FEATURES, route->features ? RTAX_FEATURE_ECN : 0);
	put_number(message, RTAX_QUICKACK, route->quickack);
	put_number(message, RTAX_FASTOPEN_NO_COOKIE, route->fastopen_no_cookie);
	if (route->congctl[0])
		nla_put_string(message, RTAX_CC_ALGO, route->congctl);
	nla_nest_end(message, list);
}

/* A route without a scope gets the scope that iproute2 would choose. */
static uint8_t scope_of(const struct conf_route *route)
{
	if (route->scope)
		return (uint8_t)(route->scope - 1);
	if (route->dst.family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	if (route->type == RTN_LOCAL || route->type == RTN_NAT)
		return RT_SCOPE_HOST;
	if (route->type == RTN_BROADCAST || route->type == RTN_MULTICAST ||
	    route->type == RTN_ANYCAST)
		return RT_SCOPE_LINK;
	return route->type == RTN_UNICAST && route->gateway.family == AF_UNSPEC && !route->n_hops
		   ? RT_SCOPE_LINK
		   : RT_SCOPE_UNIVERSE;
}

static uint32_t table_of(const struct vrrp_link *link, const struct conf_route *route)
{
	if (route->vrf[0])
		return vrrp_link_by_name(link, route->vrf)->vrf_table;
	return route->table ? route->table : RT_TABLE_MAIN;
}

struct vrrp_item_place vrrp_route_place_of(const struct vrrp_link *link, const struct conf_route *route)
{
	return (struct vrrp_item_place){index_of(link, route->interface), hash_hops(link, route),
					table_of(link, route)};
}

void vrrp_route_put(struct nl_msg *message, const struct vrrp_link *link, const struct conf_route *route,
		    const struct vrrp_item_place *place)
{
	uint32_t table = place->table;
	struct rtmsg head = {.rtm_family = (uint8_t)route->dst.family,
			     .rtm_dst_len = route->dst_len,
			     .rtm_src_len = route->from_len,
			     .rtm_tos = (uint8_t)route->tos,
			     .rtm_table = (uint8_t)(table < 256 ? table : RT_TABLE_UNSPEC),
			     .rtm_protocol = (uint8_t)route->protocol,
			     .rtm_scope = scope_of(route),
			     .rtm_type = route->type,
			     .rtm_flags = route->is_onlink ? RTNH_F_ONLINK : 0};

	nlmsg_append(message, &head, sizeof(head), NLMSG_ALIGNTO);
	nla_put_u32(message, RTA_TABLE, table);
	if (route->dst_len)
		put_addr(message, RTA_DST, &route->dst);
	if (route->from_len)
		put_addr(message, RTA_SRC, &route->from);
	put_addr(message, RTA_PREFSRC, &route->source);
	put_gateway(message, route->dst.family, &route->gateway);
	put_number(message, RTA_OIF, place->index);
	put_number(message, RTA_PRIORITY, route->metric);
	put_number(message, RTA_FLOW, route->realms);
	put_number(message, RTA_EXPIRES, route->expires);
	if (route->pref)
		nla_put_u8(message, RTA_PREF, (uint8_t)(route->pref - 1));
	if (route->ttl_propagate)
		nla_put_u8(message, RTA_TTL_PROPAGATE, route->ttl_propagate == 1);
	if (route->n_encaps)
		vrrp_encap_put(message, &route->encaps[0]);
	if (route->n_hops)
		put_hops(message, link, route, place);
	put_metrics(message, route);
}

static bool has_interface(const struct vrrp_link *link, const char *name)
{
	return !name[0] || vrrp_link_by_name(link, name);
}

bool vrrp_route_has_interfaces(const struct vrrp_link *link, const struct conf_route *route)
{
	const struct vrrp_link_if *vrf = vrrp_link_by_name(link, route->vrf);

	if (route->vrf[0] && !(vrf && vrf->vrf_table))
		return false;
	for (size_t i = 0; i < route->n_hops; i++)
		if (!has_interface(link, route->hops[i].interface))
			return false;
	return has_interface(link, route->interface);
}

static struct addr addr_of(uint16_t family, const struct nlattr *attr)
{
	struct addr addr = {.family = family};

	if (!attr || (size_t)nla_len(attr) != addr_len(&addr))
		return (struct addr){0};
	memcpy(addr.bytes, nla_data(attr), addr_len(&addr));
	return addr;
}

bool vrrp_route_read(struct nlmsghdr *header, struct conf_route *ret_route)
{
	struct rtmsg *head = nlmsg_data(header);
	struct nlattr *attrs[RTA_MAX + 1];
	struct conf_route route = {.interface = "", .vrf = "", .congctl = ""};

	if (header->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(header, sizeof(*head), attrs, RTA_MAX, NULL) < 0 ||
	    head->rtm_protocol != CONF_ROUTE_PROTOCOL || head->rtm_flags & RTM_F_CLONED)
		return false;
	route.dst = addr_of(head->rtm_family, attrs[RTA_DST]);
	route.dst.family = head->rtm_family;
	route.dst_len = head->rtm_dst_len;
	route.from = addr_of(head->rtm_family, attrs[RTA_SRC]);
	route.from_len = head->rtm_src_len;
	route.gateway = addr_of(head->rtm_family, attrs[RTA_GATEWAY]);
	route.tos = head->rtm_tos;
	route.table = attrs[RTA_TABLE] ? nla_get_u32(attrs[RTA_TABLE]) : head->rtm_table;
	route.metric = attrs[RTA_PRIORITY] ? nla_get_u32(attrs[RTA_PRIORITY]) : 0;
	if (head->rtm_family == AF_INET6 && route.metric == IP6_METRIC)
		route.metric = 0;
	*ret_route = route;
	return true;
}
