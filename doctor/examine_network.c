/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to real servers. Each real server once, whatever number of services it has. */
#include "doctor/examine.h"
#include "base/plural.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Outer headers, as net/netfilter/ipvs/ip_vs_xmit.c puts them on. */
#define HEADER_V4          20
#define HEADER_V6          40
#define HEADER_GUE         12 /* with that of UDP */
#define HEADER_GUE_REMCSUM 8
#define HEADER_GRE         4
#define HEADER_GRE_CSUM    4

/* What a client's packet may have without anybody having said otherwise. */
#define CLIENT_MTU 1500

/* A way by which the configuration reaches a server. */
struct way {
	struct addr addr;
	enum conf_method method;
	unsigned header; /* TUN: bytes before the client's packet; else 0 */
};

static unsigned header_of(const struct conf_real_server *rs)
{
	unsigned header = rs->ep.addr.family == AF_INET ? HEADER_V4 : HEADER_V6;

	if (rs->method != CONF_METHOD_TUN)
		return 0;
	if (rs->tunnel.type == CONF_TUNNEL_GUE)
		header += HEADER_GUE +
			  (rs->tunnel.checksum == CONF_TUNNEL_REMCSUM ? HEADER_GUE_REMCSUM : 0);
	if (rs->tunnel.type == CONF_TUNNEL_GRE)
		header +=
		    HEADER_GRE + (rs->tunnel.checksum == CONF_TUNNEL_CSUM ? HEADER_GRE_CSUM : 0);
	return header;
}

static int way_cmp(const void *pa, const void *pb)
{
	const struct way *a = pa, *b = pb;
	int r = addr_cmp(&a->addr, &b->addr);

	r = r ? r : (int)a->method - (int)b->method;
	return r ? r : (int)a->header - (int)b->header;
}

static int route_cmp(const void *pa, const void *pb)
{
	const struct doctor_route *a = pa, *b = pb;

	return addr_cmp(&a->addr, &b->addr);
}

static int answer_cmp(const void *pa, const void *pb)
{
	const struct doctor_answer *a = pa, *b = pb;

	return addr_cmp(&a->addr, &b->addr);
}

static void examine_tunnel(const struct doctor_interface *interface, const char *addr,
			   unsigned header, struct findings *findings)
{
	char remedy[160];

	if (interface->mtu >= CLIENT_MTU + header)
		return;
	snprintf(
	    remedy, sizeof(remedy),
	    "on the real server: ip route change default ... advmss %u (IPv4), or an MTU of %u "
	    "for the link of the director",
	    interface->mtu - header - 40, CLIENT_MTU + header);
	finding_add(
	    findings, FINDING_WARNING, "mtu", remedy,
	    "the tunnel to %s leaves by %s with an MTU of %u, and its header takes %u: packets "
	    "of clients of more than %u bytes are refused with ICMP, which not every client "
	    "gets",
	    addr, interface->name, interface->mtu, header, interface->mtu - header);
}

static void examine_way(const struct way *way, const struct doctor_route *route,
			const struct doctor_answer *answer, const struct doctor_facts *facts,
			struct findings *findings)
{
	const struct doctor_interface *interface =
	    doctor_interface_by_index(facts, route->interface);
	char addr[ADDR_TEXT_MAX];

	addr_format(&way->addr, addr);
	if (!route->is_there) {
		finding_add(findings, FINDING_PROBLEM, "reach", "add a route to it",
			    "there is no route to the real server %s", addr);
		return;
	}
	if (route->is_local)
		return; /* the director serves itself */
	if (way->method == CONF_METHOD_DR && route->has_gateway)
		finding_add(
		    findings, FINDING_PROBLEM, "reach",
		    "use TUN or NAT for it, or put it onto a link of the director",
		    "the real server %s is behind a router: with DR the director must reach "
		    "it on its own link",
		    addr);
	else if (answer && answer->is_asked && !answer->n_macs)
		finding_add(findings, FINDING_PROBLEM, "reach",
			    "look whether it is up and its link",
			    "the real server %s does not answer %s on %s", addr,
			    way->addr.family == AF_INET ? "ARP" : "neighbour solicitations",
			    answer->interface);
	if (way->method == CONF_METHOD_TUN && interface)
		examine_tunnel(interface, addr, way->header, findings);
}

static size_t collect(const struct conf *conf, struct way **ret_ways)
{
	VEC(struct way) ways = {0};
	size_t n = 0;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < vs->n_real_servers; j++)
			*vec_push(&ways) =
			    (struct way){vs->real_servers[j].ep.addr, vs->real_servers[j].method,
					 header_of(&vs->real_servers[j])};
	}
	if (ways.n)
		qsort(ways.items, ways.n, sizeof(*ways.items), way_cmp);
	for (size_t i = 0; i < ways.n; i++)
		if (!n || way_cmp(&ways.items[n - 1], &ways.items[i]))
			ways.items[n++] = ways.items[i];
	*ret_ways = ways.items;
	return n;
}

/* A packet out of a tunnel seems to come from the wrong side. The kernel takes the greater value.
 */
static void examine_rp_filter(const struct conf *conf, const struct doctor_facts *facts,
			      struct findings *findings)
{
	const struct doctor_sysctl *sysctl =
	    doctor_sysctl_find(facts, "net.ipv4.conf.all.rp_filter");
	long all = sysctl && sysctl->is_there ? sysctl->value : 0;
	const char *name = NULL;

	if (!examine_has_method(conf, CONF_METHOD_NAT) &&
	    !examine_has_method(conf, CONF_METHOD_TUN))
		return;
	for (size_t i = 0; i < facts->interfaces.n && !name; i++) {
		const struct doctor_interface *interface = &facts->interfaces.items[i];

		if (interface->is_up && interface->has_arp &&
		    (interface->rp_filter > all ? interface->rp_filter : all) == 1)
			name = interface->name;
	}
	if (name)
		finding_add(findings, FINDING_WARNING, "reach",
			    "sysctl -w net.ipv4.conf.all.rp_filter=2",
			    "rp_filter is 1 on %s: where a client's way in and the way back "
			    "differ, its packets are dropped without a word",
			    name);
}

void examine_network(const struct conf *conf, const struct doctor_facts *facts,
		     struct findings *findings)
{
	size_t before = findings->list.n, n;
	struct doctor_route *routes = facts->routes.items;
	struct way *ways;

	/* The facts come in the order of a collection like this one: sorted by address. */
	n = collect(conf, &ways);
	for (size_t i = 0; i < n; i++) {
		struct doctor_route want_route = {.addr = ways[i].addr}, *route;
		struct doctor_answer want_answer = {.addr = ways[i].addr}, *answer;

		route = facts->routes.n ? bsearch(&want_route, routes, facts->routes.n,
						  sizeof(*routes), route_cmp)
					: NULL;
		answer = facts->answers.n
			     ? bsearch(&want_answer, facts->answers.items, facts->answers.n,
				       sizeof(want_answer), answer_cmp)
			     : NULL;
		if (route)
			examine_way(&ways[i], route, answer, facts, findings);
	}
	free(ways);
	examine_rp_filter(conf, facts, findings);
	if (findings->list.n == before && n)
		finding_add(findings, FINDING_OK, "reach", NULL,
			    "%s%zu real server%s reached as %s method wants it",
			    plural_of(n, "", "all "), n, plural_of(n, " is", "s are"),
			    plural_of(n, "its", "their"));
}
