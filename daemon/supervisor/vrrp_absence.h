/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures how long no vrrp process has been at work, and decides when the virtual addresses must be
 * removed. Pure.
 *
 * When a vrrp process dies, its addresses stay, so that its successor goes on with them. After a
 * master-down time the other director takes the addresses. If no vrrp process is at work until then
 * (none can be started, or the director does not give it the configuration), both directors would
 * have the addresses, so lvsd removes them. The next vrrp process then begins as BACKUP.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_VRRP_ABSENCE_H
#define LVSD_DAEMON_SUPERVISOR_VRRP_ABSENCE_H

#include "base/mono.h"

#include <stdbool.h>

/* The least time that a successor gets: it needs some milliseconds, and far more under load. */
#define VRRP_ABSENCE_MIN_MS 500

/* Begins as {.due = MONO_NEVER}. */
struct vrrp_absence {
	int64_t down_ns;         /* the shortest master-down time; 0: no vrrp process is needed */
	struct mono since;       /* when a vrrp process was at work last; while due or is_released */
	struct mono due;         /* when the addresses must be removed; MONO_NEVER: not now */
	bool is_at_work;         /* a vrrp process lives and has its configuration */
	bool is_released;        /* the addresses are removed, no vrrp process was at work since */
	bool is_stopped;         /* the end of a vrrp process is no absence any more */
};

/* Sets the shortest master-down time of the instances; 0: the configuration needs no vrrp process. A
 * new time counts from the next absence. */
void vrrp_absence_need(struct vrrp_absence *absence, int64_t down_ns);

/* A vrrp process has its configuration. */
void vrrp_absence_at_work(struct vrrp_absence *absence);

/*
 * The vrrp process has ended. alive: when it was certainly at work for the last time. If the process
 * was never at work, its end changes nothing.
 * Example: down_ns 3.4 s, alive at 10 s, killed at 11 s since it hung: due at 13.4 s.
 */
void vrrp_absence_ended(struct vrrp_absence *absence, struct mono alive, struct mono now);

/* lvsd stops: the vrrp process ends then, and nothing is due. */
void vrrp_absence_stop(struct vrrp_absence *absence);

/* Call it at or after due: whether the addresses are to be removed now. True once for each absence. */
bool vrrp_absence_is_over(struct vrrp_absence *absence, struct mono now);

#endif
