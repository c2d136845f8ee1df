/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/router/state.h"
#include "base/mem.h"
#include "vrrp/advert.h"
#include "vrrp/ah/ah.h"
#include "vrrp/wait.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One event makes fewer actions than this: those of two steps of a state machine, and the lines and
 * reports that come with each. */
#define STEP_MAX 32
/* A new master hears the last advertisement of the former one within two intervals, and on a machine under
 * load within this time. */
#define CHANGE_MIN_NS (100 * NS_PER_MS)

/* --- the queue --- */

bool vrrp_router_has_room(const struct vrrp_router *router)
{
	return vrrp_queue_has_room(&router->queue, STEP_MAX);
}

bool vrrp_router_is_urgent(const struct vrrp_router *router)
{
	return router->has_changed_state || !vrrp_router_has_room(router);
}

/* A report tells the present state, and the cause that was logged last. So it waits for the line about
 * the present state, which a report of its own follows. */
static bool is_premature(struct vrrp_router *router, const struct vrrp_router_action *action)
{
	struct instance *instance = &router->instances.items[action->id];

	if (action->kind == VRRP_ROUTER_SAY_STATE && instance->n_unsaid)
		instance->n_unsaid--;
	return action->kind == VRRP_ROUTER_REPORT && instance->n_unsaid;
}

bool vrrp_router_take(struct vrrp_router *router, struct vrrp_router_action *ret_action)
{
	while (vrrp_queue_take(&router->queue, ret_action))
		if (!is_premature(router, ret_action))
			return true;
	router->has_changed_state = false;
	return false;
}

/* --- the configuration of an instance --- */

