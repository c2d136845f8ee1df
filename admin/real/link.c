/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real/link.h"

#include "base/mem.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>

struct real_link {
	struct nl_sock *sock;
};

/* A route with a smaller metric is preferred to others. IPv6 has no metric 0. */
static uint32_t metric_of(uint16_t family)
{
	return family == AF_INET6 ? 1 : 0;
}

static int failed(struct err *err, int nle, const char *what)
{
	return err_set(err, -EIO, "%s: %s", what, nl_geterror(nle));
}

int real_link_open(struct real_link **ret_link, struct err *err)
{
	struct real_link *link = mem_calloc(1, sizeof(*link));
	int nle;

	link->sock = nl_socket_alloc();
	if (!link->sock)
		mem_exhausted(0);
	nle = nl_connect(link->sock, NETLINK_ROUTE);
	if (nle < 0) {
		real_link_close(link);
		return failed(err, nle, "cannot open a routing socket");
	}
	*ret_link = link;
	return 0;
}

void real_link_close(struct real_link *link)
{
	if (!link)
		return;
	nl_socket_free(link->sock);
	free(link);
}

int real_link_find(struct real_link *link, const char *dev, bool *ret_is_up)
{
	struct rtnl_link *found;

	if (rtnl_link_get_kernel(link->sock, 0, dev, &found) < 0)
		return -ENODEV;
	*ret_is_up = rtnl_link_get_flags(found) & IFF_UP;
	rtnl_link_put(found);
	return 0;
}

int real_link_set_up(struct real_link *link, const char *dev, bool is_up, struct err *err)
{
	struct rtnl_link *found, *change;
	int nle = rtnl_link_get_kernel(link->sock, 0, dev, &found);

	if (nle < 0)
		return failed(err, nle, dev);
	change = rtnl_link_alloc();
	if (is_up)
		rtnl_link_set_flags(change, IFF_UP);
	else
		rtnl_link_unset_flags(change, IFF_UP);
	nle = rtnl_link_change(link->sock, found, change, 0);
	rtnl_link_put(change);
	rtnl_link_put(found);
	return nle < 0 ? failed(err, nle, dev) : 0;
}

static struct nl_addr *nl_addr_of(const struct addr *addr)
{
	struct nl_addr *nl = nl_addr_build(addr->family, addr->bytes, addr_len(addr));

	if (!nl)
		mem_exhausted(0);
	return nl;
}

static struct addr addr_of(const struct nl_addr *nl)
{
	struct addr addr = {0};

	if (!nl || nl_addr_get_len(nl) == 0 || nl_addr_get_len(nl) > sizeof(addr.bytes))
		return addr;
	addr.family = (uint16_t)nl_addr_get_family(nl);
	memcpy(addr.bytes, nl_addr_get_binary_addr(nl), nl_addr_get_len(nl));
	return addr;
}

static struct rtnl_addr *address_request(const char *dev, const struct addr *addr)
{
	struct rtnl_addr *request = rtnl_addr_alloc();
	struct nl_addr *local = nl_addr_of(addr);

	rtnl_addr_set_ifindex(request, (int)if_nametoindex(dev));
	rtnl_addr_set_family(request, addr->family);
	rtnl_addr_set_local(request, local);
	rtnl_addr_set_prefixlen(request, (int)addr_bits(addr));
	if (addr->family == AF_INET6)
		rtnl_addr_set_flags(request, IFA_F_NODAD);
	nl_addr_put(local);
	return request;
}

int real_link_add_addr(struct real_link *link, const char *dev, const struct addr *addr,
		       struct err *err)
{
	struct rtnl_addr *request = address_request(dev, addr);
	int nle = rtnl_addr_add(link->sock, request, NLM_F_EXCL);

	rtnl_addr_put(request);
	return nle < 0 ? failed(err, nle, "cannot add the address") : 0;
}

int real_link_del_addr(struct real_link *link, const char *dev, const struct addr *addr,
		       struct err *err)
{
	struct rtnl_addr *request = address_request(dev, addr);
	int nle = rtnl_addr_delete(link->sock, request, 0);

	rtnl_addr_put(request);
	if (nle < 0 && nle != -NLE_NOADDR && nle != -NLE_OBJ_NOTFOUND && nle != -NLE_NODEV)
		return failed(err, nle, "cannot remove the address");
	return 0;
}

typedef bool address_fn(struct rtnl_addr *addr, void *arg);

/* Calls fn for each address until fn returns false. */
static void each_address(struct real_link *link, address_fn *fn, void *arg)
{
	struct nl_cache *cache;

	if (rtnl_addr_alloc_cache(link->sock, &cache) < 0)
		return;
	for (struct nl_object *object = nl_cache_get_first(cache); object;
	     object = nl_cache_get_next(object))
		if (!fn((struct rtnl_addr *)object, arg))
			break;
	nl_cache_free(cache);
}

struct wanted {
	int ifindex;
	struct addr addr;
	size_t n;
};

