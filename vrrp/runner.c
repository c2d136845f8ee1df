/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/runner.h"
#include "base/clock.h"
#include "base/deadlines.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/vec.h"
#include "vrrp/ah/ah.h"
#include "vrrp/carry.h"
#include "vrrp/holding/sweep.h"
#include "vrrp/holding/vmacs.h"
#include "vrrp/machine/promote.h"
#include "vrrp/pace/sleep.h"
#include "vrrp/ports.h"
#include "vrrp/track_link.h"
#include "vrrp/vips_link.h"

#include <stdlib.h>
#include <string.h>

/* After actions were carried out the remaining packets are read, and so on, at most this many times
 * before the loop goes on: a flood of packets must not keep it for ever. */
#define DRAINS_MAX 32

struct vrrp_runner {
	struct vrrp_port_host ports_host;
	struct vrrp_carrier carrier;
	struct vrrp_predecessor predecessor;
	struct vrrp_promote promote;
	struct mono started;
	struct vrrp_sleep sleep;
	bool has_committed;
	struct vrrp_ports ports;
	VEC(struct vrrp_instance *) by_id; /* NULL: the id is free */
	struct deadlines deadlines;        /* by id */
	struct loop_timer *timer;          /* for the next of them */
	struct mono armed;                 /* the timer's deadline */
	unsigned first_free;
	loop_fn *on_left; /* called with left_arg; NULL: it does not leave, or has left */
	void *left_arg;
	struct vrrp_statics *statics;
	struct vrrp_refusal_watch refusals;
	VEC(struct vrrp_instance *) wanted; /* in the order of the last configuration */
};

static struct vrrp_holders holders_of(const struct vrrp_runner *runner)
{
	return (struct vrrp_holders){runner->wanted.items, runner->wanted.n, runner->statics};
}

/* --- the router's turn --- */

static void arm(struct vrrp_runner *runner, const struct vrrp_instance *instance)
{
	deadlines_set(&runner->deadlines, instance->id,
		      mono_min(vrrp_router_wake(runner->carrier.router, instance->id),
			       vrrp_instance_wake(instance)));
}

/* Listens for a frame of another machine if the instance needs one. If the interface cannot be
 * listened on, silence counts as if a frame had come. */
static void listen_for(struct vrrp_runner *runner, const struct vrrp_instance *instance)
{
	const struct vrrp_router_event frame = {.kind = VRRP_ROUTER_FRAME, .id = instance->id};

	if (vrrp_router_wants_frame(runner->carrier.router, instance->id) &&
	    !vrrp_port_listen(instance->port))
		vrrp_router_step(runner->carrier.router, &frame, clock_mono());
}

static void on_sent(const struct vrrp_sent *sent, void *arg)
{
	const struct vrrp_runner *runner = arg;

	vrrp_carry_sent(&runner->carrier, runner->by_id.items[sent->id], sent, clock_mono());
}

/*
 * One event may change the state of more than one instance. Advertisements wait for the end of the
 * turn, but not if something else comes after them: a new master is heard before it has added its
 * addresses, and a leaving one before it has removed them.
 */
static void actions_carry_out(struct vrrp_runner *runner, struct mono now)
{
	struct vrrp_router_action action;

	while (vrrp_router_take(runner->carrier.router, &action)) {
		struct vrrp_instance *instance = runner->by_id.items[action.id];

		if (action.kind != VRRP_ROUTER_SEND)
			vrrp_outbox_flush(runner->ports_host.outbox);
		vrrp_carry_out(&runner->carrier, instance, &action, now);
		if (action.kind == VRRP_ROUTER_REPORT)
			listen_for(runner, instance);
		arm(runner, instance);
	}
}

