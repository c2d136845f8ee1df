/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the settings of services and destinations for the kernel, with the rules between them; and
 * what a service needs outside IPVS: its translated source, and the packets that get its mark. */
#include "conf/model/build.h"

/* The keywords that set a flag of a scheduler. Without a scheduler's name they are for any
 * scheduler. */
static const struct flag {
	enum schema_id id;
	const char *scheduler;
	unsigned number;
} flags[] = {
    {KW_FLAG_1, NULL, 0},      {KW_FLAG_2, NULL, 1},      {KW_FLAG_3, NULL, 2},
    {KW_SH_PORT, "sh", 1},     {KW_SH_FALLBACK, "sh", 0}, {KW_MH_PORT, "mh", 1},
    {KW_MH_FALLBACK, "mh", 0},
};

#define N_FLAGS (sizeof(flags) / sizeof(flags[0]))

static const struct flag *flag_of(enum schema_id id)
{
	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags[i].id == id)
			return &flags[i];
	return NULL;
}

/* What is wrong with the first option that does not fit the type of the tunnel, as part of a
 * sentence; NULL: nothing. */
static const char *tunnel_objection(const struct node *node, const struct conf_tunnel *tunnel)
{
	size_t n_checksums = resolve_count(node, KW_TUNNEL_NOCSUM) +
			     resolve_count(node, KW_TUNNEL_CSUM) +
			     resolve_count(node, KW_TUNNEL_REMCSUM);

	if (n_checksums > 1)
		return "nocsum, csum and remcsum exclude one another";
	if (tunnel->type == CONF_TUNNEL_GUE && !tunnel->port)
		return "type gue needs the port on which the real servers take it";
	if (tunnel->type != CONF_TUNNEL_GUE && tunnel->port)
		return "only type gue has a port";
	if (tunnel->type == CONF_TUNNEL_IPIP && n_checksums)
		return "type ipip has no checksum to choose";
	if (tunnel->type == CONF_TUNNEL_GRE && tunnel->checksum == CONF_TUNNEL_REMCSUM)
		return "remcsum is for type gue";
	return NULL;
}

static struct conf_tunnel tunnel_of(const struct node *node)
{
	const struct node *type = resolve_child(node, KW_TUNNEL_TYPE);
	const struct node *port = resolve_child(node, KW_TUNNEL_PORT);
	struct conf_tunnel tunnel = {0};

	if (type)
		tunnel.type = (enum conf_tunnel_type)type->value.number;
	if (port)
		tunnel.port = (uint16_t)port->value.number;
	if (resolve_child(node, KW_TUNNEL_CSUM))
		tunnel.checksum = CONF_TUNNEL_CSUM;
	else if (resolve_child(node, KW_TUNNEL_REMCSUM))
		tunnel.checksum = CONF_TUNNEL_REMCSUM;
	return tunnel;
}

void build_forwarding(struct draft *draft, const struct node *node, enum conf_method *method,
		      struct conf_tunnel *tunnel)
{
	const char *objection;

	if (!node)
		return;
	*method = (enum conf_method)node->value.number;
	*tunnel = tunnel_of(node);
	if (!node->children)
		return;
	objection = *method == CONF_METHOD_TUN ? tunnel_objection(node, tunnel)
					       : "only TUN has an encapsulation";
	if (!objection)
		return;
	report_ignored(draft->report, &node->words[2].place, "%s %s: %s", node->words[0].text,
		       node->words[1].text, objection);
	*tunnel = (struct conf_tunnel){0};
}

void build_granularity(const struct node *node, struct conf_virtual_server *vs)
{
	if (node->value.tag == VALUE_ADDR)
		vs->granularity_ipv4 = addr_to_in(&node->value.addr).s_addr;
	else
		vs->granularity_ipv6 = (uint8_t)node->value.number;
}

static void flags_settle(struct draft *draft, const struct node *node,
			 struct conf_virtual_server *vs)
{
	for (const struct node *child = node->children; child; child = child->next) {
		const struct flag *flag = flag_of(resolve_id(child));

		if (!flag)
			continue;
		if (!flag->scheduler || !strcmp(flag->scheduler, vs->scheduler))
			vs->scheduler_flags[flag->number] = true;
		else
			report_ignored(draft->report, parse_place(child),
				       "%s is a flag of lvs_sched %s, and the scheduler is %s",
				       child->keyword->name, flag->scheduler, vs->scheduler);
	}
}

/* One-packet scheduling. The kernel would accept the flag for each protocol, but it has an effect
 * only for UDP (ip_vs_schedule). */
static void one_packet_settle(struct draft *draft, const struct node *node,
			      struct conf_virtual_server *vs)
{
	if (!vs->is_one_packet || !vs->key.protocol || vs->key.protocol == IPPROTO_UDP)
		return;
	report_ignored(draft->report, build_place(node, KW_OPS),
		       "ops is for UDP and firewall marks, and the protocol is %s",
		       vs->key.protocol == IPPROTO_TCP ? "TCP" : "SCTP");
	vs->is_one_packet = false;
}

static bool has_every_port(const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct svckey *key = conf_service_key(vs, i);

		if (!key->fwmark && !key->group[0] && !key->ep.port)
			return true;
	}
	return false;
}

