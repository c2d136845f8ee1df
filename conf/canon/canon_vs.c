/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/sorted.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void canon_forwarding_write(enum conf_method method, const struct conf_tunnel *tunnel,
			    struct out *out)
{
	static const char *const checksums[] = {"", " csum", " remcsum"};

	out_text(out, conf_method_name(method));
	if (method != CONF_METHOD_TUN)
		return;
	out_text(out, " type ");
	out_text(out, conf_tunnel_name(tunnel->type));
	if (tunnel->port) {
		out_text(out, " port ");
		out_number(out, tunnel->port);
	}
	out_text(out, checksums[tunnel->checksum]);
}

void canon_granularity_write(const struct conf_virtual_server *vs, struct out *out)
{
	struct addr mask = addr_from_in((struct in_addr){vs->granularity_ipv4});

	if (vs->granularity_ipv6 != CONF_EACH_IPV6 || !vs->has_ipv4)
		out_number(out, vs->granularity_ipv6);
	else
		out_addr(out, &mask);
}

static void endpoint_write(const struct endpoint *ep, struct out *out)
{
	out_addr(out, &ep->addr);
	out_text(out, " ");
	out_number(out, ep->port);
}

/* Writes the method of a server of vs; the method of vs itself is the default. */
static void forwarding_write(enum schema_id id, enum conf_method method,
			     const struct conf_tunnel *tunnel, const struct conf_virtual_server *vs,
			     struct lines *lines)
{
	lines_begin(lines, id);
	canon_forwarding_write(method, tunnel, lines->out);
	lines_end(lines, method == vs->method && conf_tunnel_is_same(tunnel, &vs->tunnel));
}

/* A service, or a real server and its service. */
struct around {
	const struct conf_virtual_server *vs;
	const struct conf_real_server *rs; /* NULL: the service itself */
	const struct conf_global *global;
};

static void own_number_write(enum schema_id id, uint32_t number, uint32_t inherited,
			     struct lines *lines)
{
	lines_begin(lines, id);
	out_number(lines->out, number);
	lines_end(lines, number == inherited);
}

static bool real_server_rule(struct lines *lines, enum canon_part part,
			     const struct schema_keyword *row, const void *arg)
{
	const struct around *around = arg;
	const struct conf_real_server *rs = around->rs;

	(void)part;
	switch (row->id) {
	case KW_WEIGHT:
		own_number_write(row->id, rs->weight, around->vs->weight, lines);
		return true;
	case KW_LVS_METHOD:
		forwarding_write(row->id, rs->method, &rs->tunnel, around->vs, lines);
		return true;
	default:
		return false;
	}
}

static void real_server_write(const struct conf_real_server *rs,
			      const struct conf_virtual_server *vs, enum canon_part part,
			      struct lines *lines)
{
	const void **checks = sorted_list(rs->checks, rs->n_checks, sizeof(*rs->checks),
					  part == CANON_SHARED ? sorted_check_cmp : NULL);

	lines_begin(lines, KW_REAL_SERVER);
	/* The digest has the endpoint of the kernel, on which the pair must agree; the files may
	 * spell it in different ways.
	 */
	endpoint_write(part == CANON_SHARED ? &rs->ep : &rs->id, lines->out);
	out_text(lines->out, " {\n");
	lines->depth++;
	canon_fields(lines, part, SCHEMA_REAL_SERVER, rs, real_server_rule,
		     &(struct around){.vs = vs, .rs = rs});
	for (size_t i = 0; i < rs->n_checks; i++)
		canon_write_check(
		    &(struct canon_check){
			.check = checks[i], .rs = rs, .vs = vs, .part = part},
		    lines);
	lines_close(lines);
	free(checks);
}

static void sorry_server_write(const struct conf_virtual_server *vs, enum canon_part part,
			       struct lines *lines)
{
	if (!vs->has_sorry_server)
		return;
	lines_begin(lines, KW_SORRY_SERVER);
	endpoint_write(part == CANON_SHARED ? &vs->sorry_server.ep : &vs->sorry_server.id,
		       lines->out);
	lines_end(lines, false);
}

/* Writes the family of the group, from which marks without a family have theirs. So it is always
 * written. */
static void group_family_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	for (size_t i = 0; i < vs->n_members; i++) {
		if (vs->members[i].line->family)
			continue;
		lines_word(lines, KW_IP_FAMILY,
			   vs->members[i].key.family == AF_INET6 ? "inet6" : "inet");
		return;
	}
}

