/* SPDX-License-Identifier: GPL-2.0-or-later */
/* While an instance is in FAULT, the cause of that may become another one. */
#include "base/hash.h"
#include "vrrp/router/state.h"

static struct router_cause cause_of(const struct vrrp_router *router,
				    const struct instance *instance)
{
	struct router_cause cause = {.fault = vrrp_faults_first(instance->faults),
				     .member = instance->id,
				     .is_known = true};
	const struct conf_track *track;

	if (cause.fault == VRRP_FAULT_SYNC_GROUP)
		cause.member = vrrp_router_fault_member(router, instance->id);
	cause.own = vrrp_faults_first(router_get(router, cause.member)->faults & VRRP_FAULTS_OWN);
	if (cause.own == VRRP_FAULT_TRACKER) {
		track = vrrp_router_fault_track(router, cause.member);
		cause.track = track ? hash_mix(hash_text(track->name), track->kind) : 0;
	}
	if (VRRP_FAULT_BIT(cause.own) & VRRP_FAULTS_OF_MACHINE)
		cause.said = router_get(router, cause.member)->said_fault;
	return cause;
}

void router_report_cause(struct vrrp_router *router, struct instance *instance)
{
	const struct router_cause told = instance->reported_cause;
	struct router_cause cause;

	if (instance->fsm.state != VRRP_FAULT)
		return;
	cause = cause_of(router, instance);
	instance->reported_cause = cause;
	if (!told.is_known || cause.fault == VRRP_FAULTS ||
	    (cause.fault == told.fault && cause.own == told.own && cause.member == told.member &&
	     cause.track == told.track && cause.said == told.said))
		return;
	router_push(router, instance, VRRP_ROUTER_SAY_CAUSE)->fault = cause.fault;
	router_report(router, instance);
}
