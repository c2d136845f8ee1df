/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines the ways to the real servers, each real server once, whatever number of services it is
 * in. */
#include "doctor/examine.h"
#include "doctor/examine_help.h"
#include "base/plural.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sizes of headers; the outer ones are as net/netfilter/ipvs/ip_vs_xmit.c adds them. */
#define HEADER_V4          20
#define HEADER_V6          40
#define HEADER_TCP         20
#define HEADER_GUE         12 /* with the UDP header */
#define HEADER_GUE_REMCSUM 8
#define HEADER_GRE         4
#define HEADER_GRE_CSUM    4

/* The usual MTU of a client's packet, if nothing else is known. */
#define CLIENT_MTU 1500

/* Whether a server accepts packets for the virtual addresses. The worst counts. */
enum acceptance { ACCEPTANCE_NO, ACCEPTANCE_UNKNOWN, ACCEPTANCE_YES };

/* A way by which the configuration reaches a server. */
struct way {
	struct addr addr;
	enum conf_method method;
	unsigned header;        /* of TUN: bytes added in front of the client's packet; otherwise
				   0 */
	uint16_t client_family; /* the address family of that packet */
	enum acceptance accepts; /* as checks with through_vip found; not compared */
};

/* The ways on which no packets are stopped. */
struct ways_seen {
	size_t n_reached[CONF_METHOD_FNAT + 1]; /* by method */
	size_t n_accepts[CONF_METHOD_FNAT + 1], n_refuses[CONF_METHOD_FNAT + 1];
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
	r = r ? r : (int)a->header - (int)b->header;
	return r ? r : (int)a->client_family - (int)b->client_family;
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
			   const struct way *way, struct findings *findings)
{
	bool is_ipv6 = way->client_family == AF_INET6;
	unsigned header = way->header, taken = header + HEADER_TCP + (is_ipv6 ? HEADER_V6 : HEADER_V4);
	char remedy[160];

	if (interface->mtu >= CLIENT_MTU + header)
		return;
	snprintf(remedy, sizeof(remedy),
		 "on the real server: ip%s route change default ... advmss %u, or an MTU of %u for "
		 "the link of the director",
		 is_ipv6 ? " -6" : "", interface->mtu > taken ? interface->mtu - taken : 0,
		 CLIENT_MTU + header);
	finding_add(
	    findings, FINDING_WARNING, "mtu", remedy,
	    "the tunnel to %s leaves by %s with an MTU of %u, and its header takes %u: clients' "
	    "packets of more than %u bytes are refused with an ICMP message, which some clients "
	    "never receive",
	    addr, interface->name, interface->mtu, header, interface->mtu - header);
}

/* Reports anything that stops packets on the way. Returns whether they pass. */
static bool examine_way(const struct way *way, const struct doctor_route *route,
			const struct doctor_answer *answer, const struct doctor_facts *facts,
			struct findings *findings)
{
	const struct doctor_interface *interface =
	    doctor_interface_by_index(facts, route->interface);
	char addr[ADDR_TEXT_MAX];

	if (examine_link_cut(facts, route))
		return false; /* reported once for the interface */
	addr_format(&way->addr, addr);
	if (!route->is_there) {
		finding_add(findings, FINDING_PROBLEM, "reach", "add a route to it",
			    "there is no route to the real server %s", addr);
		return false;
	}
	if (route->is_local)
		return true; /* the server is this machine itself */
	if (way->method == CONF_METHOD_TUN && interface)
		examine_tunnel(interface, addr, way, findings);
	if (way->method == CONF_METHOD_DR && route->has_gateway) {
		finding_add(
		    findings, FINDING_PROBLEM, "reach",
		    "use TUN or NAT for it, or connect it to a link of the director",
		    "the real server %s is behind a router: with DR the director must reach "
		    "it on its own link",
		    addr);
		return false;
	}
	if (!answer || !answer->is_asked || answer->n_macs)
		return true;
	finding_add(findings, FINDING_PROBLEM, "reach", "check that the server is up and that its "
							"link works",
		    "the real server %s does not answer %s on %s", addr,
		    way->addr.family == AF_INET ? "ARP" : "neighbour solicitations",
		    answer->interface);
	return false;
}

/*
 * Whether the file has an address of the family that moves between the directors on the interface.
 */
static bool has_vip_on(const struct conf *conf, const char *interface, uint16_t family)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t j = 0; j < conf_n_held(&conf->vrrps[i]); j++)
			if (conf_held(&conf->vrrps[i], j)->addr.family == family &&
			    !strcmp(conf_held(&conf->vrrps[i], j)->interface, interface))
				return true;
	return false;
}

