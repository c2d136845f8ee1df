/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/openings.h"

#include "base/mem.h"
#include "conf/kind.h"
#include "conf/through_ports.h"
#include "doctor/examine_help.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROTOCOL_VRRP 112
#define PROTOCOL_AH   51

/* The kernel's port, if the file names none (net/netfilter/ipvs/ip_vs_sync.c). */
#define SYNC_PORT  8848
#define SYNC_GROUP "224.0.0.81"

#define PORT_MAX 65535

static struct addr address(const char *text)
{
	struct addr addr = {0};

	addr_parse(text, &addr);
	return addr;
}

/* Adds both directions of one kind of message between directors. */
static void add_both(struct openings *openings, struct opening opening, const char *interface)
{
	opening.chain = "INPUT";
	opening.in = interface;
	opening.out = "";
	*vec_push(&openings->list) = opening;
	opening.chain = "OUTPUT";
	opening.in = "";
	opening.out = interface;
	*vec_push(&openings->list) = opening;
}

static void add_instance(struct openings *openings, const struct conf_vrrp *vrrp)
{
	struct opening opening = {
	    .family = vrrp->family, .protocol = vrrp->auth_pass[0] && vrrp->auth_type == CONF_AUTH_AH
				? PROTOCOL_AH
				: PROTOCOL_VRRP,
	    .why = "VRRP advertisements"};

	if (!vrrp->n_peers) {
		opening.destination =
		    vrrp->group.family != AF_UNSPEC
			? vrrp->group
			: address(vrrp->family == AF_INET ? "224.0.0.18" : "ff02::12");
		add_both(openings, opening, vrrp->interface);
		return;
	}
	for (size_t i = 0; i < vrrp->n_peers; i++) {
		struct opening in = opening, out = opening;

		in.chain = "INPUT";
		in.in = vrrp->interface;
		in.out = "";
		in.source = vrrp->peers[i].addr;
		*vec_push(&openings->list) = in;
		out.chain = "OUTPUT";
		out.in = "";
		out.out = vrrp->interface;
		out.destination = vrrp->peers[i].addr;
		*vec_push(&openings->list) = out;
	}
}

static void add_sync(struct openings *openings, const struct conf_sync_daemon *sync)
{
	struct opening opening = {.protocol = IPPROTO_UDP,
				  .port = sync->port ? sync->port : SYNC_PORT,
				  .destination = sync->group,
				  .why = "connection synchronization"};

	if (opening.destination.family == AF_UNSPEC)
		opening.destination = address(SYNC_GROUP);
	opening.family = opening.destination.family;
	add_both(openings, opening, sync->interface);
}

/* Each director sends to the port of the other one, from its own. */
static void add_relay(struct openings *openings, const struct conf_relay *relay)
{
	for (size_t i = 0; i < relay->n_peers; i++) {
		struct opening opening = {.chain = "INPUT",
					  .family = relay->listen.family,
					  .protocol = IPPROTO_UDP,
					  .source = relay->peers[i].addr,
					  .destination = relay->listen,
					  .port = relay->listen_port,
					  .in = "",
					  .out = "",
					  .why = "connection synchronization"};

		*vec_push(&openings->list) = opening;
		opening.chain = "OUTPUT";
		opening.source = relay->listen;
		opening.destination = relay->peers[i].addr;
		opening.port = relay->peers[i].port;
		*vec_push(&openings->list) = opening;
	}
}

/* Changes the packet to the form that the filter sees of it in the tunnel. */
static void take_tunnel(struct opening *out, const struct conf_tunnel *tunnel)
{
	out->port = 0;
	out->why = "tunnel to a real server";
	switch (tunnel->type) {
	case CONF_TUNNEL_GUE:
		out->protocol = IPPROTO_UDP;
		out->port = tunnel->port;
		break;
	case CONF_TUNNEL_GRE:
		out->protocol = IPPROTO_GRE;
		break;
	default:
		out->protocol = out->family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
		break;
	}
}

/* Adds the openings for rs, which is at ep in the kernel's service. */
static void add_real_server(struct openings *openings, const struct svckey *key,
			    const struct conf_real_server *rs, const struct endpoint *ep)
{
	struct opening out = {.chain = "OUTPUT",
			      .family = ep->addr.family,
			      .protocol = (uint8_t)key->protocol,
			      .destination = ep->addr,
			      .port = ep->port,
			      .in = "",
			      .out = "",
			      .why = "requests to a real server"};
	struct opening back = {.chain = "FORWARD",
			       .family = ep->addr.family,
			       .protocol = (uint8_t)key->protocol,
			       .source = ep->addr,
			       .in = "",
			       .out = "",
			       .why = "answers of a real server"};

	if (rs->method == CONF_METHOD_TUN) {
		take_tunnel(&out, &rs->tunnel);
	} else if (rs->method == CONF_METHOD_DR) {
		/* The packet keeps its destination address; only the frame is addressed to the real
		 * server. */
		out.destination = key->ep.addr;
		out.port = key->ep.port;
		out.why = "requests to real servers";
	}
	*vec_push(&openings->list) = out;
	if (rs->method == CONF_METHOD_NAT || rs->method == CONF_METHOD_FNAT)
		*vec_push(&openings->list) = back;
}

