/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operator has ordered of an instance (lvsctl vrrp), and what that means for its priority. */
#include "vrrp/router/state.h"

/* The priority of a released instance, so that every other router has a higher one. */
#define RELEASED_PRIORITY 1

const struct vrrp_sources *router_sources(const struct vrrp_router *router,
					  const struct instance *instance)
{
	return vrrp_track_hold_sources(&instance->track_hold, instance->conf, &router->sources);
}

void router_judge(const struct vrrp_router *router, struct instance *instance)
{
	struct vrrp_tracked tracked =
	    vrrp_track_sum(instance->conf, router_sources(router, instance));
	bool is_released = instance->order.kind == VRRP_ORDER_RELEASE;

	instance->fsm_conf.is_released = is_released;
	instance->fsm_conf.priority = is_released ? RELEASED_PRIORITY : tracked.priority;
	instance->fsm_conf.is_preempting = instance->conf->is_preempting && !is_released &&
					   instance->order.kind != VRRP_ORDER_HOLD;
	instance->faults &= ~VRRP_FAULT_BIT(VRRP_FAULT_TRACKER);
	if (tracked.fault)
		instance->faults |= VRRP_FAULT_BIT(VRRP_FAULT_TRACKER);
}

bool router_has_probed(const struct instance *instance)
{
	const struct conf_vrrp *conf = instance->conf;

	for (size_t i = 0; i < conf_n_held(conf); i++)
		if (conf_held(conf, i)->is_probed && conf_held(conf, i)->addr.family == AF_INET6)
			return true;
	return false;
}

void router_order_set(struct instance *instance, const struct vrrp_order *order)
{
	struct vrrp_order *own = &instance->order;

	instance->has_new_order = order->number > own->number;
	if (instance->has_new_order) {
		/* a TAKE that waits for its group has an order before it, too */
		if (own->kind != VRRP_ORDER_TAKE && !instance->wants_take)
			instance->order_before = own->kind;
		*own = *order;
		instance->order_result = VRRP_ORDER_DONE;
	} else if (order->kind == VRRP_ORDER_NONE) {
		own->kind = VRRP_ORDER_NONE;
	}
}

void router_order_refuse(const struct vrrp_router *router, struct instance *instance)
{
	instance->order.kind = instance->order_before;
	router_judge(router, instance);
}

void router_order_start(struct instance *instance)
{
	if (instance->has_new_order && instance->order.kind == VRRP_ORDER_TAKE) {
		instance->order.kind = VRRP_ORDER_NONE;
		instance->order_result = VRRP_ORDER_LEARNING;
	}
	instance->has_new_order = false;
}

/* Is another member that counts BACKUP? Then another director serves, and must serve this one's
 * addresses, too: the instance follows its group at the end of the step. */
static bool is_group_relieved(const struct vrrp_router *router, const struct sync_group *group)
{
	for (size_t i = 0; group && i < group->members.n; i++) {
		const struct instance *member = &router->instances.items[group->members.items[i]];

		if (member->is_joined && member->fsm.state == VRRP_BACKUP)
			return true;
	}
	return false;
}

void router_order_released(struct vrrp_router *router, struct instance *instance)
{
	/* A later order has a result of its own. */
	if (instance->order.number != instance->release_number)
		return;
	instance->order_result = VRRP_ORDER_DONE;
	if (instance->fsm.state != VRRP_MASTER || is_group_relieved(router, instance->group))
		return;
	instance->order_result = VRRP_ORDER_ALONE;
	router_order_refuse(router, instance);
	vrrp_queue_push(&router->queue, instance->id, VRRP_ROUTER_SAY_ALONE);
	vrrp_queue_push(&router->queue, instance->id, VRRP_ROUTER_REPORT);
}
