/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/item_key.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/schema/schema.h"

#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The metric that the kernel gives to a route of IPv6 without one. */
#define IP6_METRIC 1024

struct key {
	char *text;
	size_t len;
};

static void key_add(struct key *key, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void key_add(struct key *key, const char *format, ...)
{
	size_t room = VRRP_ITEM_KEY_MAX - key->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(key->text + key->len, room, format, args);
	va_end(args);
	key->len += len < (int)room ? (size_t)len : room - 1;
}

/* The kernel drops the bits behind the prefix. */
static void key_add_network(struct key *key, const char *word, struct addr addr, unsigned len)
{
	char text[ADDR_TEXT_MAX];

	addr_mask(&addr, len);
	key_add(key, " %s%s/%u", word, addr_format(&addr, text), len);
}

static const struct addr *gateway_of(const struct conf_route *route)
{
	return route->n_hops == 1 ? &route->hops[0].gateway : &route->gateway;
}

static void route_key(struct key *key, const struct conf_route *route)
{
	const struct addr *gateway = gateway_of(route);
	char text[ADDR_TEXT_MAX];

	key_add_network(key, "", route->dst, route->dst_len);
	if (route->from_len)
		key_add_network(key, "from ", route->from, route->from_len);
	if (gateway->family == route->dst.family)
		key_add(key, " via %s", addr_format(gateway, text));
	/* The table of a VRF is known on the machine alone, so such a key finds nothing. */
	if (route->vrf[0])
		key_add(key, " vrf %s", route->vrf);
	else
		key_add(key, " table %u", route->table ? route->table : RT_TABLE_MAIN);
	if (route->tos)
		key_add(key, " tos %u", route->tos);
	if (route->metric && (route->dst.family != AF_INET6 || route->metric != IP6_METRIC))
		key_add(key, " metric %u", route->metric);
}

struct rule_walk {
	struct key *key;
	const struct conf_rule *rule;
};

/* Adds one field of a rule, unless it is absent. */
static int rule_field_add(void *arg, const struct schema_keyword *row,
			  const struct schema_field *field)
{
	const struct rule_walk *walk = arg;
	char text[ADDR_TEXT_MAX];

	if (row->is_item || member_is_empty(field, walk->rule))
		return 0;
	if (field->storage == FIELD_TEXT)
		key_add(walk->key, " %s %s", row->name, member_text(field, walk->rule));
	else if (field->storage == FIELD_NETWORK)
		key_add(walk->key, " %s %s/%u", row->name, addr_format(member_addr(field, walk->rule), text),
			member_prefix_len(field, walk->rule));
	else if (field->storage == FIELD_RANGE)
		key_add(walk->key, " %s %u-%u", row->name, (unsigned)member_range(field, walk->rule)->first,
			(unsigned)member_range(field, walk->rule)->last);
	else
		key_add(walk->key, " %s %llu", row->name,
			(unsigned long long)member_number(field, walk->rule));
	return 0;
}

/* The kernel does not have no_track and track_group. */
static void rule_key(struct key *key, struct conf_rule rule)
{
	rule.is_untracked = false;
	rule.track_group = "";
	key_add(key, " %s", rule.family == AF_INET6 ? "inet6" : "inet");
	member_list_fields(member_field_of(&schema_vrrp, KW_VIRTUAL_RULES, CONF_OBJECT_VRRP),
			   rule_field_add, &(struct rule_walk){key, &rule});
}

const char *vrrp_item_key(enum vrrp_item_kind kind, const void *item,
			  char ret_key[static VRRP_ITEM_KEY_MAX])
{
	struct key key = {.text = ret_key};

	key_add(&key, "%s", vrrp_item_name(kind));
	if (kind == VRRP_ITEM_ROUTE)
		route_key(&key, item);
	else
		rule_key(&key, *(const struct conf_rule *)item);
	return ret_key;
}

static int by_key_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool vrrp_item_is_listed(enum vrrp_item_kind kind, const void *item, const char *const *keys,
			 size_t n)
{
	char text[VRRP_ITEM_KEY_MAX];
	const char *key = vrrp_item_key(kind, item, text), *all = VRRP_ITEM_KEY_ALL;

	return n && (bsearch(&key, keys, n, sizeof(*keys), by_key_text) ||
		     bsearch(&all, keys, n, sizeof(*keys), by_key_text));
}
