/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/roles.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "daemon/director/heir/heir.h"
#include "daemon/director/role/held_frames.h"
#include "daemon/director/roles_file.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "sync/rejoin.h"
#include "vrrp/machine/schedule.h"
#include "vrrp/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* roles.json has the states of all instances. While many change, it is written so often at most: at
 * 1,020 instances it takes 4 ms. */
#define STORE_PACE_MS 50
/* How long an orphan may take to answer. */
#define ANSWER_MIN_MS 1000
#define ANSWER_MAX_MS 10000

static bool is_same(const struct vrrp_report *report, const struct conf_vrrp *conf)
{
	return report->vrid == conf->vrid && report->family == conf->family &&
	       !strcmp(report->interface, conf->interface);
}

static struct role_report *report_find(const struct roles *roles, const struct conf_vrrp *conf)
{
	for (size_t i = 0; i < roles->reports.n; i++)
		if (is_same(&roles->reports.items[i].report, conf))
			return &roles->reports.items[i];
	return NULL;
}

const struct vrrp_report *roles_find(const struct roles *roles, const struct conf_vrrp *conf)
{
	const struct role_report *found = report_find(roles, conf);

	return found ? &found->report : NULL;
}

static const struct vrrp_report *report_of(const struct conf_vrrp *conf, void *arg)
{
	return roles_find(arg, conf);
}

enum vrrp_state_name roles_group_state(const struct roles *roles, const char *name)
{
	return role_group_state(roles->conf, name, report_of, (void *)roles);
}

static void send_commit(struct roles *roles)
{
	uint64_t now = (uint64_t)clock_mono().ns;

	roles->serial = now > roles->serial ? now : roles->serial + 1;
	greeted_send(roles->vrrp, VRRP_FRAME_COMMIT, &roles->serial, sizeof(roles->serial));
}

static void send_source(const struct roles *roles, const struct vrrp_source *source)
{
	char body[CONF_NAME_MAX + VRRP_SOURCE_TEXT_MAX + 16];

	greeted_send(roles->vrrp, VRRP_FRAME_SOURCE, body,
		     vrrp_source_encode(source, body, sizeof(body)));
}

/* A vrrp process that has no instances yet will get the source together with them. */
void roles_send_source(struct roles *roles, const struct vrrp_source *source)
{
	if (greeted_is_met(roles->vrrp) && roles->is_gate_open)
		send_source(roles, source);
}

/* How long preemption waits for connection sync. */
static uint32_t hold_ms(const struct conf_global *global)
{
	switch (conf_sync_mode(global)) {
	case CONF_SYNC_KERNEL:
		return SYNC_HOLD_MS;
	case CONF_SYNC_RELAY:
		return (uint32_t)(global->relay.sync_wait_us / 1000);
	default:
		return 0;
	}
}

static void send_instance(const struct roles *roles, const struct conf_vrrp *conf)
{
	struct vrrp_instance_frame frame = {.conf = *conf};
	const struct vrrp_report *report = roles_find(roles, conf);
	const struct role_order *order = role_orders_find(&roles->orders, conf);
	char body[CHAN_BODY_MAX];
	size_t len;

	frame.hold_ms = hold_ms(&roles->conf->global);
	frame.gate_ms = (uint32_t)(roles->conf->global.startup_gate_us / 1000);
	frame.last_state = report ? report->state : VRRP_INIT;
	frame.inheritance = roles->inheritance;
	if (order)
		frame.order = order->order;
	frame.barred_until = report ? report->barred_until : (struct mono){0};
	len = vrrp_instance_encode(&frame, body, sizeof(body));
	if (len == 0 || greeted_send(roles->vrrp, VRRP_FRAME_INSTANCE, body, len) < 0)
		log_error("vrrp=%s cannot be sent to the vrrp process, so it takes no part: it is "
			  "too large; give it fewer addresses, routes or peers",
			  conf->name);
}