static void take_conf(struct vrrp_router *router, struct instance *instance,
		      const struct vrrp_router_event *event, struct mono now)
{
	const struct conf_vrrp *conf = event->conf;
	struct vrrp_fsm_conf *fsm_conf = &instance->fsm_conf;
	const struct addr source = fsm_conf->source;
	bool had_tracker;

	instance->conf = conf;
	instance->has_new_vips = event->has_new_vips;
	instance->garp_conf = (struct vrrp_garp_conf){
	    .rounds = conf->garp_master_repeat,
	    .second_ns = conf->garp_master_delay * NS_PER_S,
	    .refresh_ns = conf->garp_master_refresh * NS_PER_S,
	    .refresh_rounds = conf->garp_master_refresh_repeat,
	    .extra_ns = conf->garp_extra & CONF_GARP_EXTRA_ALL || conf->n_vmacs
			    ? (int64_t)(conf->garp_extra & UINT32_MAX) * NS_PER_S
			    : 0,
	};
	instance->correct_conf = instance->garp_conf;
	instance->correct_conf.rounds = conf->garp_lower_prio_repeat;
	instance->correct_conf.second_ns = conf->garp_lower_prio_delay * NS_PER_S;
	/* An announcement in progress has indexes of the old list, so it begins again. The new
	 * configuration may also ask for refreshes. */
	if (!mono_is_never(vrrp_garp_wake(&instance->garp)) ||
	    (instance->fsm.state == VRRP_MASTER &&
	     (instance->garp_conf.refresh_ns || instance->garp_conf.extra_ns)))
		vrrp_garp_start(&instance->garp, &instance->garp_conf, conf_n_held(conf), now);
	free(instance->addrs);
	instance->addrs = vrrp_advert_addrs(conf);
	instance->advert = vrrp_advert_make(conf, conf->priority, instance->addrs);
	instance->policy = vrrp_advert_policy(conf, &fsm_conf->source);
	*fsm_conf = vrrp_fsm_conf_of(conf);
	instance->unsaid_priority = 0;
	fsm_conf->source = source;
	fsm_conf->is_preemption_forbidden = router->is_preemption_forbidden;
	fsm_conf->hold_ns = event->hold_ns;
	fsm_conf->gate_ns = event->gate_ns;
	router_order_set(instance, &event->order);
	had_tracker = instance->faults & VRRP_FAULT_BIT(VRRP_FAULT_TRACKER);
	vrrp_track_hold_set(&instance->track_hold, conf, &router->sources, now);
	router_judge(router, instance);
	instance->sheds_tracker =
	    had_tracker && !(instance->faults & VRRP_FAULT_BIT(VRRP_FAULT_TRACKER));
	router_group_enter(router, instance, conf);
	fsm_conf->is_grouped = instance->group;
	instance->is_pending = true;
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

/* --- trackers --- */

static void say_priority(struct vrrp_router *router, const struct instance *instance,
			 uint8_t old_priority)
{
	struct vrrp_router_action *action = router_push(router, instance, VRRP_ROUTER_SAY_PRIORITY);

	action->track = instance->acts_on;
	action->old_priority = old_priority;
	action->priority = instance->fsm_conf.priority;
}

/* A change of the trackers waits, or has gone by itself. */
static void say_track_hold(struct vrrp_router *router, const struct instance *instance)
{
	struct vrrp_router_action *action =
	    router_push(router, instance, VRRP_ROUTER_SAY_TRACK_HOLD);

	action->until = vrrp_track_hold_wake(&instance->track_hold);
	action->old_priority = instance->fsm_conf.priority;
	action->track = vrrp_track_hold_changed(&instance->track_hold, instance->conf,
						&router->sources);
}

/* Of the instance and its sync group, at the end of a step: only then is it known whether those whose
 * master is silent wait for others, or have become MASTER. */
static void report_causes(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct sync_group *group = instance->group;

	if (!group) {
		router_report_cause(router, instance);
		router_say_spared(router, instance, now);
	}
	for (size_t i = 0; group && i < group->members.n; i++) {
		struct instance *member = router_get(router, group->members.items[i]);

		router_report_cause(router, member);
		router_report_silence(router, member, now);
		router_say_spared(router, member, now);
	}
}

/* In FAULT by a tracker no priority applies: a change is said when the FAULT is over. */
static void priority_changed(struct vrrp_router *router, struct instance *instance, uint8_t before)
{
	uint8_t known = instance->unsaid_priority ? instance->unsaid_priority : before;

	if (instance->faults & VRRP_FAULT_BIT(VRRP_FAULT_TRACKER)) {
		instance->unsaid_priority = known;
		return;
	}
	instance->unsaid_priority = 0;
	if (instance->fsm_conf.priority != known)
		say_priority(router, instance, known);
}

static void retrack(struct vrrp_router *router, struct instance *instance,
		    const struct conf_track *track, struct mono now)
{
	uint8_t before = instance->fsm_conf.priority;

	instance->acts_on = track;
	router_judge(router, instance);
	priority_changed(router, instance, before);
	if (instance->fsm_conf.priority != before)
		router_step_kind(router, instance, VRRP_EVENT_PRIORITY, now);
	router_faults_changed(router, instance, now);
	/* An instance that has not started is not reported: the director would take INIT for a stop. */
	if (instance->fsm.state != VRRP_INIT)
		router_report(router, instance);
	instance->acts_on = NULL;
}

/* Does what the trackers say now count for the instance? If not yet, says so once. */
static bool counts_now(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	struct vrrp_track_hold *hold = &instance->track_hold;
	enum vrrp_track_hold_news news;

	if (instance->fsm.state == VRRP_INIT) {
		vrrp_track_hold_skip(hold, instance->conf, &router->sources);
		return true;
	}
	news = vrrp_track_hold_take(hold, instance->conf, &router->sources, now);
	if (news == VRRP_TRACK_HOLD_COUNTS)
		return true;
	if (news != VRRP_TRACK_HOLD_GOES_ON)
		say_track_hold(router, instance);
	router_report(router, instance);
	return false;
}

/* The wait of track_hold_time is over. */
static void end_track_hold(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct conf_track *track;

	if (!mono_reached(now, vrrp_track_hold_wake(&instance->track_hold)))
		return;
	track = vrrp_track_hold_changed(&instance->track_hold, instance->conf, &router->sources);
	if (counts_now(router, instance, now))
		retrack(router, instance, track, now);
}

/* All instances that track the source step before any action is carried out. */
static void take_source(struct vrrp_router *router, const struct vrrp_source *source,
			struct mono now)
{
	vrrp_sources_set(&router->sources, source);
	for (size_t i = 0; i < router->instances.n; i++) {
		struct instance *instance = &router->instances.items[i];
		const struct conf_track *track =
		    instance->conf ? vrrp_track_find(instance->conf, source->kind, source->name)
				   : NULL;

		if (!track || !counts_now(router, instance, now))
			continue;
		retrack(router, instance, track, now);
		router_group_settle(router, instance, now);
		report_causes(router, instance, now);
	}
}

/* An instance that has not started is not reported, as in retrack(). */
static void forbid_preemption(struct vrrp_router *router, bool is_forbidden, struct mono now)
{
	if (router->is_preemption_forbidden == is_forbidden)
		return;
	router->is_preemption_forbidden = is_forbidden;
	for (size_t i = 0; i < router->instances.n; i++)
		router->instances.items[i].fsm_conf.is_preemption_forbidden = is_forbidden;
	for (size_t i = 0; i < router->instances.n; i++) {
		struct instance *instance = &router->instances.items[i];

		if (!instance->conf || instance->fsm.state == VRRP_INIT)
			continue;
		router_step_kind(router, instance, VRRP_EVENT_PREEMPTION, now);
		router_report(router, instance); /* the end of a hold may have changed */
		router_group_settle(router, instance, now);
	}
}

/* Removes the sources that no instance tracks any more. */
static void forget_sources(struct vrrp_router *router)
{
	struct vrrp_sources *sources = &router->sources;
	size_t n = 0;

	for (size_t i = 0; i < sources->list.n; i++) {
		const struct vrrp_source *source = &sources->list.items[i];
		bool is_tracked = false;

		for (size_t k = 0; k < router->instances.n && !is_tracked; k++)
			is_tracked = router->instances.items[k].conf &&
				     vrrp_track_find(router->instances.items[k].conf, source->kind,
						     source->name);
		if (is_tracked)
			sources->list.items[n++] = *source;
	}
	sources->list.n = n;
}

/* --- begin and end of an instance --- */

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
	instance->ah_sent = event->ah_sequence;
	take_conf(router, instance, event, now);
	if (mono_before(now, until))
		bar(instance, until);
	instance->silent_at = mono_add_ns(now, own_down_ns(instance));
}

