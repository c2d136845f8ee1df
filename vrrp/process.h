/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vrrp process: a worker (vrrp/worker.h), signals, and punctuality. */
#ifndef LVSD_VRRP_PROCESS_H
#define LVSD_VRRP_PROCESS_H

#include "vrrp/worker.h"

/*
 * Runs until SIGTERM. Then it sends priority 0 for each instance that is master, removes the
 * addresses and returns an exit status. When the supervisor has died, the process is an orphan
 * (vrrp/orphan/orphan.h), and ends also when another lvsd has taken over.
 * channel: the vrrp end of the director's channel, taken over.
 * pulse: the descriptor on which the supervisor asks whether the process lives (base/pulse.h),
 * taken over; -1: there is none.
 * door_name: the abstract name at which an orphan is found (vrrp/orphan/door.h); NULL: there is none.
 * *ret_is_last: it was an orphan, and has handed over while no other lvsd was there: nobody else can
 * remove what lvsd has on the machine.
 * The caller has set privileges (daemon/supervisor/privilege.h).
 */
int vrrp_process_run(int channel, int pulse, const char *door_name, const struct vrrp_predecessor *predecessor,
		     bool *ret_is_last);

#endif