/* Before anything else that happens then: a MASTER may have to listen. */
static void notice_sleep(struct vrrp_runner *runner)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_SLEPT};

	event.slept_ns = vrrp_sleep_take(&runner->sleep, clock_suspended_ns());
	if (event.slept_ns)
		log_notice("vrrp: the machine was suspended for %.1f s", (double)event.slept_ns / NS_PER_S);
	for (size_t i = 0; event.slept_ns && i < runner->wanted.n; i++) {
		event.id = runner->wanted.items[i]->id;
		vrrp_router_step(runner->carrier.router, &event, clock_mono());
		actions_carry_out(runner, clock_mono());
		arm(runner, runner->wanted.items[i]);
	}
}

/* Steps the router by an event, which need not concern an instance. */
static void event_step(struct vrrp_runner *runner, const struct vrrp_router_event *event)
{
	struct mono now = clock_mono();

	notice_sleep(runner);
	vrrp_router_step(runner->carrier.router, event, now);
	actions_carry_out(runner, now);
}

static void router_step(struct vrrp_runner *runner, struct vrrp_router_event event)
{
	event_step(runner, &event);
	if (event.kind != VRRP_ROUTER_REMOVE) {
		listen_for(runner, runner->by_id.items[event.id]);
		arm(runner, runner->by_id.items[event.id]);
	}
}

static void step_kind(struct vrrp_runner *runner, const struct vrrp_instance *instance,
		      enum vrrp_router_event_kind kind)
{
	router_step(runner, (struct vrrp_router_event){.kind = kind, .id = instance->id});
}

static bool on_packet(unsigned id, const struct vrrp_raw_packet *packet, void *arg)
{
	struct vrrp_runner *runner = arg;
	const struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
						.id = id,
						.path = packet->path,
						.is_signed = packet->is_signed, .ip_id = packet->ip_id,
						.body = packet->body,
						.len = packet->len};

	vrrp_router_step(runner->carrier.router, &event, clock_mono());
	return !vrrp_router_is_urgent(runner->carrier.router);
}

static bool on_stranger(unsigned id, const struct vrrp_pkt *pkt, const struct addr *source, void *arg)
{
	const struct vrrp_runner *runner = arg;
	struct vrrp_instance *instance = runner->by_id.items[id];
	const struct vrrp_router_event yielded = {.kind = VRRP_ROUTER_YIELDED, .id = id};

	if (vrrp_others_yield(&instance->frame.conf, pkt))
		vrrp_router_step(runner->carrier.router, &yielded, clock_mono());
	if (vrrp_others_stranger(&instance->others, &instance->frame.conf, pkt, source, clock_mono()))
		vrrp_carry_report(&runner->carrier, instance);
	return !vrrp_router_is_urgent(runner->carrier.router);
}

static void drain(struct vrrp_runner *runner, struct vrrp_port *port)
{
	bool is_more = true;

	for (unsigned i = 0; is_more && i < DRAINS_MAX; i++) {
		is_more = vrrp_port_drain(port);
		actions_carry_out(runner, clock_mono());
	}
}

static void on_packets(struct vrrp_port *port)
{
	struct vrrp_runner *runner = port->host->arg;

	notice_sleep(runner);
	drain(runner, port);
	vrrp_ports_rest(&runner->ports, port, runner->wanted.n);
}

static void on_port_frame(struct vrrp_port *port)
{
	struct vrrp_runner *runner = port->host->arg;

	if (!vrrp_port_has_heard(port))
		return;
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used)
			step_kind(runner, runner->by_id.items[port->users[i].id], VRRP_ROUTER_FRAME);
}

/* If the instance could become MASTER together with its sync group, reads the packets of all its
 * members before. */
static void drain_group(struct vrrp_runner *runner, const struct vrrp_instance *instance)
{
	const char *group = instance->frame.conf.sync_group;
	const struct vrrp_fsm_conf *conf = vrrp_router_conf(runner->carrier.router, instance->id);
	const struct vrrp_fsm *fsm = vrrp_router_fsm(runner->carrier.router, instance->id);

	if (!group || !vrrp_fsm_wants_master(conf, fsm, clock_mono()))
		return;
	for (size_t i = 0; i < runner->wanted.n; i++) {
		struct vrrp_instance *member = runner->wanted.items[i];

		if (member == instance || !member->frame.conf.sync_group ||
		    strcmp(member->frame.conf.sync_group, group))
			continue;
		on_port_frame(member->port);
		drain(runner, member->port);
	}
}

