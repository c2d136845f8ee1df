/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/carry.h"
#include "base/log.h"
#include "base/plural.h"
#include "vrrp/advert.h"
#include "vrrp/transition.h"
#include "vrrp/vips_link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- packets and addresses --- */

/* Reports are at most so far apart while a MASTER is punctual, and after a late advertisement. */
#define PUNCTUAL_TOLD_NS (60 * NS_PER_S)
#define LATE_TOLD_NS     NS_PER_S

static void count_lateness(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			   const struct vrrp_sent *sent, struct mono now)
{
	int64_t interval_ns = vrrp_router_conf(carrier->router, instance->id)->interval_ns;
	bool is_late =
	    vrrp_lateness_add(&instance->lateness, mono_sub(now, sent->due), interval_ns);
	bool is_first = !instance->lateness_reported_at.ns;

	if (is_first)
		instance->lateness_reported_at = now;
	if (!(is_late && is_first) && mono_sub(now, instance->lateness_reported_at) <
					 (is_late ? LATE_TOLD_NS : PUNCTUAL_TOLD_NS))
		return;
	instance->lateness_reported_at = now;
	vrrp_carry_report(carrier, instance);
}

void vrrp_carry_sent(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		     const struct vrrp_sent *sent, struct mono now)
{
	bool is_first = sent->number != instance->last_sent;
	char text[ADDR_TEXT_MAX];
	uint64_t n;

	if (sent->code == 0) {
		instance->adverts_sent += is_first;
		instance->zeros_sent += is_first && sent->priority == VRRP_PRIORITY_STOP;
		instance->last_sent = sent->number;
		if (is_first && sent->due.ns)
			count_lateness(carrier, instance, sent, now);
		return;
	}
	/* A priority 0 is often sent because the interface is lost, so its failure is no news. */
	n = sent->priority == VRRP_PRIORITY_STOP ? 0 : vrrp_trouble_is_due(&instance->failures, now);
	if (n)
		log_warning("vrrp=%s advertisement cannot be sent on %s to %s: %s (%llu time%s)",
			    instance->frame.conf.name, instance->frame.conf.interface,
			    addr_format(&sent->destination, text), err_errno(sent->code),
			    (unsigned long long)n, plural(n));
}

static void send_to(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		    const struct vrrp_pkt *pkt, const struct vrrp_path *path,
		    const struct vrrp_router_action *action, struct mono now)
{
	struct vrrp_sent sent = {.id = instance->id,
				 .number = instance->n_adverts,
				 .priority = pkt->priority,
				 .due = action->due,
				 .destination = path->destination,
				 .code = -ENETDOWN};

	if (pkt->auth == VRRP_AUTH_AH
		? !vrrp_port_send_signed(instance->port, pkt, path, action->ah_sequence, &sent)
		: !vrrp_port_send(instance->port, pkt, path, &sent))
		vrrp_carry_sent(carrier, instance, &sent, now);
}

static void send_advert(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			const struct vrrp_router_action *action, struct mono now)
{
	const struct conf_vrrp *conf = &instance->frame.conf;
	const struct addr *source = &vrrp_router_conf(carrier->router, instance->id)->source;
	struct vrrp_pkt pkt = vrrp_router_advert(carrier->router, instance->id, action->priority);
	struct vrrp_path path = {.source = *source,
				 .destination = vrrp_advert_group(conf),
				 .hop_limit = VRRP_HOP_LIMIT};

	instance->n_adverts++;
	if (!conf->n_peers)
		send_to(carrier, instance, &pkt, &path, action, now);
	for (size_t i = 0; i < conf->n_peers; i++) {
		path.destination = conf->peers[i].addr;
		path.hop_limit = conf->unicast_ttl ? conf->unicast_ttl : VRRP_HOP_LIMIT;
		/* The routers may share one file, which then lists this router among the peers. */
		if (addr_cmp(&path.destination, source) != 0)
			send_to(carrier, instance, &pkt, &path, action, now);
	}
}

