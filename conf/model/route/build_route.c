/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/route/build_route.h"
#include "base/mem.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/model/route/encap_text.h"
#include "conf/model/route/names.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

const struct schema_choice build_tables[] = {{"default", RT_TABLE_DEFAULT},
					     {"main", RT_TABLE_MAIN},
					     {"local", RT_TABLE_LOCAL},
					     {0}};
const struct schema_choice build_protocols[] = {{"redirect", RTPROT_REDIRECT},
						{"kernel", RTPROT_KERNEL},
						{"boot", RTPROT_BOOT},
						{"static", RTPROT_STATIC},
						{"ra", RTPROT_RA},
						{"keepalived", RTPROT_KEEPALIVED},
						{0}};

/* Looks into the file of iproute2. */
static bool name_find(struct draft *draft, const char *file, const char *name, uint32_t max,
		      uint32_t *ret_number)
{
	const struct conf_global *global = &draft->conf->global;
	uint32_t number;

	draft->names->etc_dir = global->iproute_etc_dir;
	draft->names->usr_dir = global->iproute_usr_dir;
	if (!file || !names_find(draft->names, file, name, &number) || number > max)
		return false;
	*ret_number = number;
	return true;
}

static bool is_number(const char *text, uint32_t max, uint32_t *ret_number)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 0);
	if (text[0] < '0' || text[0] > '9' || *end || errno || number > max)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

bool build_number_read(struct draft *draft, const struct node *node,
		       const struct schema_choice *names, const char *file, uint32_t max,
		       uint32_t *ret_number)
{
	const char *text = node->value.text, *name = parse_keyword(node);
	char places[NAMES_PLACES_MAX];

	for (; names && names->name; names++)
		if (!strcmp(names->name, text)) {
			*ret_number = (uint32_t)names->number;
			return true;
		}
	if (is_number(text, max, ret_number) || name_find(draft, file, text, max, ret_number))
		return true;
	if (file && names_failure(draft->names))
		report_ignored(draft->report, parse_place(node),
			       "%s %s is not a number of 0..%u, and whether it is a name in %s of "
			       "iproute2 is not known: %s",
			       name, text, max, file, names_failure(draft->names));
	else if (file)
		report_ignored(draft->report, parse_place(node),
			       "%s %s is neither a number of 0..%u nor a name in %s of iproute2 (%s)",
			       name, text, max, file, names_places(draft->names, places));
	else
		report_ignored(draft->report, parse_place(node),
			       "%s %s is not a number of 0..%u, nor a name that lvsd knows", name, text,
			       max);
	return false;
}

static bool realm_read(struct draft *draft, const char *text, uint32_t *ret_realm)
{
	return is_number(text, UINT16_MAX, ret_realm) ||
	       name_find(draft, "rt_realms", text, UINT16_MAX, ret_realm);
}

void build_realms_read(struct draft *draft, const struct node *node, uint32_t *ret_realms)
{
	const char *text = node->value.text, *slash = strchr(text, '/');
	char *first = mem_printf("%.*s", (int)(slash ? slash - text : 0), text);
	char places[NAMES_PLACES_MAX];
	uint32_t from = 0, to = 0;

	if ((!slash || realm_read(draft, first, &from)) &&
	    realm_read(draft, slash ? slash + 1 : text, &to))
		*ret_realms = from << 16 | to;
	else
		report_ignored(draft->report, parse_place(node),
			       "realms %s is neither TO nor FROM/TO, which are numbers of 0..65535, or "
			       "names in rt_realms of iproute2 (%s)",
			       text, names_places(draft->names, places));
	free(first);
}

/* The length of the shortest usual network that can begin with this address: whole octets of IPv4,
 * whole groups of IPv6. Example: 10.3.0.0 gives 16. */
static unsigned usual_len(const struct addr *addr)
{
	size_t n = addr_len(addr), unit = addr->family == AF_INET6 ? 2 : 1;

	while (n && !addr->bytes[n - 1])
		n--;
	return (unsigned)((n + unit - 1) / unit * unit * 8);
}

bool build_network_check(struct draft *draft, const struct node *node, bool is_refused)
{
	char written[ADDR_TEXT_MAX], masked[ADDR_TEXT_MAX];
	struct addr addr = node->value.addr;
	unsigned len = node->value.network.len;

	if (node->value.tag != VALUE_NETWORK || !addr_mask(&addr, len))
		return true;
	addr_format(&node->value.addr, written);
	addr_format(&addr, masked);
	if (is_refused)
		report_ignored(draft->report, parse_place(node),
			       "%s/%u has bits set behind its prefix, and the kernel refuses such a "
			       "route: write %s/%u or %s/%u",
			       written, len, masked, len, written, usual_len(&node->value.addr));
	else
		report_warning(draft->report, parse_place(node),
			       "%s/%u has bits set behind its prefix, and the kernel ignores them: write "
			       "%s/%u, which is what it means now, or %s/%u",
			       written, len, masked, len, written, usual_len(&node->value.addr));
	return false;
}