static void step_vips(struct vrrp_runner *runner, struct vrrp_instance *instance)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_VIPS, .id = instance->id};

	if (vrrp_carry_compare(&runner->carrier, instance, &event.missing, clock_mono()))
		router_step(runner, event);
	arm(runner, instance);
}

static void instance_on_due(struct vrrp_runner *runner, struct vrrp_instance *instance)
{
	const struct vrrp_fsm *fsm = vrrp_router_fsm(runner->carrier.router, instance->id);

	on_port_frame(instance->port);
	/* A master sends its advertisement whatever packets are waiting. */
	if (fsm->state != VRRP_MASTER || fsm->is_leaving)
		drain(runner, instance->port);
	drain_group(runner, instance);
	step_kind(runner, instance, VRRP_ROUTER_TIME);
	vrrp_carry_due_items(&runner->carrier, instance, clock_mono());
	if (mono_reached(clock_mono(), vrrp_strays_wake(&instance->strays)))
		step_vips(runner, instance);
	if (vrrp_others_settle(&instance->others, instance->frame.conf.name, clock_mono()))
		vrrp_carry_report(&runner->carrier, instance);
	arm(runner, instance);
}

/* Handles each due instance once, even if it is due again by then. */
static void on_timer(void *arg)
{
	struct vrrp_runner *runner = arg;
	struct mono now = clock_mono();
	unsigned id;

	runner->armed = MONO_NEVER;
	notice_sleep(runner);
	for (size_t n = runner->wanted.n; n && deadlines_take(&runner->deadlines, now, &id); n--)
		instance_on_due(runner, runner->by_id.items[id]);
}

static bool has_left(const struct vrrp_runner *runner)
{
	for (size_t i = 0; i < runner->wanted.n; i++)
		if (vrrp_router_fsm(runner->carrier.router, runner->wanted.items[i]->id)->state !=
		    VRRP_INIT)
			return false;
	return true;
}

static void finish_leaving(struct vrrp_runner *runner)
{
	loop_fn *on_left = runner->on_left;

	if (!on_left || !has_left(runner))
		return;
	runner->on_left = NULL;
	vrrp_statics_stop(runner->statics);
	vrrp_promote_put_back(&runner->promote, runner->ports_host.link, NULL, NULL);
	if (runner->has_committed) /* else they are a predecessor's, which may serve with them */
		vrrp_vmacs_release(runner->ports_host.link, runner->predecessor.run_dir);
	on_left(runner->left_arg);
}

/* The end of a turn. */
static void on_settle(void *arg)
{
	struct vrrp_runner *runner = arg;
	const struct vrrp_holders holders = holders_of(runner);
	struct mono next = deadlines_next(&runner->deadlines);

	vrrp_outbox_flush(runner->ports_host.outbox);
	finish_leaving(runner);
	if (vrrp_refusal_watch_take(&runner->refusals, &holders, runner->carrier.link))
		runner->carrier.sink.on_refusals(&runner->refusals.told, runner->carrier.sink.arg);
	if (next.ns != runner->armed.ns)
		loop_timer_set(runner->timer, next);
	runner->armed = next;
}

void vrrp_runner_source(struct vrrp_runner *runner, const struct vrrp_source *source)
{
	const struct vrrp_router_event event = {.kind = VRRP_ROUTER_SOURCE, .tracked = source};

	event_step(runner, &event);
}

/* --- what the machine has --- */

/* How long the interface may be down before that counts: the least bound of its instances. */
static int64_t down_bound(const char *interface, void *arg)
{
	const struct vrrp_runner *runner = arg;
	int64_t least_ns = INT64_MAX;

	for (size_t i = 0; i < runner->wanted.n; i++) {
		const struct vrrp_instance *instance = runner->wanted.items[i];
		int64_t bound_ns = vrrp_damping_bound(
		    vrrp_router_conf(runner->carrier.router, instance->id),
		    vrrp_router_fsm(runner->carrier.router, instance->id));

		if (!strcmp(instance->frame.conf.interface, interface) && bound_ns < least_ns)
			least_ns = bound_ns;
	}
	return least_ns;
}

