/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The supervisor's pings to a process (base/pulse.h answers them), by the rules of hang_watch. */
#ifndef LVSD_DAEMON_SUPERVISOR_PULSE_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_PULSE_WATCH_H

#include "base/loop.h"
#include "daemon/supervisor/hang_watch.h"

struct pulse_watch;

/* fd: our end, which stays the caller's. on_hung is to replace the process; what is logged is said
 * by then; on_at_work may be NULL. title: "lvsd: vrrp". */
struct pulse_watch *pulse_watch_new(struct loop *loop, int fd, const char *title, loop_fn *on_hung,
				    loop_fn *on_at_work, void *arg);
void pulse_watch_free(struct pulse_watch *watch);

/* The bound is hang_vrrp_bound_ns() of these; without an interval HANG_BOUND_MS. */
void pulse_watch_set_interval(struct pulse_watch *watch, uint64_t advert_int_us,
			      size_t n_addresses);

/* The process has been started; it has ended, or is to end. */
void pulse_watch_started(struct pulse_watch *watch);
void pulse_watch_gone(struct pulse_watch *watch);

/* When the process, or the last of its predecessors that answered, was at work; MONO_NEVER: none.
 */
struct mono pulse_watch_alive(const struct pulse_watch *watch);
/* The last one that ended had not answered for a while. */
bool pulse_watch_was_silent(const struct pulse_watch *watch);

#endif
