/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the orders of an operator (lvsctl vrrp). */
#include "vrrp/router/state.h"

void router_order_release(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_event event = {.kind = VRRP_EVENT_RELEASE,
					 .is_at_once = router_has_probed(instance)};

	if (!instance->has_new_order || instance->order.kind != VRRP_ORDER_RELEASE)
		return;
	instance->has_new_order = false;
	if (instance->fsm.state != VRRP_MASTER)
		return;
	vrrp_garp_stop(&instance->garp);
	vrrp_guard_cancel(&instance->guard);
	router_step_fsm(router, instance, &event, now);
	if (!instance->fsm.is_leaving)
		return;
	instance->release_number = instance->order.number;
	instance->order_result = VRRP_ORDER_PENDING;
	router_push(router, instance, VRRP_ROUTER_SAY_LEAVE)->until = instance->fsm.leave_until;
}

void router_order_take(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (!instance->has_new_order || instance->order.kind != VRRP_ORDER_TAKE)
		return;
	instance->has_new_order = false;
	instance->order.kind = VRRP_ORDER_NONE;
	if (instance->group) {
		instance->wants_take = true; /* router_group_settle() looks at all members */
		return;
	}
	instance->order_result = vrrp_fsm_may_take(&instance->fsm_conf, &instance->fsm, now);
	if (instance->order_result != VRRP_ORDER_DONE) {
		router_order_refuse(router, instance);
		return;
	}
	router_step_kind(router, instance, VRRP_EVENT_TAKE, now);
}