static void step_faults(struct vrrp_runner *runner, struct vrrp_instance *instance)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_FAULTS,
					  .id = instance->id,
					  .ah_sequence = vrrp_ah_begin(clock_wall_us())};

	event.faults = vrrp_instance_faults(instance, &event.source);
	event.said = vrrp_instance_hash_fault(instance, event.faults);
	router_step(runner, event);
}

static void recheck_items(struct vrrp_runner *runner, const struct vrrp_link_gain *gain)
{
	for (size_t i = 0; i < runner->wanted.n; i++) {
		vrrp_instance_recheck_items(runner->wanted.items[i], gain);
		arm(runner, runner->wanted.items[i]);
	}
	vrrp_statics_recheck(runner->statics, gain);
}

/* Somebody has removed a route or rule. */
static void on_items_removed(void *arg)
{
	recheck_items(arg, &(struct vrrp_link_gain){0});
}

static void promote(struct vrrp_runner *runner, const struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->frame.conf;

	if (conf->is_promoting)
		vrrp_promote_set(&runner->promote, runner->ports_host.link, conf->name, conf->interface);
}

static void refresh_port(struct vrrp_port *port)
{
	struct vrrp_runner *runner = port->host->arg;
	bool has_other_text = vrrp_port_refresh(port);

	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used) {
			struct vrrp_instance *instance = runner->by_id.items[port->users[i].id];

			promote(runner, instance);
			step_faults(runner, instance);
			step_vips(runner, instance);
			if (has_other_text && vrrp_router_fsm(runner->carrier.router, instance->id)->state != VRRP_INIT)
				vrrp_carry_report(&runner->carrier, instance);
		}
	vrrp_port_settle(port);
}

/* Tells the router of the source if its state has changed. Several instances may track it. */
static void step_watched(struct vrrp_runner *runner, const struct conf_track *track)
{
	const struct vrrp_source *known = vrrp_router_source(runner->carrier.router, track);
	struct vrrp_source source =
	    track->kind == CONF_TRACKER_STATIC
		? vrrp_statics_source(runner->statics, track->name)
		: vrrp_track_link_source(runner->carrier.link, runner->ports_host.damper,
					 track->name);

	if (known && known->state == source.state && !strcmp(known->text, source.text))
		return;
	vrrp_runner_source(runner, &source);
	runner->carrier.sink.on_source(&source, runner->carrier.sink.arg);
}

/* The sources that this process watches itself. */
static void step_all_watched(void *arg)
{
	struct vrrp_runner *runner = arg;

	for (size_t i = 0; i < runner->by_id.n; i++) {
		const struct vrrp_instance *instance = runner->by_id.items[i];
		const struct conf_vrrp *conf = instance ? &instance->frame.conf : NULL;

		for (size_t k = 0; conf && k < conf->n_tracks; k++)
			if (vrrp_track_is_watched(conf->tracks[k].kind))
				step_watched(runner, &conf->tracks[k]);
	}
}

static void refresh_ports(void *arg)
{
	struct vrrp_runner *runner = arg;
	struct vrrp_link_gain gain;

	vrrp_vmacs_settle(runner->ports_host.vmacs);
	gain = vrrp_link_take_gain(runner->carrier.link);
	vrrp_damper_update(runner->ports_host.damper);
	step_all_watched(runner);
	for (size_t i = 0; i < runner->ports.list.n; i++)
		refresh_port(runner->ports.list.items[i]);
	recheck_items(runner, &gain);
	runner->refusals.is_due = true;
}

/* --- instances --- */

/* The lowest id that no instance uses. */
static unsigned free_id(struct vrrp_runner *runner)
{
	while (runner->first_free < runner->by_id.n && runner->by_id.items[runner->first_free])
		runner->first_free++;
	if (runner->first_free == runner->by_id.n)
		*(struct vrrp_instance **)vec_push(&runner->by_id) = NULL;
	return runner->first_free;
}