static void apply_vips(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		       struct vrrp_vips *vips, bool is_quiet)
{
	vrrp_vips_link_apply(vips, carrier->link, instance->frame.conf.name,
			     &vrrp_router_conf(carrier->router, instance->id)->source, is_quiet);
	carrier->refusals->is_due = true;
}

static void add_vips(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		     bool is_quiet, struct mono now)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_VIPS, .id = instance->id};

	instance->vips.is_master = true;
	vrrp_strays_end(&instance->strays);
	apply_vips(carrier, instance, &instance->vips, is_quiet);
	event.missing = vrrp_vips_link_missing(&instance->vips, carrier->link);
	vrrp_router_step(carrier->router, &event, now);
	vrrp_carry_items(carrier, instance, now);
}

bool vrrp_carry_compare(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			enum vrrp_vips_missing *ret_missing, struct mono now)
{
	enum vrrp_state_name state = vrrp_router_fsm(carrier->router, instance->id)->state;
	/* In a reload another instance may still have an address that is this one's from now on. */
	bool is_moving = instance->stale != NULL;

	if (state == VRRP_MASTER)
		*ret_missing = vrrp_vips_link_missing(&instance->vips, carrier->link);
	else if (state != VRRP_INIT && !instance->vips.is_master && !is_moving)
		vrrp_strays_look(&instance->strays, &instance->vips, carrier->link, &instance->frame.conf,
				 &vrrp_router_conf(carrier->router, instance->id)->source, now);
	else if (!is_moving)
		vrrp_strays_end(&instance->strays); /* nobody looks, so nothing may be due */
	return state == VRRP_MASTER;
}

static void add_items(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		      struct vrrp_items *items, struct mono now)
{
	items->is_master = instance->vips.is_master;
	if (items->is_master && items->list.n)
		vrrp_items_link_add(items, carrier->routes, instance->frame.conf.name, now);
	carrier->refusals->is_due |= items->list.n > 0;
}

void vrrp_carry_items(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      struct mono now)
{
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		add_items(carrier, instance, &instance->items[i], now);
}

void vrrp_carry_due_items(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			  struct mono now)
{
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		if (mono_reached(now, vrrp_items_wake(&instance->items[i])))
			add_items(carrier, instance, &instance->items[i], now);
}

/* Routes are added after the addresses and removed before them: a route may need an address of the
 * instance as its source. Rules are added last and removed first. */
static void del_items(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		      struct vrrp_items items[static VRRP_ITEM_KINDS])
{
	for (size_t i = VRRP_ITEM_KINDS; i-- > 0;) {
		items[i].is_master = false;
		if (items[i].list.n)
			vrrp_items_link_del(&items[i], carrier->routes, instance->frame.conf.name,
					    carrier->is_item_shared, carrier->arg);
	}
}

static void del_vips(const struct vrrp_carrier *carrier, struct vrrp_instance *instance)
{
	del_items(carrier, instance, instance->items);
	vrrp_announcer_forget(carrier->announcer, instance->id, NULL);
	instance->vips.is_master = false;
	apply_vips(carrier, instance, &instance->vips, false);
}

static bool has_stale_items(const struct vrrp_stale *stale)
{
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		if (stale->items[i].list.n)
			return true;
	return false;
}

void vrrp_carry_stale(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      struct mono now)
{
	struct vrrp_stale *stale = instance->stale;

	vrrp_carry_items(carrier, instance, now);
	if (!stale)
		return;
	if (has_stale_items(stale)) {
		del_items(carrier, instance, stale->items);
		for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
			vrrp_items_replaced(&instance->items[i]);
		/* The kernel may remove a similar route or rule in place of the one that was named.
		 * Add those of the new configuration again. */
		vrrp_carry_items(carrier, instance, now);
	}
	for (size_t i = 0; i < stale->vips.list.n; i++)
		vrrp_announcer_forget(carrier->announcer, instance->id,
				      &stale->vips.list.items[i].conf->addr);
	apply_vips(carrier, instance, &stale->vips, false);
}