static bool is_other(struct rtnl_addr *nl, void *arg)
{
	struct addr addr = addr_of(rtnl_addr_get_local(nl));
	struct wanted *wanted = arg;

	wanted->n +=
	    rtnl_addr_get_ifindex(nl) == wanted->ifindex && !addr_cmp(&addr, &wanted->addr);
	return wanted->n == 0;
}

bool real_link_has_addr(struct real_link *link, const char *dev, const struct addr *addr)
{
	struct wanted wanted = {(int)if_nametoindex(dev), *addr, 0};

	each_address(link, is_other, &wanted);
	return wanted.n != 0;
}

static bool take_candidate(struct rtnl_addr *nl, void *arg)
{
	struct wanted *wanted = arg;

	if (rtnl_addr_get_family(nl) == AF_INET && rtnl_addr_get_ifindex(nl) != wanted->ifindex &&
	    rtnl_addr_get_prefixlen(nl) < 32) {
		wanted->addr = addr_of(rtnl_addr_get_local(nl));
		wanted->n++;
	}
	return true;
}

struct addr real_link_only_addr(struct real_link *link)
{
	struct wanted wanted = {(int)if_nametoindex("lo"), {0}, 0};

	each_address(link, take_candidate, &wanted);
	return wanted.n == 1 ? wanted.addr : (struct addr){0};
}

static bool is_default(struct rtnl_route *route, uint16_t family)
{
	const struct nl_addr *dst = rtnl_route_get_dst(route);

	return rtnl_route_get_family(route) == family &&
	       rtnl_route_get_table(route) == RT_TABLE_MAIN &&
	       rtnl_route_get_type(route) == RTN_UNICAST && (!dst || !nl_addr_get_prefixlen(dst)) &&
	       rtnl_route_get_priority(route) == metric_of(family);
}

static int read_route(struct rtnl_route *nl, struct real_route *ret_route)
{
	struct real_route route = {
	    .source = addr_of(rtnl_route_get_pref_src(nl)),
	    .protocol = rtnl_route_get_protocol(nl),
	    .scope = rtnl_route_get_scope(nl),
	};
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(nl, 0);

	if (!hop || rtnl_route_get_nnexthops(nl) != 1)
		return -EOPNOTSUPP;
	route.gateway = addr_of(rtnl_route_nh_get_gateway(hop));
	if (!if_indextoname((unsigned)rtnl_route_nh_get_ifindex(hop), route.dev))
		return -EOPNOTSUPP;
	*ret_route = route;
	return 0;
}

int real_link_default_route(struct real_link *link, uint16_t family, struct real_route *ret_route)
{
	struct nl_cache *cache;
	int rc = -ENOENT;

	if (rtnl_route_alloc_cache(link->sock, family, 0, &cache) < 0)
		return -ENOENT;
	for (struct nl_object *object = nl_cache_get_first(cache); object && rc == -ENOENT;
	     object = nl_cache_get_next(object))
		if (is_default((struct rtnl_route *)object, family))
			rc = read_route((struct rtnl_route *)object, ret_route);
	nl_cache_free(cache);
	return rc;
}

static struct rtnl_route *route_request(uint16_t family, const struct real_route *route)
{
	struct rtnl_route *request = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *dst = nl_addr_build(family, NULL, 0), *addr;

	rtnl_route_set_family(request, (uint8_t)family);
	rtnl_route_set_table(request, RT_TABLE_MAIN);
	rtnl_route_set_dst(request, dst);
	rtnl_route_set_priority(request, metric_of(family));
	rtnl_route_set_protocol(request, (uint8_t)route->protocol);
	rtnl_route_set_scope(request, (uint8_t)route->scope);
	if (route->gateway.family != AF_UNSPEC) {
		addr = nl_addr_of(&route->gateway);
		rtnl_route_nh_set_gateway(hop, addr);
		nl_addr_put(addr);
	}
	if (*route->dev)
		rtnl_route_nh_set_ifindex(hop, (int)if_nametoindex(route->dev));
	if (route->source.family != AF_UNSPEC) {
		addr = nl_addr_of(&route->source);
		rtnl_route_set_pref_src(request, addr);
		nl_addr_put(addr);
	}
	rtnl_route_add_nexthop(request, hop);
	nl_addr_put(dst);
	return request;
}

int real_link_set_default(struct real_link *link, const struct real_route *route, struct err *err)
{
	uint16_t family = route->gateway.family != AF_UNSPEC ? route->gateway.family : AF_INET;
	struct rtnl_route *request = route_request(family, route);
	int nle = rtnl_route_add(link->sock, request, NLM_F_REPLACE);

	rtnl_route_put(request);
	return nle < 0 ? failed(err, nle, "cannot set the default route") : 0;
}

int real_link_del_default(struct real_link *link, const struct addr *gateway, struct err *err)
{
	const struct real_route route = {.gateway = *gateway, .scope = RT_SCOPE_UNIVERSE};
	struct rtnl_route *request = route_request(gateway->family, &route);
	int nle = rtnl_route_delete(link->sock, request, 0);

	rtnl_route_put(request);
	if (nle < 0 && nle != -NLE_OBJ_NOTFOUND && nle != -NLE_NODEV)
		return failed(err, nle, "cannot remove the default route");
	return 0;
}