static struct vrrp_router_event conf_event(enum vrrp_router_event_kind kind,
					   const struct vrrp_instance *instance)
{
	return (struct vrrp_router_event){.kind = kind,
					  .id = instance->id,
					  .conf = &instance->frame.conf,
					  .hold_ns = instance->frame.hold_ms * NS_PER_MS,
					  .gate_ns = instance->frame.gate_ms * NS_PER_MS,
					  .order = instance->frame.order,
					  .has_new_vips = instance->has_new_vips};
}

static struct vrrp_instance *add_instance(struct vrrp_runner *runner, struct vrrp_port *port,
					  const struct vrrp_runner_item *item)
{
	unsigned id = free_id(runner);
	struct vrrp_instance *instance = vrrp_instance_new(id, port, &item->frame, item->arena);
	struct vrrp_router_event event;

	runner->by_id.items[id] = instance;
	event = conf_event(VRRP_ROUTER_ADD, instance);
	event.ah_sequence = vrrp_ah_begin(clock_wall_us());
	event.barred_until = item->frame.barred_until;
	router_step(runner, event);
	return instance;
}

static void free_instance(struct vrrp_runner *runner, struct vrrp_instance *instance)
{
	unsigned id = instance->id;

	vrrp_outbox_flush(runner->ports_host.outbox);
	step_kind(runner, instance, VRRP_ROUTER_REMOVE);
	deadlines_set(&runner->deadlines, id, MONO_NEVER);
	vrrp_instance_free(instance);
	runner->by_id.items[id] = NULL;
	if (id < runner->first_free)
		runner->first_free = id;
}

/* --- putting a configuration into force --- */

struct change {
	VEC(struct vrrp_instance *) kept, released, fresh;
};

static void set_instance(struct vrrp_runner *runner, struct vrrp_instance *instance,
			 const struct vrrp_runner_item *item)
{
	vrrp_instance_set(instance, &item->frame, item->arena);
	if (instance->is_changed)
		router_step(runner, conf_event(VRRP_ROUTER_SET, instance));
}

/* Gives the configuration to its instance, old or new. Nothing is sent or removed yet. */
static void distribute(struct vrrp_runner *runner, const struct vrrp_runner_item *item,
		       struct change *change)
{
	const struct conf_vrrp *conf = &item->frame.conf;
	struct vrrp_port *port = vrrp_ports_get(&runner->ports, &runner->ports_host,
						conf->family, conf->interface);
	const struct vrrp_port_user *user = &port->users[conf->vrid];
	struct vrrp_instance *instance = user->is_used ? runner->by_id.items[user->id] : NULL;

	if (!instance) {
		instance = add_instance(runner, port, item);
		*(struct vrrp_instance **)vec_push(&change->fresh) = instance;
	} else if (!instance->is_wanted) {
		set_instance(runner, instance, item);
		*(struct vrrp_instance **)vec_push(&change->kept) = instance;
	} else {
		log_error("vrrp=%s is ignored: another instance has virtual_router_id %u on %s too",
			  conf->name, conf->vrid, conf->interface);
		arena_free(item->arena);
	}
	instance->is_wanted = true;
}

/* Finds the instances that the new configuration does not have, and makes the new list of instances. */
static void find_released(struct vrrp_runner *runner, struct change *change)
{
	for (size_t i = 0; i < runner->wanted.n; i++)
		if (!runner->wanted.items[i]->is_wanted)
			*(struct vrrp_instance **)vec_push(&change->released) = runner->wanted.items[i];
	vec_clear(&runner->wanted);
	for (size_t i = 0; i < change->kept.n; i++)
		*(struct vrrp_instance **)vec_push(&runner->wanted) = change->kept.items[i];
	for (size_t i = 0; i < change->fresh.n; i++)
		*(struct vrrp_instance **)vec_push(&runner->wanted) = change->fresh.items[i];
	for (size_t i = 0; i < runner->wanted.n; i++)
		runner->wanted.items[i]->is_wanted = false;
}

