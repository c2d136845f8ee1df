/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/instance.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "vrrp/advert.h"
#include "vrrp/guard.h"
#include "vrrp/same.h"
#include "vrrp/vips_link.h"
#include "vrrp/others.h"
#include "vrrp/transition.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a backup learns is reported at most so often. */
#define LEARNED_TOLD_NS NS_PER_S

struct vrrp_instance {
	struct vrrp_host *host;
	struct vrrp_port *port;
	struct arena *arena;
	struct conf_vrrp conf;
	struct arena *old_arena; /* between set and trim: stale points into it */
	struct vrrp_vips vips, stale;
	uint8_t *addrs; /* as in an advert */
	bool is_changed, has_new_vips, is_wanted;
	struct vrrp_fsm_conf fsm_conf;
	struct vrrp_fsm fsm;
	struct vrrp_garp garp;
	struct vrrp_guard guard;
	struct loop_timer *timer;
	struct err fault; /* why it cannot take part, as a sentence */
	bool is_barred;   /* the guard gave up: FAULT until then */
	bool leaves_bar;  /* while the end of that is carried out */
	struct mono barred_until;
	struct mono silent_at; /* the bar ends then, unless another router is heard before */
	bool knows_other;      /* another router was heard, and has not been missed in a bar */
	struct mono said_hold; /* the end of a hold that the log knows */
	struct vrrp_trouble failures;
	struct vrrp_others others;
	uint64_t adverts_sent, adverts_received, transitions_to_master;
	struct addr told_master; /* what a backup has learned, as it was reported, and when */
	int64_t told_interval_ns;
	struct mono told_held, told_at;
};

/* --- configuration --- */

static void take_conf(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		      struct arena *arena)
{
	const struct conf_vrrp *conf = &frame->conf;

	instance->conf = *conf;
	instance->arena = arena;
	instance->vips.is_owner = conf->priority == VRRP_PRIORITY_OWNER;
	instance->has_new_vips =
	    vrrp_vips_set(&instance->vips, conf->vips, conf->n_vips, &instance->stale);
	vrrp_vips_link_say_outdated(&instance->vips, conf->name);
	/* Indexes of a burst under way belong to the old list. */
	if (!mono_is_never(vrrp_garp_wake(&instance->garp)))
		vrrp_garp_start(&instance->garp, conf->n_vips, clock_mono());
	free(instance->addrs);
	instance->addrs = vrrp_advert_addrs(conf);
	instance->fsm_conf.version = conf->version;
	instance->fsm_conf.priority = conf->priority;
	instance->fsm_conf.is_preempting = conf->is_preempting;
	instance->fsm_conf.interval_ns = conf->advert_int_us * NS_PER_US;
	instance->fsm_conf.interval_max_ns = conf->advert_int_max_us * NS_PER_US;
	instance->fsm_conf.preempt_delay_ns = conf->preempt_delay_us * NS_PER_US;
	instance->fsm_conf.hold_ns = frame->hold_ms * NS_PER_MS;
	vrrp_others_reset(&instance->others);
}

void vrrp_instance_set(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		       struct arena *arena)
{
	instance->is_changed = !vrrp_is_same(&instance->conf, &frame->conf) ||
			       instance->fsm_conf.hold_ns != frame->hold_ms * NS_PER_MS;
	if (!instance->is_changed) {
		arena_free(arena);
		return;
	}
	instance->old_arena = instance->arena;
	take_conf(instance, frame, arena);
}

static void apply_vips(struct vrrp_instance *instance, struct vrrp_vips *vips, bool is_quiet)
{
	vrrp_vips_link_apply(vips, instance->host->link, instance->conf.name,
			     &instance->fsm_conf.source, is_quiet);
}

void vrrp_instance_trim(struct vrrp_instance *instance)
{
	apply_vips(instance, &instance->stale, false);
	vrrp_vips_fini(&instance->stale);
	arena_free(instance->old_arena);
	instance->old_arena = NULL;
}

/* --- what the machine says --- */

