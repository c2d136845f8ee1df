/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process: signals, the channel, and the set of instances. A configuration is collected between
 * BEGIN and COMMIT and then put into force in an order that never leaves an address without a
 * holder in between: every instance takes its new configuration, then all act on it (adding), then
 * what is no longer wanted is removed.
 */
#include "vrrp/worker.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pulse.h"
#include "base/plural.h"
#include "base/signals.h"
#include "base/vec.h"
#include "vrrp/instance.h"
#include "vrrp/realtime.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Far above any real configuration: a bound, not a limit that anybody meets. */
#define INSTANCES_MAX 20000

struct draft_item {
	struct vrrp_instance_frame frame;
	struct arena *arena;
};

struct worker {
	struct vrrp_host host;
	struct pulse *pulse;
	uint64_t nonce, draft_nonce;
	struct mono started;
	struct vrrp_predecessor predecessor;
	VEC(struct vrrp_port *) ports; /* sorted by compare_ports() */
	VEC(struct vrrp_instance *) instances;
	VEC(struct draft_item) draft;
	bool is_drafting, is_draft_broken, has_committed;
};

/* --- ports --- */

static int compare_port(const struct vrrp_port *port, uint16_t family, const char *interface)
{
	return port->family != family ? (port->family < family ? -1 : 1)
				      : strcmp(port->interface, interface);
}

