/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/build.h"
#include "conf/text/seconds.h"

static void other_port_report(struct draft *draft, const struct node *node,
			      enum conf_method method, uint16_t port)
{
	const char *server = node->keyword->name, *addr = node->words[1].text;
	const char *name = conf_method_name(method);
	bool is_probed = resolve_id(node) == KW_REAL_SERVER && node->value.endpoint.port;

	if (port)
		report_warning(
		    draft->report, &node->words[2].place,
		    "%s %s: %s cannot change the port; the service's port %u is used%s", server,
		    addr, name, port,
		    is_probed ? ", and checks without a connect_port connect to this port" : "");
	else
		report_warning(
		    draft->report, &node->words[2].place,
		    "%s %s: %s cannot change the port, and the service is for every port: each "
		    "connection keeps the port that its client asked for%s",
		    server, addr, name,
		    is_probed ? ", and checks without a connect_port connect to this port" : "");
}

/* The name of a server: address and port as in the file, whatever port the kernel gets. */
static struct endpoint id_of(const struct node *node, const struct conf_virtual_server *vs)
{
	int64_t port = node->value.endpoint.port;
	struct endpoint id = {.addr = node->value.addr};

	if (port != SCHEMA_NO_PORT)
		id.port = (uint16_t)port;
	else if (!vs->group)
		id.port = vs->key.ep.port;
	return id;
}

/* Sets the port of a server in a group, whose members may have different ports. */
static void group_port_set(struct draft *draft, const struct node *node,
			   const struct conf_virtual_server *vs, struct conf_real_server *rs)
{
	int64_t port = node->value.endpoint.port, shared = build_group_port(vs->group);
	/* Port 0 means every port, which in a group is the port of each member. */
	bool is_given = port > 0;

	rs->has_port_of_member =
	    (rs->method != CONF_METHOD_NAT && rs->method != CONF_METHOD_FNAT) || !is_given;
	rs->ep.port = is_given ? (uint16_t)port : 0;
	if (!rs->has_port_of_member || shared == SCHEMA_NO_PORT)
		return;
	if (is_given && port != shared)
		other_port_report(draft, node, rs->method, (uint16_t)shared);
	rs->ep.port = (uint16_t)shared;
}

/* Sets the port that the kernel gets. Only NAT can change the port of a packet. */
static void port_set(struct draft *draft, const struct node *node,
		     const struct conf_virtual_server *vs, struct conf_real_server *rs)
{
	int64_t port = node->value.endpoint.port;

	if (vs->group) {
		group_port_set(draft, node, vs, rs);
		return;
	}
	if (vs->key.group[0])
		return; /* no such group: its port is not known, and that was reported */
	rs->ep.port = vs->key.ep.port;
	if (port == SCHEMA_NO_PORT)
		return;
	if (rs->method == CONF_METHOD_NAT || rs->method == CONF_METHOD_FNAT)
		rs->ep.port = (uint16_t)port;
	/* A service with a firewall mark has no port, so the port of a server cannot differ from
	 * it. */
	else if (!vs->key.fwmark && port != vs->key.ep.port)
		other_port_report(draft, node, rs->method, vs->key.ep.port);
}

static void thresholds_settle(struct draft *draft, const struct node *node,
			      struct conf_real_server *rs)
{
	if (rs->lower_threshold <= rs->upper_threshold)
		return;
	if (!rs->upper_threshold)
		report_ignored(draft->report, build_place(node, KW_LTHRESHOLD),
			       "real_server %s: lthreshold needs uthreshold", node->words[1].text);
	else
		report_ignored(draft->report, build_place(node, KW_LTHRESHOLD),
			       "real_server %s: lthreshold %u is above uthreshold %u, which the "
			       "kernel refuses",
			       node->words[1].text, rs->lower_threshold, rs->upper_threshold);
	rs->lower_threshold = 0;
}

static void real_server_build(struct draft *draft, const struct node *node,
			      const struct conf_virtual_server *vs, struct build_heritage heritage,
			      struct conf_real_server *rs)
{
	bool is_inhibiting = rs->is_inhibiting, is_passive = rs->is_passive;

