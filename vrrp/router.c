/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/router.h"
#include "base/mem.h"
#include "vrrp/advert.h"
#include "vrrp/wait.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One event makes fewer actions than this: those of two steps of a state machine, and the lines and
 * reports that come with each. */
#define STEP_MAX 32

/* The least time between two reports that only say what a backup has learnt of its master. */
#define LEARNED_TOLD_NS NS_PER_S

struct instance {
	unsigned id;
	const struct conf_vrrp *conf; /* NULL: the id is free */
	uint8_t *addrs;               /* of vrrp_advert_addrs() */
	bool has_new_vips;            /* between SET and APPLY */
	struct vrrp_fsm_conf fsm_conf;
	struct vrrp_fsm fsm;
	struct vrrp_garp garp;
	struct vrrp_guard guard;
	enum vrrp_vips_missing missing;
	unsigned faults;
	bool leaves_bar; /* while the end of BARRED is acted on */
	struct mono barred_until;
	struct mono silent_at;   /* the bar ends then, unless another router is heard before */
	bool knows_other;        /* another router was heard, and not missing during the last bar */
	struct mono said_hold;   /* the end of the hold that was logged last */
	struct addr told_master; /* the master as it was last reported, and when */
	int64_t told_interval_ns;
	struct mono told_held, told_at;
	uint64_t adverts_received, transitions_to_master;
};

struct vrrp_router {
	VEC(struct instance) instances; /* by id */
	struct vrrp_queue queue;
	bool has_changed_state;
};

/* --- the queue --- */

static struct vrrp_router_action *push(struct vrrp_router *router, const struct instance *instance,
				       enum vrrp_router_action_kind kind)
{
	return vrrp_queue_push(&router->queue, instance->id, kind);
}

bool vrrp_router_has_room(const struct vrrp_router *router)
{
	return vrrp_queue_has_room(&router->queue, STEP_MAX);
}

bool vrrp_router_is_urgent(const struct vrrp_router *router)
{
	return router->has_changed_state || !vrrp_router_has_room(router);
}

bool vrrp_router_take(struct vrrp_router *router, struct vrrp_router_action *ret_action)
{
	if (vrrp_queue_take(&router->queue, ret_action))
		return true;
	router->has_changed_state = false;
	return false;
}

static void instance_report(struct vrrp_router *router, const struct instance *instance)
{
	push(router, instance, VRRP_ROUTER_REPORT);
}

/* --- what an instance is --- */

static struct instance *get(const struct vrrp_router *router, unsigned id)
{
	assert(id < router->instances.n && router->instances.items[id].conf);
	return &router->instances.items[id];
}

/* The priority of the file. */
static uint8_t effective_priority(const struct instance *instance)
{
	return instance->conf->priority;
}

static void take_conf(struct instance *instance, const struct vrrp_router_event *event,
		      struct mono now)
{
	const struct conf_vrrp *conf = event->conf;
	struct vrrp_fsm_conf *fsm_conf = &instance->fsm_conf;

	instance->conf = conf;
	instance->has_new_vips = event->has_new_vips;
	/* An announcement in progress has indexes of the old list: begin it again. */
	if (!mono_is_never(vrrp_garp_wake(&instance->garp)))
		vrrp_garp_start(&instance->garp, conf->n_vips, now);
	free(instance->addrs);
	instance->addrs = vrrp_advert_addrs(conf);
	fsm_conf->version = conf->version;
	fsm_conf->priority = effective_priority(instance);
	fsm_conf->is_preempting = conf->is_preempting;
	fsm_conf->interval_ns = conf->advert_int_us * NS_PER_US;
	fsm_conf->interval_max_ns = conf->advert_int_max_us * NS_PER_US;
	fsm_conf->preempt_delay_ns = conf->preempt_delay_us * NS_PER_US;
	fsm_conf->hold_ns = event->hold_ns;
}

static int64_t own_down_ns(const struct instance *instance)
{
	return vrrp_fsm_down_ns(&instance->fsm_conf, instance->fsm_conf.interval_ns);
}

static void bar(struct instance *instance, struct mono until)
{
	instance->faults |= VRRP_FAULT_BIT(VRRP_FAULT_BARRED);
	instance->barred_until = until;
}