/* The place of the port, or where it belongs. */
static size_t find_port(const struct worker *worker, uint16_t family, const char *interface)
{
	size_t low = 0, high = worker->ports.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_port(worker->ports.items[middle], family, interface) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct vrrp_port *get_port(struct worker *worker, uint16_t family, const char *interface)
{
	size_t at = find_port(worker, family, interface);

	if (at < worker->ports.n && !compare_port(worker->ports.items[at], family, interface))
		return worker->ports.items[at];
	*(struct vrrp_port **)vec_push(&worker->ports) = NULL;
	memmove(&worker->ports.items[at + 1], &worker->ports.items[at],
		(worker->ports.n - 1 - at) * sizeof(*worker->ports.items));
	worker->ports.items[at] = vrrp_port_new(&worker->host, family, interface);
	return worker->ports.items[at];
}

static void refresh_ports(struct worker *worker)
{
	for (size_t i = 0; i < worker->ports.n; i++)
		vrrp_port_refresh(worker->ports.items[i]);
}

static void drop_empty_ports(struct worker *worker)
{
	size_t n = 0;

	for (size_t i = 0; i < worker->ports.n; i++) {
		if (vrrp_port_is_empty(worker->ports.items[i]))
			vrrp_port_free(worker->ports.items[i]);
		else
			worker->ports.items[n++] = worker->ports.items[i];
	}
	worker->ports.n = n;
}

static void on_link_change(void *arg)
{
	refresh_ports(arg);
}

/* --- putting a configuration into force --- */

static void clear_draft(struct worker *worker)
{
	for (size_t i = 0; i < worker->draft.n; i++)
		arena_free(worker->draft.items[i].arena);
	vec_clear(&worker->draft);
	worker->is_drafting = worker->is_draft_broken = false;
}

static void rebuild_vip_index(struct worker *worker)
{
	vrrp_vip_index_clear(&worker->host.vips);
	for (size_t i = 0; i < worker->instances.n; i++)
		vrrp_vip_index_put(&worker->host.vips,
				   vrrp_instance_vips(worker->instances.items[i]));
	vrrp_vip_index_sort(&worker->host.vips);
}

/*
 * One whose predecessor was at work longer ago than the others wait for adverts must not go on as
 * if nothing had happened: another router may be master by now. When a predecessor that hung fell
 * silent is not known to better than an interval. One that had a configuration already is no
 * replacement.
 */
static bool may_resume(const struct worker *worker, const struct vrrp_instance *instance,
		       enum vrrp_state_name last_state)
{
	const struct vrrp_predecessor *before = &worker->predecessor;
	int64_t silence_ns =
	    mono_sub(clock_mono(), mono_is_never(before->alive) ? worker->started : before->alive);

	if (before->was_silent)
		silence_ns += vrrp_instance_conf(instance)->advert_int_us * NS_PER_US;
	return last_state == VRRP_MASTER && !worker->has_committed && !before->was_released &&
	       silence_ns < vrrp_instance_down_ns(instance);
}

struct fresh {
	struct vrrp_instance *instance;
	enum vrrp_state_name last_state;
};

struct change {
	VEC(struct vrrp_instance *) kept, released;
	VEC(struct fresh) fresh;
};

/* Gives an item of the draft to its instance, old or new. Nothing is sent or removed yet. */
static void distribute(struct worker *worker, const struct draft_item *item, struct change *change)
{
	const struct conf_vrrp *conf = &item->frame.conf;
	struct vrrp_port *port = get_port(worker, conf->family, conf->interface);
	struct vrrp_instance *instance = port->instances[conf->vrid];

	if (!instance) {
		instance = vrrp_instance_new(&worker->host, port, &item->frame, item->arena);
		*(struct fresh *)vec_push(&change->fresh) =
		    (struct fresh){instance, item->frame.last_state};
	} else if (!vrrp_instance_is_wanted(instance)) {
		vrrp_instance_set(instance, &item->frame, item->arena);
		*(struct vrrp_instance **)vec_push(&change->kept) = instance;
	} else {
		log_error("vrrp=%s VRID %u is used twice on %s: ignored", conf->name, conf->vrid,
			  conf->interface);
		arena_free(item->arena);
	}
	vrrp_instance_set_wanted(instance, true);
}

/* Sorts out the instances that nobody mentioned, and makes the new list of instances. */
static void find_released(struct worker *worker, struct change *change)
{
	for (size_t i = 0; i < worker->instances.n; i++)
		if (!vrrp_instance_is_wanted(worker->instances.items[i]))
			*(struct vrrp_instance **)vec_push(&change->released) =
			    worker->instances.items[i];
	vec_clear(&worker->instances);
	for (size_t i = 0; i < change->kept.n; i++)
		*(struct vrrp_instance **)vec_push(&worker->instances) = change->kept.items[i];
	for (size_t i = 0; i < change->fresh.n; i++)
		*(struct vrrp_instance **)vec_push(&worker->instances) =
		    change->fresh.items[i].instance;
	for (size_t i = 0; i < worker->instances.n; i++)
		vrrp_instance_set_wanted(worker->instances.items[i], false);
}

static void act_on(struct worker *worker, struct change *change)
{
	for (size_t i = 0; i < change->kept.n; i++)
		vrrp_instance_apply(change->kept.items[i]);
	for (size_t i = 0; i < change->fresh.n; i++) {
		struct fresh *fresh = &change->fresh.items[i];

		vrrp_instance_start(fresh->instance,
				    may_resume(worker, fresh->instance, fresh->last_state));
	}
	for (size_t i = 0; i < change->kept.n; i++)
		vrrp_instance_trim(change->kept.items[i]);
	for (size_t i = 0; i < change->released.n; i++) {
		vrrp_instance_stop(change->released.items[i]);
		vrrp_instance_free(change->released.items[i]);
	}
}

static void commit(struct worker *worker)
{
	struct change change = {0};

	for (size_t i = 0; i < worker->draft.n; i++)
		distribute(worker, &worker->draft.items[i], &change);
	vec_clear(&worker->draft); /* the instances have the arenas */
	find_released(worker, &change);
	rebuild_vip_index(worker);
	refresh_ports(worker);
	act_on(worker, &change);
	drop_empty_ports(worker);
	clear_draft(worker);
	log_info("vrrp: %zu instance%s (%zu new, %zu released)", worker->instances.n,
		 plural(worker->instances.n), change.fresh.n, change.released.n);
	worker->has_committed = true;
	pulse_at_work(worker->pulse);
	vec_free(&change.kept);
	vec_free(&change.fresh);
	vec_free(&change.released);
}

/* --- frames --- */

static void on_begin(struct worker *worker, const void *body, size_t len)
{
	uint64_t nonce;

	clear_draft(worker);
	if (len != sizeof(nonce))
		return;
	memcpy(&nonce, body, sizeof(nonce));
	/* 0 is a reload, which cannot be meant for a process that has no configuration yet. */
	worker->is_drafting = nonce == worker->nonce || (nonce == 0 && worker->has_committed);
	worker->draft_nonce = nonce;
}

static void on_instance(struct worker *worker, const void *body, size_t len)
{
	struct draft_item item = {.arena = arena_new()};

	if (worker->draft.n >= INSTANCES_MAX ||
	    vrrp_instance_decode(body, len, item.arena, &item.frame) < 0) {
		worker->is_draft_broken = true;
		arena_free(item.arena);
		return;
	}
	*(struct draft_item *)vec_push(&worker->draft) = item;
}

static void on_commit(struct worker *worker, const void *body, size_t len)
{
	if (len != sizeof(worker->draft_nonce) || memcmp(body, &worker->draft_nonce, len) != 0)
		return;
	if (worker->is_draft_broken) {
		log_error("vrrp: the director sent a malformed configuration, which is ignored");
		clear_draft(worker);
		return;
	}
	commit(worker);
}

static void say_hello(struct worker *worker)
{
	chan_send(worker->host.chan, VRRP_FRAME_HELLO, &worker->nonce, sizeof(worker->nonce));
}

static void on_ask(struct worker *worker)
{
	clear_draft(worker);
	say_hello(worker);
	for (size_t i = 0; i < worker->instances.n; i++)
		vrrp_instance_report(worker->instances.items[i]);
}

static void on_hold(struct worker *worker, const void *body, size_t len)
{
	uint32_t hold_ms;

	if (len != sizeof(hold_ms))
		return;
	memcpy(&hold_ms, body, sizeof(hold_ms));
	for (size_t i = 0; i < worker->instances.n; i++)
		vrrp_instance_hold(worker->instances.items[i], hold_ms);
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct worker *worker = arg;

	switch (type) {
	case VRRP_FRAME_ASK:
		on_ask(worker);
		break;
	case VRRP_FRAME_BEGIN:
		on_begin(worker, body, len);
		break;
	case VRRP_FRAME_INSTANCE:
		if (worker->is_drafting)
			on_instance(worker, body, len);
		break;
	case VRRP_FRAME_COMMIT:
		if (worker->is_drafting)
			on_commit(worker, body, len);
		break;
	case VRRP_FRAME_HOLD:
		on_hold(worker, body, len);
		break;
	}
}

/* --- the process --- */

static void on_term(int number, void *arg)
{
	struct worker *worker = arg;

	(void)number;
	for (size_t i = 0; i < worker->instances.n; i++)
		vrrp_instance_stop(worker->instances.items[i]);
	loop_stop(worker->host.loop);
}

static uint64_t make_nonce(struct mono now)
{
	uint64_t nonce = 0;

	if (getrandom(&nonce, sizeof(nonce), GRND_NONBLOCK) != sizeof(nonce))
		nonce = (uint64_t)now.ns ^ (uint64_t)getpid() << 40;
	return nonce ? nonce : 1;
}

static void clean_up(struct worker *worker)
{
	clear_draft(worker);
	for (size_t i = 0; i < worker->instances.n; i++)
		vrrp_instance_free(worker->instances.items[i]);
	drop_empty_ports(worker);
	vec_free(&worker->instances);
	vec_free(&worker->ports);
	vec_free(&worker->draft);
	vrrp_vip_index_fini(&worker->host.vips);
	if (worker->host.announce_fd >= 0)
		close(worker->host.announce_fd);
	vrrp_link_close(worker->host.link);
	chan_free(worker->host.chan);
}

int vrrp_worker_run(int channel, int pulse_fd, const struct vrrp_predecessor *predecessor)
{
	struct worker worker = {
	    .host.announce_fd = -1, .started = clock_mono(), .predecessor = *predecessor};
	struct loop_signal *term;
	struct signals *signals;
	struct err err;
	int status = 0;

	/* It concerns the supervisor: a terminal sends it to the whole process group. */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	worker.nonce = make_nonce(worker.started);
	worker.host.loop = loop_new();
	vrrp_realtime_enter();
	term = loop_signal_new(worker.host.loop, SIGTERM, on_term, &worker);
	signals = signals_new(worker.host.loop, false);
	worker.pulse = pulse_new(worker.host.loop, pulse_fd);
	worker.host.chan = chan_new(worker.host.loop, channel, on_frame, NULL, &worker);
	if (vrrp_link_open(worker.host.loop, on_link_change, &worker, &worker.host.link, &err) <
	    0) {
		log_error("vrrp: %s", err.text);
		status = EXIT_STATUS_MACHINE;
	} else {
		say_hello(&worker);
		loop_run(worker.host.loop);
	}
	vrrp_realtime_leave();
	clean_up(&worker);
	loop_signal_free(term);
	signals_free(signals);
	pulse_free(worker.pulse);
	loop_free(worker.host.loop);
	return status;
}
