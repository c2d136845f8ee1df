/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the run dir of a running daemon whole. Who removes or moves it, or its pid file or socket
 * (`rm -rf /run/lvsd`, a cleaner of /run), would leave a daemon that nobody can ask and beside which
 * a second one would start. inotify tells of it; what is missing is made anew (rundir_renew()).
 */
#ifndef LVSD_DAEMON_SUPERVISOR_RUNDIR_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_RUNDIR_WATCH_H

#include "base/loop.h"
#include "daemon/shared/rundir.h"

struct rundir_watch;

/* dir has a new listening socket: hand it to whoever serves it. */
typedef void rundir_renewed_fn(void *arg);

/* Watches dir, which is open and outlives the watch. Never NULL. */
struct rundir_watch *rundir_watch_new(struct loop *loop, struct rundir *dir, rundir_renewed_fn *fn,
				      void *arg);
void rundir_watch_free(struct rundir_watch *watch);

#endif