/* Returns whether the advert got out. */
static bool send_to(struct vrrp_instance *instance, const struct vrrp_pkt *pkt,
		    const struct addr *destination, struct mono now)
{
	int code = vrrp_port_send(instance->port, pkt, &instance->fsm_conf.source, destination);
	char text[ADDR_TEXT_MAX];
	uint64_t n;

	/* A priority 0 for the loss of the interface has little chance. */
	if (code == 0 || pkt->priority == VRRP_PRIORITY_STOP)
		return code == 0;
	n = vrrp_trouble_is_due(&instance->failures, now);
	if (n)
		log_warning("vrrp=%s advertisement cannot be sent on %s to %s: %s (%llu time%s)",
			    instance->conf.name, instance->conf.interface,
			    addr_format(destination, text), err_errno(code), (unsigned long long)n,
			    plural(n));
	return false;
}

static void send_advert(struct vrrp_instance *instance, uint8_t priority, struct mono now)
{
	const struct conf_vrrp *conf = &instance->conf;
	struct vrrp_pkt pkt = vrrp_advert_make(conf, priority, instance->addrs);
	struct addr group = vrrp_group(conf->family);
	bool is_sent = false;

	if (!conf->n_peers)
		is_sent = send_to(instance, &pkt, &group, now);
	for (size_t i = 0; i < conf->n_peers; i++)
		/* A file that all routers share may list this one too. */
		if (addr_cmp(&conf->peers[i], &instance->fsm_conf.source) != 0)
			is_sent |= send_to(instance, &pkt, &conf->peers[i], now);
	instance->adverts_sent += is_sent;
}

/* A master that was heard is gone and did not say so: somebody should look after it. */
static bool is_unplanned(const struct vrrp_transition *transition)
{
	return transition->to == VRRP_MASTER && transition->cause == VRRP_CAUSE_SILENCE &&
	       transition->source.family != AF_UNSPEC;
}

static void notify(struct vrrp_instance *instance, const struct vrrp_transition *transition)
{
	char text[VRRP_CAUSE_TEXT_MAX];
	bool is_fault = transition->to == VRRP_FAULT;
	const char *cause = instance->leaves_bar
				? "it takes part again after its addresses were removed"
				: vrrp_transition_text(transition, text);

	if (transition->to == VRRP_MASTER && transition->cause != VRRP_CAUSE_RESUMED)
		instance->transitions_to_master++;
	if (transition->to != VRRP_MASTER)
		vrrp_garp_stop(&instance->garp);
	(is_fault || is_unplanned(transition) ? log_warning : log_notice)(
	    "vrrp=%s %s -> %s: %s", instance->conf.name, vrrp_state_text(transition->from),
	    vrrp_state_text(transition->to), is_fault ? instance->fault.text : cause);
	vrrp_instance_report(instance);
}

/* One line when it is known how long: with wants_hello the director says so in a moment. */
static void say_hold(struct vrrp_instance *instance, struct mono now)
{
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct mono until = vrrp_fsm_held_until(&instance->fsm_conf, fsm);
	char master[ADDR_TEXT_MAX];

	if (fsm->wants_hello || until.ns == instance->said_hold.ns || !mono_before(now, until))
		return;
	instance->said_hold = until;
	log_notice("vrrp=%s %s with the lower priority %u stays master for %.1f s more%s",
		   instance->conf.name, addr_format(&fsm->master, master), fsm->heard_priority,
		   (double)mono_sub(until, now) / NS_PER_S,
		   vrrp_fsm_is_delayed(&instance->fsm_conf, fsm)
		       ? " (preempt_delay)"
		       : ": the time in which connection sync tells this director of its "
			 "connections, if it works");
}

static void look_for_vips(struct vrrp_instance *instance, struct mono now)
{
	enum vrrp_vips_missing missing =
	    vrrp_vips_link_missing(&instance->vips, instance->host->link);

	if (missing != VRRP_VIPS_COMPLETE)
		vrrp_guard_miss(&instance->guard,
				missing == VRRP_VIPS_REMOVED ? VRRP_GUARD_REMOVED
							     : VRRP_GUARD_REFUSED,
				instance->fsm_conf.interval_ns, now);
}