	*rs = draft->templates.real_server;
	rs->id = id_of(node, vs);
	rs->ep.addr = node->value.addr;
	rs->weight = vs->weight;
	rs->method = vs->method;
	rs->tunnel = vs->tunnel;
	rs->is_inhibiting = is_inhibiting;
	rs->is_passive = is_passive;
	rs->place = *parse_place(node);
	build_forwarding(draft, resolve_child(node, KW_LVS_METHOD), &rs->method, &rs->tunnel);
	port_set(draft, node, vs, rs);
	for (const struct node *child = node->children; child; child = child->next)
		if (!build_field(draft, child, CONF_OBJECT_REAL_SERVER, rs))
			build_heritage_set(draft, &heritage, child);
	thresholds_settle(draft, node, rs);
	build_pace_judge(draft, node);
	build_checks(draft, node, &heritage, rs);
}

static void real_servers_build(struct draft *draft, const struct node *node,
			       const struct build_heritage *heritage,
			       struct conf_virtual_server *vs)
{
	const struct node *inhibit = resolve_child(node, KW_INHIBIT_ON_FAILURE);
	const struct node *passive = resolve_child(node, KW_PASSIVE);

	vs->real_servers = arena_calloc(draft->conf->arena, resolve_count(node, KW_REAL_SERVER),
					sizeof(*vs->real_servers));
	for (const struct node *child = node->children; child; child = child->next) {
		struct conf_real_server *rs = &vs->real_servers[vs->n_real_servers];

		if (resolve_id(child) != KW_REAL_SERVER) {
			draft->conf->n_lost_real_servers +=
			    child->keyword && child->keyword->id == KW_REAL_SERVER;
			continue;
		}
		vs->n_real_servers++;
		rs->is_inhibiting = inhibit && inhibit->value.number;
		rs->is_passive = passive && passive->value.number;
		real_server_build(draft, child, vs, *heritage, rs);
	}
}

static void sorry_server_build(struct draft *draft, const struct node *node,
			       struct conf_virtual_server *vs)
{
	const struct node *sorry = resolve_child(node, KW_SORRY_SERVER);
	static const enum schema_id helpers[] = {KW_SORRY_SERVER_INHIBIT,
						 KW_SORRY_SERVER_LVS_METHOD};

	for (size_t i = 0; i < 2 && !resolve_is_given(node, KW_SORRY_SERVER); i++)
		if (resolve_child(node, helpers[i]))
			report_warning(draft->report, parse_place(resolve_child(node, helpers[i])),
				       "%s has no effect without a sorry_server",
				       lookup_row(draft->lookup, helpers[i])->name);
	if (!sorry)
		return;
	vs->has_sorry_server = true;
	vs->is_sorry_inhibiting = resolve_child(node, KW_SORRY_SERVER_INHIBIT);
	vs->sorry_server = (struct conf_real_server){
	    .id = id_of(sorry, vs),
	    .ep = {.addr = sorry->value.addr},
	    .weight = (uint32_t)build_default(draft, KW_SERVICE_WEIGHT).number,
	    .method = vs->method,
	    .tunnel = vs->tunnel,
	    .is_inhibiting = vs->is_sorry_inhibiting,
	    .place = *parse_place(sorry)};
	build_forwarding(draft, resolve_child(node, KW_SORRY_SERVER_LVS_METHOD),
			 &vs->sorry_server.method, &vs->sorry_server.tunnel);
	port_set(draft, sorry, vs, &vs->sorry_server);
}

static void protocol_settle(struct draft *draft, const struct node *node,
			    struct conf_virtual_server *vs)
{
	const struct node *protocol = resolve_child(node, KW_PROTOCOL);

	if (vs->key.fwmark ||
	    (vs->group && vs->group->n_lines && !build_group_has_addresses(vs->group))) {
		vs->key.protocol = 0;
		if (protocol)
			report_warning(draft->report, parse_place(protocol),
				       "protocol has no effect on a service by firewall mark");
		return;
	}
	if (resolve_is_given(node, KW_PROTOCOL) || (node->is_cut && !draft->report->is_lenient))
		return;
	report_warning(draft->report, parse_place(node),
		       "virtual_server %s%s%s: protocol is absent, which means UDP; write `protocol "
		       "TCP`, `protocol UDP` or `protocol SCTP`",
		       node->words[1].text, vs->key.group[0] ? " " : "", vs->key.group);
}

/* The family of the servers that are not tunnelled. Packets with the mark of the service have the
 * same family. */
static uint16_t servers_family(const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (vs->real_servers[i].method != CONF_METHOD_TUN)
			return vs->real_servers[i].ep.addr.family;
	if (vs->has_sorry_server && vs->sorry_server.method != CONF_METHOD_TUN)
		return vs->sorry_server.ep.addr.family;
	return vs->n_real_servers ? vs->real_servers[0].ep.addr.family : AF_INET;
}

