/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One instance of the router: turns the actions of its state machine into actions of the router. */
#include "vrrp/ah/ah.h"
#include "vrrp/router/state.h"
#include "vrrp/wait.h"

#include <assert.h>

#define SPARED_SAID_NS (60 * NS_PER_S)

struct vrrp_router_action *router_push(struct vrrp_router *router, const struct instance *instance,
				       enum vrrp_router_action_kind kind)
{
	return vrrp_queue_push(&router->queue, instance->id, kind);
}

struct addr router_heard_master(const struct instance *instance)
{
	const struct vrrp_fsm *fsm = &instance->fsm;

	return fsm->state == VRRP_BACKUP && !fsm->is_master_silent ? fsm->master : (struct addr){0};
}

void router_report(struct vrrp_router *router, struct instance *instance)
{
	const struct vrrp_fsm *fsm = &instance->fsm;

	instance->reported_master = router_heard_master(instance);
	instance->reported_interval_ns = fsm->master_interval_ns;
	instance->reported_held = vrrp_fsm_held_until(&instance->fsm_conf, fsm);
	instance->reported_checksum = instance->heard_checksum;
	router_push(router, instance, VRRP_ROUTER_REPORT);
}

struct instance *router_get(const struct vrrp_router *router, unsigned id)
{
	assert(id < router->instances.n && router->instances.items[id].conf);
	return &router->instances.items[id];
}

bool router_is_barred(const struct instance *instance)
{
	return instance->faults & VRRP_FAULT_BIT(VRRP_FAULT_BARRED);
}

/* --- actions of its state machine --- */

static void say_state(struct vrrp_router *router, struct instance *instance,
		      const struct vrrp_transition *transition)
{
	struct vrrp_router_action *action;

	if (transition->to == VRRP_MASTER && transition->cause != VRRP_CAUSE_RESUMED)
		instance->transitions_to_master++;
	if (transition->from == VRRP_MASTER && transition->to != VRRP_MASTER)
		instance->transitions_from_master++;
	if (transition->to != VRRP_MASTER)
		vrrp_garp_stop(&instance->garp);
	action = router_push(router, instance, VRRP_ROUTER_SAY_STATE);
	instance->n_unsaid++;
	action->transition = *transition;
	action->fault = vrrp_faults_first(instance->faults);
	action->leaves_bar = instance->leaves_bar;
	action->sheds_tracker = instance->sheds_tracker;
	action->track = instance->acts_on;
	action->is_by_group = instance->follows_group;
	action->former_state =
	    instance->begins_anew ? instance->legacy.former_state : VRRP_INIT;
	action->follows_group = instance->follows_group ||
				transition->cause == VRRP_CAUSE_SYNC_GROUP ||
				(transition->to == VRRP_FAULT && action->fault == VRRP_FAULT_SYNC_GROUP);
	instance->reported_cause.is_known = false;
	router_report(router, instance);
	router->has_changed_state = true;
}

bool router_owes_hold(const struct instance *instance, struct mono now)
{
	struct mono until = vrrp_fsm_held_until(&instance->fsm_conf, &instance->fsm);

	return !instance->fsm.wants_hello && until.ns != instance->said_hold.ns &&
	       mono_before(now, until);
}

void router_say_hold(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct mono until = vrrp_fsm_held_until(&instance->fsm_conf, fsm);
	struct vrrp_router_action *action;

	if (!router_owes_hold(instance, now))
		return;
	instance->said_hold = until;
	action = router_push(router, instance, VRRP_ROUTER_SAY_HOLD);
	action->master = fsm->master;
	action->priority = fsm->heard_priority;
	action->until = until;
	action->is_delayed = vrrp_hold_is_delayed(&fsm->hold, instance->fsm_conf.preempt_delay_ns);
}

/* The transition to BACKUP is logged before: why the instance is not MASTER soon. */
static void say_proof(struct vrrp_router *router, struct instance *instance)
{
	struct mono until = vrrp_wait_proof_until(&instance->fsm_conf, &instance->fsm);

	if (until.ns)
		router_push(router, instance, VRRP_ROUTER_SAY_PROOF)->until = until;
}

/* Would this backup preempt its master but for nopreempt? An order of an operator, which has its own
 * lines, has no part in that. */