static void send_preemption(const struct roles *roles)
{
	uint8_t is_forbidden = roles->is_preemption_forbidden;

	if (greeted_is_met(roles->vrrp))
		greeted_send(roles->vrrp, VRRP_FRAME_PREEMPTION, &is_forbidden,
			     sizeof(is_forbidden));
}

static void send_schedule(const struct roles *roles)
{
	const struct vrrp_schedule schedule = vrrp_schedule_of(&roles->conf->global);
	char body[sizeof(schedule)];

	greeted_send(roles->vrrp, VRRP_FRAME_SCHEDULE, body,
		     vrrp_schedule_encode(&schedule, body, sizeof(body)));
}

static void send_statics(const struct roles *roles)
{
	const struct conf_statics *statics = &roles->conf->statics;
	char body[CHAN_BODY_MAX];
	size_t len = vrrp_statics_encode(statics, body, sizeof(body));

	if (len == 0 || greeted_send(roles->vrrp, VRRP_FRAME_STATICS, body, len) < 0)
		log_error("static_ipaddress, static_routes and static_rules are too large to be sent to "
			  "the vrrp process: those that are in force stay, and no others are added");
}

/* The addresses may be other ones now: finds their interfaces, and stores what is new. */
static void held_changed(struct roles *roles, bool is_changed)
{
	bool is_located = held_locate_here(&roles->held);

	if (is_changed || is_located)
		held_store(roles->run_dir, &roles->held);
}

/* An owner's address that is missing now will be lvsd's. After a vrrp process that has died, it is known already: the
 * address was not there when the process got the configuration. */
static void owned_note(struct roles *roles)
{
	held_changed(roles, held_add_owned_here(&roles->held, roles->conf));
}

/* Sends all instances, to a process that has none yet, or for a reload. Before the gate opens, the
 * static items alone: checks may need them. Nothing, as long as an orphan has the addresses. */
static void send_instances(struct roles *roles, bool is_reload)
{
	if (!roles->conf || !greeted_is_met(roles->vrrp) || roles->heir)
		return;
	held_changed(roles, held_add(&roles->held, roles->conf));
	send_schedule(roles);
	if (!roles->is_gate_open) {
		send_statics(roles);
		return;
	}
	owned_note(roles);
	send_preemption(roles);
	greeted_send(roles->vrrp, VRRP_FRAME_BEGIN, NULL, 0);
	send_statics(roles);
	if (!is_reload)
		held_frames_send(roles->vrrp, &roles->held, roles->conf);
	for (size_t i = 0; i < roles->sources->list.n; i++)
		send_source(roles, &roles->sources->list.items[i]);
	for (size_t i = 0; i < roles->conf->n_vrrps; i++)
		send_instance(roles, &roles->conf->vrrps[i]);
	send_commit(roles);
}

/* Stores the states, so that they are not lost if director and vrrp process are replaced at the
 * same time: without them the new vrrp process would give up the addresses. */
static void roles_store(struct roles *roles)
{
	size_t len;
	char *text = roles_text(roles, &len);
	struct err err;

	if (rundir_store(roles->run_dir, RUNDIR_ROLES, text, len, &err) < 0)
		log_warning("%s", err.text);
	free(text);
	roles->is_store_owed = false;
	roles->may_store = mono_add_ms(clock_mono(), STORE_PACE_MS);
}

/* The state of an instance has changed. When a thousand change, the file, which has all of them, is
 * not written a thousand times. */
static void state_store(struct roles *roles)
{
	if (mono_reached(clock_mono(), roles->may_store)) {
		roles_store(roles);
	} else if (!roles->is_store_owed) {
		roles->is_store_owed = true;
		loop_timer_set(roles->store, roles->may_store);
	}
}

static void on_store(void *arg)
{
	struct roles *roles = arg;

	if (roles->is_store_owed)
		roles_store(roles);
}

void roles_keep(struct roles *roles)
{
	if (roles->reports.n || roles->orders.list.n)
		roles_store(roles);
	if (roles->held.list.n || roles->held.items.n)
		held_store(roles->run_dir, &roles->held);
}