static void key_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	const struct svckey *key = &vs->key;
	char protocol[8] = "";

	lines_begin(lines, KW_VIRTUAL_SERVER);
	if (key->group[0]) {
		out_text(lines->out, SCHEMA_BY_GROUP " ");
		lines_quote(lines->out, key->group);
	} else if (key->fwmark) {
		out_text(lines->out, SCHEMA_FWMARK " ");
		out_number(lines->out, key->fwmark);
	} else {
		endpoint_write(&key->ep, lines->out);
	}
	out_text(lines->out, " {\n");
	lines->depth++;
	if (key->fwmark) {
		lines_word(lines, KW_IP_FAMILY, key->family == AF_INET6 ? "inet6" : "inet");
		return;
	}
	group_family_write(vs, lines);
	if (!key->protocol)
		return;
	for (size_t i = 0; svckey_protocol_name(key->protocol)[i] && i + 1 < sizeof(protocol); i++)
		protocol[i] = (char)toupper((unsigned char)svckey_protocol_name(key->protocol)[i]);
	lines_word(lines, KW_PROTOCOL, protocol);
}

/* Finds the flag by its number, and writes the name that says what it does. */
static void scheduler_flag_write(const struct conf_virtual_server *vs, unsigned number,
				 struct lines *lines)
{
	static const enum schema_id ids[][CONF_SCHEDULER_FLAGS] = {
	    {KW_FLAG_1, KW_FLAG_2, KW_FLAG_3},
	    {KW_SH_FALLBACK, KW_SH_PORT, KW_FLAG_3},
	    {KW_MH_FALLBACK, KW_MH_PORT, KW_FLAG_3},
	};
	unsigned row = !strcmp(vs->scheduler, "sh") ? 1 : !strcmp(vs->scheduler, "mh") ? 2 : 0;

	if (vs->scheduler_flags[number])
		lines_flag(lines, ids[row][number], false);
}

static void granularity_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	if (!vs->persistence_timeout)
		return;
	lines_begin(lines, KW_PERSISTENCE_GRANULARITY);
	canon_granularity_write(vs, lines->out);
	lines_end(lines,
		  vs->granularity_ipv4 == CONF_EACH_IPV4 && vs->granularity_ipv6 == CONF_EACH_IPV6);
}

static void flap_write(const struct conf_virtual_server *vs, enum canon_part part, struct lines *lines)
{
	if (!vs->flap.is_on)
		return;
	lines_indent(lines);
	out_text(lines->out, lines->table->rows[KW_FLAP_DAMPING]->name);
	canon_options_write(lines->table, part, SCHEMA_FLAP_LINE, vs, lines->out);
	lines_end(lines, false);
}

static bool virtual_server_rule(struct lines *lines, enum canon_part part,
				const struct schema_keyword *row, const void *arg)
{
	const struct around *around = arg;
	const struct conf_virtual_server *vs = around->vs;

	switch (row->id) {
	case KW_FLAG_1:
	case KW_FLAG_2:
	case KW_FLAG_3:
		scheduler_flag_write(vs, row->id - KW_FLAG_1, lines);
		return true;
	case KW_LVS_METHOD:
		lines_begin(lines, KW_LVS_METHOD);
		canon_forwarding_write(vs->method, &vs->tunnel, lines->out);
		lines_end(lines, vs->method == CONF_METHOD_NAT);
		return true;
	case KW_PERSISTENCE_GRANULARITY:
		granularity_write(vs, lines);
		return true;
	case KW_SERVICE_DRAIN_TIMEOUT:
		own_number_write(row->id, vs->drain_timeout, around->global->drain_timeout, lines);
		return true;
	case KW_SORRY_SERVER:
		sorry_server_write(vs, part, lines);
		return true;
	case KW_SORRY_SERVER_LVS_METHOD:
		if (vs->has_sorry_server)
			forwarding_write(row->id, vs->sorry_server.method, &vs->sorry_server.tunnel,
					 vs, lines);
		return true;
	case KW_FNAT_SOURCE:
		canon_write_fnat_source(vs, lines);
		return true;
	case KW_FLAP_DAMPING:
		flap_write(vs, part, lines);
		return true;
	default:
		return false;
	}
}

static void virtual_server_write(const struct conf_virtual_server *vs,
				 const struct conf_global *global, enum canon_part part,
				 struct lines *lines)
{
	const void **list =
	    sorted_list(vs->real_servers, vs->n_real_servers, sizeof(*vs->real_servers),
			part == CANON_SHARED ? sorted_real_server_cmp : NULL);

	key_write(vs, lines);
	canon_fields(lines, part, SCHEMA_VIRTUAL_SERVER, vs, virtual_server_rule,
		     &(struct around){.vs = vs, .global = global});
	for (size_t i = 0; i < vs->n_real_servers; i++)
		real_server_write(list[i], vs, part, lines);
	lines_close(lines);
	free(list);
}

void canon_write_virtual_servers(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	const void **list = sorted_list(conf->virtual_servers, conf->n_virtual_servers,
					sizeof(*conf->virtual_servers),
					part == CANON_SHARED ? sorted_virtual_server_cmp : NULL);

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		virtual_server_write(list[i], &conf->global, part, lines);
	free(list);
}