/* The addresses of a master; those that the kernel refused are tried again. */
static void add_vips(struct vrrp_instance *instance, bool is_quiet, struct mono now)
{
	apply_vips(instance, &instance->vips, is_quiet);
	look_for_vips(instance, now);
}

static void perform(struct vrrp_instance *instance, const struct vrrp_action *action,
		    struct mono now)
{
	switch (action->kind) {
	case VRRP_ACTION_SEND_ADVERT:
		send_advert(instance, action->priority, now);
		break;
	case VRRP_ACTION_ADD_VIPS:
		instance->vips.is_master = true;
		vrrp_guard_begin(&instance->guard, now);
		add_vips(instance, false, now);
		break;
	case VRRP_ACTION_DEL_VIPS:
		instance->vips.is_master = false;
		vrrp_guard_cancel(&instance->guard);
		apply_vips(instance, &instance->vips, false);
		break;
	case VRRP_ACTION_ANNOUNCE:
		vrrp_garp_start(&instance->garp, instance->vips.list.n, now);
		break;
	case VRRP_ACTION_REANNOUNCE:
		vrrp_garp_restart(&instance->garp, instance->vips.list.n, now);
		break;
	case VRRP_ACTION_NOTIFY:
		notify(instance, &action->transition);
		break;
	case VRRP_ACTION_NEWS:
		say_hold(instance, now);
		vrrp_instance_report(instance);
		break;
	}
}

static void arm(struct vrrp_instance *instance)
{
	struct mono wake = vrrp_fsm_wake(&instance->fsm);

	wake = mono_min(wake, vrrp_garp_wake(&instance->garp));
	wake = mono_min(wake, vrrp_guard_wake(&instance->guard));
	wake = mono_min(wake, vrrp_others_wake(&instance->others));
	if (instance->is_barred)
		wake = mono_min(wake, mono_min(instance->barred_until, instance->silent_at));
	loop_timer_set(instance->timer, wake);
}

static void step(struct vrrp_instance *instance, const struct vrrp_event *event)
{
	struct vrrp_actions actions;
	struct mono now = clock_mono();

	vrrp_step(&instance->fsm_conf, &instance->fsm, event, now, &actions);
	for (size_t i = 0; i < actions.n; i++)
		perform(instance, &actions.items[i], now);
	arm(instance);
}

static void step_kind(struct vrrp_instance *instance, enum vrrp_event_kind kind)
{
	const struct vrrp_event event = {.kind = kind};

	step(instance, &event);
}

/* --- announcements and the guard of the addresses --- */

static void announce(struct vrrp_instance *instance, struct mono now)
{
	struct vrrp_host *host = instance->host;
	size_t indexes[VRRP_GARP_BATCH];
	size_t n = vrrp_garp_take(&instance->garp, now, indexes);

	if (n && host->announce_fd < 0)
		host->announce_fd = vrrp_raw_announce_open();
	for (size_t i = 0; i < n; i++) {
		const struct conf_vip *vip = instance->vips.list.items[indexes[i]].conf;
		const struct vrrp_link_if *interface =
		    vrrp_link_by_name(host->link, vip->interface);

		/* One that does not get out is repeated four times more, and again after 5 s. */
		if (interface && interface->has_arp)
			vrrp_raw_announce(host->announce_fd, interface, &vip->addr);
	}
}

/* A router that resigns does not serve. */
static void hear_other(struct vrrp_instance *instance, const struct vrrp_event *advert)
{
	if (advert->priority == VRRP_PRIORITY_STOP)
		return;
	instance->knows_other = true;
	instance->silent_at =
	    mono_add_ns(clock_mono(), vrrp_fsm_down_ns(&instance->fsm_conf, advert->interval_ns));
}

