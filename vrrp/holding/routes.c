/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/routes.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/schema/schema.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

void vrrp_routes_fini(struct vrrp_routes *routes)
{
	vec_free(&routes->list);
}

/* The field of the schema that describes lists of routes. */
static const struct schema_field *list_field(void)
{
	for (size_t i = 0; i < schema_vrrp.n; i++)
		if (schema_vrrp.rows[i].id == KW_VIRTUAL_ROUTES)
			return member_field(&schema_vrrp.rows[i], CONF_OBJECT_VRRP);
	return NULL;
}

static bool routes_are_same(const struct conf_route *a, const struct conf_route *b)
{
	return member_element_cmp(list_field(), a, b) == 0;
}

static struct vrrp_route *find_route(struct vrrp_routes *routes, size_t hint,
				     const struct conf_route *conf)
{
	if (hint < routes->list.n && routes_are_same(routes->list.items[hint].conf, conf))
		return &routes->list.items[hint];
	for (size_t i = 0; i < routes->list.n; i++)
		if (routes_are_same(routes->list.items[i].conf, conf))
			return &routes->list.items[i];
	return NULL;
}

bool vrrp_routes_want(const struct vrrp_routes *routes, const struct conf_route *route)
{
	for (size_t i = 0; routes->is_master && i < routes->list.n; i++)
		if (routes_are_same(routes->list.items[i].conf, route))
			return true;
	return false;
}

static bool is_claimed(const struct conf_route *wanted, const struct conf_route *found)
{
	uint32_t table = wanted->table ? wanted->table : RT_TABLE_MAIN;

	return !addr_cmp(&wanted->dst, &found->dst) && wanted->dst_len == found->dst_len &&
	       wanted->from_len == found->from_len && table == found->table &&
	       wanted->tos == found->tos && wanted->metric == found->metric &&
	       (wanted->gateway.family != found->gateway.family ||
		!addr_cmp(&wanted->gateway, &found->gateway));
}

bool vrrp_routes_claim(const struct vrrp_routes *routes, const struct conf_route *found)
{
	for (size_t i = 0; routes->is_master && i < routes->list.n; i++)
		if (is_claimed(routes->list.items[i].conf, found))
			return true;
	return false;
}

void vrrp_routes_set(struct vrrp_routes *routes, const struct conf_vrrp *conf,
		     struct vrrp_routes *ret_stale)
{
	struct vrrp_routes old = *routes;

	memset(&routes->list, 0, sizeof(routes->list));
	for (size_t i = 0; conf && i < conf->n_routes; i++) {
		struct vrrp_route *route = vec_push(&routes->list),
				  *before = find_route(&old, i, &conf->routes[i]);

		*route = before ? *before : (struct vrrp_route){0};
		route->conf = &conf->routes[i];
	}
	*ret_stale = (struct vrrp_routes){0};
	for (size_t i = 0; i < old.list.n; i++)
		if (old.list.items[i].is_held && !find_route(routes, i, old.list.items[i].conf))
			*(struct vrrp_route *)vec_push(&ret_stale->list) = old.list.items[i];
	vec_free(&old.list);
}

void vrrp_routes_plan_add(const struct vrrp_routes *routes, struct vrrp_routes_plan *ret_plan)
{
	*ret_plan = (struct vrrp_routes_plan){0};
	for (size_t i = 0; routes->is_master && i < routes->list.n; i++)
		if (!routes->list.items[i].is_held || !routes->list.items[i].conf->is_untracked)
			*(struct vrrp_route_op *)vec_push(&ret_plan->ops) =
			    (struct vrrp_route_op){.at = i};
}

/* Is the route on the machine? With the keyword `add`, a route that existed before is a refusal,
 * unless this instance had added it. */
static bool is_there(const struct vrrp_route *route, int result)
{
	return result == 0 || (result == -EEXIST && (route->is_held || !route->conf->is_exclusive));
}

/* Takes one result. Returns whether the route was lost or refused. */
static bool route_result_take(struct vrrp_route *route, struct vrrp_route_op *op)
{
	bool was_held = route->is_held;

	route->is_held = is_there(route, op->result);
	if (route->is_held) {
		op->is_loss = was_held && op->result == 0;
		op->is_news = op->is_loss || route->is_said;
		route->refusal = 0;
		route->is_said = false;
		return op->is_loss;
	}
	op->is_news = !route->is_said || route->refusal != op->result;
	route->refusal = op->result;
	route->is_said = true;
	return true;
}

void vrrp_routes_added(struct vrrp_routes *routes, struct vrrp_routes_plan *plan, struct mono now)
{
	bool is_trouble = false, is_refused = false;

	for (size_t i = 0; i < plan->ops.n; i++) {
		struct vrrp_route *route = &routes->list.items[plan->ops.items[i].at];

		is_trouble |= route_result_take(route, &plan->ops.items[i]);
		is_refused |= !route->is_held;
	}
	vrrp_retry_made(&routes->retry, is_trouble, is_refused, now);
}

void vrrp_routes_plan_del(struct vrrp_routes *routes, struct vrrp_routes_plan *ret_plan)
{
	*ret_plan = (struct vrrp_routes_plan){0};
	for (size_t i = routes->list.n; i-- > 0;) {
		struct vrrp_route *route = &routes->list.items[i];

		if (route->is_held)
			*(struct vrrp_route_op *)vec_push(&ret_plan->ops) =
			    (struct vrrp_route_op){.at = i};
		route->is_held = route->is_said = false;
		route->refusal = 0;
	}
	routes->retry = (struct vrrp_retry){0};
}

void vrrp_routes_doubt(struct vrrp_routes *routes)
{
	routes->retry.is_due |= routes->is_master && routes->list.n;
}

struct mono vrrp_routes_wake(const struct vrrp_routes *routes)
{
	return vrrp_retry_wake(&routes->retry);
}

void vrrp_routes_protocols(const struct vrrp_routes *routes, bool is_used[static 256])
{
	for (size_t i = 0; i < routes->list.n; i++)
		is_used[routes->list.items[i].conf->protocol & 255] = true;
}
