/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the run dir of a running daemon again when somebody removes or moves it, its pid file or its
 * socket (`rm -rf /run/lvsd`, a cleaner of /run). Without it lvsctl could not reach the daemon, and a
 * second daemon could start. inotify reports the change; rundir_renew() makes the missing files. So does a
 * look each second if the path leads to another folder (daemon/shared/place.h).
 */
#ifndef LVSD_DAEMON_SUPERVISOR_RUNDIR_WATCH_H
#define LVSD_DAEMON_SUPERVISOR_RUNDIR_WATCH_H

#include "base/loop.h"
#include "daemon/shared/rundir.h"

struct rundir_watch;

/* dir has a new listening socket: the callback gives it to the director. */
typedef void rundir_renewed_fn(void *arg);

/* Watches dir, which is open and outlives the watch. Never NULL. */
struct rundir_watch *rundir_watch_new(struct loop *loop, struct rundir *dir, rundir_renewed_fn *fn,
				      void *arg);
void rundir_watch_free(struct rundir_watch *watch);

#endif
