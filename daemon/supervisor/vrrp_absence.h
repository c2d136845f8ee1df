/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long no vrrp process has been at work, and when its virtual addresses must leave the machine. Pure.
 *
 * The addresses outlive a vrrp process that dies, so that its successor goes on with them. After a master-down time
 * the other director takes them. When no vrrp process is at work until then (none can be started, or the director does
 * not hand it the configuration), both directors would hold them: they are released. The next vrrp process
 * then begins as BACKUP.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_VRRP_ABSENCE_H
#define LVSD_DAEMON_SUPERVISOR_VRRP_ABSENCE_H

#include "base/mono.h"

#include <stdbool.h>

/* A successor has this long at the least: it needs some milliseconds, and far more under load. */
#define VRRP_ABSENCE_MIN_MS 500

/* Begins as {.due = MONO_NEVER}. */
struct vrrp_absence {
	int64_t down_ns;         /* the shortest master-down time; 0: no vrrp process is needed */
	struct mono since;       /* when one was at work last; while due or is_released */
	struct mono due;         /* when the addresses must go; MONO_NEVER: not now */
	bool is_at_work;         /* a vrrp process lives and has its configuration */
	bool is_released;        /* the addresses are gone, and no vrrp process has been at work since */
};

/* The configuration needs a vrrp process, whose instances have this shortest master-down time; 0: it needs none.
 * A new time counts from the next absence. */
void vrrp_absence_need(struct vrrp_absence *absence, int64_t down_ns);

/* A vrrp process has its configuration. */
void vrrp_absence_at_work(struct vrrp_absence *absence);

/*
 * The vrrp process has ended. alive: when it was certainly at work for the last time. An end of one
 * that never was at work changes nothing.
 * Example: down_ns 3.4 s, alive at 10 s, killed at 11 s since it hung: due at 13.4 s.
 */
void vrrp_absence_ended(struct vrrp_absence *absence, struct mono alive, struct mono now);

/* At or after due: whether the addresses are to be released now; once an absence. */
bool vrrp_absence_is_over(struct vrrp_absence *absence, struct mono now);

#endif
