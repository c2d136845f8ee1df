/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the supervisor of a director does for the vrrp process: it says when a predecessor worked
 * last, and removes the addresses while no vrrp process is at work. The rules are lvsd's own
 * (daemon/supervisor/vrrp_absence, hang_watch), and so is the release (daemon/supervisor/release).
 */
#include "base/chan.h"
#include "base/virtual/world.h"
#include "base/pulse.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/release.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"

/* --- in the place of base/pulse.c: the pulse of a vrrp process is its node --- */

struct pulse *pulse_new(struct loop *loop, int fd, loop_fn *on_gone, void *arg)
{
	(void)loop, (void)fd, (void)on_gone, (void)arg;
	return NULL;
}

void pulse_free(struct pulse *pulse)
{
	(void)pulse;
}

static void set_due(struct pair_vrrp *vrrp)
{
	loop_timer_set(vrrp->due, vrrp->absence.due);
}

void pulse_at_work(struct pulse *pulse)
{
	struct pair_node *node = (struct pair_node *)pulse;

	if (!node || node->procs[PAIR_VRRP].is_dead || pair_caller_proc()->orphan)
		return;
	pair_orphan_disconnect(node);
	node->has_leftovers = false;
	node->vrrp.was_at_work = true;
	node->filter.vrrp_disturbed = world_now();
	vrrp_absence_at_work(&node->vrrp.absence);
	set_due(&node->vrrp);
}

/* --- the release process, which takes no time --- */

void pair_vrrp_release(struct pair_node *node)
{
	const struct options options = {.config = "/sim/lvsd.conf", .run_dir = "/sim/run"};
	struct pair_proc process = {.node = node, .name = PAIR_VRRP};
	int status;

	pair_happened(PAIR_RELEASED);
	pair_enter(&process);
	lan_put_others((int)node->number);
	status = release_addresses_of(&options, node->stale & STALE_APPLIED, RELEASE_TO_LOG);
	lan_put_others(-1);
	pair_enter(NULL);
	if (node->supervisor && status == EXIT_STATUS_OK && (node->is_stopping || !node->procs[PAIR_VRRP].is_needed))
		chan_send(node->supervisor, DAEMON_FRAME_RELEASED, NULL, 0);
}

static void on_due(void *arg)
{
	struct pair_node *node = arg;

	if (vrrp_absence_is_over(&node->vrrp.absence, world_now())) {
		pair_trace(node, "-- no vrrp process is at work");
		pair_proc_replace(node, PAIR_VRRP);
		pair_vrrp_release(node);
	}
	set_due(&node->vrrp);
}

/* --- what the supervisor hears --- */

void pair_vrrp_need(struct pair_node *node, const struct daemon_need *need)
{
	node->vrrp.bound_ns = need->advert_int_us
				  ? hang_vrrp_bound_ns(need->advert_int_us, need->n_addresses, 0)
				  : HANG_BOUND_MS * NS_PER_MS;
	vrrp_absence_need(&node->vrrp.absence, (int64_t)need->down_us * NS_PER_US);
	set_due(&node->vrrp);
}

void pair_vrrp_ended(struct pair_node *node, struct mono alive)
{
	node->vrrp.before.alive = alive;
	node->vrrp.before.was_silent = mono_before(alive, world_now());
	vrrp_absence_ended(&node->vrrp.absence, alive, world_now());
	set_due(&node->vrrp);
	if (!node->procs[PAIR_VRRP].is_needed && !node->is_stopping && !pair_orphan_serves(node))
		pair_vrrp_release(node);
}

struct vrrp_predecessor pair_vrrp_predecessor(const struct pair_node *node)
{
	struct vrrp_predecessor before = node->vrrp.before;

	before.alive = world_clock_at(&node->clock, before.alive);
	before.was_released = node->vrrp.absence.is_released;
	return before;
}

void pair_vrrp_start(struct pair_node *node)
{
	node->vrrp.before = (struct vrrp_predecessor){.alive = MONO_NEVER};
	node->vrrp.absence = (struct vrrp_absence){.due = MONO_NEVER};
	node->vrrp.bound_ns = HANG_BOUND_MS * NS_PER_MS;
	set_due(&node->vrrp);
}

void pair_vrrp_open(struct pair_node *node)
{
	node->vrrp.due = loop_timer_new(pair.loop, on_due, node);
	pair_vrrp_start(node);
}

void pair_vrrp_close(struct pair_node *node)
{
	loop_timer_free(node->vrrp.due);
}