/* The vrrp process has the addresses of conf only (NULL: none). */
static void hold_only(struct roles *roles, const struct conf *conf)
{
	held_changed(roles, held_set(&roles->held, conf));
}

void roles_locate(struct roles *roles)
{
	if (held_locate_here(&roles->held))
		held_store(roles->run_dir, &roles->held);
}

bool roles_owe_release(const struct roles *roles)
{
	return (roles->held.list.n || roles->held.items.n) && !roles->conf->n_vrrps &&
	       conf_statics_are_empty(&roles->conf->statics);
}

bool roles_have_left(const struct roles *roles)
{
	return roles->conf && held_has_left(&roles->held, roles->conf);
}

void roles_released(struct roles *roles)
{
	/* Nobody would read what is sent to the process, until the next one has sent HELLO. */
	if (!roles->is_needed)
		greeted_forget(roles->vrrp);
	vrrp_life_forget(&roles->life);
	vrrp_refusals_free(&roles->refusals);
	roles->unknowns.n = 0;
	hold_only(roles, NULL);
}

/* Reports what changes no state: a lower priority that was heard, another effective priority. */
static void report_rest(struct roles *roles, const struct conf_vrrp *conf,
			const struct vrrp_report *known, const struct vrrp_report *report)
{
	if (report->lower_heard > known->lower_heard)
		roles->sink.on_lower(conf, report, roles->sink.arg);
	if (report->state == known->state &&
	    report->effective_priority != known->effective_priority)
		roles->sink.on_priority(conf, report, roles->sink.arg);
}

/* A release to which no other router answered is dropped: the instance stays MASTER. */
static void alone_order_drop(struct roles *roles, const struct conf_vrrp *conf,
			     const struct vrrp_report *report)
{
	if (report->order_result != VRRP_ORDER_ALONE ||
	    !role_orders_drop(&roles->orders, roles->conf, conf, report->order_number, true))
		return;
	roles->owes_orders = true;
	roles_store(roles);
}

/* Tells the parts above what a report has changed. known: the report before it, or NULL. */
static void act_on_report(struct roles *roles, const struct conf_vrrp *conf,
			  const struct vrrp_report *report, const struct vrrp_report *known)
{
	const struct role_tale tale = {&roles->groups, roles->conf, report_of, roles,
				       roles->sink.on_state, roles->sink.on_group, roles->sink.arg};
	bool is_change = !known || known->state != report->state;

	if (is_change) {
		state_store(roles);
		role_tell_state(&tale, conf, report, !known);
	}
	alone_order_drop(roles, conf, report);
	role_tell_group(&tale, conf, report);
	if (report->wants_hello)
		roles->sink.on_wants_hello(roles->sink.arg);
	if (report->held_until.ns && (!known || known->held_until.ns != report->held_until.ns))
		roles->sink.on_held(roles->sink.arg);
	if (is_change)
		roles->sink.on_served(roles->sink.arg);
}

/*
 * Does the cause of the report before still hold? A process that replaced another says only that it
 * goes on, perhaps several times; the cause belongs to the time.
 */
static bool goes_on(const struct roles *roles, const struct role_report *before,
		    const struct role_report *taken)
{
	if (before->report.state != taken->report.state || !before->report.cause)
		return false;
	if (before->process != roles->process)
		return true;
	return before->said && taken->said && !strcmp(before->said, taken->said);
}

/* The report of an instance of the configuration takes the place of the one before. */
static void take_over(struct roles *roles, const struct conf_vrrp *conf,
		      struct role_report *taken)
{
	struct role_report *place = report_find(roles, conf), before = {0};

	roles->n_reports++;
	if (place)
		before = *place;
	taken->report.since_wall_us = place && before.report.state == taken->report.state
					  ? before.report.since_wall_us
					  : clock_wall_us();
	taken->process = roles->process;
	taken->said = taken->report.cause;
	if (place && goes_on(roles, &before, taken)) {
		taken->report.cause = arena_strdup(taken->texts, before.report.cause);
		taken->report.follows_group = before.report.follows_group;
	}
	if (place)
		report_rest(roles, conf, &before.report, &taken->report);
	*(place ? place : (struct role_report *)vec_push(&roles->reports)) = *taken;
	act_on_report(roles, conf, &taken->report, place ? &before.report : NULL);
	arena_free(before.texts);
}