static void instance_clear(struct instance *instance)
{
	free(instance->addrs);
	vrrp_track_hold_free(&instance->track_hold);
	*instance = (struct instance){0};
}

static void remove_instance(struct vrrp_router *router, struct instance *instance)
{
	router_group_enter(router, instance, NULL);
	instance_clear(instance);
}

static void pending_apply(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_event event = {.kind = VRRP_EVENT_CONFIG,
					 .has_new_vips = instance->has_new_vips};

	instance->is_pending = false;
	router_order_release(router, instance, now);
	/* the new configuration may have other trackers */
	router_faults_changed(router, instance, now);
	instance->sheds_tracker = false;
	router_step_fsm(router, instance, &event, now);
	router_order_take(router, instance, now);
	/* Even if the state is the same, the priority or the end of the hold may have changed. */
	router_report(router, instance);
}

/* Starts the instance at once, or together with the last member of its sync group. */
static void await_start(struct vrrp_router *router, struct instance *instance,
			const struct vrrp_legacy *legacy, struct mono now)
{
	instance->legacy = *legacy;
	router_order_start(instance);
	instance->is_pending = instance->has_left = false;
	instance->is_starting = true;
	if (!instance->group)
		router_start(router, instance, true, now);
}

/* A leaving instance neither announces nor restores addresses. */
static void instance_leave(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (instance->fsm.is_leaving && !instance->fsm.is_staying)
		return;
	instance->is_joined = false;
	instance->has_left = true;
	vrrp_garp_stop(&instance->garp);
	vrrp_guard_cancel(&instance->guard);
	if (router_has_probed(instance)) {
		router_step_kind(router, instance, VRRP_EVENT_STOP, now);
		return;
	}
	router_step_kind(router, instance, VRRP_EVENT_LEAVE, now);
	if (instance->fsm.is_leaving)
		router_push(router, instance, VRRP_ROUTER_SAY_LEAVE)->until =
		    instance->fsm.leave_until;
}