static bool is_spared(const struct instance *instance)
{
	return router_heard_master(instance).family != AF_UNSPEC && !instance->conf->is_preempting &&
	       !vrrp_is_owner(&instance->fsm_conf) &&
	       instance->fsm.heard_priority != VRRP_PRIORITY_STOP &&
	       instance->fsm.heard_priority < instance->fsm_conf.priority;
}

void router_say_spared(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	struct vrrp_router_action *action;

	if (instance->is_pending)
		return;
	if (!is_spared(instance)) {
		instance->knows_spared = false;
		return;
	}
	if (instance->knows_spared ||
	    (instance->said_spared.ns && mono_sub(now, instance->said_spared) < SPARED_SAID_NS))
		return;
	instance->knows_spared = true;
	instance->said_spared = now;
	action = router_push(router, instance, VRRP_ROUTER_SAY_SPARED);
	action->master = instance->fsm.master;
	action->priority = instance->fsm.heard_priority;
}

static void push_send(struct vrrp_router *router, struct instance *instance, uint8_t priority)
{
	struct vrrp_router_action *action = router_push(router, instance, VRRP_ROUTER_SEND);

	action->priority = priority;
	action->due = instance->due;
	if (instance->policy.auth != VRRP_AUTH_AH)
		return;
	instance->ah_sent = vrrp_ah_next(instance->ah_sent, instance->ah_heard);
	action->ah_sequence = instance->ah_sent;
}

void router_prove(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (!instance->is_unproven)
		return;
	instance->is_unproven = false;
	/* A master that listens announces at the end of that; one that leaves does not. */
	if (instance->fsm.is_listening || instance->fsm.is_leaving)
		return;
	/* Clients follow this announcement. If there is another master, to which this one yields before its next
	 * advertisement, that one must hear of it, so as to announce the addresses again. */
	if (vrrp_garp_prove(&instance->garp, &instance->garp_conf, conf_n_held(instance->conf), now))
		push_send(router, instance, instance->fsm_conf.priority);
}

void router_announce(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	size_t indexes[VRRP_GARP_BATCH];
	size_t n = vrrp_garp_take(&instance->garp, now, indexes);
	struct vrrp_router_action *action;

	if (vrrp_garp_take_extra(&instance->garp, now))
		router_push(router, instance, VRRP_ROUTER_ANNOUNCE_EXTRA);
	if (!n)
		return;
	action = router_push(router, instance, VRRP_ROUTER_ANNOUNCE);
	action->first = indexes[0];
	action->n = n;
}

static void instance_act(struct vrrp_router *router, struct instance *instance,
			 const struct vrrp_action *action, struct mono now)
{
	switch (action->kind) {
	case VRRP_ACTION_SEND_ADVERT:
		push_send(router, instance, action->priority);
		break;
	case VRRP_ACTION_ADD_VIPS:
		vrrp_guard_begin(&instance->guard, now);
		router_push(router, instance, VRRP_ROUTER_ADD_VIPS);
		break;
	case VRRP_ACTION_DEL_VIPS:
		vrrp_guard_cancel(&instance->guard);
		router_push(router, instance, VRRP_ROUTER_DEL_VIPS);
		break;
	case VRRP_ACTION_ANNOUNCE:
		instance->is_unproven = true;
		vrrp_garp_start(&instance->garp, &instance->garp_conf, conf_n_held(instance->conf), now);
		/* Now, not after lines, reports and sockets: the former master has heard the advertisement, and
		 * removes the addresses. */
		router_announce(router, instance, now);
		break;
	case VRRP_ACTION_REANNOUNCE:
		vrrp_garp_restart(&instance->garp, &instance->garp_conf, conf_n_held(instance->conf), now);
		break;
	case VRRP_ACTION_CORRECT:
		if (instance->conf->garp_lower_prio_repeat)
			vrrp_garp_restart(&instance->garp, &instance->correct_conf,
					  conf_n_held(instance->conf), now);
		break;
	case VRRP_ACTION_NOTIFY:
		instance->is_unproven = action->transition.to == VRRP_MASTER;
		instance->change = ++router->n_changes;
		if (action->transition.cause != VRRP_CAUSE_RESUMED) /* it has been MASTER for longer */
			instance->since = now;
		say_state(router, instance, &action->transition);
		say_proof(router, instance);
		break;
	case VRRP_ACTION_BE_HEARD:
		router_push(router, instance, VRRP_ROUTER_BE_HEARD);
		break;
	case VRRP_ACTION_NEWS:
		router_say_hold(router, instance, now);
		router_report(router, instance);
		break;
	}
}