/* Returns whether the report was understood. */
static bool take_report(struct roles *roles, const void *body, size_t len)
{
	struct role_report taken = {.texts = arena_new()};

	if (vrrp_report_decode(body, len, taken.texts, &taken.report) < 0) {
		log_limited_warning(&roles->nonsense,
				    "the vrrp process sent a malformed report: ignored");
		arena_free(taken.texts);
		return false;
	}
	for (size_t i = 0; i < roles->conf->n_vrrps; i++)
		if (is_same(&taken.report, &roles->conf->vrrps[i])) {
			take_over(roles, &roles->conf->vrrps[i], &taken);
			return true;
		}
	arena_free(taken.texts);
	return true;
}

static bool has_user(const struct roles *roles, const struct vrrp_source *source)
{
	for (size_t i = 0; i < roles->conf->n_vrrps; i++)
		if (vrrp_track_find(&roles->conf->vrrps[i], source->kind, source->name))
			return true;
	return false;
}

/* Takes the state of a tracked interface, if an instance tracks the interface. */
static void take_source(struct roles *roles, const void *body, size_t len)
{
	struct vrrp_source source;

	if (vrrp_source_decode(body, len, &source) < 0 || !vrrp_track_is_watched(source.kind))
		log_limited_warning(&roles->nonsense,
				    "the vrrp process sent a malformed tracker: ignored");
	else if (has_user(roles, &source))
		vrrp_sources_set(&roles->heard, &source);
}

static void take_refusals(struct roles *roles, const void *body, size_t len)
{
	if (vrrp_refusals_decode(body, len, &roles->refusals) < 0)
		log_limited_warning(&roles->nonsense,
				    "the vrrp process sent a malformed list of refusals: ignored");
}

static void take_unknowns(struct roles *roles, const void *body, size_t len)
{
	if (vrrp_unknowns_decode(body, len, &roles->unknowns) < 0)
		log_limited_warning(&roles->nonsense,
				    "the vrrp process sent a malformed list of unknown virtual routers: ignored");
}

static void forget_sources(struct roles *roles)
{
	struct vrrp_sources *heard = &roles->heard;
	size_t n = 0;

	for (size_t i = 0; i < heard->list.n; i++)
		if (has_user(roles, &heard->list.items[i]))
			heard->list.items[n++] = heard->list.items[i];
	heard->list.n = n;
}

/* A vrrp process of this lvsd is at work. Until then each one that is started gets the inheritance: the one before
 * may have died with it. */
static void inheritance_end(struct roles *roles)
{
	bool was_relieved = roles->relieved != 0;

	roles->inheritance = VRRP_INHERITED_NOT;
	roles->relieved = 0;
	if (was_relieved)
		roles_store(roles);
}

static void on_carried(struct roles *roles, const void *body, size_t len)
{
	uint64_t serial;

	if (len != sizeof(serial))
		return;
	memcpy(&serial, body, sizeof(serial));
	/* The confirmation of an earlier list does not cover addresses that were sent since. */
	if (serial == roles->serial)
		hold_only(roles, roles->conf);
	inheritance_end(roles);
}

bool roles_ask(struct roles *roles)
{
	uint64_t now = (uint64_t)clock_mono().ns;

	/* No number is one that an earlier director gave: a TOLD may still be on its way. */
	roles->tell = now > roles->tell ? now : roles->tell + 1;
	return greeted_is_met(roles->vrrp) && greeted_send(roles->vrrp, VRRP_FRAME_TELL, &roles->tell,
							   sizeof(roles->tell)) == 0;
}

bool roles_are_told(const struct roles *roles)
{
	return roles->told == roles->tell;
}