static void persistence_settle(struct draft *draft, const struct node *node,
			       struct conf_virtual_server *vs)
{
	uint32_t usual = (uint32_t)build_bare(draft, KW_PERSISTENCE_TIMEOUT).number;
	char key[SVCKEY_TEXT_MAX];

	if (resolve_is_given(node, KW_PERSISTENCE_TIMEOUT))
		return;
	if (resolve_child(node, KW_PERSISTENCE_GRANULARITY)) {
		vs->persistence_timeout = usual;
	} else if (has_every_port(vs)) {
		vs->persistence_timeout = usual;
		report_warning(draft->report, &vs->place,
			       "virtual_server %s: %s stands for every port, which the kernel does "
			       "for persistent services only; persistence_timeout %u is used",
			       svckey_format(&vs->key, key), vs->group ? "a member" : "it", usual);
	}
}

static void granularity_check(struct draft *draft, const struct node *node,
			      struct conf_virtual_server *vs)
{
	const struct node *granularity = resolve_child(node, KW_PERSISTENCE_GRANULARITY);
	bool is_ipv4 = granularity && granularity->value.tag == VALUE_ADDR;

	if (!granularity || (is_ipv4 ? vs->has_ipv4 || !vs->has_ipv6 : vs->has_ipv6 || !vs->has_ipv4))
		return;
	report_ignored(draft->report, build_place(node, KW_PERSISTENCE_GRANULARITY),
		       "persistence_granularity %s is for %s; an %s service takes %s",
		       granularity->words[1].text, is_ipv4 ? "IPv4" : "IPv6",
		       is_ipv4 ? "IPv6" : "IPv4",
		       is_ipv4 ? "a prefix length of 1..128" : "a netmask like 255.255.255.0");
	vs->granularity_ipv4 = CONF_EACH_IPV4;
	vs->granularity_ipv6 = CONF_EACH_IPV6;
}

void build_settings_settle(struct draft *draft, const struct node *node,
			   struct conf_virtual_server *vs)
{
	flags_settle(draft, node, vs);
	one_packet_settle(draft, node, vs);
	persistence_settle(draft, node, vs);
	granularity_check(draft, node, vs);
	if (vs->persistence_engine[0] && !vs->persistence_timeout) {
		report_ignored(draft->report, build_place(node, KW_PERSISTENCE_ENGINE),
			       "persistence_engine %s needs persistence_timeout",
			       vs->persistence_engine);
		vs->persistence_engine = "";
	}
}

void build_timeouts(struct draft *draft, const struct node *node)
{
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, CONF_OBJECT_GLOBAL, &draft->conf->global);
	if (!node->children)
		report_ignored(
		    draft->report, parse_place(node),
		    "lvs_timeouts needs tcp, tcpfin or udp, each with a number of seconds");
}

/* --- outside IPVS --- */

static void fnat_build(struct draft *draft, const struct node *node, struct conf_virtual_server *vs)
{
	const struct node *source = resolve_child(node, KW_FNAT_SOURCE);
	char key[SVCKEY_TEXT_MAX];

	vs->fnat_source_place = source ? source->words[1].place : *parse_place(node);
	if (!conf_service_has_full_nat(vs)) {
		if (source)
			report_warning(draft->report, parse_place(source),
				       "fnat_source has no effect without lvs_method FNAT");
		return;
	}
	if (source)
		vs->fnat_source = source->value.addr;
	else if (!vs->key.fwmark && !vs->group)
		vs->fnat_source = vs->key.ep.addr;
	/* A wrong fnat_source has been reported; if the report is lenient, only as a warning. */
	else if (!resolve_is_given(node, KW_FNAT_SOURCE) || draft->report->is_lenient)
		report_error(draft->report, parse_place(node),
			     "virtual_server %s: FNAT needs fnat_source here, because %s has no "
			     "address of its own",
			     svckey_format(&vs->key, key),
			     vs->group ? "a group" : "a firewall mark");
}

static void prefix_settle(struct draft *draft, const struct node *node, struct conf_prefix *prefix)
{
	char text[ADDR_TEXT_MAX];

	prefix->place = node->words[1].place;
	if (addr_mask(&prefix->addr, prefix->len))
		report_warning(draft->report, &prefix->place,
			       "address %s has bits behind its prefix; %s/%u is used",
			       node->words[1].text, addr_format(&prefix->addr, text), prefix->len);
	if (!prefix->len)
		report_error(draft->report, &prefix->place,
			     "address %s stands for every address, and this director's own are among "
			     "them; write the addresses that clients connect to",
			     node->words[1].text);
}

/* match has the values of its statement, node. */
static void match_settle(struct draft *draft, const struct node *node, struct conf_match *match)
{
	size_t n = 0;

	match->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_MATCH_ADDRESS)
			prefix_settle(draft, child, &match->prefixes[n++]);
}

void build_host(struct draft *draft, const struct node *node, struct conf_virtual_server *vs)
{
	size_t n = 0;

	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_MATCH)
			match_settle(draft, child, &vs->matches[n++]);
	fnat_build(draft, node, vs);
}