static void take_faults(struct vrrp_router *router, struct instance *instance,
			const struct vrrp_router_event *event, struct mono now)
{
	instance->faults =
	    (instance->faults & ~VRRP_FAULTS_OF_MACHINE) | (event->faults & VRRP_FAULTS_OF_MACHINE);
	instance->said_fault = event->said;
	if (event->source.family != AF_UNSPEC)
		instance->fsm_conf.source = event->source;
	router_faults_changed(router, instance, now);
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

/* Decodes the advertisement, which must be signed if the instance's are. */
static enum vrrp_reason decode(const struct instance *instance,
			       const struct vrrp_router_event *event, struct vrrp_pkt *ret_pkt,
			       uint32_t *ret_sequence)
{
	const struct vrrp_policy *policy = &instance->policy;
	const struct vrrp_ah_cover cover = {.ip_id = event->ip_id,
					    .is_unicast = policy->n_peers > 0,
					    .key = policy->password,
					    .key_len = sizeof(policy->password)};
	enum vrrp_reason reason;

	if (event->is_signed != (policy->auth == VRRP_AUTH_AH))
		return VRRP_REJECT_AUTH_TYPE;
	if (!event->is_signed)
		return vrrp_pkt_decode(event->body, event->len, &event->path, ret_pkt);
	reason = vrrp_ah_check(&event->path, &cover, event->body, event->len, ret_sequence);
	if (reason != VRRP_ACCEPTED)
		return reason;
	if (!vrrp_ah_is_after(*ret_sequence, instance->ah_heard))
		return VRRP_REJECT_REPLAY;
	return vrrp_pkt_decode(event->body + VRRP_AH_LEN, event->len - VRRP_AH_LEN, &event->path,
			       ret_pkt);
}

/* Also of a message that cannot be decoded; 0 if there is none. */
static uint8_t version_of(const struct vrrp_router_event *event)
{
	size_t at = event->is_signed ? VRRP_AH_LEN : 0;

	return event->len > at ? event->body[at] >> 4 : 0;
}

/* The successor of a MASTER that leaves advertises, as it should. So does the former master once more
 * when it steps down for a new one. */
static bool belongs_to_change(const struct instance *instance, struct mono now)
{
	int64_t change_ns = 2 * instance->fsm_conf.interval_ns;

	if (change_ns < CHANGE_MIN_NS)
		change_ns = CHANGE_MIN_NS;
	return instance->fsm.is_leaving || mono_sub(now, instance->since) < change_ns;
}

/* A director of lower priority is MASTER beside this one: returns whether it is. At most one report a second
 * says so. */
static bool hear_lower(struct vrrp_router *router, struct instance *instance,
		       const struct vrrp_event *advert, struct mono now)
{
	if (instance->fsm.state != VRRP_MASTER || advert->priority == VRRP_PRIORITY_STOP ||
	    advert->priority >= instance->fsm_conf.priority || belongs_to_change(instance, now))
		return false;
	instance->n_lower++;
	if (instance->n_lower > 1 &&
	    mono_before(now, mono_add_ns(instance->lower_reported_at, LEARNED_TOLD_NS)))
		return true;
	instance->lower_reported_at = now;
	router_report(router, instance);
	return true;
}

static void advert_receive(struct vrrp_router *router, struct instance *instance,
			   const struct vrrp_router_event *event, struct mono now)
{
	struct vrrp_event advert = {.kind = VRRP_EVENT_ADVERT, .source = event->path.source};
	enum vrrp_reason reason;
	struct vrrp_router_action *action;
	struct vrrp_pkt pkt = {0};
	uint32_t sequence = 0;
	bool is_same, is_beside;

	instance->policy.source = instance->fsm_conf.source;
	reason = decode(instance, event, &pkt, &sequence);
	if (reason == VRRP_ACCEPTED)
		reason = vrrp_pkt_check(&pkt, &event->path, &instance->policy);
	if (reason != VRRP_ACCEPTED) {
		action = router_push(router, instance, VRRP_ROUTER_SAY_REJECTED);
		action->reason = reason;
		action->advert = advert;
		action->advert.interval_ns = pkt.interval_ns;
		action->version = version_of(event);
		return;
	}
	if (event->is_signed)
		instance->ah_heard = sequence;
	instance->adverts_received++;
	instance->zeros_received += pkt.priority == VRRP_PRIORITY_STOP;
	is_same = vrrp_advert_lists_same(&pkt, instance->conf, instance->addrs);
	advert.priority = pkt.priority;
	advert.interval_ns = pkt.interval_ns;
	if (pkt.version == 3 && instance->conf->family == AF_INET)
		instance->heard_checksum =
		    pkt.has_pseudo_header ? VRRP_CHECKSUM_PSEUDO : VRRP_CHECKSUM_PLAIN;
	hear_other(instance, &advert, now);
	is_beside = hear_lower(router, instance, &advert, now);
	router_step_fsm(router, instance, &advert, now);
	router_report_learned(router, instance, now);
	action = router_push(router, instance, VRRP_ROUTER_SAY_HEARD);
	action->advert = advert;
	action->is_same_list = is_same;
	action->is_beside = is_beside;
	action->odd_list.n = pkt.n_addrs;
	if (!is_same)
		action->odd_list.odd = vrrp_advert_odd(&pkt, instance->conf, instance->addrs,
						       &action->odd_list.is_theirs);
	action->has_pseudo_header = pkt.has_pseudo_header;
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
		router_faults_changed(router, instance, now);
		return;
	}
	if (verdict != VRRP_GUARD_QUIET) {
		action = router_push(router, instance, VRRP_ROUTER_SAY_GUARD);
		action->verdict = verdict;
		action->is_loss = is_loss;
		action->n = is_loss ? guard->n_losses : guard->attempts;
	}
	router_push(router, instance, VRRP_ROUTER_ADD_VIPS)->is_quiet = verdict == VRRP_GUARD_QUIET;
	instance->is_unproven = true;
	vrrp_garp_start(&instance->garp, &instance->garp_conf, conf_n_held(instance->conf), now);
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

/* Tells the guard that an address is missing, or none. Only a master can lack an address. */
static void vips_compare(struct instance *instance, enum vrrp_vips_missing missing, struct mono now)
{
	instance->missing = missing;
	if (instance->fsm.state == VRRP_MASTER && !instance->fsm.is_leaving &&
	    missing != VRRP_VIPS_COMPLETE)
		vrrp_guard_miss(&instance->guard,
				missing == VRRP_VIPS_REMOVED ? VRRP_GUARD_REMOVED
							     : VRRP_GUARD_REFUSED,
				instance->fsm_conf.interval_ns, now);
}

static void end_bar(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	bool is_over = mono_reached(now, instance->barred_until);

	if (!router_is_barred(instance) || (!is_over && !mono_reached(now, instance->silent_at)))
		return;
	instance->faults &= ~VRRP_FAULT_BIT(VRRP_FAULT_BARRED);
	router_push(router, instance, VRRP_ROUTER_SAY_BAR_END)->is_over = is_over;
	instance->knows_other = instance->knows_other && is_over;
	instance->leaves_bar = true;
	router_faults_changed(router, instance, now);
	instance->leaves_bar = false;
}

/* --- time --- */

/* The timer of a MASTER sends its advertisement, unless it only listens, answers, or leaves. */
static void fire(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	const struct vrrp_fsm *fsm = &instance->fsm;

	if (fsm->state == VRRP_MASTER && !fsm->is_listening && !fsm->owes_answer && !fsm->is_leaving)
		instance->due = vrrp_fsm_wake(fsm);
	router_step_kind(router, instance, VRRP_EVENT_TIMER, now);
	instance->due = (struct mono){0};
}

static void pass_time(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	end_bar(router, instance, now);
	end_track_hold(router, instance, now);
	if (mono_reached(now, vrrp_fsm_wake(&instance->fsm)))
		fire(router, instance, now);
	guard(router, instance, now);
	router_announce(router, instance, now);
}

struct mono vrrp_router_wake(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = router_get(router, id);
	struct mono wake = vrrp_fsm_wake(&instance->fsm);

	wake = mono_min(wake, vrrp_garp_wake(&instance->garp));
	wake = mono_min(wake, vrrp_garp_extra_wake(&instance->garp));
	wake = mono_min(wake, vrrp_guard_wake(&instance->guard));
	wake = mono_min(wake, vrrp_track_hold_wake(&instance->track_hold));
	if (router_is_barred(instance))
		wake = mono_min(wake, mono_min(instance->barred_until, instance->silent_at));
	return wake;
}

/* One that hands over, or listens, leaves the neighbours to another router. */
static void announce_again(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (instance->fsm.state != VRRP_MASTER || instance->fsm.is_leaving || instance->fsm.is_listening)
		return;
	vrrp_garp_restart(&instance->garp, &instance->garp_conf, conf_n_held(instance->conf), now);
	router_announce(router, instance, now);
}

/* --- events --- */

static void step_instance(struct vrrp_router *router, struct instance *instance,
			  const struct vrrp_router_event *event, struct mono now)
{
	const struct vrrp_event hold = {.kind = VRRP_EVENT_HOLD, .hold_ns = event->hold_ns};
	const struct vrrp_event slept = {.kind = VRRP_EVENT_SLEPT, .slept_ns = event->slept_ns};

	switch (event->kind) {
	case VRRP_ROUTER_SET:
		take_conf(router, instance, event, now);
		break;
	case VRRP_ROUTER_APPLY:
		pending_apply(router, instance, now);
		break;
	case VRRP_ROUTER_START:
		await_start(router, instance, &event->legacy, now);
		break;
	case VRRP_ROUTER_STOP:
		instance->is_joined = false;
		router_step_kind(router, instance, VRRP_EVENT_STOP, now);
		break;
	case VRRP_ROUTER_LEAVE:
		instance_leave(router, instance, now);
		break;
	case VRRP_ROUTER_REMOVE:
		remove_instance(router, instance);
		break;
	case VRRP_ROUTER_FAULTS:
		/* While this router heard nothing, others went on counting. */
		if (instance->ah_sent < event->ah_sequence)
			instance->ah_sent = event->ah_sequence;
		take_faults(router, instance, event, now);
		break;
	case VRRP_ROUTER_VIPS:
		vips_compare(instance, event->missing, now);
		break;
	case VRRP_ROUTER_PACKET:
		advert_receive(router, instance, event, now);
		break;
	case VRRP_ROUTER_TIME:
		pass_time(router, instance, now);
		break;
	case VRRP_ROUTER_HOLD:
		router_step_fsm(router, instance, &hold, now);
		break;
	case VRRP_ROUTER_SLEPT:
		router_step_fsm(router, instance, &slept, now);
		break;
	case VRRP_ROUTER_FRAME:
		router_step_kind(router, instance, VRRP_EVENT_FRAME, now);
		router_prove(router, instance, now);
		break;
	case VRRP_ROUTER_YIELDED:
		announce_again(router, instance, now);
		break;
	case VRRP_ROUTER_ADD:
	case VRRP_ROUTER_SOURCE:
	case VRRP_ROUTER_PREEMPTION:
	case VRRP_ROUTER_FORGET_SOURCES:
	case VRRP_ROUTER_EVENTS:
		break;
	}
}

/* Most events of a member concern nobody else: an advertisement that a backup awaits, or that a
 * master sends. */
static bool is_of_group(const struct instance *instance, const struct instance *before,
			const struct vrrp_router_event *event, struct mono now)
{
	switch (event->kind) {
	case VRRP_ROUTER_SET: /* it takes effect with APPLY */
		return false;
	case VRRP_ROUTER_APPLY:
	case VRRP_ROUTER_START:
	case VRRP_ROUTER_STOP:
	case VRRP_ROUTER_LEAVE:
		return true;
	default:
		return instance->fsm.state != before->fsm.state ||
		       instance->fsm.is_leaving != before->fsm.is_leaving ||
		       instance->faults != before->faults ||
		       vrrp_fsm_wants_master(&instance->fsm_conf, &instance->fsm, now);
	}
}

static void step_member(struct vrrp_router *router, struct instance *instance,
			const struct vrrp_router_event *event, struct mono now)
{
	const struct instance before = *instance;
	size_t n_before = router->queue.n;

	step_instance(router, instance, event, now);
	assert(router->queue.n - n_before <= STEP_MAX);
	if (event->kind == VRRP_ROUTER_REMOVE)
		return;
	if (!is_of_group(instance, &before, event, now)) {
		router_report_cause(router, instance);
		router_say_spared(router, instance, now);
		return;
	}
	router_group_settle(router, instance, now);
	report_causes(router, instance, now);
}

void vrrp_router_step(struct vrrp_router *router, const struct vrrp_router_event *event,
		      struct mono now)
{

	switch (event->kind) {
	case VRRP_ROUTER_SOURCE:
		take_source(router, event->tracked, now);
		return;
	case VRRP_ROUTER_PREEMPTION:
		forbid_preemption(router, event->is_forbidden, now);
		return;
	case VRRP_ROUTER_FORGET_SOURCES:
		forget_sources(router);
		return;
	case VRRP_ROUTER_ADD:
		add(router, event, now);
		break;
	default:
		step_member(router, router_get(router, event->id), event, now);
	}
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
		instance_clear(&router->instances.items[i]);
	vec_free(&router->instances);
	router_groups_free(router);
	vrrp_sources_free(&router->sources);
	vrrp_queue_free(&router->queue);
	free(router);
}