static bool is_barred(const struct instance *instance)
{
	return instance->faults & VRRP_FAULT_BIT(VRRP_FAULT_BARRED);
}

/* --- what its state machine says --- */

static void say_state(struct vrrp_router *router, struct instance *instance,
		      const struct vrrp_transition *transition)
{
	struct vrrp_router_action *action;

	if (transition->to == VRRP_MASTER && transition->cause != VRRP_CAUSE_RESUMED)
		instance->transitions_to_master++;
	if (transition->to != VRRP_MASTER)
		vrrp_garp_stop(&instance->garp);
	action = push(router, instance, VRRP_ROUTER_SAY_STATE);
	action->transition = *transition;
	action->fault = vrrp_faults_first(instance->faults);
	action->leaves_bar = instance->leaves_bar;
	instance_report(router, instance);
	router->has_changed_state = true;
}

/* Logs one line about a hold, once its end is known: while wants_hello is set the director will say
 * when it ends. */
static void say_hold(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct mono until = vrrp_fsm_held_until(&instance->fsm_conf, fsm);
	struct vrrp_router_action *action;

	if (fsm->wants_hello || until.ns == instance->said_hold.ns || !mono_before(now, until))
		return;
	instance->said_hold = until;
	action = push(router, instance, VRRP_ROUTER_SAY_HOLD);
	action->master = fsm->master;
	action->priority = fsm->heard_priority;
	action->until = until;
	action->is_delayed = vrrp_hold_is_delayed(&fsm->hold, instance->fsm_conf.preempt_delay_ns);
}

static void instance_act(struct vrrp_router *router, struct instance *instance,
			 const struct vrrp_action *action, struct mono now)
{
	switch (action->kind) {
	case VRRP_ACTION_SEND_ADVERT:
		push(router, instance, VRRP_ROUTER_SEND)->priority = action->priority;
		break;
	case VRRP_ACTION_ADD_VIPS:
		vrrp_guard_begin(&instance->guard, now);
		push(router, instance, VRRP_ROUTER_ADD_VIPS);
		break;
	case VRRP_ACTION_DEL_VIPS:
		vrrp_guard_cancel(&instance->guard);
		push(router, instance, VRRP_ROUTER_DEL_VIPS);
		break;
	case VRRP_ACTION_ANNOUNCE:
		vrrp_garp_start(&instance->garp, instance->conf->n_vips, now);
		break;
	case VRRP_ACTION_REANNOUNCE:
		vrrp_garp_restart(&instance->garp, instance->conf->n_vips, now);
		break;
	case VRRP_ACTION_NOTIFY:
		say_state(router, instance, &action->transition);
		break;
	case VRRP_ACTION_NEWS:
		say_hold(router, instance, now);
		instance_report(router, instance);
		break;
	}
}

static void step_fsm(struct vrrp_router *router, struct instance *instance,
		     const struct vrrp_event *event, struct mono now)
{
	struct vrrp_actions actions;

	vrrp_step(&instance->fsm_conf, &instance->fsm, event, now, &actions);
	for (size_t i = 0; i < actions.n; i++)
		instance_act(router, instance, &actions.items[i], now);
}

static void step_kind(struct vrrp_router *router, struct instance *instance,
		      enum vrrp_event_kind kind, struct mono now)
{
	const struct vrrp_event event = {.kind = kind};

	step_fsm(router, instance, &event, now);
}

/* The set of faults has changed. The state machine knows only whether there is any fault. */
static void faults_changed(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	bool is_up = !instance->faults;

	if (is_up != instance->fsm.is_link_up)
		step_kind(router, instance, is_up ? VRRP_EVENT_LINK_UP : VRRP_EVENT_LINK_DOWN, now);
}

/* --- life --- */

bool vrrp_may_resume(const struct vrrp_fsm_conf *conf, const struct vrrp_legacy *legacy,
		     struct mono now)
{
	int64_t silence_ns = mono_sub(now, legacy->alive);

	if (legacy->was_silent)
		silence_ns += conf->interval_ns;
	return legacy->last_state == VRRP_MASTER &&
	       silence_ns < vrrp_fsm_down_ns(conf, conf->interval_ns);
}