static void rebuild_vip_index(struct vrrp_runner *runner)
{
	struct vrrp_vip_index *vips = &runner->ports_host.vips;

	vrrp_vip_index_clear(vips);
	vrrp_instances_index(vips, runner->wanted.items, runner->wanted.n, false);
	vrrp_vip_index_put(vips, vrrp_statics_vips(runner->statics));
	vrrp_vip_index_sort(vips);
}

static void index_leaving(struct vrrp_runner *runner, const struct change *change)
{
	struct vrrp_vip_index *leaving = &runner->ports_host.leaving;

	vrrp_instances_index(leaving, change->kept.items, change->kept.n, true);
	vrrp_instances_index(leaving, change->released.items, change->released.n, false);
	vrrp_vip_index_sort(leaving);
}

/* Starts a new instance. With the first configuration it may go on where the predecessor stopped. */
static void fresh_start(struct vrrp_runner *runner, struct vrrp_instance *instance)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_START, .id = instance->id};
	struct vrrp_legacy *legacy = &event.legacy;

	*legacy = vrrp_instance_legacy(&instance->frame, &runner->predecessor, runner->started, runner->has_committed);
	if (legacy->last_state == VRRP_MASTER &&
	    !vrrp_router_faults(runner->carrier.router, instance->id))
		legacy->has_addresses =
		    vrrp_vips_link_adopt(&instance->vips, runner->carrier.link) || !instance->vips.list.n ||
		    instance->frame.inheritance == VRRP_INHERITED_WHOLE;
	router_step(runner, event);
}

static void act_on(struct vrrp_runner *runner, struct change *change)
{
	for (size_t i = 0; i < change->kept.n; i++)
		if (change->kept.items[i]->is_changed)
			step_kind(runner, change->kept.items[i], VRRP_ROUTER_APPLY);
	for (size_t i = 0; i < change->fresh.n; i++)
		fresh_start(runner, change->fresh.items[i]);
	for (size_t i = 0; i < change->kept.n; i++) {
		vrrp_carry_stale(&runner->carrier, change->kept.items[i], clock_mono());
		vrrp_instance_trim(change->kept.items[i]);
	}
	for (size_t i = 0; i < change->released.n; i++) {
		step_kind(runner, change->released.items[i], VRRP_ROUTER_STOP);
		free_instance(runner, change->released.items[i]);
	}
}

static bool is_item_shared(enum vrrp_item_kind kind, const void *item,
			   const struct vrrp_items *but, const void *arg)
{
	const struct vrrp_holders holders = holders_of(arg);

	return vrrp_holders_want(&holders, kind, item, but);
}

static void watch_items(const struct vrrp_runner *runner)
{
	const struct vrrp_holders holders = holders_of(runner);

	vrrp_holders_watch(&holders, runner->carrier.routes);
}

/* Adds the routes and rules of masters. */
static void settle_items(struct vrrp_runner *runner)
{
	for (size_t i = 0; i < runner->wanted.n; i++) {
		vrrp_carry_items(&runner->carrier, runner->wanted.items[i], clock_mono());
		arm(runner, runner->wanted.items[i]);
	}
	watch_items(runner);
}

void vrrp_runner_sweep(const struct vrrp_runner *runner, const char **keys, size_t n)
{
	const struct vrrp_holders holders = holders_of(runner);

	vrrp_sweep(runner->carrier.routes, &holders, keys, n);
}

void vrrp_runner_release_left(struct vrrp_runner *runner, const struct vrrp_left *left)
{
	vrrp_carry_left(&runner->carrier, &runner->ports_host.vips, left);
}

void vrrp_runner_set_statics(struct vrrp_runner *runner, const struct conf_statics *conf, struct arena *arena)
{
	vrrp_announcer_set_groups(runner->carrier.announcer, conf->garp_groups, conf->n_garp_groups);
	vrrp_damper_set(runner->ports_host.damper, conf->delays, conf->n_delays);
	vrrp_damper_update(runner->ports_host.damper);
	vrrp_statics_set(runner->statics, conf, arena);
	rebuild_vip_index(runner);
	watch_items(runner);
	step_all_watched(runner);
	runner->refusals.is_due = true;
}