static void take_told(struct roles *roles, const void *body)
{
	memcpy(&roles->told, body, sizeof(roles->told));
	roles->told_at = loop_now(roles->loop);
}

static void on_vrrp_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct roles *roles = arg;

	if (type == VRRP_FRAME_STATE && roles->conf)
		take_report(roles, body, len);
	else if (type == VRRP_FRAME_SOURCE && roles->conf)
		take_source(roles, body, len);
	else if (type == VRRP_FRAME_REFUSALS)
		take_refusals(roles, body, len);
	else if (type == VRRP_FRAME_UNKNOWNS)
		take_unknowns(roles, body, len);
	else if (type == VRRP_FRAME_CARRIED)
		on_carried(roles, body, len);
	else if (type == VRRP_FRAME_TOLD && len == sizeof(roles->told))
		take_told(roles, body);
	else if (type == VRRP_FRAME_PROCESS)
		vrrp_life_follow(&roles->life, greeted_take_fd(roles->vrrp));
	else if (type == VRRP_FRAME_RELEASED)
		roles_released(roles);
}

/* An orphan has real-time priority and answers within milliseconds. The time for each address is as in the bound for
 * vrrp processes (HANG_VRRP_ADDRESS_US), as it may be taking over. */
static int64_t answer_ms(const struct conf *conf)
{
	int64_t ms = ANSWER_MIN_MS;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		ms += 1 + (int64_t)conf->vrrps[i].n_vips;
	return ms < ANSWER_MAX_MS ? ms : ANSWER_MAX_MS;
}

/* The orphan is asked when the configuration and the new vrrp process are here, whichever comes last: a
 * director that replaces another one meets the process before it has read the configuration. */
static void address_orphan(struct roles *roles)
{
	if (!roles->heir || !roles->conf)
		return;
	if (!roles->conf->n_vrrps)
		heir_refuse(roles->heir);
	else if (greeted_is_met(roles->vrrp))
		heir_ask(roles->heir, answer_ms(roles->conf));
}

/* The process has just started, or has gone on while no director was there. */
static void on_vrrp_met(void *arg)
{
	struct roles *roles = arg;

	roles->process++;
	address_orphan(roles);
	send_instances(roles, false);
}

/* --- the vrrp process of an lvsd that died --- */

static bool on_inherited_state(const void *body, size_t len, void *arg)
{
	return take_report(arg, body, len);
}

static void forget_reports(struct roles *roles)
{
	for (size_t i = 0; i < roles->reports.n; i++)
		arena_free(roles->reports.items[i].texts);
	roles->reports.n = 0;
}

/* If this director dies now, the director that replaces it must know that the orphan has told everything. */
static void on_orphan_told(int relief, void *arg)
{
	struct roles *roles = arg;

	if (relief >= 0) {
		greeted_send_fd(roles->vrrp, VRRP_FRAME_RELIEF, NULL, 0, relief);
		close(relief);
	}

	roles->relieved = roles->predecessor;
	roles_store(roles);
}

/* Its addresses go, and other directors take over: what it has told is over. */
static void on_orphan_leaving(void *arg)
{
	struct roles *roles = arg;

	log_notice("vrrp: the vrrp process of an lvsd that died hands over: lvsd waits until it has done so");
	roles->relieved = 0;
	roles_store(roles);
}

/* A director of this lvsd, perhaps one that has died, knew all its states. */
static bool is_relieved(const struct roles *roles)
{
	return roles->predecessor > 0 && roles->relieved == roles->predecessor;
}

static void on_orphan_silent(void *arg)
{
	const struct roles *roles = arg;

	roles->sink.on_orphan_silent(roles->sink.arg);
}

/* With the orphan's states, this lvsd goes on as a director does that replaces another one. */
static void inherit(struct roles *roles, enum vrrp_inheritance inheritance)
{
	roles->inheritance = inheritance;
	roles->is_gate_open = true;
	loop_timer_set(roles->gate, MONO_NEVER);
	roles_store(roles);
}