void vrrp_carry_left(const struct vrrp_carrier *carrier, struct vrrp_vip_index *index,
		     const struct vrrp_left *former)
{
	const struct conf_vrrp list = {.vips = former->gone.items, .n_vips = former->gone.n};
	struct vrrp_vips left = {.index = index}, none;
	size_t n_there;

	for (size_t i = 0; i < former->owned.n; i++)
		vrrp_vip_index_note_added(index, &former->owned.items[i]);
	vrrp_vips_set(&left, &list, &none);
	n_there = vrrp_vips_link_adopt(&left, carrier->link);
	vrrp_vips_link_apply(&left, carrier->link, "(former)", &(struct addr){0}, false);
	n_there -= vrrp_vips_link_adopt(&left, carrier->link);
	if (n_there)
		log_notice("vrrp: removed %zu address%s that a former vrrp process has left and "
			   "that no instance has any more",
			   n_there, n_there == 1 ? "" : "es");
	vrrp_vips_fini(&left);
	vrrp_vips_fini(&none);
}

static void announce_one(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
			 const struct conf_vip *vip)
{
	const struct conf_vrrp *conf = &instance->frame.conf;
	bool is_arp = vip->addr.family == AF_INET;
	struct vrrp_announcement what = {
	    .id = instance->id,
	    .vip = vip->addr,
	    .most = conf->garp_master_repeat ? conf->garp_master_repeat : 1,
	    .interval_ns =
		(int64_t)(is_arp ? conf->garp_interval_us : conf->gna_interval_us) * NS_PER_US};

	if (addr_is_multicast(&vip->addr)) /* nobody sends to the hardware address of one host for it */
		return;
	strncpy(what.interface, conf_vip_holder(vip), sizeof(what.interface) - 1);
	vrrp_announcer_send(carrier->announcer, &what);
}

static void announce(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		     size_t first, size_t n)
{
	for (size_t i = first; i < first + n && i < instance->vips.list.n; i++)
		announce_one(carrier, instance, instance->vips.list.items[i].conf);
	vrrp_announcer_flush(carrier->announcer);
}

/* Are the interface of the address, and the switch behind it, without advertisements of the instance? An
 * ipvlan has the hardware address of the interface by which they go. */
static bool is_further(const struct conf_vrrp *conf, const struct conf_vip *vip)
{
	const char *way = conf->uses_vmac && !conf->is_by_base && conf->n_vmacs ? conf->vmacs[0].name
										: conf->interface;

	if (conf->uses_ipvlan && conf->n_vmacs && !strcmp(conf_vip_holder(vip), conf->vmacs[0].name))
		return false;
	return strcmp(conf_vip_holder(vip), way) != 0 &&
	       (vip->vmac || (conf->garp_extra & CONF_GARP_EXTRA_ALL));
}

/* The first address on each interface by which no advertisements go, as in keepalived. */
static void announce_extra(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->frame.conf;

	for (size_t i = 0; i < conf_n_held(conf); i++) {
		const struct conf_vip *vip = conf_held(conf, i);
		bool is_first = is_further(conf, vip);

		for (size_t k = 0; k < i && is_first; k++)
			is_first = strcmp(conf_vip_holder(vip), conf_vip_holder(conf_held(conf, k))) != 0;
		if (is_first)
			announce_one(carrier, instance, vip);
	}
	vrrp_announcer_flush(carrier->announcer);
}

/* --- the director --- */

/* The sentence about a fault of the instance itself; "" without one. */
static void say_own_fault(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
			  enum vrrp_fault fault, struct err *err)
{
	const struct conf_track *track = fault == VRRP_FAULT_TRACKER
					     ? vrrp_router_fault_track(carrier->router, instance->id)
					     : NULL;
	char text[VRRP_TRACK_TEXT_MAX];

