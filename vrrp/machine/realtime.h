/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the vrrp process punctual: its memory is never paged out, and it is scheduled in real time.
 */
#ifndef LVSD_VRRP_MACHINE_REALTIME_H
#define LVSD_VRRP_MACHINE_REALTIME_H

#include "vrrp/machine/schedule.h"

/*
 * Locks memory and asks for SCHED_RR, which children do not inherit. If the machine does not allow
 * one of them, a line is logged and the process goes on without. Without a limit all memory is
 * locked, later allocations too. Under a limit (RLIMIT_MEMLOCK without CAP_SYS_RESOURCE or
 * CAP_IPC_LOCK) only the memory that VRRP uses now is locked: with later allocations locked too, an
 * allocation beyond the limit would fail.
 */
void vrrp_realtime_enter(void);

/* Takes over what a configuration says of priority and processors, where that differs from the one
 * before. What the kernel refuses is logged, and stays as it is. */
void vrrp_realtime_set(const struct vrrp_schedule *older, const struct vrrp_schedule *newer);

/* Returns to ordinary scheduling, so that the work at the end does not delay other processes. */
void vrrp_realtime_leave(void);

#endif
