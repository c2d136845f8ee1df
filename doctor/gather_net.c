/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathers interfaces, addresses and routes, with libnl-route. */
#include "base/mem.h"
#include "doctor/examine_help.h"
#include "doctor/gather.h"

#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdlib.h>
#include <string.h>

static struct addr from_nl(const struct nl_addr *nl)
{
	struct addr addr = {0};

	if (!nl || (nl_addr_get_family(nl) != AF_INET && nl_addr_get_family(nl) != AF_INET6))
		return addr;
	addr.family = (uint16_t)nl_addr_get_family(nl);
	memcpy(addr.bytes, nl_addr_get_binary_addr(nl), addr_len(&addr));
	return addr;
}

static void add_link(struct nl_object *object, void *arg)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	struct doctor_facts *facts = arg;
	struct doctor_interface *interface = vec_push(&facts->interfaces);
	unsigned flags = rtnl_link_get_flags(link);
	const struct nl_addr *mac = rtnl_link_get_addr(link);

	interface->index = (unsigned)rtnl_link_get_ifindex(link);
	strncpy(interface->name, rtnl_link_get_name(link), sizeof(interface->name) - 1);
	interface->mtu = rtnl_link_get_mtu(link);
	interface->is_up = flags & IFF_UP;
	interface->has_carrier = interface->is_up && (flags & IFF_RUNNING);
	if (mac && nl_addr_get_len(mac) == DOCTOR_MAC_LEN && !(flags & IFF_LOOPBACK)) {
		interface->has_arp = !(flags & IFF_NOARP);
		memcpy(interface->mac, nl_addr_get_binary_addr(mac), DOCTOR_MAC_LEN);
	}
}

static void add_address(struct nl_object *object, void *arg)
{
	struct rtnl_addr *rtnl = (struct rtnl_addr *)object;
	struct doctor_facts *facts = arg;
	struct addr addr = from_nl(rtnl_addr_get_local(rtnl));

	if (addr.family == AF_UNSPEC)
		return;
	*vec_push(&facts->addresses) =
	    (struct doctor_address){.interface = (unsigned)rtnl_addr_get_ifindex(rtnl),
				    .addr = addr,
				    .prefix_len = (uint8_t)rtnl_addr_get_prefixlen(rtnl)};
}

static void take_route(struct rtnl_route *rtnl, struct doctor_route *route)
{
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(rtnl, 0);

	route->is_local = rtnl_route_get_type(rtnl) == RTN_LOCAL;
	route->is_there = route->is_local || rtnl_route_get_type(rtnl) == RTN_UNICAST;
	if (!hop)
		return;
	route->interface = (unsigned)rtnl_route_nh_get_ifindex(hop);
	route->has_gateway = rtnl_route_nh_get_gateway(hop) != NULL;
}

static void add_route(struct nl_sock *sock, struct doctor_facts *facts, const struct addr *addr)
{
	struct doctor_route *route = vec_push(&facts->routes);
	struct nl_addr *nl = nl_addr_build(addr->family, addr->bytes, addr_len(addr));
	struct rtnl_route *found = NULL;

	route->addr = *addr;
	if (nl && rtnl_route_lookup(sock, nl, &found) == 0) {
		take_route(found, route);
		rtnl_route_put(found);
	}
	nl_addr_put(nl);
}

static int addr_cmp_void(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* Adds the routes to real servers and sorry servers, sorted, each once. */
static void add_routes(struct nl_sock *sock, const struct conf *conf, struct doctor_facts *facts)
{
	VEC(struct addr) addrs = {0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t j = 0; j < examine_n_servers(&conf->virtual_servers[i]); j++)
			*vec_push(&addrs) = examine_server(&conf->virtual_servers[i], j)->ep.addr;
	if (addrs.n)
		qsort(addrs.items, addrs.n, sizeof(*addrs.items), addr_cmp_void);
	for (size_t i = 0; i < addrs.n; i++)
		if (i == 0 || addr_cmp(&addrs.items[i - 1], &addrs.items[i]))
			add_route(sock, facts, &addrs.items[i]);
	vec_free(&addrs);
}

void gather_net(const struct conf *conf, struct doctor_facts *facts)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_cache *links = NULL, *addresses = NULL;

	if (sock && nl_connect(sock, NETLINK_ROUTE) == 0) {
		if (rtnl_link_alloc_cache(sock, AF_UNSPEC, &links) == 0)
			nl_cache_foreach(links, add_link, facts);
		if (rtnl_addr_alloc_cache(sock, &addresses) == 0)
			nl_cache_foreach(addresses, add_address, facts);
		add_routes(sock, conf, facts);
	}
	nl_cache_free(addresses);
	nl_cache_free(links);
	nl_socket_free(sock);
}