static void encap_option_take(struct draft *draft, const struct node *node, struct conf_encap *encap)
{
	switch (resolve_id(node)) {
	case KW_ENCAP_TOS:
	case KW_ENCAP_TC:
		build_number_read(draft, node, NULL, "rt_dsfield", 255, &encap->tos);
		break;
	case KW_ENCAP_FLAGS:
		build_number_read(draft, node, NULL, NULL, UINT16_MAX, &encap->flags);
		break;
	default:
		build_field(draft, node, CONF_OBJECT_ENCAP, encap);
	}
}

/* Builds the tunnel of a route or next hop. One that the kernel would refuse is reported and left out. */
static void encap_build(struct draft *draft, const struct node *node, enum conf_object object, void *base)
{
	const struct schema_field *list = build_field_of(draft, KW_ROUTE_ENCAP, object);
	struct conf_encap encap;
	const char *fault;

	memcpy(&encap, draft->templates.elements[CONF_OBJECT_ENCAP], sizeof(encap));
	build_field(draft, node, CONF_OBJECT_ENCAP, &encap);
	for (const struct node *child = node->children; child; child = child->next)
		encap_option_take(draft, child, &encap);
	fault = encap_fault(&encap);
	if (fault)
		report_ignored(draft->report, parse_place(node),
			       "encap: %s; without it the packets would leave as they are", fault);
	else
		memcpy(member_list_add(draft->conf->arena, list, base), &encap, sizeof(encap));
}

static void hop_build(struct draft *draft, const struct node *node, struct conf_route *route)
{
	const struct schema_field *list = build_field_of(draft, KW_ROUTE_NEXTHOP, CONF_OBJECT_ROUTE);
	struct conf_hop *hop = member_list_add(draft->conf->arena, list, route);

	memcpy(hop, draft->templates.elements[CONF_OBJECT_HOP], sizeof(*hop));
	hop->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next) {
		if (resolve_id(child) == KW_ROUTE_REALMS)
			build_realms_read(draft, child, &hop->realms);
		else if (resolve_id(child) == KW_ROUTE_ENCAP)
			encap_build(draft, child, CONF_OBJECT_HOP, hop);
		else
			build_field(draft, child, CONF_OBJECT_HOP, hop);
	}
}

/* `via A or B` makes two next hops of the same weight. */
static void or_build(struct draft *draft, const struct node *node, struct conf_route *route)
{
	const struct schema_field *list = build_field_of(draft, KW_ROUTE_NEXTHOP, CONF_OBJECT_ROUTE);

	for (int i = route->n_hops ? 1 : 0; i < 2; i++) {
		struct conf_hop *hop = member_list_add(draft->conf->arena, list, route);

		memcpy(hop, draft->templates.elements[CONF_OBJECT_HOP], sizeof(*hop));
		hop->place = *parse_place(node);
		hop->gateway = i ? node->value.addr : route->gateway;
		hop->interface = route->interface;
		hop->is_onlink = route->is_onlink;
	}
}

/* If a route has several next hops, the kernel wants gateway, interface, realms and encap from each
 * hop, and not from the route. */
static void hops_settle(struct conf_route *route)
{
	for (size_t i = 0; i < route->n_hops; i++) {
		if (!route->hops[i].realms)
			route->hops[i].realms = route->realms;
		if (!route->hops[i].n_encaps) {
			route->hops[i].encaps = route->encaps;
			route->hops[i].n_encaps = route->n_encaps;
		}
	}
	route->encaps = NULL;
	route->n_encaps = 0;
	route->gateway = (struct addr){0};
	route->interface = "";
	route->is_onlink = false;
	route->realms = 0;
}

static void option_take(struct draft *draft, const struct node *node, struct conf_route *route)
{
	const struct schema_field *field = member_field(node->keyword, CONF_OBJECT_ROUTE);

	switch (resolve_id(node)) {
	case KW_ROUTE_TOS:
		build_number_read(draft, node, NULL, "rt_dsfield", 255, &route->tos);
		break;
	case KW_ROUTE_TABLE:
		build_number_read(draft, node, build_tables, "rt_tables", UINT32_MAX,
				  &route->table);
		break;
	case KW_ROUTE_PROTOCOL:
		build_number_read(draft, node, build_protocols, "rt_protos", 255,
				  &route->protocol);
		break;
	case KW_ROUTE_REALMS:
		build_realms_read(draft, node, &route->realms);
		break;
	case KW_ROUTE_NEXTHOP:
		hop_build(draft, node, route);
		break;
	case KW_ROUTE_ENCAP:
		encap_build(draft, node, CONF_OBJECT_ROUTE, route);
		break;
	case KW_ROUTE_FROM: /* "any" is the same as no `from` */
		if (node->value.tag != VALUE_NETWORK)
			break;
		build_field(draft, node, CONF_OBJECT_ROUTE, route);
		if (!build_network_check(draft, node, false))
			addr_mask(&route->from, route->from_len);
		break;
	case KW_ROUTE_TO:
	case KW_ROUTE_OR:
		break; /* dst_settle() and or_build() read them */
	default:
		build_field(draft, node, CONF_OBJECT_ROUTE, route);
		if (build_has_lead(node))
			member_number_set(field, route,
					  (uint64_t)node->value.number | CONF_ROUTE_LOCK);
	}
}

