/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/items_link.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void route_text(const struct conf_route *route, char text[static VRRP_ITEM_TEXT_MAX])
{
	bool has_gateway = route->gateway.family != AF_UNSPEC;
	char dst[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX + 8], gateway[ADDR_TEXT_MAX], table[24] = "";

	if (route->dst_len)
		snprintf(to, sizeof(to), "%s/%u", addr_format(&route->dst, dst), route->dst_len);
	else
		strcpy(to, route->dst.family == AF_INET6 ? "default6" : "default");
	if (route->vrf[0])
		snprintf(table, sizeof(table), " vrf %.15s", route->vrf);
	else if (route->table)
		snprintf(table, sizeof(table), " table %u", route->table);
	snprintf(text, VRRP_ITEM_TEXT_MAX, "%s%s%s%s%.15s%s", to, has_gateway ? " via " : "",
		 has_gateway ? addr_format(&route->gateway, gateway) : "",
		 route->interface[0] ? " dev " : "", route->interface, table);
}

/* "from 10.1.0.0/16 ", or "" when the address is absent. */
static const char *prefix_text(const char *word, const struct addr *addr, unsigned len,
			       char text[static ADDR_TEXT_MAX + 16])
{
	char number[ADDR_TEXT_MAX];

	text[0] = '\0';
	if (addr->family != AF_UNSPEC)
		snprintf(text, ADDR_TEXT_MAX + 16, "%s %s/%u ", word, addr_format(addr, number), len);
	return text;
}

/* Writes a rule with its preference, by which people find the rule in `ip rule`. */
static void rule_text(const struct conf_rule *rule, char text[static VRRP_ITEM_TEXT_MAX])
{
	char from[ADDR_TEXT_MAX + 16], to[ADDR_TEXT_MAX + 16], table[24] = "";

	if (rule->table)
		snprintf(table, sizeof(table), " table %u", rule->table);
	snprintf(text, VRRP_ITEM_TEXT_MAX, "%s%s%spreference %u%s",
		 rule->family == AF_INET6 ? "inet6 " : "",
		 prefix_text("from", &rule->from, rule->from_len, from),
		 prefix_text("to", &rule->to, rule->to_len, to), rule->preference, table);
}

const char *vrrp_items_link_text(enum vrrp_item_kind kind, const void *item,
				 char text[static VRRP_ITEM_TEXT_MAX])
{
	if (kind == VRRP_ITEM_ROUTE)
		route_text(item, text);
	else
		rule_text(item, text);
	return text;
}

const char *vrrp_items_link_reason(const struct vrrp_item *item,
				   char text[static VRRP_ITEM_REASON_MAX])
{
	snprintf(text, VRRP_ITEM_REASON_MAX, "%.76s%s%s%s",
		 item->refusal == -ENODEV && !item->why[0] ? "its interface is missing"
							   : err_errno(item->refusal),
		 item->why[0] ? " (" : "", item->why, item->why[0] ? ")" : "");
	return text;
}

static void say_one(const struct vrrp_items *items, const struct vrrp_item_op *op,
		    const char *instance)
{
	const struct vrrp_item *item = &items->list.items[op->at];
	const char *kind = vrrp_item_name(items->kind);
	char text[VRRP_ITEM_TEXT_MAX], reason[VRRP_ITEM_REASON_MAX];

	vrrp_items_link_text(items->kind, item->conf, text);
	if (op->is_loss)
		log_warning("vrrp=%s %s %s was removed by something on this machine%s: it is back",
			    instance, kind, text,
			    items->kind == VRRP_ITEM_ROUTE ? ", or went with its interface" : "");
	else if (item->is_held)
		log_notice("vrrp=%s %s %s is added after all", instance, kind, text);
	else
		log_error("vrrp=%s %s %s cannot be added: %s; it is tried again", instance, kind, text,
			  vrrp_items_link_reason(item, reason));
}

/* The interface of a route was renamed, and another one has its name: the route goes there. As long as none has,
 * it stays. */
static void leave_former_place(struct vrrp_item *item, enum vrrp_item_kind kind, struct vrrp_route_net *net,
			       const struct vrrp_item_place *place)
{
	if (!item->place.table || !place->table ||
	    (item->place.table == place->table && item->place.index == place->index &&
	     item->place.hops == place->hops))
		return;
	(void)vrrp_route_del(net, kind, item->conf, &item->place); /* it may have gone with its interface */
	item->place = (struct vrrp_item_place){0};
	item->is_held = false;
}

void vrrp_items_link_add(struct vrrp_items *items, struct vrrp_route_net *net,
			 const char *instance, struct mono now)
{
	struct vrrp_items_plan plan;

	vrrp_items_plan_add(items, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		struct vrrp_item_op *op = &plan.ops.items[i];

		op->place = vrrp_route_place(net, items->kind, items->list.items[op->at].conf);
		leave_former_place(&items->list.items[op->at], items->kind, net, &op->place);
		op->result = vrrp_route_add(net, items->kind, items->list.items[op->at].conf);
		snprintf(op->why, sizeof(op->why), "%s", vrrp_route_why(net));
	}
	vrrp_items_added(items, &plan, now);
	for (size_t i = 0; i < plan.ops.n; i++)
		if (plan.ops.items[i].is_news)
			say_one(items, &plan.ops.items[i], instance);
	vec_free(&plan.ops);
}

/* Is the item gone? The kernel has removed a route already if its interface or its source address is
 * gone. */
static bool is_gone(int result)
{
	return result == 0 || result == -ESRCH || result == -ENODEV || result == -EINVAL ||
	       result == -ENOENT || result == -ENETUNREACH || result == -EHOSTUNREACH;
}

void vrrp_items_link_del(struct vrrp_items *items, struct vrrp_route_net *net,
			 const char *instance, vrrp_items_shared_fn *is_shared, const void *arg)
{
	struct vrrp_items_plan plan;

	vrrp_items_plan_del(items, &plan);
	vrrp_route_series_begin(net);
	for (size_t i = 0; i < plan.ops.n; i++) {
		const void *item = items->list.items[plan.ops.items[i].at].conf;
		char text[VRRP_ITEM_TEXT_MAX];
		int result;

		if (is_shared(items->kind, item, items, arg))
			continue;
		result = vrrp_route_del(net, items->kind, item, &plan.ops.items[i].place);
		if (!is_gone(result))
			log_error("vrrp=%s %s %s cannot be removed: %s", instance,
				  vrrp_item_name(items->kind),
				  vrrp_items_link_text(items->kind, item, text), err_errno(result));
	}
	vrrp_route_series_end(net);
	vec_free(&plan.ops);
}
