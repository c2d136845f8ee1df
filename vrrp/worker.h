/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work of the vrrp process, as an object in a loop. It collects a configuration between BEGIN and
 * COMMIT (vrrp/wire.h); then vrrp/runner.h puts the configuration into force. It touches the machine
 * through vrrp/machine alone, and nothing here opens a file, resolves a name, writes to syslog or
 * waits for another process. vrrp/process.h is the process around it.
 */
#ifndef LVSD_VRRP_WORKER_H
#define LVSD_VRRP_WORKER_H

#include "base/err.h"
#include "base/loop.h"
#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>

struct pulse;
struct vrrp_worker;

/* The vrrp process that this one replaces. */
struct vrrp_predecessor {
	/* Of this lvsd, the real path: by it a process knows the macvlans of its predecessors from those
	 * of other lvsds in the network namespace (vrrp/holding/vmac.h). NULL: it names none in its marks. */
	const char *run_dir;
	struct mono alive; /* when it was last known to work; MONO_NEVER: there was none */
	bool was_silent;   /* it had hung, so its last advertisement may be an interval older */
	bool was_released; /* its addresses have been removed: this process starts afresh */
};

/*
 * Sends HELLO and waits for a configuration. channel: the vrrp end of the director's channel, taken
 * over, also when this fails. pulse: the caller's; it hears when a configuration is in force; NULL:
 * nobody does. 0, or -errno when the machine's interfaces cannot be read.
 */
int vrrp_worker_new(struct loop *loop, int channel, const struct vrrp_predecessor *predecessor,
		    struct pulse *pulse, struct vrrp_worker **ret_worker, struct err *err);

/* The pidfd of this process, by which the director sees its end; it stays the caller's. -1: there is none. */
void vrrp_worker_show(struct vrrp_worker *worker, int self);

/* fn is called with each configuration that is in force, before the supervisor hears of it. */
void vrrp_worker_on_work(struct vrrp_worker *worker, loop_fn *fn, void *arg);

/* Whether the process has had a configuration. */
bool vrrp_worker_is_at_work(const struct vrrp_worker *worker);
bool vrrp_worker_is_leaving(const struct vrrp_worker *worker);

/* body: a report (vrrp_report_encode()). */
typedef void vrrp_told_fn(const void *body, size_t len, void *arg);
/* There is no director any more: fn gets a report of each instance, and each report from now on. */
void vrrp_worker_tell(struct vrrp_worker *worker, vrrp_told_fn *fn, void *arg);

/*
 * Hands over and ends (vrrp_runner_leave()): what the director sends from now on is ignored. When the
 * addresses are removed the director is told, and on_end is called, once.
 */
void vrrp_worker_leave(struct vrrp_worker *worker, loop_fn *on_end, void *arg);

/* Frees the worker. The addresses stay, as after a crash: vrrp_worker_leave() removes them. */
void vrrp_worker_free(struct vrrp_worker *worker);

#endif