/* The family of a route whose destination is "default" or absent: the family of its other
 * addresses. */
static uint16_t family_of(const struct node *line, const struct conf_route *route)
{
	const struct node *to = resolve_child(line, KW_ROUTE_TO);

	if (resolve_child(line, KW_ROUTE_INET6) ||
	    (to && to->value.tag == VALUE_TEXT && !strcmp(to->value.text, "default6")))
		return AF_INET6;
	if (resolve_child(line, KW_ROUTE_INET))
		return AF_INET;
	return route->from.family != AF_UNSPEC      ? route->from.family
	       : route->source.family != AF_UNSPEC  ? route->source.family
	       : route->gateway.family != AF_UNSPEC ? route->gateway.family
	       : route->n_hops && route->hops[0].gateway.family != AF_UNSPEC
		   ? route->hops[0].gateway.family
		   : AF_INET;
}

/* Sets the destination. The kernel refuses an IPv4 destination with bits behind its prefix; in an
 * IPv6 destination they are cleared. Returns false if the route is to be left out. */
static bool dst_settle(struct draft *draft, const struct node *line, struct conf_route *route)
{
	const struct node *to = resolve_child(line, KW_ROUTE_TO);
	bool is_refused;

	if (!to || to->value.tag != VALUE_NETWORK) {
		route->dst = (struct addr){.family = family_of(line, route)};
		route->dst_len = 0;
		return true;
	}
	route->dst = to->value.addr;
	route->dst_len = to->value.network.len;
	is_refused = route->dst.family == AF_INET;
	if (build_network_check(draft, to, is_refused))
		return true;
	addr_mask(&route->dst, route->dst_len);
	return !is_refused;
}

static bool is_reject(const struct conf_route *route)
{
	return route->type == RTN_BLACKHOLE || route->type == RTN_UNREACHABLE ||
	       route->type == RTN_PROHIBIT || route->type == RTN_THROW;
}

/* Reports a route that the kernel would refuse. Returns false if it is to be left out. */
static bool is_possible(struct draft *draft, const struct node *line,
			const struct conf_route *route)
{
	const char *fault = NULL;

	if (route->from.family != AF_UNSPEC &&
	    (route->dst.family == AF_INET || route->from.family != route->dst.family))
		fault = "`from` is for routes of IPv6; write a rule of virtual_rules with `from`, "
			"and the route in its table";
	else if (route->source.family != AF_UNSPEC && route->source.family != route->dst.family)
		fault = "`src` is not of the family of the destination";
	else if (route->gateway.family == AF_INET && route->dst.family == AF_INET6)
		fault = "`via` is an IPv4 address, and the destination is IPv6";
	else if (route->vrf[0] && route->table)
		fault = "`vrf` says the table, and so does `table`: leave out one of them";
	else if (!is_reject(route) && route->gateway.family == AF_UNSPEC && !route->interface[0] &&
		 !route->n_hops)
		fault = "it leads nowhere: `via`, `dev` or `nexthop` is missing";
	if (fault)
		report_ignored(draft->report, parse_place(line), "route: %s", fault);
	return !fault;
}

static void route_build(struct draft *draft, const struct node *block, const struct node *line,
			const struct schema_field *list, void *base)
{
	struct conf_route route;
	bool has_dst;

	memcpy(&route, draft->templates.elements[CONF_OBJECT_ROUTE], sizeof(route));
	route.type = RTN_UNICAST;
	route.protocol = CONF_ROUTE_PROTOCOL;
	route.place = *parse_place(line);
	for (const struct node *node = line->children; node; node = node->next)
		if (resolve_id(node))
			option_take(draft, node, &route);
	for (const struct node *node = line->children; node; node = node->next)
		if (resolve_id(node) == KW_ROUTE_OR)
			or_build(draft, node, &route);
	if (route.n_hops)
		hops_settle(&route);
	has_dst = dst_settle(draft, line, &route);
	build_track_group_refuse(draft, line, block, &route.track_group);
	if (is_possible(draft, line, &route) && has_dst)
		memcpy(member_list_add(draft->conf->arena, list, base), &route, sizeof(route));
}

void build_routes(struct draft *draft, const struct node *block, enum conf_object object, void *base)
{
	const struct schema_field *list = member_field(block->keyword, object);

	for (const struct node *node = block->children; node; node = node->next)
		if (resolve_id(node) == KW_ROUTE)
			route_build(draft, block, node, list, base);
}