static void on_inherited(enum heir_end end, void *arg)
{
	struct roles *roles = arg;

	heir_free(roles->heir);
	roles->heir = NULL;
	roles->process++; /* what comes now is of the new vrrp process */
	if (end == HEIR_WHOLE) {
		log_notice("vrrp: %zu instance%s taken over from the vrrp process of an lvsd that died",
			   roles->reports.n, plural(roles->reports.n));
		inherit(roles, VRRP_INHERITED_WHOLE);
	} else if (end == HEIR_LOST && is_relieved(roles)) {
		log_notice("vrrp: %zu instance%s taken over by a director that died, from the vrrp process of an "
			   "lvsd that died",
			   roles->reports.n, plural(roles->reports.n));
		inherit(roles, VRRP_INHERITED_NOT);
	} else if (end == HEIR_HUNG) {
		log_warning("vrrp: the vrrp process of an lvsd that died has hung, or has just died: the instances go "
			    "on with the states that were known of them, unless another director has taken over");
		inherit(roles, VRRP_INHERITED_HUNG);
	} else {
		if (roles->conf && roles->conf->n_vrrps)
			log_warning("vrrp: the vrrp process of an lvsd that died has handed over, has died or "
				    "hangs: the instances begin anew");
		forget_reports(roles);
	}
	if (roles->conf && !roles->conf->n_vrrps)
		roles->sink.on_orphan_left(roles->sink.arg);
	send_instances(roles, false);
}

static void on_gate(void *arg)
{
	(void)arg; /* roles_settle() in the same turn acts on it */
}

void roles_hold(struct roles *roles, uint32_t ms)
{
	greeted_send(roles->vrrp, VRRP_FRAME_HOLD, &ms, sizeof(ms));
}

bool roles_are_held(const struct roles *roles)
{
	for (size_t i = 0; i < roles->conf->n_vrrps; i++) {
		const struct vrrp_report *report = roles_find(roles, &roles->conf->vrrps[i]);

		if (report && report->state == VRRP_BACKUP &&
		    mono_before(loop_now(roles->loop), report->held_until))
			return true;
	}
	return false;
}

void roles_forbid_preemption(struct roles *roles, bool is_forbidden)
{
	roles->is_preemption_forbidden = is_forbidden;
	send_preemption(roles);
}

struct vrrp_order roles_order(struct roles *roles, enum vrrp_order_kind kind, const bool *is_meant)
{
	struct vrrp_order order = {kind, (uint64_t)clock_mono().ns};
	uint64_t last = role_orders_last(&roles->orders);

	if (order.number <= last)
		order.number = last + 1;
	for (size_t i = 0; i < roles->conf->n_vrrps; i++)
		if (is_meant[i])
			role_orders_set(&roles->orders, &roles->conf->vrrps[i], &order,
					clock_wall_us());
	roles_store(roles);
	send_instances(roles, true);
	return order;
}

void roles_order_end(struct roles *roles, const struct conf_vrrp *vrrp, uint64_t number,
		     bool is_done)
{
	if (role_orders_drop(&roles->orders, roles->conf, vrrp, number, !is_done))
		roles_store(roles);
}

void roles_settle(struct roles *roles, const struct roles_gate_facts *facts)
{
	struct roles_gate_facts now = *facts;

	now.now = loop_now(roles->loop);
	now.due = roles->gate_due;
	now.not_before = roles->gate_not_before;
	if (roles->is_gate_open) {
		if (roles->owes_orders)
			send_instances(roles, true);
		roles->owes_orders = false;
		return;
	}
	if (!roles_gate_is_due(&now)) {
		loop_timer_set(roles->gate, mono_before(now.now, now.not_before) ? now.not_before
										 : now.due);
		return;
	}
	roles->is_gate_open = true;
	loop_timer_set(roles->gate, MONO_NEVER);
	send_instances(roles, false);
}

