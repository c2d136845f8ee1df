/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the instances of this process (edge): gives packets, timers and changes of the machine to
 * the router, and carries out the router's actions after each of them. A new configuration is put
 * into force in three steps, so that an address that moves from one instance to another is never
 * absent: every instance takes its new configuration, then all of them act on it (addresses are
 * added), then addresses that are no longer wanted are removed.
 */
#ifndef LVSD_VRRP_RUNNER_H
#define LVSD_VRRP_RUNNER_H

#include "base/err.h"
#include "vrrp/carry.h"
#include "vrrp/wire.h"
#include "vrrp/worker.h"

struct vrrp_runner;

/* One instance of a configuration. The arena owns the memory that frame points to. */
struct vrrp_runner_item {
	struct vrrp_instance_frame frame;
	struct arena *arena;
};

/* Makes the runner, which watches the machine's interfaces from here on. The caller keeps loop.
 * The sink is copied. 0, or -errno with err. */
int vrrp_runner_new(struct loop *loop, const struct vrrp_predecessor *predecessor,
		    const struct vrrp_sink *sink, struct vrrp_runner **ret_runner, struct err *err);
/* Frees the runner. The addresses stay on the machine: vrrp_runner_leave() removes them. */
void vrrp_runner_free(struct vrrp_runner *runner);

/*
 * Acts on what a predecessor may have left (vrrp_carry_left()). Call it before vrrp_runner_configure() with a
 * configuration that has no address of left->gone. The caller keeps left.
 */
void vrrp_runner_release_left(struct vrrp_runner *runner, const struct vrrp_left *left);
/* After the first vrrp_runner_configure(): removes the routes and rules with these keys
 * (vrrp/holding/item_key.h) that nobody wants. Sorts the list, which the caller keeps. */
void vrrp_runner_sweep(const struct vrrp_runner *runner, const char **keys, size_t n);
/*
 * Puts static addresses, routes and rules into force, which the machine has whoever is master. Call
 * vrrp_runner_set_statics() before vrrp_runner_configure(), so that the instances find them, and
 * vrrp_runner_trim_statics() afterwards: it removes those that are no longer wanted. arena: the memory
 * that conf points to, taken over.
 */
void vrrp_runner_set_statics(struct vrrp_runner *runner, const struct conf_statics *conf,
			     struct arena *arena);
void vrrp_runner_trim_statics(struct vrrp_runner *runner);
/* Puts a configuration into force. The runner takes the arenas over. */
void vrrp_runner_configure(struct vrrp_runner *runner, const struct vrrp_runner_item *items,
			   size_t n);

/*
 * What the source of a tracker says now. What was said before a configuration counts for its
 * instances from their start on. vrrp_runner_configure() forgets sources that no instance tracks.
 */
void vrrp_runner_source(struct vrrp_runner *runner, const struct vrrp_source *source);
/* The director has sent a hello, or says when it will: holds in progress end in hold_ms. */
void vrrp_runner_hold(struct vrrp_runner *runner, uint32_t hold_ms);
/* Forbids all instances to preempt, or allows it again: to those that the file lets preempt. */
void vrrp_runner_forbid_preemption(struct vrrp_runner *runner, bool is_forbidden);
/* Sends the director a report of every instance. */
void vrrp_runner_report(const struct vrrp_runner *runner);
/*
 * Stops all instances. Masters resign with priority 0 and hand over: each keeps its addresses until
 * another router advertises for its VRID, or for vrrp_fsm_leave_ns(). on_left is called at the end of
 * the turn in which the last instance has stopped, once. A process that has had no configuration removes
 * nothing: what is on the machine is its predecessor's.
 */
void vrrp_runner_leave(struct vrrp_runner *runner, loop_fn *on_left, void *arg);

#endif
