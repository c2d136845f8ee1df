/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/role_plan.h"
#include "base/mem.h"
#include "conf/canon/canon_fields.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/model/table.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which they are added; they are removed in the other order. */
enum item_kind {
	ITEM_LINK, /* a macvlan or ipvlan, which an instance has in every state */
	ITEM_ADDRESS,
	ITEM_ROUTE,
	ITEM_RULE,
	ITEM_KINDS,
};

/* An item as the kernel has it: without no_track, track_group, and `add` or `append` of a route. */
struct item {
	enum item_kind kind;
	const char *instance; /* NULL: a static item */
	union {
		struct conf_vmac link;
		struct conf_vip address;
		struct conf_route route;
		struct conf_rule rule;
	};
};

struct items {
	VEC(struct item) list;      /* in the order in which they are added */
	const struct item **sorted; /* for searches */
};

/* --- what a configuration has on the machine --- */

static void addresses_add(struct items *items, const char *instance, const struct conf_vip *list,
			  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct item *item = vec_push(&items->list);

		*item = (struct item){
		    .kind = ITEM_ADDRESS, .instance = instance, .address = list[i]};
		item->address.interface = conf_vip_holder(&list[i]);
		item->address.is_untracked = false;
		item->address.track_group = "";
	}
}

/* An ipvlan has its own address in every state too. */
static void links_add(struct items *items, const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->n_vmacs; i++) {
		const struct conf_vmac *link = &vrrp->vmacs[i];
		const struct conf_vip address = {.addr = link->address,
						 .prefix_len = link->address_len,
						 .interface = link->name,
						 .label = ""};

		*(struct item *)vec_push(&items->list) =
		    (struct item){.kind = ITEM_LINK, .instance = vrrp->name, .link = *link};
		if (link->address.family != AF_UNSPEC)
			addresses_add(items, vrrp->name, &address, 1);
	}
}

static void routes_add(struct items *items, const char *instance, const struct conf_route *list,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct item *item = vec_push(&items->list);

		*item = (struct item){.kind = ITEM_ROUTE, .instance = instance, .route = list[i]};
		item->route.is_untracked = item->route.is_exclusive = false;
		item->route.track_group = "";
	}
}

static void rules_add(struct items *items, const char *instance, const struct conf_rule *list,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct item *item = vec_push(&items->list);

		*item = (struct item){.kind = ITEM_RULE, .instance = instance, .rule = list[i]};
		item->rule.is_untracked = false;
		item->rule.track_group = "";
	}
}

/* The field of the schema that describes lists of the kind. */
static const struct schema_field *list_of(enum item_kind kind)
{
	static const enum schema_id ids[ITEM_KINDS] = {[ITEM_ADDRESS] = KW_VIRTUAL_IPADDRESS,
						       [ITEM_ROUTE] = KW_VIRTUAL_ROUTES,
						       [ITEM_RULE] = KW_VIRTUAL_RULES};

	for (size_t i = 0; i < schema_vrrp.n; i++)
		if (schema_vrrp.rows[i].id == ids[kind])
			return member_field(&schema_vrrp.rows[i], CONF_OBJECT_VRRP);
	return NULL;
}

/* Addresses that the kernel takes for one are equal, whatever their options are. */
static int address_cmp(const struct conf_vip *a, const struct conf_vip *b)
{
	int order = addr_cmp(&a->addr, &b->addr);

	if (!order)
		order = strcmp(a->interface, b->interface);
	if (!order && a->addr.family == AF_INET)
		order = conf_vip_len(a) - conf_vip_len(b);
	return order || a->addr.family != AF_INET ? order : addr_cmp(&a->peer, &b->peer);
}

static int number_order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Interfaces that differ in one of these are made anew. */
static int link_cmp(const struct conf_vmac *a, const struct conf_vmac *b)
{
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->parent, b->parent);
	if (!order)
		order = number_order(a->mac, b->mac);
	return order ? order : number_order(a->mode, b->mode);
}

static int item_cmp(const void *left, const void *right)
{
	const struct item *a = *(const struct item *const *)left;
	const struct item *b = *(const struct item *const *)right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == ITEM_LINK)
		return link_cmp(&a->link, &b->link);
	if (a->kind == ITEM_ADDRESS)
		return address_cmp(&a->address, &b->address);
	return member_element_cmp(list_of(a->kind), &a->route, &b->route);
}

static void items_take(const struct role_plan_input *input, const struct conf *conf,
		       struct items *items)
{
	const struct conf_statics *statics = &conf->statics;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		links_add(items, &conf->vrrps[i]);
	addresses_add(items, NULL, statics->addresses, statics->n_addresses);
	routes_add(items, NULL, statics->routes, statics->n_routes);
	rules_add(items, NULL, statics->rules, statics->n_rules);
	for (size_t i = 0; input->is_master && i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];

