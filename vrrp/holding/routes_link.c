/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/routes_link.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>

const char *vrrp_routes_link_text(const struct conf_route *route,
				  char text[static VRRP_ROUTE_TEXT_MAX])
{
	bool has_gateway = route->gateway.family != AF_UNSPEC;
	char dst[ADDR_TEXT_MAX], gateway[ADDR_TEXT_MAX], table[24] = "";

	if (route->table)
		snprintf(table, sizeof(table), " table %u", route->table);
	snprintf(text, VRRP_ROUTE_TEXT_MAX, "%s/%u%s%s%s%.15s%s", addr_format(&route->dst, dst),
		 route->dst_len, has_gateway ? " via " : "",
		 has_gateway ? addr_format(&route->gateway, gateway) : "",
		 route->interface[0] ? " dev " : "", route->interface, table);
	return text;
}

static void say_added(const struct vrrp_routes *routes, const struct vrrp_routes_plan *plan,
		      const char *instance)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct vrrp_route_op *op = &plan->ops.items[i];
		const struct vrrp_route *route = &routes->list.items[op->at];
		char text[VRRP_ROUTE_TEXT_MAX];

		if (!op->is_news)
			continue;
		vrrp_routes_link_text(route->conf, text);
		if (op->is_loss)
			log_warning("vrrp=%s route %s was removed by something on this machine, or "
				    "went with its interface: it is back",
				    instance, text);
		else if (route->is_held)
			log_notice("vrrp=%s route %s is added after all", instance, text);
		else
			log_error("vrrp=%s route %s cannot be added: %s; it is tried again", instance,
				  text,
				  op->result == -ENODEV ? "its interface is missing"
							: err_errno(op->result));
	}
}

void vrrp_routes_link_add(struct vrrp_routes *routes, struct vrrp_route_net *net,
			  const char *instance, struct mono now)
{
	VEC(struct vrrp_route_change) changes = {0};
	struct vrrp_routes_plan plan;

	vrrp_routes_plan_add(routes, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		*(struct vrrp_route_change *)vec_push(&changes) = (struct vrrp_route_change){
		    .route = routes->list.items[plan.ops.items[i].at].conf};
	vrrp_route_add(net, changes.items, changes.n);
	for (size_t i = 0; i < plan.ops.n; i++)
		plan.ops.items[i].result = changes.items[i].result;
	vrrp_routes_added(routes, &plan, now);
	say_added(routes, &plan, instance);
	vec_free(&changes);
	vec_free(&plan.ops);
}

/* Is the route gone? The kernel has removed it already if its interface or its source address is
 * gone. */
static bool is_gone(int result)
{
	return result == 0 || result == -ESRCH || result == -ENODEV || result == -EINVAL ||
	       result == -ENETUNREACH || result == -EHOSTUNREACH;
}

void vrrp_routes_link_del(struct vrrp_routes *routes, struct vrrp_route_net *net,
			  const char *instance, vrrp_routes_shared_fn *is_shared, const void *arg)
{
	struct vrrp_routes_plan plan;

	vrrp_routes_plan_del(routes, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		struct vrrp_route_change change = {
		    .route = routes->list.items[plan.ops.items[i].at].conf};
		char text[VRRP_ROUTE_TEXT_MAX];

		if (is_shared(change.route, routes, arg))
			continue;
		vrrp_route_del(net, &change, 1);
		if (!is_gone(change.result))
			log_error("vrrp=%s route %s cannot be removed: %s", instance,
				  vrrp_routes_link_text(change.route, text), err_errno(change.result));
	}
	vec_free(&plan.ops);
}
