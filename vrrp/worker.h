/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vrrp process: advertisements, addresses, gratuitous ARP. Nothing in its loop opens a file,
 * resolves a name, writes to syslog or waits for another process.
 */
#ifndef LVSD_VRRP_WORKER_H
#define LVSD_VRRP_WORKER_H

#include "base/mono.h"

/* The vrrp process that this one replaces. */
struct vrrp_predecessor {
	struct mono alive; /* when it was at work for the last time; MONO_NEVER: there was none */
	bool was_silent;   /* it had hung since then, so its last advert may be an interval older */
	bool was_released; /* its addresses were removed since: nothing is left to go on with */
};

/*
 * Runs until SIGTERM, then sends priority 0 for what it is master of, removes its addresses and
 * returns an exit status. channel: the vrrp end of the director's channel, taken over. pulse: where
 * the supervisor asks whether it lives (base/pulse.h), taken over; -1: nowhere. The caller
 * has set privileges and scheduling (daemon/supervisor/privilege.h).
 */
int vrrp_worker_run(int channel, int pulse, const struct vrrp_predecessor *predecessor);

#endif