	if (track)
		err_set(err, 0, "%s",
			vrrp_track_text(track, vrrp_router_counted(carrier->router, instance->id, track), text));
	else
		vrrp_instance_say_fault(instance, fault, err);
}

/* The sentence about the fault of the instance. If another member of the sync group has the fault,
 * the sentence is about that member. */
static void say_fault(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		      enum vrrp_fault fault, struct err *err)
{
	const struct vrrp_instance *member;
	struct err own;
	unsigned id;

	if (fault != VRRP_FAULT_SYNC_GROUP) {
		say_own_fault(carrier, instance, fault, err);
		return;
	}
	id = vrrp_router_fault_member(carrier->router, instance->id);
	member = carrier->find(id, carrier->arg);
	say_own_fault(carrier, member,
		      vrrp_faults_first(vrrp_router_faults(carrier->router, id) & VRRP_FAULTS_OWN),
		      &own);
	err_set(err, 0, "vrrp=%s of the same vrrp_sync_group %s has a fault: %s",
		member->frame.conf.name, instance->frame.conf.sync_group, own.text);
}

void vrrp_carry_report(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance)
{
	struct vrrp_report report = vrrp_router_report(carrier->router, instance->id);
	struct err err;

	if (report.state == VRRP_FAULT) {
		unsigned faults = vrrp_router_faults(carrier->router, instance->id);

		say_fault(carrier, instance, vrrp_faults_first(faults), &err);
		err.text[VRRP_FAULT_TEXT_MAX - 1] = '\0';
		report.fault = err.text;
	}
	report.adverts_sent = instance->adverts_sent;
	report.zeros_sent = instance->zeros_sent;
	report.lateness = instance->lateness;
	report.mismatch = instance->others.mismatch;
	report.cause = instance->cause;
	report.follows_group = instance->follows_group;
	for (size_t i = 0; i < VRRP_REASONS; i++)
		report.rejections[i] = vrrp_others_n_ignored(&instance->others, (enum vrrp_reason)i);
	/* While no director is connected, a report is lost. The next director gets a report of each
	 * instance. */
	carrier->sink.on_report(&report, carrier->sink.arg);
}

/* --- the log --- */

/* Is the cause one that somebody should look after? The master is gone without a priority 0. */
static bool is_unplanned(const struct vrrp_transition *transition)
{
	return transition->to == VRRP_MASTER && transition->cause == VRRP_CAUSE_SILENCE &&
	       transition->source.family != AF_UNSPEC;
}

/* Why an instance begins anew after its process was replaced. NULL: its transition has a cause of
 * its own. */
static const char *replaced_text(const struct vrrp_router_action *action)
{
	if (action->former_state == VRRP_INIT || action->transition.cause != VRRP_CAUSE_STARTED)
		return NULL;
	return action->former_state == VRRP_MASTER
		   ? "the vrrp process was replaced, too late to go on as MASTER"
		   : "the vrrp process was replaced";
}

/* Keeps the cause for the next report. */
static void note_cause(struct vrrp_instance *instance, const char *cause)
{
	free(instance->cause);
	instance->cause = mem_printf("%.*s", VRRP_FAULT_TEXT_MAX - 1, cause);
}