static void put_back(struct vrrp_instance *instance, struct mono now)
{
	bool is_loss = instance->guard.is_loss;
	enum vrrp_guard_verdict verdict =
	    vrrp_guard_attempt(&instance->guard, !instance->knows_other, now);

	if (verdict == VRRP_GUARD_GIVE_UP) {
		instance->is_barred = true;
		instance->barred_until = mono_add_ns(now, VRRP_GUARD_BARRED_NS);
		instance->silent_at = mono_add_ns(now, vrrp_instance_down_ns(instance));
		vrrp_instance_link_changed(instance);
		return;
	}
	if (verdict == VRRP_GUARD_ALARM)
		log_error(
		    "vrrp=%s something on this machine removes the addresses of this master "
		    "again and again: they are put back each time, once in advert_int at most, "
		    "as no other director is heard that could serve: look for what removes "
		    "them",
		    instance->conf.name);
	else if (verdict == VRRP_GUARD_SAY && is_loss)
		log_warning("vrrp=%s an address of this master was removed by something on this "
			    "machine: putting it back (%u of %d times in a minute)",
			    instance->conf.name, instance->guard.n_losses, VRRP_GUARD_LOSSES_MAX);
	else if (verdict == VRRP_GUARD_SAY)
		log_warning("vrrp=%s an address of this master is missing: attempt %u to add it",
			    instance->conf.name, instance->guard.attempts);
	add_vips(instance, verdict == VRRP_GUARD_QUIET, now);
	vrrp_garp_start(&instance->garp, instance->vips.list.n, now);
}

static void guard(struct vrrp_instance *instance, struct mono now)
{
	if (!mono_reached(now, vrrp_guard_wake(&instance->guard)))
		return;
	if (instance->fsm.state == VRRP_MASTER &&
	    vrrp_vips_link_missing(&instance->vips, instance->host->link) != VRRP_VIPS_COMPLETE)
		put_back(instance, now);
	else
		vrrp_guard_cancel(&instance->guard);
}

static void end_bar(struct vrrp_instance *instance, struct mono now)
{
	bool is_over = mono_reached(now, instance->barred_until);

	if (!instance->is_barred || (!is_over && !mono_reached(now, instance->silent_at)))
		return;
	instance->is_barred = false;
	if (is_over)
		log_notice(
		    "vrrp=%s takes part again after %d s in FAULT: look for what removed its "
		    "addresses",
		    instance->conf.name, (int)(VRRP_GUARD_BARRED_NS / NS_PER_S));
	else
		log_warning("vrrp=%s takes part again, as no other director advertises: look for "
			    "what removed its addresses",
			    instance->conf.name);
	instance->knows_other = instance->knows_other && is_over;
	instance->leaves_bar = true;
	vrrp_instance_link_changed(instance);
	instance->leaves_bar = false;
}

static void on_timer(void *arg)
{
	struct vrrp_instance *instance = arg;
	struct mono now;

	vrrp_port_drain(instance->port);
	now = clock_mono();
	end_bar(instance, now);
	if (mono_reached(now, vrrp_fsm_wake(&instance->fsm)))
		step_kind(instance, VRRP_EVENT_TIMER);
	guard(instance, now);
	announce(instance, now);
	if (vrrp_others_settle(&instance->others, instance->conf.name, now))
		vrrp_instance_report(instance);
	arm(instance);
}

/* --- the source address --- */

static struct addr choose_source(const struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->conf;
	const struct vrrp_port *port = instance->port;

	if (conf->source.family != AF_UNSPEC)
		return vrrp_link_can_send_from(instance->host->link, port->index, &conf->source)
			   ? conf->source
			   : (struct addr){0};
	if (conf->family == AF_INET6 && conf->n_peers && !addr_is_link_local(&conf->peers[0]))
		return port->wide_source;
	return port->source;
}

/* Returns whether the instance can take part; if not, fault says why. */
static bool find_source(struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->conf;
	struct addr source;
	char text[ADDR_TEXT_MAX];

	if (!instance->port->is_usable) {
		instance->fault = instance->port->fault;
		return false;
	}
	if (instance->is_barred) {
		err_set(&instance->fault, 0,
			"something on this machine removed its addresses %d times within a minute: "
			"it leaves them to another director for %d s, or until none advertises",
			VRRP_GUARD_LOSSES_MAX + 1, (int)(VRRP_GUARD_BARRED_NS / NS_PER_S));
		return false;
	}
	source = choose_source(instance);
	if (source.family != AF_UNSPEC) {
		instance->fsm_conf.source = source;
		return true;
	}
	/* The old one is kept: a last priority 0 may still get out. */
	if (conf->source.family != AF_UNSPEC)
		err_set(&instance->fault, 0, "interface %s does not have the source address %s",
			conf->interface, addr_format(&conf->source, text));
	else
		err_set(&instance->fault, 0, "interface %s has no %s address to send from",
			conf->interface,
			conf->family == AF_INET ? "IPv4"
			: conf->n_peers         ? "suitable IPv6"
						: "link-local IPv6");
	return false;
}

