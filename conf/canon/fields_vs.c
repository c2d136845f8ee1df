/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/fields.h"
#include "conf/canon/canon.h"
#include "conf/canon/field.h"

#include <stdlib.h>

static char *forwarding_text(enum conf_method method, const struct conf_tunnel *tunnel)
{
	struct out text;

	out_init(&text, NULL, NULL);
	canon_forwarding_write(method, tunnel, &text);
	return out_take(&text);
}

static void forwarding_field(struct out *out, const char *name, enum conf_method old_method,
			     const struct conf_tunnel *older, enum conf_method new_method,
			     const struct conf_tunnel *newer)
{
	char *a, *b;

	if (old_method == new_method && conf_tunnel_is_same(older, newer))
		return;
	a = forwarding_text(old_method, older);
	b = forwarding_text(new_method, newer);
	field_text(out, name, a, b);
	free(a);
	free(b);
}

static void granularity_field(struct out *out, const struct conf_virtual_server *older,
			      const struct conf_virtual_server *newer)
{
	struct out a, b;
	char *before, *after;

	if (older->granularity_ipv4 == newer->granularity_ipv4 &&
	    older->granularity_ipv6 == newer->granularity_ipv6)
		return;
	out_init(&a, NULL, NULL);
	out_init(&b, NULL, NULL);
	canon_granularity_write(older, &a);
	canon_granularity_write(newer, &b);
	before = out_take(&a);
	after = out_take(&b);
	field_text(out, "persistence_granularity", before, after);
	free(before);
	free(after);
}

/* Writes the lines of a group, sorted, for free(). */
static char *group_text(const struct fields *fields, const struct conf_group *group)
{
	const struct table_entry *entry = &fields->table->of[SCHEMA_VIRTUAL_SERVER_GROUP].items[0];
	static const struct conf_group none;

	return canon_list_text(fields->table, entry->field, "; ", group ? group : &none);
}

/* The family of marks that do not name one. */
static uint16_t mark_family(const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < vs->n_members; i++)
		if (!vs->members[i].line->family)
			return vs->members[i].key.family;
	return AF_UNSPEC;
}

static void group_fields(struct fields *fields, const struct conf_virtual_server *older,
			 const struct conf_virtual_server *newer)
{
	uint16_t from = mark_family(older), to = mark_family(newer);
	char *a, *b;

	if (!older->group && !newer->group)
		return;
	a = group_text(fields, older->group);
	b = group_text(fields, newer->group);
	field_text(&fields->out, "members", a, b);
	free(a);
	free(b);
	if (from && to)
		field_text(&fields->out, "ip_family", from == AF_INET6 ? "inet6" : "inet",
			   to == AF_INET6 ? "inet6" : "inet");
}

static void sorry_server_field(struct out *out, const struct conf_virtual_server *older,
			       const struct conf_virtual_server *newer)
{
	char a[ENDPOINT_TEXT_MAX] = "", b[ENDPOINT_TEXT_MAX] = "";

	if (older->has_sorry_server)
		endpoint_format(&older->sorry_server.ep, a);
	if (newer->has_sorry_server)
		endpoint_format(&newer->sorry_server.ep, b);
	field_text(out, "sorry_server", a, b);
}

static bool has_sorry_servers(const struct conf_virtual_server *older,
			      const struct conf_virtual_server *newer)
{
	return older->has_sorry_server && newer->has_sorry_server;
}

static bool virtual_server_rule(struct fields *fields, const struct schema_keyword *row,
				const void *left, const void *right)
{
	const struct conf_virtual_server *older = left, *newer = right;
	struct out *out = &fields->out;

	switch (row->id) {
	case KW_LVS_METHOD:
		forwarding_field(out, row->name, older->method, &older->tunnel, newer->method,
				 &newer->tunnel);
		return true;
	case KW_PERSISTENCE_GRANULARITY:
		granularity_field(out, older, newer);
		return true;
	case KW_SORRY_SERVER:
		sorry_server_field(out, older, newer);
		return true;
	case KW_SORRY_SERVER_INHIBIT:
		return !has_sorry_servers(older, newer);
	case KW_SORRY_SERVER_LVS_METHOD:
		if (has_sorry_servers(older, newer))
			forwarding_field(out, row->name, older->sorry_server.method,
					 &older->sorry_server.tunnel, newer->sorry_server.method,
					 &newer->sorry_server.tunnel);
		return true;
	case KW_MATCH:
		fields_matches(fields, older, newer);
		return true;
	default:
		return false;
	}
}

void fields_virtual_server(struct fields *fields, const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer)
{
	group_fields(fields, older, newer);
	fields_walk(fields, SCHEMA_VIRTUAL_SERVER, older, newer, virtual_server_rule);
	fields_walk(fields, SCHEMA_FLAP_LINE, older, newer, NULL);
}

/*
 * What a new method means for connections. A connection keeps the method of its first packet
 * (ip_vs_bind_dest). But for a tunnel the kernel reads the destination's tunnel settings with each
 * packet (ip_vs_tunnel_xmit); a destination without a tunnel has those of type ipip.
 */
static const char *forwarding_remark(const struct conf_real_server *older,
				     const struct conf_real_server *newer)
{
	if (older->method == CONF_METHOD_TUN && newer->method == CONF_METHOD_TUN)
		return "open connections use the new tunnel at once";
	if (older->method == CONF_METHOD_TUN && older->tunnel.type != CONF_TUNNEL_IPIP)
		return "open connections keep lvs_method TUN, but with type ipip from now on";
	return "open connections keep their lvs_method";
}

static bool real_server_rule(struct fields *fields, const struct schema_keyword *row,
			     const void *left, const void *right)
{
	const struct conf_real_server *older = left, *newer = right;
	size_t len = fields->out.len;

	if (row->id != KW_LVS_METHOD)
		return false;
	forwarding_field(&fields->out, row->name, older->method, &older->tunnel, newer->method,
			 &newer->tunnel);
	if (fields->out.len != len)
		fields_note(fields, false, forwarding_remark(older, newer));
	return true;
}

void fields_real_server(struct fields *fields, const struct conf_real_server *older,
			const struct conf_real_server *newer)
{
	fields_walk(fields, SCHEMA_REAL_SERVER, older, newer, real_server_rule);
}