static void add(struct vrrp_router *router, const struct vrrp_router_event *event, struct mono now)
{
	struct instance *instance;
	/* Never longer than a bar that begins now, whatever the frame says. */
	struct mono until = mono_min(event->barred_until, mono_add_ns(now, VRRP_GUARD_BARRED_NS));

	while (router->instances.n <= event->id)
		*(struct instance *)vec_push(&router->instances) = (struct instance){0};
	instance = &router->instances.items[event->id];
	assert(!instance->conf);
	instance->id = event->id;
	take_conf(instance, event, now);
	if (mono_before(now, until))
		bar(instance, until);
	instance->silent_at = mono_add_ns(now, own_down_ns(instance));
}

static void remove_instance(struct instance *instance)
{
	free(instance->addrs);
	*instance = (struct instance){0};
}

static void pending_apply(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_event event = {.kind = VRRP_EVENT_CONFIG,
					 .has_new_vips = instance->has_new_vips};

	step_fsm(router, instance, &event, now);
	/* Even if the state is the same, the priority or the end of the hold may have changed. */
	instance_report(router, instance);
}

static void instance_start(struct vrrp_router *router, struct instance *instance,
			   const struct vrrp_legacy *legacy, struct mono now)
{
	bool resumes = !instance->faults && legacy->has_addresses &&
		       vrrp_may_resume(&instance->fsm_conf, legacy, now);

	faults_changed(router, instance, now);
	step_kind(router, instance, resumes ? VRRP_EVENT_RESUME : VRRP_EVENT_START, now);
}

static void take_faults(struct vrrp_router *router, struct instance *instance,
			const struct vrrp_router_event *event, struct mono now)
{
	instance->faults =
	    (instance->faults & ~VRRP_FAULTS_OF_MACHINE) | (event->faults & VRRP_FAULTS_OF_MACHINE);
	if (event->source.family != AF_UNSPEC)
		instance->fsm_conf.source = event->source;
	faults_changed(router, instance, now);
}

/* --- packets --- */

/* Another router advertises, so it could serve. A router that resigns (priority 0) could not. */
static void hear_other(struct instance *instance, const struct vrrp_event *advert, struct mono now)
{
	if (advert->priority == VRRP_PRIORITY_STOP)
		return;
	instance->knows_other = true;
	instance->silent_at =
	    mono_add_ns(now, vrrp_fsm_down_ns(&instance->fsm_conf, advert->interval_ns));
}

/*
 * Reports that a backup hears another master, interval or delay than before, though its own state
 * is the same. At most once a second: with two masters at the same time each advertisement would
 * change it.
 */
static void tell_learned(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct mono held = vrrp_fsm_held_until(&instance->fsm_conf, fsm);

	if (fsm->state != VRRP_BACKUP ||
	    (addr_cmp(&fsm->master, &instance->told_master) == 0 &&
	     fsm->master_interval_ns == instance->told_interval_ns &&
	     held.ns == instance->told_held.ns) ||
	    mono_before(now, mono_add_ns(instance->told_at, LEARNED_TOLD_NS)))
		return;
	instance->told_master = fsm->master;
	instance->told_interval_ns = fsm->master_interval_ns;
	instance->told_held = held;
	instance->told_at = now;
	say_hold(router, instance, now);
	instance_report(router, instance);
}

static void advert_receive(struct vrrp_router *router, struct instance *instance,
			   const struct vrrp_router_event *event, struct mono now)
{
	const struct vrrp_policy policy =
	    vrrp_advert_policy(instance->conf, &instance->fsm_conf.source);
	struct vrrp_event advert = {.kind = VRRP_EVENT_ADVERT, .source = event->path.source};
	enum vrrp_reason reason;
	struct vrrp_router_action *action;
	struct vrrp_pkt pkt;
	bool is_same;

	reason = vrrp_pkt_decode(event->body, event->len, &event->path, &pkt);
	if (reason == VRRP_ACCEPTED)
		reason = vrrp_pkt_check(&pkt, &event->path, &policy);
	if (reason != VRRP_ACCEPTED) {
		action = push(router, instance, VRRP_ROUTER_SAY_REJECTED);
		action->reason = reason;
		action->advert = advert;
		return;
	}
	instance->adverts_received++;
	is_same = vrrp_advert_lists_same(&pkt, instance->conf, instance->addrs);
	advert.priority = pkt.priority;
	advert.interval_ns = pkt.interval_ns;
	hear_other(instance, &advert, now);
	step_fsm(router, instance, &advert, now);
	tell_learned(router, instance, now);
	action = push(router, instance, VRRP_ROUTER_SAY_HEARD);
	action->advert = advert;
	action->is_same_list = is_same;
}