void vrrp_runner_trim_statics(struct vrrp_runner *runner)
{
	runner->refusals.is_due = true;
	vrrp_statics_trim(runner->statics);
}

void vrrp_runner_configure(struct vrrp_runner *runner, const struct vrrp_runner_item *items, size_t n)
{
	struct vrrp_holders holders;
	struct change change = {0};

	for (size_t i = 0; i < n; i++)
		vrrp_vmacs_want(runner->ports_host.vmacs, &items[i].frame.conf);
	vrrp_vmacs_settle(runner->ports_host.vmacs);
	for (size_t i = 0; i < n; i++)
		distribute(runner, &items[i], &change);
	find_released(runner, &change);
	rebuild_vip_index(runner);
	index_leaving(runner, &change);
	refresh_ports(runner);
	act_on(runner, &change);
	vrrp_vip_index_clear(&runner->ports_host.leaving);
	settle_items(runner);
	holders = holders_of(runner);
	vrrp_promote_put_back(&runner->promote, runner->ports_host.link, vrrp_holders_promote, &holders);
	vrrp_vmacs_trim(runner->ports_host.vmacs);
	vrrp_ports_drop_empty(&runner->ports);
	event_step(runner, &(struct vrrp_router_event){.kind = VRRP_ROUTER_FORGET_SOURCES});
	log_info("vrrp: %zu instance%s (%zu new, %zu released)", runner->wanted.n,
		 plural(runner->wanted.n), change.fresh.n, change.released.n);
	runner->has_committed = runner->refusals.is_due = true;
	vec_free(&change.kept);
	vec_free(&change.fresh);
	vec_free(&change.released);
}

void vrrp_runner_hold(struct vrrp_runner *runner, uint32_t hold_ms)
{
	for (size_t i = 0; i < runner->wanted.n; i++)
		router_step(runner, (struct vrrp_router_event){.kind = VRRP_ROUTER_HOLD,
							       .id = runner->wanted.items[i]->id,
							       .hold_ns = hold_ms * NS_PER_MS});
}

void vrrp_runner_forbid_preemption(struct vrrp_runner *runner, bool is_forbidden)
{
	event_step(runner, &(struct vrrp_router_event){.kind = VRRP_ROUTER_PREEMPTION,
						       .is_forbidden = is_forbidden});
}

void vrrp_runner_report(const struct vrrp_runner *runner)
{
	const struct vrrp_sink *sink = &runner->carrier.sink;

	for (size_t i = 0; i < runner->wanted.n; i++) {
		const struct conf_vrrp *conf = &runner->wanted.items[i]->frame.conf;

		for (size_t k = 0; k < conf->n_tracks; k++)
			if (vrrp_track_is_watched(conf->tracks[k].kind))
				sink->on_source(
				    vrrp_router_source(runner->carrier.router, &conf->tracks[k]), sink->arg);
		vrrp_carry_report(&runner->carrier, runner->wanted.items[i]);
	}
	sink->on_refusals(&runner->refusals.told, sink->arg);
	sink->on_unknowns(&runner->ports_host.unknowns, sink->arg);
}

static const struct vrrp_instance *find_instance(unsigned id, const void *arg)
{
	return ((const struct vrrp_runner *)arg)->by_id.items[id];
}

void vrrp_runner_leave(struct vrrp_runner *runner, loop_fn *on_left, void *arg)
{
	runner->on_left = on_left;
	runner->left_arg = arg;
	runner->armed = clock_mono();
	loop_timer_set(runner->timer, runner->armed); /* there is a turn, if nobody is MASTER too */
	for (size_t i = 0; i < runner->wanted.n; i++)
		step_kind(runner, runner->wanted.items[i], VRRP_ROUTER_LEAVE);
}

