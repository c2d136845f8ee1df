/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instances of this process at work (edge): feeds the router with packets, timers and the state
 * of the machine, and carries out what the router says, after each of them. A configuration is put
 * into force in an order that never leaves an address without a holder in between: every
 * instance takes its new configuration, then all act on it (adding), then what is no longer wanted
 * is removed.
 */
#ifndef LVSD_VRRP_RUNNER_H
#define LVSD_VRRP_RUNNER_H

#include "base/chan.h"
#include "base/err.h"
#include "vrrp/wire.h"
#include "vrrp/worker.h"

struct vrrp_runner;

/* One instance of a configuration; the arena has what frame points to. */
struct vrrp_runner_item {
	struct vrrp_instance_frame frame;
	struct arena *arena;
};

/* Watches the machine's interfaces from here on. chan, loop: the caller's. 0 or -errno. */
int vrrp_runner_new(struct loop *loop, struct chan *chan,
		    const struct vrrp_predecessor *predecessor, struct vrrp_runner **ret_runner,
		    struct err *err);
/* Leaves the addresses as they are: vrrp_runner_stop() first. */
void vrrp_runner_free(struct vrrp_runner *runner);

/*
 * Removes addresses that a predecessor may have left. Before vrrp_runner_configure() with a configuration that
 * has none of them; vips are the caller's.
 */
void vrrp_runner_release_left(const struct vrrp_runner *runner, const struct conf_vip *vips,
			      size_t n);
/* Puts a configuration into force. The arenas are taken over. */
void vrrp_runner_configure(struct vrrp_runner *runner, const struct vrrp_runner_item *items,
			   size_t n);
bool vrrp_runner_is_configured(const struct vrrp_runner *runner);

/* The director has said hello, or will: a hold under way ends in hold_ms. */
void vrrp_runner_hold(struct vrrp_runner *runner, uint32_t hold_ms);
/* Tells the director of every instance. */
void vrrp_runner_report(const struct vrrp_runner *runner);
/* Priority 0 for what is master, and no address left behind. */
void vrrp_runner_stop(struct vrrp_runner *runner);

#endif