static void say_state(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      const struct vrrp_router_action *action)
{
	const struct vrrp_transition *transition = &action->transition;
	bool is_fault = transition->to == VRRP_FAULT;
	char text[VRRP_CAUSE_TEXT_MAX], track[VRRP_TRACK_TEXT_MAX];
	const char *cause = action->leaves_bar
				? "it takes part again after its addresses were removed"
			    : action->sheds_tracker
				? "the new configuration has no tracker that keeps it in FAULT"
			    : action->is_by_group
				? "no instance of its vrrp_sync_group has a fault any more"
				: vrrp_transition_text(transition, text);
	struct err err;

	vrrp_others_begin_term(&instance->others);
	if (action->track)
		cause = vrrp_track_text(action->track,
					vrrp_router_counted(carrier->router, action->id,
							    action->track),
					track);
	if (replaced_text(action))
		cause = replaced_text(action);
	say_fault(carrier, instance, action->fault, &err);
	if (is_fault)
		cause = err.text;
	instance->follows_group = action->follows_group;
	note_cause(instance, cause);
	(is_fault || is_unplanned(transition) ? log_warning : log_notice)(
	    "vrrp=%s %s -> %s: %s", instance->frame.conf.name, vrrp_state_text(transition->from),
	    vrrp_state_text(transition->to), cause);
}

static void say_cause(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      enum vrrp_fault fault)
{
	struct err err;

	say_fault(carrier, instance, fault, &err);
	instance->follows_group = fault == VRRP_FAULT_SYNC_GROUP;
	note_cause(instance, err.text);
	log_warning("vrrp=%s stays FAULT: %s", instance->frame.conf.name, err.text);
}

static void say_group(const struct vrrp_instance *instance, const struct vrrp_transition *transition)
{
	(transition->to == VRRP_FAULT ? log_warning : log_notice)(
	    "vrrp_sync_group=%s %s -> %s: with vrrp=%s", instance->frame.conf.sync_group,
	    vrrp_state_text(transition->from), vrrp_state_text(transition->to),
	    instance->frame.conf.name);
}

/* "priority 100 -> 80: script chk_haproxy is down (exit status 1), weight -20". */
static void say_priority(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
			 const struct vrrp_router_action *action)
{
	const struct conf_track *track = action->track;
	bool is_lower = action->priority < action->old_priority;
	char text[VRRP_TRACK_TEXT_MAX];

	(is_lower ? log_warning : log_notice)(
	    "vrrp=%s priority %u -> %u: %s, weight %d%s", instance->frame.conf.name,
	    action->old_priority, action->priority,
	    vrrp_track_text(track, vrrp_router_counted(carrier->router, action->id, track), text),
	    track->weight,
	    track->is_reverse ? " reverse" : "");
}

static void say_track_hold(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
			   const struct vrrp_router_action *action, struct mono now)
{
	const struct conf_track *track = action->track;
	char text[VRRP_TRACK_TEXT_MAX];

	if (!track || mono_is_never(action->until))
		log_notice("vrrp=%s its trackers are as before again within track_hold_time, so nothing "
			   "has changed",
			   instance->frame.conf.name);
	else
		log_notice("vrrp=%s %s: that counts in %.3g s, unless it changes again before "
			   "(track_hold_time)",
			   instance->frame.conf.name,
			   vrrp_track_text(track, vrrp_router_source(carrier->router, track), text),
			   (double)mono_sub(action->until, now) / NS_PER_S);
}

static void say_hold(const struct vrrp_instance *instance, const struct vrrp_router_action *action,
		     struct mono now)
{
	char master[ADDR_TEXT_MAX];

	log_notice("vrrp=%s %s with the lower priority %u stays master for %.1f s more%s",
		   instance->frame.conf.name, addr_format(&action->master, master),
		   action->priority, (double)mono_sub(action->until, now) / NS_PER_S,
		   action->is_delayed
		       ? " (preempt_delay)"
		       : ": the time in which connection sync tells this director of its "
			 "connections, if it works");
}

static void say_spared(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		       const struct vrrp_router_action *action)
{
	const char *name = instance->frame.conf.name;
	char master[ADDR_TEXT_MAX];

	log_notice("vrrp=%s does not preempt the master %s, which has the lower priority %u, here %u: "
		   "nopreempt; `lvsctl vrrp take %s` takes its addresses over",
		   name, addr_format(&action->master, master), action->priority,
		   vrrp_router_conf(carrier->router, action->id)->priority, name);
}