static void family_settle(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs)
{
	const struct node *family = resolve_child(node, KW_IP_FAMILY);

	if (vs->key.group[0])
		build_members(draft, node, servers_family(vs), vs);
	else if (vs->key.fwmark)
		vs->key.family = family ? (uint16_t)family->value.number : servers_family(vs);
	else if (family && family->value.number != vs->key.family)
		report_ignored(draft->report, build_place(node, KW_IP_FAMILY),
			       "virtual_server %s: ip_family %s contradicts the address",
			       node->words[1].text, family->value.choice.name);
	vs->has_ipv4 |= vs->key.family == AF_INET;
	vs->has_ipv6 |= vs->key.family == AF_INET6;
}

static void flap_build(struct draft *draft, const struct node *node, struct conf_virtual_server *vs)
{
	char hold[SECONDS_TEXT_MAX], most[SECONDS_TEXT_MAX];

	build_field(draft, node, CONF_OBJECT_VIRTUAL_SERVER, vs);
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, CONF_OBJECT_VIRTUAL_SERVER, vs);
	if (vs->flap.hold_us > vs->flap.max_us)
		report_error(draft->report, parse_place(node),
			     "flap_damping: the first hold of %s s is longer than max %s s: write a "
			     "longer max or a shorter hold",
			     seconds_format(vs->flap.hold_us, hold),
			     seconds_format(vs->flap.max_us, most));
}

/* Takes the value of one statement. Statements that depend on others are handled later. */
static void statement_apply(struct draft *draft, const struct node *node,
			    struct conf_virtual_server *vs, struct build_heritage *heritage)
{
	switch (resolve_id(node)) {
	case KW_LVS_METHOD:
		build_forwarding(draft, node, &vs->method, &vs->tunnel);
		break;
	case KW_PROTOCOL:
		vs->key.protocol = (uint16_t)node->value.number;
		break;
	case KW_PERSISTENCE_GRANULARITY:
		build_granularity(node, vs);
		break;
	case KW_FLAP_DAMPING:
		flap_build(draft, node, vs);
		break;
	case KW_FLAG_1:
	case KW_FLAG_2:
	case KW_FLAG_3:
	case KW_SH_PORT:
	case KW_SH_FALLBACK:
	case KW_MH_PORT:
	case KW_MH_FALLBACK:
	case KW_SORRY_SERVER_INHIBIT:
	case KW_FNAT_SOURCE:
		break; /* handled later, since they depend on other statements */
	default:
		build_field(draft, node, CONF_OBJECT_VIRTUAL_SERVER, vs);
		build_heritage_set(draft, heritage, node);
	}
}

static struct svckey key_of(struct draft *draft, const struct node *node)
{
	const struct schema_value *value = &node->value;
	struct svckey key = {0};

	if (value->tag == VALUE_MARK) {
		key.fwmark = value->mark.mark;
		return key;
	}
	key.protocol = (uint16_t)build_default(draft, KW_PROTOCOL).number;
	if (value->tag == VALUE_GROUP) {
		strcpy(key.group, value->text);
		return key;
	}
	key.family = value->addr.family;
	key.ep.addr = value->addr;
	key.ep.port = value->endpoint.port == SCHEMA_NO_PORT ? 0 : (uint16_t)value->endpoint.port;
	return key;
}

void build_virtual_server(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs)
{
	struct build_heritage heritage = {.host = ""};

	*vs = draft->templates.virtual_server;
	vs->key = key_of(draft, node);
	vs->method = (enum conf_method)build_default(draft, KW_LVS_METHOD).number;
	vs->granularity_ipv4 = CONF_EACH_IPV4;
	vs->granularity_ipv6 = CONF_EACH_IPV6;
	vs->drain_timeout = draft->conf->global.drain_timeout;
	vs->place = *parse_place(node);
	if (vs->key.group[0])
		vs->group = build_group_find(draft, node);
	for (const struct node *child = node->children; child; child = child->next)
		statement_apply(draft, child, vs, &heritage);
	build_pace_judge(draft, node);
	protocol_settle(draft, node, vs);
	heritage.service_delay_loop_us = vs->delay_loop_us;
	real_servers_build(draft, node, &heritage, vs);
	sorry_server_build(draft, node, vs);
	family_settle(draft, node, vs);
	build_settings_settle(draft, node, vs);
	build_host(draft, node, vs);
}
