/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/build.h"
#include "conf/resolve.h"

/* A port as the kernel gets it: only NAT can change it on the way. */
static uint16_t port_of(struct draft *draft, const struct node *node,
			const struct conf_virtual_server *vs)
{
	int64_t port = node->value.number;

	if (port == SCHEMA_NO_PORT || port == vs->key.ep.port)
		return vs->key.ep.port;
	if (vs->method == CONF_METHOD_NAT)
		return (uint16_t)port;
	report_warning(draft->report, &node->words[2].place,
		       "real_server %s: %s cannot change the port; the service's port %u is used",
		       node->words[1].text, conf_method_name(vs->method), vs->key.ep.port);
	return vs->key.ep.port;
}

static void real_server_build(struct draft *draft, const struct node *node,
			      const struct conf_virtual_server *vs, struct build_timing timing,
			      struct conf_real_server *rs)
{
	*rs = (struct conf_real_server){.ep = {.addr = node->value.addr},
					.weight = (uint32_t)build_default(draft, KW_WEIGHT).number,
					.method = vs->method,
					.place = *parse_place(node)};
	rs->ep.port = port_of(draft, node, vs);
	for (const struct node *child = node->children; child; child = child->next) {
		if (resolve_id(child) == KW_WEIGHT)
			rs->weight = (uint32_t)child->value.number;
		else
			build_timing_set(draft, &timing, child);
	}
	build_checks(draft, node, &timing, rs);
}

static void real_servers_build(struct draft *draft, const struct node *node,
			       const struct build_timing *timing, struct conf_virtual_server *vs)
{
	vs->real_servers = arena_calloc(draft->conf->arena, resolve_count(node, KW_REAL_SERVER),
					sizeof(*vs->real_servers));
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_REAL_SERVER)
			real_server_build(draft, child, vs, *timing,
					  &vs->real_servers[vs->n_real_servers++]);
}

static void protocol_check(struct draft *draft, const struct node *node)
{
	if (resolve_is_given(node, KW_PROTOCOL))
		return;
	report_warning(
	    draft->report, parse_place(node),
	    "virtual_server %s: protocol is absent, which means UDP; write `protocol TCP` or "
	    "`protocol UDP`",
	    node->words[1].text);
}

void build_virtual_server(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs)
{
	int64_t port = node->value.number == SCHEMA_NO_PORT ? 0 : node->value.number;
	struct build_timing timing = build_timing_none;

	*vs = (struct conf_virtual_server){
	    .key = {.family = node->value.addr.family,
		    .protocol = (uint16_t)build_default(draft, KW_PROTOCOL).number,
		    .ep = {node->value.addr, (uint16_t)port}},
	    .scheduler = build_default(draft, KW_LVS_SCHED).text,
	    .method = (enum conf_method)build_default(draft, KW_LVS_METHOD).number,
	    .place = *parse_place(node)};
	for (const struct node *child = node->children; child; child = child->next) {
		switch (resolve_id(child)) {
		case KW_LVS_SCHED:
			vs->scheduler = child->value.text;
			break;
		case KW_LVS_METHOD:
			vs->method = (enum conf_method)child->value.number;
			break;
		case KW_PROTOCOL:
			vs->key.protocol = (uint16_t)child->value.number;
			break;
		case KW_PERSISTENCE_TIMEOUT:
			vs->persistence_timeout = (uint32_t)child->value.number;
			break;
		default:
			build_timing_set(draft, &timing, child);
		}
	}
	protocol_check(draft, node);
	vs->delay_loop_us = timing.delay_loop_us < 0
				? (uint64_t)build_default(draft, KW_DELAY_LOOP).number
				: (uint64_t)timing.delay_loop_us;
	real_servers_build(draft, node, &timing, vs);
}