		if (!input->is_master(vrrp, input->arg))
			continue;
		addresses_add(items, vrrp->name, vrrp->vips, vrrp->n_vips);
		addresses_add(items, vrrp->name, vrrp->excluded, vrrp->n_excluded);
		routes_add(items, vrrp->name, vrrp->routes, vrrp->n_routes);
		rules_add(items, vrrp->name, vrrp->rules, vrrp->n_rules);
	}
	items->sorted = mem_calloc(items->list.n, sizeof(*items->sorted));
	for (size_t i = 0; i < items->list.n; i++)
		items->sorted[i] = &items->list.items[i];
	if (items->list.n)
		qsort(items->sorted, items->list.n, sizeof(*items->sorted), item_cmp);
}

static void items_fini(struct items *items)
{
	free(items->sorted);
	vec_free(&items->list);
}

static bool items_have(const struct items *items, const struct item *item)
{
	return items->list.n &&
	       bsearch(&item, items->sorted, items->list.n, sizeof(*items->sorted), item_cmp);
}

/* --- in words --- */

static bool is_ip6(const struct item *item)
{
	uint16_t family = item->kind == ITEM_RULE    ? item->rule.family
			  : item->kind == ITEM_ROUTE ? item->route.dst.family
						     : item->address.addr.family;

	return family == AF_INET6;
}

/* The type of a route as a word with a blank: "unreachable "; "" for a usual route. */
static const char *type_text(const struct table *table, const struct item *item)
{
	const char *name = item->kind == ITEM_ROUTE && item->route.type != RTN_UNICAST
			       ? schema_choice_name(table->rows[KW_ROUTE_TYPE], item->route.type)
			       : NULL;

	return name ? name : "";
}

/* "ip link add vrrp.5 link eth0 address 00:00:5e:00:01:05 type macvlan mode private # vrrp=V" */
static char *link_line(const struct conf_vmac *link, const char *instance, bool is_removal)
{
	static const char *const modes[] = {[CONF_IPVLAN_BRIDGE] = "bridge",
					    [CONF_IPVLAN_PRIVATE] = "private",
					    [CONF_IPVLAN_VEPA] = "vepa"};

	if (is_removal)
		return mem_printf("ip link del %s # vrrp=%s", link->name, instance);
	if (conf_vmac_is_ipvlan(link))
		return mem_printf("ip link add %s link %s type ipvlan mode l2 %s # vrrp=%s",
				  link->name, link->parent, modes[link->mode], instance);
	return mem_printf("ip link add %s link %s address %02x:%02x:%02x:%02x:%02x:%02x type macvlan "
			  "mode private # vrrp=%s",
			  link->name, link->parent, (unsigned)(link->mac >> 40) & 0xff,
			  (unsigned)(link->mac >> 32) & 0xff, (unsigned)(link->mac >> 24) & 0xff,
			  (unsigned)(link->mac >> 16) & 0xff, (unsigned)(link->mac >> 8) & 0xff,
			  (unsigned)link->mac & 0xff, instance);
}

/* ip(8) has the family and the type in places of their own. */
static char *item_line(const struct table *table, const struct item *item, bool is_removal)
{
	static const char *const objects[ITEM_KINDS] = {
	    [ITEM_ADDRESS] = "address", [ITEM_ROUTE] = "route", [ITEM_RULE] = "rule"};
	const char *type = type_text(table, item);
	struct item plain = *item;
	char *text, *line;
	size_t family_len = 0;

	if (item->kind == ITEM_LINK)
		return link_line(&item->link, item->instance, is_removal);
	if (item->kind == ITEM_ROUTE)
		plain.route.type = RTN_UNSPEC;
	text = canon_element_text(table, list_of(item->kind), &plain.route);
	if (item->kind == ITEM_RULE)
		family_len = strcspn(text, " ") + 1; /* "inet " or "inet6 " */
	line = mem_printf("ip %s%s %s %s%s%s # %s%s", is_ip6(item) ? "-6 " : "",
			  objects[item->kind], is_removal ? "del" : "add", type, *type ? " " : "",
			  text + family_len, item->instance ? "vrrp=" : "static",
			  item->instance ? item->instance : "");
	free(text);
	return line;
}

void role_plan_make(const struct role_plan_input *input, struct role_plan *ret_plan)
{
	struct table *table = table_new();
	struct items old = {0}, new = {0};

	*ret_plan = (struct role_plan){0};
	if (input->before)
		items_take(input, input->before, &old);
	items_take(input, input->conf, &new);
	for (size_t i = 0; i < new.list.n; i++)
		if (!items_have(&old, &new.list.items[i]))
			*(char **)vec_push(&ret_plan->lines) =
			    item_line(table, &new.list.items[i], false);
	for (size_t i = old.list.n; i-- > 0;)
		if (!items_have(&new, &old.list.items[i]))
			*(char **)vec_push(&ret_plan->lines) =
			    item_line(table, &old.list.items[i], true);
	items_fini(&old);
	items_fini(&new);
	table_free(table);
}

void role_plan_fini(struct role_plan *plan)
{
	for (size_t i = 0; i < plan->lines.n; i++)
		free(plan->lines.items[i]);
	vec_free(&plan->lines);
}