/*
 * With NAT the answers must come back through the director that is master. So the address that the
 * real servers use as gateway must move with the virtual address. Without VRRP there is one
 * director, and its own address will do.
 */
static void examine_gateway(const struct conf *conf, const struct doctor_interface *interface,
			    uint16_t family, size_t n, const struct addr *first,
			    struct findings *findings)
{
	char addr[ADDR_TEXT_MAX], remedy[320];

	if (!n || !conf->n_vrrps || has_vip_on(conf, interface->name, family))
		return;
	snprintf(remedy, sizeof(remedy),
		 "add an address on %s to the virtual_ipaddress of the instance that holds the "
		 "services' addresses (`ADDRESS/LENGTH dev %s`), and make it the default gateway of "
		 "the real servers",
		 interface->name, interface->name);
	finding_add(findings, FINDING_PROBLEM, "reach", remedy,
		    "NAT: no virtual address is on %s, where %zu real server%s (%s is the first): "
		    "these can only use the own address of one director as their gateway, so after "
		    "a failover their answers go to the wrong director",
		    interface->name, n, plural_of(n, " is", "s are"), addr_format(first, addr));
}

static const struct doctor_route *route_of(const struct doctor_facts *facts, const struct addr *addr)
{
	const struct doctor_route key = {.addr = *addr};

	return facts->routes.n ? bsearch(&key, facts->routes.items, facts->routes.n, sizeof(key),
					 route_cmp)
			       : NULL;
}

/* Examines real servers with NAT that are on a link of the director. Other real servers are behind
 * a router, which must send their answers to the director. */
static void examine_gateways(const struct conf *conf, const struct way *ways, size_t n_ways,
			     const struct doctor_facts *facts, struct findings *findings)
{
	static const uint16_t families[] = {AF_INET, AF_INET6};

	for (size_t i = 0; i < facts->interfaces.n * 2; i++) {
		const struct doctor_interface *interface = &facts->interfaces.items[i / 2];
		const struct addr *first = NULL;
		size_t n = 0;

		for (size_t k = 0; k < n_ways; k++) {
			const struct doctor_route *route = route_of(facts, &ways[k].addr);

			if (ways[k].method != CONF_METHOD_NAT ||
			    ways[k].addr.family != families[i % 2] || !route || !route->is_there ||
			    route->is_local || route->has_gateway ||
			    route->interface != interface->index)
				continue;
			first = first ? first : &ways[k].addr;
			n++;
		}
		examine_gateway(conf, interface, families[i % 2], n, first, findings);
	}
}

/* If a real server answers on its link, packets arrive. Whether it accepts packets for the virtual
 * address, as it must with DR and TUN, only a check with through_vip sees. */
static void examine_accepting(const struct ways_seen *seen, enum conf_method method,
			      struct findings *findings)
{
	size_t n_yes = seen->n_accepts[method], n_no = seen->n_refuses[method];
	size_t n = seen->n_reached[method] - n_yes - n_no;
	char remedy[240];

	snprintf(remedy, sizeof(remedy),
		 "run on each of them: lvsadm real-server up --method %s --vip ADDRESS (it changes "
		 "only what is missing, and says so)",
		 conf_method_name(method));
	if (n_yes)
		finding_add(findings, FINDING_OK, "reach", NULL,
			    "%s: %zu real server%s for the virtual address, as through_vip finds",
			    conf_method_name(method), n_yes,
			    plural_of(n_yes, " accepts packets", "s accept packets"));
	if (n_no)
		finding_add(findings, FINDING_WARNING, "reach", remedy,
			    "%s: %zu real server%s at the virtual address, as through_vip finds: "
			    "`lvsctl status` has the reasons",
			    conf_method_name(method), n_no,
			    plural_of(n_no, " does not serve", "s do not serve"));
	if (!n)
		return;
	snprintf(remedy + strlen(remedy), sizeof(remedy) - strlen(remedy), "; through_vip in its checks sees it");
	finding_add(findings, FINDING_UNKNOWN, "reach", remedy,
		    "%s: packets go out to %zu real server%s; it cannot be seen from here whether "
		    "%s the virtual address, which %s must with %s",
		    conf_method_name(method), n, plural(n),
		    plural_of(n, "it accepts packets for", "they accept packets for"),
		    plural_of(n, "it", "they"), conf_method_name(method));
}