void roles_open(struct roles *roles, int fd, int orphan_fd, bool is_restart)
{
	const struct heir_ops heir_ops = {on_inherited_state, on_orphan_told, on_orphan_leaving,
					  on_orphan_silent,   on_inherited,   roles};
	const struct greeted_ops ops = {
	    .on_met = on_vrrp_met, .on_frame = on_vrrp_frame, .arg = roles, .is_lasting = true};

	roles->gate = loop_timer_new(roles->loop, on_gate, roles);
	roles->store = loop_timer_new(roles->loop, on_store, roles);
	roles->gate_due = MONO_NEVER;
	vrrp_life_open(&roles->life, roles->loop);
	held_read(roles->run_dir, &roles->held);
	if (!is_restart) /* a vrrp process that runs may have an address on an interface that was renamed */
		held_follow_here(&roles->held);
	if (orphan_fd >= 0)
		roles->heir = heir_new(roles->loop, orphan_fd, &heir_ops);
	if (is_restart || roles->heir)
		roles_load(roles);
	/* A process that has been running under a predecessor reports what it has. */
	roles->vrrp = greeted_new_director(roles->loop, fd, is_restart, &ops);
}

void roles_close(struct roles *roles)
{
	on_store(roles);
	loop_timer_free(roles->store);
	loop_timer_free(roles->gate);
	vrrp_life_close(&roles->life);
	greeted_free(roles->vrrp);
	heir_free(roles->heir);
	forget_reports(roles);
	vec_free(&roles->reports);
	vrrp_sources_free(&roles->heard);
	role_groups_fini(&roles->groups);
	role_orders_fini(&roles->orders);
	held_free(&roles->held);
	vrrp_refusals_free(&roles->refusals);
}

static bool has_instance(const struct conf *conf, const struct vrrp_report *report)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (is_same(report, &conf->vrrps[i]))
			return true;
	return false;
}

/* Forgets reports of instances that are gone, since a later instance with the same key would seem
 * to have them. Returns whether there were any. */
static bool forget_others(struct roles *roles)
{
	size_t kept = 0, before = roles->reports.n;

	for (size_t i = 0; i < before; i++) {
		struct role_report *report = &roles->reports.items[i];

		if (has_instance(roles->conf, &report->report))
			roles->reports.items[kept++] = *report;
		else
			arena_free(report->texts);
	}
	roles->reports.n = kept;
	return kept < before;
}

/* Reports the instances that conf does not have. The old configuration must still be there. */
static void report_removed(struct roles *roles, const struct conf *conf)
{
	for (size_t i = 0; roles->conf && i < roles->conf->n_vrrps; i++) {
		const struct vrrp_report *report = roles_find(roles, &roles->conf->vrrps[i]);

		if (report && !has_instance(conf, report))
			roles->sink.on_removed(&roles->conf->vrrps[i], report, roles->sink.arg);
	}
}

/* Begins the delays of vrrp_startup_delay and vrrp_delay_after_boot. */
static void begin_delay(struct roles *roles)
{
	const struct conf_global *global = &roles->conf->global;
	struct mono now = clock_mono();

	roles->gate_not_before =
	    roles_gate_delay(global->startup_delay_us, global->delay_after_boot_us, now);
	if (roles->conf->n_vrrps && mono_before(now, roles->gate_not_before))
		log_notice("vrrp: the instances begin in %.1f s, as vrrp_startup_delay or "
			   "vrrp_delay_after_boot says",
			   (double)mono_sub(roles->gate_not_before, now) / NS_PER_S);
}

void roles_update(struct roles *roles, const struct conf *conf)
{
	bool has_forgotten;

	report_removed(roles, conf);
	roles->conf = conf;
	has_forgotten = forget_others(roles);
	if (role_orders_keep(&roles->orders, conf) || has_forgotten)
		roles_store(roles);
	forget_sources(roles);
	role_groups_update(&roles->groups, conf, report_of, roles);
	if (mono_is_never(roles->gate_due)) {
		roles->gate_due =
		    mono_add_us(clock_mono(), (int64_t)roles->conf->global.startup_gate_us);
		begin_delay(roles);
		loop_timer_set(roles->gate, roles->gate_due);
	}
	address_orphan(roles);
	send_instances(roles, true);
}
