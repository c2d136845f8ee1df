/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings a process from the supervisor and reports when the process hangs. base/pulse.h answers the
 * pings; hang_watch.h has the rules. */
#ifndef LVSD_DAEMON_SUPERVISOR_PULSE_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_PULSE_WATCH_H

#include "base/loop.h"
#include "daemon/supervisor/hang_watch.h"

struct pulse_watch;

/*
 * fd: the supervisor's end of the channel, which stays the caller's. title: "lvsd: vrrp". on_hung: the
 * process hangs, which has been logged; the callback replaces the process. on_at_work: the process has
 * its configuration; may be NULL.
 */
struct pulse_watch *pulse_watch_new(struct loop *loop, int fd, const char *title, loop_fn *on_hung,
				    loop_fn *on_at_work, void *arg);
void pulse_watch_free(struct pulse_watch *watch);

/* Sets the bound (hang_watch.h) to hang_vrrp_bound_ns() of these values; advert_int_us 0: to
 * HANG_BOUND_MS. */
void pulse_watch_set_interval(struct pulse_watch *watch, uint64_t advert_int_us,
			      size_t n_addresses);

/* pulse_watch_started(): the process has been started. pulse_watch_gone(): it has ended, or is to
 * end. */
void pulse_watch_started(struct pulse_watch *watch);
void pulse_watch_gone(struct pulse_watch *watch);

/* When the process, or else the last of its predecessors that answered, was certainly at work;
 * MONO_NEVER: no process has answered yet. */
struct mono pulse_watch_alive(const struct pulse_watch *watch);
/* Whether the process that ended last had left a ping unanswered. */
bool pulse_watch_was_silent(const struct pulse_watch *watch);

#endif