/* --- life --- */

/* What a predecessor had to wait for. Never longer than a bar of our own, whatever the frame says.
 */
static void take_bar(struct vrrp_instance *instance, struct mono until, struct mono now)
{
	instance->barred_until = mono_min(until, mono_add_ns(now, VRRP_GUARD_BARRED_NS));
	instance->is_barred = mono_before(now, instance->barred_until);
}

struct vrrp_instance *vrrp_instance_new(struct vrrp_host *host, struct vrrp_port *port,
					const struct vrrp_instance_frame *frame,
					struct arena *arena)
{
	struct vrrp_instance *instance = mem_calloc(1, sizeof(*instance));

	instance->host = host;
	instance->port = port;
	instance->vips.index = &host->vips;
	instance->timer = loop_timer_new(host->loop, on_timer, instance);
	take_conf(instance, frame, arena);
	take_bar(instance, frame->barred_until, clock_mono());
	instance->silent_at = mono_add_ns(clock_mono(), vrrp_instance_down_ns(instance));
	port->instances[frame->conf.vrid] = instance;
	return instance;
}

void vrrp_instance_free(struct vrrp_instance *instance)
{
	if (!instance)
		return;
	instance->port->instances[instance->conf.vrid] = NULL;
	loop_timer_free(instance->timer);
	vrrp_vips_fini(&instance->vips);
	vrrp_vips_fini(&instance->stale);
	arena_free(instance->arena);
	arena_free(instance->old_arena);
	free(instance->addrs);
	free(instance);
}

void vrrp_instance_start(struct vrrp_instance *instance, bool may_resume)
{
	enum vrrp_event_kind kind = VRRP_EVENT_START;

	if (find_source(instance)) {
		step_kind(instance, VRRP_EVENT_LINK_UP);
		if (may_resume && (vrrp_vips_link_adopt(&instance->vips, instance->host->link) ||
				   !instance->vips.list.n))
			kind = VRRP_EVENT_RESUME;
	}
	step_kind(instance, kind);
}

void vrrp_instance_stop(struct vrrp_instance *instance)
{
	step_kind(instance, VRRP_EVENT_STOP);
}

void vrrp_instance_hold(struct vrrp_instance *instance, uint32_t hold_ms)
{
	const struct vrrp_event event = {.kind = VRRP_EVENT_HOLD, .hold_ns = hold_ms * NS_PER_MS};

	step(instance, &event);
}

void vrrp_instance_apply(struct vrrp_instance *instance)
{
	const struct vrrp_event event = {.kind = VRRP_EVENT_CONFIG,
					 .has_new_vips = instance->has_new_vips};

	if (!instance->is_changed)
		return;
	instance->is_changed = false;
	step(instance, &event);
	/* The state may be the same, but not the priority, or how long a master is left alone. */
	vrrp_instance_report(instance);
}

void vrrp_instance_link_changed(struct vrrp_instance *instance)
{
	bool is_up = find_source(instance);

	if (is_up != instance->fsm.is_link_up)
		step_kind(instance, is_up ? VRRP_EVENT_LINK_UP : VRRP_EVENT_LINK_DOWN);
	if (instance->fsm.state == VRRP_MASTER) {
		look_for_vips(instance, clock_mono());
		arm(instance);
	}
}

/* --- packets --- */

/*
 * A backup has a new master, or adopts another interval or delay, without a change of its own
 * state. That is reported, at most once a second: two masters beside each other would have it with
 * each advertisement.
 */
static void tell_learned(struct vrrp_instance *instance)
{
	const struct vrrp_fsm *fsm = &instance->fsm;
	struct mono now = clock_mono(), held = vrrp_fsm_held_until(&instance->fsm_conf, fsm);

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
	say_hold(instance, now);
	vrrp_instance_report(instance);
}