/* --- the guard of the addresses --- */

static void put_back(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	struct vrrp_guard *guard = &instance->guard;
	bool is_loss = guard->is_loss;
	enum vrrp_guard_verdict verdict = vrrp_guard_attempt(guard, !instance->knows_other, now);
	struct vrrp_router_action *action;

	if (verdict == VRRP_GUARD_GIVE_UP) {
		bar(instance, mono_add_ns(now, VRRP_GUARD_BARRED_NS));
		instance->silent_at = mono_add_ns(now, own_down_ns(instance));
		faults_changed(router, instance, now);
		return;
	}
	if (verdict != VRRP_GUARD_QUIET) {
		action = push(router, instance, VRRP_ROUTER_SAY_GUARD);
		action->verdict = verdict;
		action->is_loss = is_loss;
		action->n = is_loss ? guard->n_losses : guard->attempts;
	}
	push(router, instance, VRRP_ROUTER_ADD_VIPS)->is_quiet = verdict == VRRP_GUARD_QUIET;
	vrrp_garp_start(&instance->garp, instance->conf->n_vips, now);
}

static void guard(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (!mono_reached(now, vrrp_guard_wake(&instance->guard)))
		return;
	if (instance->missing != VRRP_VIPS_COMPLETE)
		put_back(router, instance, now);
	else
		vrrp_guard_cancel(&instance->guard);
}

/* Tells the guard which addresses are missing. Only those of a master can be. */
static void look_at_vips(struct instance *instance, enum vrrp_vips_missing missing, struct mono now)
{
	instance->missing = missing;
	if (instance->fsm.state == VRRP_MASTER && missing != VRRP_VIPS_COMPLETE)
		vrrp_guard_miss(&instance->guard,
				missing == VRRP_VIPS_REMOVED ? VRRP_GUARD_REMOVED
							     : VRRP_GUARD_REFUSED,
				instance->fsm_conf.interval_ns, now);
}

static void end_bar(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	bool is_over = mono_reached(now, instance->barred_until);

	if (!is_barred(instance) || (!is_over && !mono_reached(now, instance->silent_at)))
		return;
	instance->faults &= ~VRRP_FAULT_BIT(VRRP_FAULT_BARRED);
	push(router, instance, VRRP_ROUTER_SAY_BAR_END)->is_over = is_over;
	instance->knows_other = instance->knows_other && is_over;
	instance->leaves_bar = true;
	faults_changed(router, instance, now);
	instance->leaves_bar = false;
}

/* --- time --- */

static void announce(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	size_t indexes[VRRP_GARP_BATCH];
	size_t n = vrrp_garp_take(&instance->garp, now, indexes);
	struct vrrp_router_action *action;

	if (!n)
		return;
	action = push(router, instance, VRRP_ROUTER_ANNOUNCE);
	action->first = indexes[0];
	action->n = n;
}

static void pass_time(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	end_bar(router, instance, now);
	if (mono_reached(now, vrrp_fsm_wake(&instance->fsm)))
		step_kind(router, instance, VRRP_EVENT_TIMER, now);
	guard(router, instance, now);
	announce(router, instance, now);
}

struct mono vrrp_router_wake(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = get(router, id);
	struct mono wake = vrrp_fsm_wake(&instance->fsm);

	wake = mono_min(wake, vrrp_garp_wake(&instance->garp));
	wake = mono_min(wake, vrrp_guard_wake(&instance->guard));
	if (is_barred(instance))
		wake = mono_min(wake, mono_min(instance->barred_until, instance->silent_at));
	return wake;
}

/* --- events --- */