static void say_proof(const struct vrrp_instance *instance, struct mono until, struct mono now)
{
	log_notice("vrrp=%s waits up to %.1f s for proof that it can receive, a frame of any other "
		   "machine on %s: only then does silence mean that there is no master",
		   instance->frame.conf.name, (double)mono_sub(until, now) / NS_PER_S,
		   instance->frame.conf.interface);
}

static void say_leave(const struct vrrp_instance *instance, const struct vrrp_router_action *action,
		      struct mono now)
{
	log_notice("vrrp=%s hands over: it has resigned (priority 0), and keeps its addresses until "
		   "another director advertises, for %.1f s at most",
		   instance->frame.conf.name,
		   (double)mono_sub(action->until, now) / NS_PER_S);
}

static void say_alone(const struct vrrp_instance *instance)
{
	log_warning("vrrp=%s stays MASTER: an operator has released it, but no other director took "
		    "over: the release is dropped",
		    instance->frame.conf.name);
}

static void say_guard(const struct vrrp_carrier *carrier, const struct vrrp_instance *instance,
		      const struct vrrp_router_action *action)
{
	const struct conf_vip *vip = vrrp_vips_link_first_missing(&instance->vips, carrier->link);
	const struct conf_vip *duplicate = vip ? NULL : vrrp_vips_link_duplicate(&instance->vips, carrier->link);
	char addr[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX + 16] = "an address";

	if (vip)
		snprintf(text, sizeof(text), "address %s", addr_format(&vip->addr, addr));
	if (action->verdict == VRRP_GUARD_ALARM)
		log_error("vrrp=%s something on this machine removes the addresses of this master "
			  "again and again, %s now: they are put back each time, once in advert_int "
			  "at most, as no other director is heard that could serve: look for what "
			  "removes them",
			  instance->frame.conf.name, text);
	else if (action->is_loss && vrrp_vips_link_lost_interface(&instance->vips, carrier->link))
		log_notice("vrrp=%s %s of this master has gone with its interface %s, and is put back on the new one "
			   "(%zu of %d times in a minute)",
			   instance->frame.conf.name, text, conf_vip_holder(vip), action->n, VRRP_GUARD_LOSSES_MAX);
	else if (action->is_loss)
		log_warning("vrrp=%s %s of this master was removed by something on this machine: "
			    "it is put back (%zu of %d times in a minute)",
			    instance->frame.conf.name, text, action->n, VRRP_GUARD_LOSSES_MAX);
	else if (duplicate)
		log_warning("vrrp=%s address %s of this master is in use: duplicate address detection failed on %s, "
			    "so another machine has it: attempt %zu to add it",
			    instance->frame.conf.name, addr_format(&duplicate->addr, addr),
			    conf_vip_holder(duplicate), action->n);
	else
		log_warning("vrrp=%s %s of this master is missing on %s: attempt %zu to add it",
			    instance->frame.conf.name, text,
			    vip ? conf_vip_holder(vip) : instance->frame.conf.interface, action->n);
}

static void say_bar_end(const struct vrrp_instance *instance, bool is_over)
{
	if (is_over)
		log_notice(
		    "vrrp=%s takes part again after %d s in FAULT: look for what removed its "
		    "addresses",
		    instance->frame.conf.name, (int)(VRRP_GUARD_BARRED_NS / NS_PER_S));
	else
		log_warning("vrrp=%s takes part again, as no other director advertises: look for "
			    "what removed its addresses",
			    instance->frame.conf.name);
}

static void say_rejected(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			 const struct vrrp_router_action *action, struct mono now)
{
	if (vrrp_others_rejected(&instance->others, &instance->frame.conf, action, now))
		vrrp_carry_report(carrier, instance);
}

/* An instance that waits for a master asks meanwhile whether another machine has its addresses. If it
 * becomes MASTER because no master was heard, it says what was found. */
