/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches the director for the supervisor: whether it answers pings, and whether it reloads. A
 * director that leaves a ping unanswered for too long hangs and is reported. All requests for a reload
 * that come while a reload runs are answered by one more reload. The service manager is told when
 * lvsd is ready and when it reloads.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_DIRECTOR_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_DIRECTOR_WATCH_H

#include "base/chan.h"

#include <stdbool.h>

/* A ping may wait this long for its answer; half of WatchdogSec= when that is less. */
#define DIRECTOR_WATCH_ANSWER_MS 10000

struct director_watch;

/* channel: the supervisor's end, which stays the caller's. on_hung is called when the director
 * hangs, and replaces the director. */
struct director_watch *director_watch_new(struct loop *loop, struct chan *channel,
					  int64_t answer_ms, loop_fn *on_hung, void *arg);
void director_watch_free(struct director_watch *watch);

/* Takes a frame of the director; ignores the types that the watch does not need. */
void director_watch_frame(struct director_watch *watch, uint16_t type, const void *body,
			  size_t len);

/* Asks the director for a reload, or for one more after the reload that runs now. */
void director_watch_reload(struct director_watch *watch);

/* The director died: no answer is expected until its successor is ready. A reload that was asked for
 * and did not end is asked for again then. */
void director_watch_gone(struct director_watch *watch);

#endif