void vrrp_instance_receive(struct vrrp_instance *instance, const struct vrrp_path *path,
			   const uint8_t *body, size_t len)
{
	const struct vrrp_policy policy =
	    vrrp_advert_policy(&instance->conf, &instance->fsm_conf.source);
	struct vrrp_event event = {.kind = VRRP_EVENT_ADVERT, .source = path->source};
	struct vrrp_pkt pkt;
	enum vrrp_reason reason = vrrp_pkt_decode(body, len, path, &pkt);
	bool is_same;

	if (reason == VRRP_ACCEPTED)
		reason = vrrp_pkt_check(&pkt, path, &policy);
	if (reason != VRRP_ACCEPTED) {
		if (vrrp_others_rejected(&instance->others, instance->conf.name, &path->source,
					 reason, clock_mono()))
			vrrp_instance_report(instance);
		arm(instance);
		return;
	}
	instance->adverts_received++;
	is_same = vrrp_advert_lists_same(&pkt, &instance->conf, instance->addrs);
	event.priority = pkt.priority;
	event.interval_ns = pkt.interval_ns;
	hear_other(instance, &event);
	step(instance, &event);
	tell_learned(instance);
	vrrp_others_heard(&instance->others, instance->conf.name, &instance->fsm_conf,
			  &instance->fsm, &event, is_same, clock_mono());
}

/* --- for others --- */

/* Whose the addresses are now, as far as this router knows; AF_UNSPEC: nobody's that it hears. */
static struct addr current_master(const struct vrrp_instance *instance)
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

void vrrp_instance_report(const struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->conf;
	struct vrrp_report report = {.vrid = conf->vrid,
				     .family = conf->family,
				     .state = instance->fsm.state,
				     .priority = conf->priority,
				     .effective_priority = conf->priority,
				     .master = current_master(instance),
				     .wants_hello = instance->fsm.wants_hello,
				     .adverts_sent = instance->adverts_sent,
				     .adverts_received = instance->adverts_received,
				     .transitions_to_master = instance->transitions_to_master};
	uint8_t body[2048];
	size_t len;

	report.held_until = vrrp_fsm_held_until(&instance->fsm_conf, &instance->fsm);
	if (instance->fsm.state == VRRP_BACKUP)
		report.master_interval_us =
		    (uint32_t)(instance->fsm.master_interval_ns / NS_PER_US);
	if (instance->fsm.state == VRRP_FAULT && instance->is_barred)
		report.barred_until = instance->barred_until;
	if (instance->fsm.state == VRRP_FAULT)
		memcpy(report.fault, instance->fault.text,
		       strnlen(instance->fault.text, sizeof(report.fault) - 1));
	for (size_t i = 0; i < VRRP_REASONS; i++)
		report.rejections[i] = instance->others.rejects[i].total;
	strncpy(report.name, conf->name, sizeof(report.name) - 1);
	strncpy(report.interface, conf->interface, sizeof(report.interface) - 1);
	len = vrrp_report_encode(&report, body, sizeof(body));
	/* A director that is away asks when it is back. */
	chan_send(instance->host->chan, VRRP_FRAME_STATE, body, len);
}

void vrrp_instance_set_wanted(struct vrrp_instance *instance, bool is_wanted)
{
	instance->is_wanted = is_wanted;
}

bool vrrp_instance_is_wanted(const struct vrrp_instance *instance)
{
	return instance->is_wanted;
}

bool vrrp_instance_is_owner(const struct vrrp_instance *instance)
{
	return instance->conf.priority == VRRP_PRIORITY_OWNER;
}

const struct conf_vrrp *vrrp_instance_conf(const struct vrrp_instance *instance)
{
	return &instance->conf;
}

const struct vrrp_vips *vrrp_instance_vips(const struct vrrp_instance *instance)
{
	return &instance->vips;
}

int64_t vrrp_instance_down_ns(const struct vrrp_instance *instance)
{
	return vrrp_fsm_down_ns(&instance->fsm_conf, instance->fsm_conf.interval_ns);
}