static void examine_reached(const struct ways_seen *seen, struct findings *findings)
{
	size_t n = seen->n_reached[CONF_METHOD_NAT] + seen->n_reached[CONF_METHOD_FNAT];

	if (n)
		finding_add(findings, FINDING_OK, "reach", NULL,
			    "NAT: packets go out to %zu real server%s", n, plural(n));
	examine_accepting(seen, CONF_METHOD_DR, findings);
	examine_accepting(seen, CONF_METHOD_TUN, findings);
}

static enum acceptance worst(enum acceptance a, enum acceptance b)
{
	return a < b ? a : b;
}

/* What checks found about the server and one virtual address; NULL: any that has a check. */
static enum acceptance accepts(const struct conf_real_server *rs, const struct addr *vip,
			       const struct doctor_facts *facts)
{
	enum acceptance all = ACCEPTANCE_UNKNOWN;
	bool is_first = true;

	for (size_t i = 0; i < rs->n_checks; i++) {
		const struct doctor_passage key = {.server = rs->ep.addr,
						   .vip = rs->checks[i].target.addr}, *found;

		if (!rs->checks[i].is_through_vip || (vip && addr_cmp(&key.vip, vip)))
			continue;
		found = facts->passages.n
			    ? bsearch(&key, facts->passages.items, facts->passages.n, sizeof(key),
				      doctor_passage_cmp)
			    : NULL;
		if (found && (is_first || !found->is_up))
			all = found->is_up ? ACCEPTANCE_YES : ACCEPTANCE_NO;
		is_first = is_first && !found;
	}
	return all;
}

/* The worst of the virtual addresses of the service. One by firewall mark does not name them. */
static enum acceptance acceptance_of(const struct conf_virtual_server *vs,
				     const struct conf_real_server *rs,
				     const struct doctor_facts *facts)
{
	enum acceptance all = ACCEPTANCE_YES;

	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct svckey *key = conf_service_key(vs, i);

		all = worst(all, accepts(rs, key->fwmark ? NULL : &key->ep.addr, facts));
	}
	return all;
}

static size_t collect(const struct conf *conf, const struct doctor_facts *facts,
		      struct way **ret_ways)
{
	VEC(struct way) ways = {0};
	size_t n = 0;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < examine_n_servers(vs); j++) {
			const struct conf_real_server *rs = examine_server(vs, j);

			*vec_push(&ways) = (struct way){rs->ep.addr, rs->method, header_of(rs),
							conf_service_key(vs, 0)->family,
							acceptance_of(vs, rs, facts)};
		}
	}
	if (ways.n)
		qsort(ways.items, ways.n, sizeof(*ways.items), way_cmp);
	for (size_t i = 0; i < ways.n; i++)
		if (!n || way_cmp(&ways.items[n - 1], &ways.items[i]))
			ways.items[n++] = ways.items[i];
		else
			ways.items[n - 1].accepts = worst(ways.items[n - 1].accepts, ways.items[i].accepts);
	*ret_ways = ways.items;
	return n;
}

/* A packet out of a tunnel seems to come from the wrong interface, so reverse path filtering drops
 * it. The kernel uses the greater of the two sysctls. */
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

		if (interface->has_carrier && interface->has_arp &&
		    (interface->rp_filter > all ? interface->rp_filter : all) == 1)
			name = interface->name;
	}
	if (name)
		finding_add(findings, FINDING_WARNING, "reach",
			    "sysctl -w net.ipv4.conf.all.rp_filter=2",
			    "rp_filter is 1 on %s: if the way from a client and the way back use "
			    "different interfaces, the client's packets are dropped without any "
			    "message",
			    name);
}

void examine_network(const struct conf *conf, const struct doctor_facts *facts,
		     struct findings *findings)
{
	struct ways_seen seen = {0};
	struct way *ways;
	size_t n = collect(conf, facts, &ways);

	/* The facts were collected in the same order: sorted by address. */
	for (size_t i = 0; i < n; i++) {
		const struct doctor_answer want = {.addr = ways[i].addr}, *answer;
		const struct doctor_route *route = route_of(facts, &ways[i].addr);

		answer = facts->answers.n
			     ? bsearch(&want, facts->answers.items, facts->answers.n, sizeof(want),
				       answer_cmp)
			     : NULL;
		if (!route || !examine_way(&ways[i], route, answer, facts, findings))
			continue;
		seen.n_reached[ways[i].method]++;
		seen.n_accepts[ways[i].method] += ways[i].accepts == ACCEPTANCE_YES;
		seen.n_refuses[ways[i].method] += ways[i].accepts == ACCEPTANCE_NO;
	}
	examine_gateways(conf, ways, n, facts, findings);
	free(ways);
	examine_rp_filter(conf, facts, findings);
	examine_reached(&seen, findings);
}