static uint8_t check_protocol(const struct conf_check *check)
{
	switch (conf_kinds[check->type].rules->transport) {
	case CONF_TRANSPORT_UDP:
		return IPPROTO_UDP;
	case CONF_TRANSPORT_ICMP:
		return check->target.addr.family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	default:
		return IPPROTO_TCP;
	}
}

/*
 * A check with through_vip asks at the virtual address. IPVS sends the question on untracked, so connection tracking
 * does not know the answer: a SYN/ACK is INVALID, a datagram NEW. The kernel chooses the port of a datagram's sender.
 */
static void add_passage(struct openings *openings, const struct conf_real_server *rs,
			const struct conf_check *check)
{
	bool is_tcp = check_protocol(check) == IPPROTO_TCP;
	struct opening out = {.chain = "OUTPUT",
			      .family = check->target.addr.family,
			      .protocol = check_protocol(check),
			      .destination = check->target.addr,
			      .port = check->target.port,
			      .state = FIREWALL_UNTRACKED,
			      .in = "",
			      .out = "",
			      .why = "health checks through the virtual address"};
	struct opening back = {.chain = "INPUT",
			       .family = check->target.addr.family,
			       .protocol = check_protocol(check),
			       .source = check->target.addr,
			       .destination = check->bind.addr,
			       .port = is_tcp ? CONF_THROUGH_PORT_FIRST : 1,
			       .port_last = is_tcp ? CONF_THROUGH_PORT_LAST : PORT_MAX,
			       .source_port = check->target.port,
			       .state = is_tcp ? FIREWALL_INVALID : FIREWALL_NEW,
			       .in = "",
			       .out = "",
			       .why = "answers to health checks through the virtual address"};

	if (rs->method == CONF_METHOD_TUN) {
		out.family = rs->ep.addr.family;
		out.destination = rs->ep.addr;
		out.state = FIREWALL_NEW;
		take_tunnel(&out, &rs->tunnel);
	}
	*vec_push(&openings->list) = out;
	*vec_push(&openings->list) = back;
}

/* A probe is a question that the director asks. */
static void add_checks(struct openings *openings, const struct conf_real_server *rs)
{
	for (size_t i = 0; i < rs->n_checks; i++) {
		const struct conf_check *check = &rs->checks[i];
		struct opening out = {.chain = "OUTPUT",
				      .family = check->target.addr.family,
				      .protocol = check_protocol(check),
				      .destination = check->target.addr,
				      .port = check->target.port,
				      .in = "",
				      .out = "",
				      .why = "health checks"};
		struct opening back = {.chain = "INPUT",
				       .family = check->target.addr.family,
				       .protocol = check_protocol(check),
				       .source = check->target.addr,
				       .source_port = check->target.port,
				       .state = FIREWALL_ESTABLISHED,
				       .in = "",
				       .out = "",
				       .why = "answers to health checks"};

		if (conf_check_kind(check)->runner != CONF_RUNNER_CHECK)
			continue; /* it is not known what a script sends */
		if (check->is_through_vip) {
			add_passage(openings, rs, check);
			continue;
		}
		*vec_push(&openings->list) = out;
		*vec_push(&openings->list) = back;
	}
}

/* Adds the openings for service i of those that vs is in the kernel. */
static void openings_add_service(struct openings *openings, const struct conf_virtual_server *vs,
				 size_t i)
{
	const struct svckey *key = conf_service_key(vs, i);
	struct opening in = {.chain = "INPUT",
			     .family = key->family,
			     .protocol = (uint8_t)key->protocol,
			     .destination = key->ep.addr,
			     .port = key->ep.port,
			     .in = "",
			     .out = "",
			     .why = "requests of clients"};

	/* A packet with a mark may have any address. Whoever marks packets has rules for them
	 * already. */
	if (!key->fwmark)
		*vec_push(&openings->list) = in;
	for (size_t k = 0; k < examine_n_servers(vs); k++) {
		const struct conf_real_server *rs = examine_server(vs, k);
		struct endpoint ep = conf_service_server(vs, i, rs);

		if (i == 0)
			add_checks(openings, rs);
		if (!key->fwmark || rs->method != CONF_METHOD_DR)
			add_real_server(openings, key, rs, &ep);
	}
}

static int opening_cmp(const void *pa, const void *pb)
{
	const struct opening *a = pa, *b = pb;
	int r = strcmp(a->chain, b->chain);

	r = r ? r : strcmp(a->why, b->why);
	r = r ? r : (int)a->family - (int)b->family;
	r = r ? r : (int)a->protocol - (int)b->protocol;
	r = r ? r : addr_cmp(&a->source, &b->source);
	r = r ? r : addr_cmp(&a->destination, &b->destination);
	r = r ? r : (int)a->port - (int)b->port;
	r = r ? r : (int)a->port_last - (int)b->port_last;
	r = r ? r : (int)a->source_port - (int)b->source_port;
	r = r ? r : (int)a->state - (int)b->state;
	r = r ? r : strcmp(a->in, b->in);
	return r ? r : strcmp(a->out, b->out);
}

