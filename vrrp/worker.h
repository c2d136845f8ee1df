/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main function of the vrrp process, which sends and receives advertisements, holds the virtual
 * addresses and announces them. Nothing in its loop opens a file, resolves a name, writes to syslog
 * or waits for another process.
 */
#ifndef LVSD_VRRP_WORKER_H
#define LVSD_VRRP_WORKER_H

#include "base/mono.h"

/* The vrrp process that this one replaces. */
struct vrrp_predecessor {
	struct mono alive; /* when it was last known to work; MONO_NEVER: there was none */
	bool was_silent;   /* it had hung, so its last advertisement may be an interval older */
	bool was_released; /* its addresses have been removed: this process starts afresh */
};

/*
 * Runs until SIGTERM. Then it sends priority 0 for each instance that is master, removes the
 * addresses and returns an exit status. channel: the vrrp end of the director's channel, taken
 * over.
 * pulse: the descriptor on which the supervisor asks whether the process lives (base/pulse.h),
 * taken over; -1: there is none. The caller has set privileges (daemon/supervisor/privilege.h).
 */
int vrrp_worker_run(int channel, int pulse, const struct vrrp_predecessor *predecessor);

#endif
