/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes the virtual addresses when no vrrp process is at work for too long, since then the other
 * director takes them and both would have them. vrrp_absence.h has the rules; the supervisor starts
 * the release process by them. */
#ifndef LVSD_DAEMON_SUPERVISOR_ABSENCE_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_ABSENCE_WATCH_H

#include "daemon/supervisor/children.h"

struct absence_watch;
struct options;

/* children, options and *stale stay the caller's and outlive the watch. *stale: a mask of the files
 * that a release must not read (enum stale_file, daemon/shared/wire.h). */
struct absence_watch *absence_watch_new(struct loop *loop, struct children *children,
					const struct options *options, const uint8_t *stale);
void absence_watch_free(struct absence_watch *watch);

/* The shortest master-down time of the VRRP instances; 0: there are none. */
void absence_watch_need(struct absence_watch *watch, uint64_t down_us);
/* The vrrp process has its configuration (base/pulse.h). */
void absence_watch_at_work(struct absence_watch *watch);
/* The vrrp process has ended; alive is pulse_watch_alive(). */
void absence_watch_vrrp_ended(struct absence_watch *watch, struct mono alive);
/* The release process has ended while lvsd runs; is_success: all addresses are removed. */
void absence_watch_release_ended(struct absence_watch *watch, bool is_success);
/* Whether a release has failed, and no vrrp process has been at work since. */
bool absence_watch_owes(const struct absence_watch *watch);
/* No vrrp process is needed or runs, but an earlier one has left addresses: removes them. */
void absence_watch_left(struct absence_watch *watch);
/* lvsd stops: from now on daemon/supervisor/stop_order.h decides about the release process. */
void absence_watch_stop(struct absence_watch *watch);

/* Whether the addresses were released and no vrrp process has been at work since. */
bool absence_watch_has_released(const struct absence_watch *watch);

/*
 * Starts the release process. If no process can be started (no memory, too many processes), the
 * supervisor removes the addresses itself: it has the capabilities that lvsd was started with, and no
 * other process could do it.
 */
void absence_release(struct children *children, const struct options *options, bool is_stale);

/* The release process has failed: the supervisor removes the addresses itself, if it has enough
 * descriptors and memory. Returns whether the addresses are removed. */
bool absence_release_again(const struct options *options, bool is_stale);

#endif