static void step_instance(struct vrrp_router *router, struct instance *instance,
			  const struct vrrp_router_event *event, struct mono now)
{
	const struct vrrp_event hold = {.kind = VRRP_EVENT_HOLD, .hold_ns = event->hold_ns};

	switch (event->kind) {
	case VRRP_ROUTER_SET:
		take_conf(instance, event, now);
		break;
	case VRRP_ROUTER_APPLY:
		pending_apply(router, instance, now);
		break;
	case VRRP_ROUTER_START:
		instance_start(router, instance, &event->legacy, now);
		break;
	case VRRP_ROUTER_STOP:
		step_kind(router, instance, VRRP_EVENT_STOP, now);
		break;
	case VRRP_ROUTER_REMOVE:
		remove_instance(instance);
		break;
	case VRRP_ROUTER_FAULTS:
		take_faults(router, instance, event, now);
		break;
	case VRRP_ROUTER_VIPS:
		look_at_vips(instance, event->missing, now);
		break;
	case VRRP_ROUTER_PACKET:
		advert_receive(router, instance, event, now);
		break;
	case VRRP_ROUTER_TIME:
		pass_time(router, instance, now);
		break;
	case VRRP_ROUTER_HOLD:
		step_fsm(router, instance, &hold, now);
		break;
	case VRRP_ROUTER_FRAME:
		step_kind(router, instance, VRRP_EVENT_FRAME, now);
		break;
	case VRRP_ROUTER_ADD:
	case VRRP_ROUTER_EVENTS:
		break;
	}
}

void vrrp_router_step(struct vrrp_router *router, const struct vrrp_router_event *event,
		      struct mono now)
{
	size_t before = router->queue.n;

	if (event->kind == VRRP_ROUTER_ADD)
		add(router, event, now);
	else
		step_instance(router, get(router, event->id), event, now);
	assert(router->queue.n - before <= STEP_MAX);
}

struct vrrp_router *vrrp_router_new(void)
{
	return mem_calloc(1, sizeof(struct vrrp_router));
}

void vrrp_router_free(struct vrrp_router *router)
{
	if (!router)
		return;
	for (size_t i = 0; i < router->instances.n; i++)
		free(router->instances.items[i].addrs);
	vec_free(&router->instances);
	free(router);
}

/* --- for others --- */

const struct vrrp_fsm *vrrp_router_fsm(const struct vrrp_router *router, unsigned id)
{
	return &get(router, id)->fsm;
}

bool vrrp_router_wants_frame(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = get(router, id);

	return vrrp_fsm_wants_frame(&instance->fsm_conf, &instance->fsm);
}

const struct vrrp_fsm_conf *vrrp_router_conf(const struct vrrp_router *router, unsigned id)
{
	return &get(router, id)->fsm_conf;
}

unsigned vrrp_router_faults(const struct vrrp_router *router, unsigned id)
{
	return get(router, id)->faults;
}

struct vrrp_pkt vrrp_router_advert(const struct vrrp_router *router, unsigned id, uint8_t priority)
{
	const struct instance *instance = get(router, id);

	return vrrp_advert_make(instance->conf, priority, instance->addrs);
}

/* The router that has the addresses now, as far as this router knows; AF_UNSPEC: none is heard. */
static struct addr current_master(const struct instance *instance)
{
	switch (instance->fsm.state) {
	case VRRP_MASTER:
		return instance->fsm_conf.source;
	case VRRP_BACKUP:
		return instance->fsm.master;
	default:
		return (struct addr){0};
	}
}

struct vrrp_report vrrp_router_report(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = get(router, id);
	const struct conf_vrrp *conf = instance->conf;
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct vrrp_report told = {.vrid = conf->vrid,
				   .family = conf->family,
				   .state = fsm->state,
				   .priority = conf->priority,
				   .effective_priority = effective_priority(instance),
				   .master = current_master(instance),
				   .wants_hello = fsm->wants_hello,
				   .held_until = vrrp_fsm_held_until(&instance->fsm_conf, fsm),
				   .adverts_received = instance->adverts_received,
				   .transitions_to_master = instance->transitions_to_master};

	if (fsm->state == VRRP_BACKUP)
		told.master_interval_us = (uint32_t)(fsm->master_interval_ns / NS_PER_US);
	if (fsm->state == VRRP_FAULT && is_barred(instance))
		told.barred_until = instance->barred_until;
	strncpy(told.name, conf->name, sizeof(told.name) - 1);
	strncpy(told.interface, conf->interface, sizeof(told.interface) - 1);
	return told;
}
