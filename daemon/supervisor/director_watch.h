/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The supervisor's view of its director: does it answer, and does it reload? A director that leaves
 * a ping unanswered for too long hangs and is reported. However many reloads are asked for while
 * one runs, one more follows it. The service manager hears what comes of all this.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_DIRECTOR_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_DIRECTOR_WATCH_H

#include "base/chan.h"

#include <stdbool.h>

/* A ping may wait this long for its answer; half of WatchdogSec= when that is less. */
#define DIRECTOR_WATCH_ANSWER_MS 10000

struct director_watch;

/* channel, our end to the director, stays the caller's; on_hung is to replace the director. */
struct director_watch *director_watch_new(struct loop *loop, struct chan *channel,
					  int64_t answer_ms, loop_fn *on_hung, void *arg);
void director_watch_free(struct director_watch *watch);

/* Takes a frame of the director; those that are not about this are left alone. */
void director_watch_frame(struct director_watch *watch, uint16_t type, const void *body,
			  size_t len);

/* Asks for a reload, or for one more after the one that runs. */
void director_watch_reload(struct director_watch *watch);

/* The director died: nothing is expected until its successor is ready. What was asked for and not
 * done is asked again then. */
void director_watch_gone(struct director_watch *watch);

#endif
