/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the process punctual: memory that is never paged out, and real-time scheduling. */
#ifndef LVSD_VRRP_MACHINE_REALTIME_H
#define LVSD_VRRP_MACHINE_REALTIME_H

/*
 * Locks memory and asks for SCHED_RR, children excepted. What the machine does not allow is said in
 * a line of the log and does not matter otherwise. Without a limit all memory is locked, what comes
 * later too. Under one (RLIMIT_MEMLOCK without CAP_SYS_RESOURCE or CAP_IPC_LOCK) only what VRRP uses
 * now is: an allocation beyond the limit would fail.
 */
void vrrp_realtime_enter(void);

/* Back to ordinary scheduling: what is left to do at the end must not keep others waiting. */
void vrrp_realtime_leave(void);

#endif