static void on_statics_tried(void *arg)
{
	((struct vrrp_runner *)arg)->refusals.is_due = true;
	step_all_watched(arg);
}

static struct vrrp_statics *statics_new(struct vrrp_runner *runner)
{
	return vrrp_statics_new(&(struct vrrp_statics_host){.loop = runner->ports_host.loop,
							    .link = runner->carrier.link,
							    .routes = runner->carrier.routes,
							    .vips = &runner->ports_host.vips,
							    .is_item_shared = is_item_shared,
							    .on_change = on_statics_tried,
							    .arg = runner});
}

int vrrp_runner_new(struct loop *loop, const struct vrrp_predecessor *predecessor,
		    const struct vrrp_sink *sink, struct vrrp_runner **ret_runner, struct err *err)
{
	struct vrrp_runner *runner = mem_calloc(1, sizeof(*runner));
	struct vrrp_port_host *host = &runner->ports_host;
	int code;

	runner->started = clock_mono();
	runner->sleep.known_ns = clock_suspended_ns();
	runner->predecessor = *predecessor;
	host->loop = loop;
	host->on_packet = on_packet;
	host->on_stranger = on_stranger;
	host->on_readable = on_packets;
	host->on_retry = refresh_port;
	host->on_frame = on_port_frame;
	host->arg = runner;
	vrrp_ports_open(&runner->ports, host);
	host->outbox = vrrp_outbox_new(on_sent, runner);
	loop_on_settle(loop, on_settle, runner);
	runner->timer = loop_timer_new(loop, on_timer, runner);
	runner->armed = MONO_NEVER;
	runner->carrier.router = vrrp_router_new();
	runner->carrier.sink = *sink;
	runner->carrier.find = find_instance;
	runner->carrier.is_item_shared = is_item_shared;
	runner->carrier.arg = runner;
	runner->carrier.refusals = &runner->refusals;
	code = vrrp_link_open(loop, refresh_ports, runner, &host->link, err);
	runner->carrier.link = host->link;
	host->damper = vrrp_damper_new(loop, host->link, down_bound, refresh_ports, runner);
	host->vmacs = vrrp_vmacs_new(loop, host->link, runner->predecessor.run_dir, refresh_ports, runner);
	runner->carrier.announcer = vrrp_announcer_new(loop, host->link);
	runner->carrier.prober = vrrp_prober_new(loop, host->link);
	if (code == 0)
		code = vrrp_route_open(loop, host->link, on_items_removed, runner,
				       &runner->carrier.routes, err);
	if (code < 0) {
		vrrp_runner_free(runner);
		return code;
	}
	runner->statics = statics_new(runner);
	*ret_runner = runner;
	return 0;
}

void vrrp_runner_free(struct vrrp_runner *runner)
{
	if (!runner)
		return;
	while (runner->wanted.n) /* each step walks the list */
		free_instance(runner, runner->wanted.items[--runner->wanted.n]);
	vrrp_ports_drop_empty(&runner->ports);
	vec_free(&runner->wanted);
	vec_free(&runner->by_id);
	vrrp_ports_fini(&runner->ports);
	vrrp_vip_index_fini(&runner->ports_host.vips);
	vrrp_vip_index_fini(&runner->ports_host.leaving);
	vrrp_promote_fini(&runner->promote);
	vrrp_refusals_free(&runner->refusals.told);
	vrrp_announcer_free(runner->carrier.announcer);
	vrrp_prober_free(runner->carrier.prober);
	loop_on_settle(runner->ports_host.loop, NULL, NULL);
	loop_timer_free(runner->timer);
	deadlines_free(&runner->deadlines);
	vrrp_outbox_free(runner->ports_host.outbox);
	vrrp_statics_free(runner->statics);
	vrrp_vmacs_free(runner->ports_host.vmacs);
	vrrp_route_close(runner->carrier.routes);
	vrrp_damper_free(runner->ports_host.damper);
	vrrp_link_close(runner->ports_host.link);
	vrrp_router_free(runner->carrier.router);
	free(runner);
}