void router_step_fsm(struct vrrp_router *router, struct instance *instance,
		     const struct vrrp_event *event, struct mono now)
{
	bool was_staying = instance->fsm.is_staying;
	struct vrrp_actions actions;

	vrrp_step(&instance->fsm_conf, &instance->fsm, event, now, &actions);
	for (size_t i = 0; i < actions.n; i++)
		instance_act(router, instance, &actions.items[i], now);
	if (was_staying && !instance->fsm.is_leaving)
		router_order_released(router, instance);
}

void router_step_kind(struct vrrp_router *router, struct instance *instance,
		      enum vrrp_event_kind kind, struct mono now)
{
	const struct vrrp_event event = {.kind = kind};

	router_step_fsm(router, instance, &event, now);
}

/* The state machine knows only whether there is any fault. */
void router_faults_changed(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	bool is_up = !instance->faults;
	const struct vrrp_event event = {.kind = is_up ? VRRP_EVENT_LINK_UP : VRRP_EVENT_LINK_DOWN,
					 .was_hearing = !instance->was_deaf};

	instance->was_deaf |= (instance->faults & ~VRRP_FAULTS_HEARING) != 0;
	if (is_up != instance->fsm.is_link_up)
		router_step_fsm(router, instance, &event, now);
	if (is_up)
		instance->was_deaf = false;
}

/* --- what a backup learns of its master --- */

/* Does a master hear checksums of the other form, so that their sender may not hear it? */
static bool hears_other_checksum(const struct instance *instance)
{
	enum vrrp_checksum own =
	    instance->conf->is_checksum_plain ? VRRP_CHECKSUM_PLAIN : VRRP_CHECKSUM_PSEUDO;

	return instance->heard_checksum != VRRP_CHECKSUM_UNKNOWN && instance->heard_checksum != own;
}

static bool has_learned(const struct instance *instance, struct mono now)
{
	const struct vrrp_fsm *fsm = &instance->fsm;
	const struct addr master = router_heard_master(instance);
	struct mono held = vrrp_fsm_held_until(&instance->fsm_conf, fsm);

	if (fsm->state == VRRP_MASTER)
		return hears_other_checksum(instance) &&
		       instance->heard_checksum != instance->reported_checksum;
	return fsm->state == VRRP_BACKUP && (addr_cmp(&master, &instance->reported_master) != 0 ||
					     fsm->master_interval_ns != instance->reported_interval_ns ||
					     held.ns != instance->reported_held.ns ||
					     router_owes_hold(instance, now) ||
					     instance->heard_checksum != instance->reported_checksum);
}

void router_report_learned(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (!has_learned(instance, now) ||
	    mono_before(now, mono_add_ns(instance->reported_at, LEARNED_TOLD_NS)))
		return;
	instance->reported_at = now;
	router_say_hold(router, instance, now);
	router_report(router, instance);
}

void router_report_silence(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (instance->fsm.is_master_silent)
		router_report_learned(router, instance, now);
}

/* --- starts --- */

bool vrrp_resumes_late(const struct vrrp_fsm_conf *conf, const struct vrrp_legacy *legacy,
		       struct mono now)
{
	int64_t silence_ns = mono_sub(now, legacy->alive);

	if (legacy->was_silent)
		silence_ns += conf->interval_ns;
	return silence_ns >= vrrp_fsm_down_ns(conf, conf->interval_ns);
}

bool router_can_resume(const struct instance *instance)
{
	return !instance->faults && instance->legacy.has_addresses &&
	       instance->legacy.last_state == VRRP_MASTER;
}

void router_start(struct vrrp_router *router, struct instance *instance, bool may_resume,
		  struct mono now)
{
	bool resumes = may_resume && router_can_resume(instance);
	const struct vrrp_event event = {
	    .kind = resumes ? VRRP_EVENT_RESUME : VRRP_EVENT_START,
	    .was_hearing = instance->legacy.former_state == VRRP_BACKUP ||
			   instance->legacy.former_state == VRRP_MASTER,
	    .is_late = vrrp_resumes_late(&instance->fsm_conf, &instance->legacy, now),
	    .was_relieved = instance->legacy.was_relieved};

	instance->is_starting = false;
	instance->begins_anew = !resumes;
	router_faults_changed(router, instance, now);
	router_step_fsm(router, instance, &event, now);
	instance->begins_anew = false;
}