static void claim_follow(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
			 const struct vrrp_transition *transition, struct mono now)
{
	const struct conf_vrrp *conf = &instance->frame.conf;
	struct vrrp_claim claim = vrrp_prober_end(carrier->prober, instance->id);

	if (transition->to == VRRP_BACKUP && transition->from != VRRP_MASTER) {
		vrrp_prober_begin(carrier->prober, instance->id, conf,
				  vrrp_router_conf(carrier->router, instance->id));
	} else if (transition->to == VRRP_MASTER && claim.found.family != AF_UNSPEC) {
		vrrp_others_in_use(&instance->others, conf, &claim, now);
		vrrp_carry_report(carrier, instance);
	}
}

static void say_heard(const struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		      const struct vrrp_router_action *action, struct mono now)
{
	vrrp_prober_end(carrier->prober, instance->id); /* a router that is heard has the addresses */
	if (vrrp_others_heard(&instance->others, &instance->frame.conf,
			      vrrp_router_conf(carrier->router, instance->id),
			      vrrp_router_fsm(carrier->router, instance->id), action, now))
		vrrp_carry_report(carrier, instance);
}

void vrrp_carry_out(struct vrrp_carrier *carrier, struct vrrp_instance *instance,
		    const struct vrrp_router_action *action, struct mono now)
{
	switch (action->kind) {
	case VRRP_ROUTER_SEND:
		send_advert(carrier, instance, action, now);
		break;
	case VRRP_ROUTER_ADD_VIPS:
		add_vips(carrier, instance, action->is_quiet, now);
		break;
	case VRRP_ROUTER_DEL_VIPS:
		del_vips(carrier, instance);
		break;
	case VRRP_ROUTER_ANNOUNCE:
		announce(carrier, instance, action->first, action->n);
		break;
	case VRRP_ROUTER_ANNOUNCE_EXTRA:
		announce_extra(carrier, instance);
		break;
	case VRRP_ROUTER_BE_HEARD:
		vrrp_prober_again(carrier->prober, instance->id);
		break;
	case VRRP_ROUTER_REPORT:
		vrrp_carry_report(carrier, instance);
		break;
	case VRRP_ROUTER_SAY_STATE:
		say_state(carrier, instance, action);
		claim_follow(carrier, instance, &action->transition, now);
		break;
	case VRRP_ROUTER_SAY_CAUSE:
		say_cause(carrier, instance, action->fault);
		break;
	case VRRP_ROUTER_SAY_GROUP:
		say_group(instance, &action->transition);
		break;
	case VRRP_ROUTER_SAY_PRIORITY:
		say_priority(carrier, instance, action);
		break;
	case VRRP_ROUTER_SAY_TRACK_HOLD:
		say_track_hold(carrier, instance, action, now);
		break;
	case VRRP_ROUTER_SAY_HOLD:
		say_hold(instance, action, now);
		break;
	case VRRP_ROUTER_SAY_SPARED:
		say_spared(carrier, instance, action);
		break;
	case VRRP_ROUTER_SAY_PROOF:
		say_proof(instance, action->until, now);
		break;
	case VRRP_ROUTER_SAY_LEAVE:
		/* neighbours must learn the successor */
		vrrp_announcer_forget(carrier->announcer, instance->id, NULL);
		say_leave(instance, action, now);
		break;
	case VRRP_ROUTER_SAY_ALONE:
		say_alone(instance);
		break;
	case VRRP_ROUTER_SAY_GUARD:
		say_guard(carrier, instance, action);
		break;
	case VRRP_ROUTER_SAY_BAR_END:
		say_bar_end(instance, action->is_over);
		break;
	case VRRP_ROUTER_SAY_REJECTED:
		say_rejected(carrier, instance, action, now);
		break;
	case VRRP_ROUTER_SAY_HEARD:
		say_heard(carrier, instance, action, now);
		vrrp_others_checksum(&instance->others, &instance->frame.conf,
				     &action->advert.source, action->has_pseudo_header);
		break;
	}
}