void openings_of(const struct conf *conf, struct openings *ret_openings)
{
	size_t n = 0;

	*ret_openings = (struct openings){0};
	for (size_t i = 0; i < conf->n_vrrps; i++)
		add_instance(ret_openings, &conf->vrrps[i]);
	if (conf->global.sync_daemon.is_on)
		add_sync(ret_openings, &conf->global.sync_daemon);
	if (conf->global.relay.is_on)
		add_relay(ret_openings, &conf->global.relay);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t k = 0; k < conf_service_count(&conf->virtual_servers[i]); k++)
			openings_add_service(ret_openings, &conf->virtual_servers[i], k);
	if (!ret_openings->list.n)
		return;
	qsort(ret_openings->list.items, ret_openings->list.n, sizeof(*ret_openings->list.items),
	      opening_cmp);
	for (size_t i = 0; i < ret_openings->list.n; i++)
		if (!n ||
		    opening_cmp(&ret_openings->list.items[n - 1], &ret_openings->list.items[i]))
			ret_openings->list.items[n++] = ret_openings->list.items[i];
	ret_openings->list.n = n;
}

static bool has_port(const struct opening *opening, uint16_t port)
{
	return port &&
	       (opening->protocol == IPPROTO_TCP || opening->protocol == IPPROTO_UDP ||
		opening->protocol == IPPROTO_SCTP);
}

/* Writes a condition for the destination's port; keyword has the blanks around it. */
static void print_port(const struct opening *opening, const char *keyword, char to, FILE *out)
{
	if (!has_port(opening, opening->port) ||
	    (opening->port == 1 && opening->port_last == PORT_MAX))
		return;
	fprintf(out, "%s%u", keyword, opening->port);
	if (opening->port_last)
		fprintf(out, "%c%u", to, opening->port_last);
}

/* In the table raw, before connection tracking, a packet has no state, so the rule must not ask for
 * it. */
static void print_rule(const struct opening *opening, bool has_state, FILE *out)
{
	char source[ADDR_TEXT_MAX], destination[ADDR_TEXT_MAX];

	if (*opening->in)
		fprintf(out, " -i %s", opening->in);
	if (*opening->out)
		fprintf(out, " -o %s", opening->out);
	if (opening->protocol)
		fprintf(out, " -p %u", opening->protocol);
	if (opening->source.family != AF_UNSPEC)
		fprintf(out, " -s %s", addr_format(&opening->source, source));
	if (opening->destination.family != AF_UNSPEC)
		fprintf(out, " -d %s", addr_format(&opening->destination, destination));
	if (has_port(opening, opening->source_port))
		fprintf(out, " --sport %u", opening->source_port);
	print_port(opening, " --dport ", ':', out);
	if (opening->state == FIREWALL_ESTABLISHED && has_state)
		fputs(" -m conntrack --ctstate ESTABLISHED", out);
	fputs(" -j ACCEPT", out);
}

static const char *program(const struct opening *opening)
{
	return opening->family == AF_INET6 ? "ip6tables" : "iptables";
}

char *opening_rule(const struct opening *opening)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		mem_exhausted(1);
	fprintf(out, "%s -A %s", program(opening), opening->chain);
	print_rule(opening, true, out);
	if (fclose(out) != 0)
		mem_exhausted(len);
	return text;
}

char *opening_table_rule(const struct opening *opening, const char *table, const char *chain)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		mem_exhausted(1);
	fputs(program(opening), out);
	if (strcmp(table, "filter") != 0)
		fprintf(out, " -t %s", table);
	fprintf(out, " -I %s", chain);
	print_rule(opening, strcmp(table, "raw") != 0, out);
	if (fclose(out) != 0)
		mem_exhausted(len);
	return text;
}

char *opening_nft_rule(const struct opening *opening, const char *chain)
{
	const char *family = opening->family == AF_INET6 ? "ip6" : "ip";
	char address[ADDR_TEXT_MAX];
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		mem_exhausted(1);
	fprintf(out, "nft insert rule %s", chain);
	if (*opening->in)
		fprintf(out, " iifname %s", opening->in);
	if (*opening->out)
		fprintf(out, " oifname %s", opening->out);
	if (opening->source.family != AF_UNSPEC)
		fprintf(out, " %s saddr %s", family, addr_format(&opening->source, address));
	if (opening->destination.family != AF_UNSPEC)
		fprintf(out, " %s daddr %s", family, addr_format(&opening->destination, address));
	if (opening->protocol)
		fprintf(out, " meta l4proto %u", opening->protocol);
	if (has_port(opening, opening->source_port))
		fprintf(out, " th sport %u", opening->source_port);
	print_port(opening, " th dport ", '-', out);
	if (opening->state == FIREWALL_ESTABLISHED)
		fputs(" ct state established", out);
	fputs(" accept", out);
	if (fclose(out) != 0)
		mem_exhausted(len);
	return text;
}
