/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that read the state of the router. */
#include "vrrp/router/state.h"
#include "vrrp/wait.h"

#include <string.h>

const struct vrrp_fsm *vrrp_router_fsm(const struct vrrp_router *router, unsigned id)
{
	return &router_get(router, id)->fsm;
}

bool vrrp_router_wants_frame(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = router_get(router, id);

	return instance->is_unproven || vrrp_fsm_wants_frame(&instance->fsm_conf, &instance->fsm);
}

const struct vrrp_fsm_conf *vrrp_router_conf(const struct vrrp_router *router, unsigned id)
{
	return &router_get(router, id)->fsm_conf;
}

unsigned vrrp_router_faults(const struct vrrp_router *router, unsigned id)
{
	return router_get(router, id)->faults;
}

struct vrrp_pkt vrrp_router_advert(const struct vrrp_router *router, unsigned id, uint8_t priority)
{
	struct vrrp_pkt advert = router_get(router, id)->advert;

	advert.priority = priority;
	return advert;
}

/* The router that has the addresses now, as far as this one knows. AF_UNSPEC: it hears none. */
static struct addr current_master(const struct instance *instance)
{
	switch (instance->fsm.state) {
	case VRRP_MASTER:
		return instance->fsm_conf.source;
	default:
		return router_heard_master(instance);
	}
}

struct vrrp_report vrrp_router_report(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = router_get(router, id);
	const struct conf_vrrp *conf = instance->conf;
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct vrrp_report told = {.vrid = conf->vrid,
				   .family = conf->family,
				   .state = fsm->state,
				   .priority = conf->priority,
				   .effective_priority = instance->fsm_conf.priority,
				   .is_joining = vrrp_router_is_joining(router, id),
				   .master = current_master(instance),
				   .wants_hello = fsm->wants_hello,
				   .held_until = vrrp_fsm_held_until(&instance->fsm_conf, fsm),
				   .proof_until = vrrp_wait_proof_until(&instance->fsm_conf, fsm),
				   .heard_checksum = instance->heard_checksum,
				   .adverts_received = instance->adverts_received,
				   .order_number = instance->order.number,
				   .order_result = instance->order_result,
				   .lower_heard = instance->n_lower,
				   .zeros_received = instance->zeros_received,
				   .transitions_to_master = instance->transitions_to_master,
				   .transitions_from_master = instance->transitions_from_master};

	if (fsm->state == VRRP_BACKUP)
		told.master_interval_us = (uint32_t)(fsm->master_interval_ns / NS_PER_US);
	if (fsm->state == VRRP_BACKUP && !fsm->is_master_silent)
		told.master_priority = fsm->heard_priority;
	if (instance->track_hold.is_waiting)
		told.tracks_held_until = instance->track_hold.due;
	if (fsm->state == VRRP_FAULT && router_is_barred(instance))
		told.barred_until = instance->barred_until;
	told.name = conf->name;
	strncpy(told.interface, conf->interface, sizeof(told.interface) - 1);
	return told;
}

const struct vrrp_source *vrrp_router_source(const struct vrrp_router *router,
					     const struct conf_track *track)
{
	return vrrp_sources_find(&router->sources, track->kind, track->name);
}

const struct vrrp_source *vrrp_router_counted(const struct vrrp_router *router, unsigned id,
					      const struct conf_track *track)
{
	return vrrp_sources_find(router_sources(router, router_get(router, id)), track->kind,
				 track->name);
}

const struct conf_track *vrrp_router_fault_track(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = router_get(router, id);

	return vrrp_track_sum(instance->conf, router_sources(router, instance)).fault;
}
