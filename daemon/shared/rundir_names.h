/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the files in the run directory (rundir.h), and their paths. */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_NAMES_H
#define LVSD_DAEMON_SHARED_RUNDIR_NAMES_H

/* The run directory, if no option names another one. */
#define RUNDIR_USUAL "/run/lvsd"

/* "DIR/NAME", free() it. */
char *rundir_file(const char *path, const char *name);

/* Where versions before the folder state had the file name, "DIR/applied.conf"; free() it. NULL: the
 * file has never been moved. */
char *rundir_former_file(const char *path, const char *name);
/* The path of the file that rundir_fetch() reads, for free(); if there is none, where it belongs. */
char *rundir_found(const char *path, const char *name);

/* The names of the files in the folder state, which end with NULL. */
extern const char *const rundir_state_files[];

/* The folder of the files that the director writes. It belongs to the director's user. */
#define RUNDIR_STATE	 "state"
#define RUNDIR_APPLIED	 RUNDIR_STATE "/applied.conf"
#define RUNDIR_PREVIOUS	 RUNDIR_STATE "/previous.conf"
#define RUNDIR_ROLLBACK	 RUNDIR_STATE "/rollback.json"
#define RUNDIR_OWNED	 RUNDIR_STATE "/owned.json"
#define RUNDIR_HOST	 RUNDIR_STATE "/host.json"
#define RUNDIR_DRAIN	 RUNDIR_STATE "/drain.json"
#define RUNDIR_ROLES	 RUNDIR_STATE "/roles.json"
#define RUNDIR_SYNC	 RUNDIR_STATE "/sync.json"
#define RUNDIR_TIMEOUTS	 RUNDIR_STATE "/timeouts.json"
#define RUNDIR_ADDRESSES RUNDIR_STATE "/addresses.json"
#define RUNDIR_TRACKERS	 RUNDIR_STATE "/trackers.json"
#define RUNDIR_VERDICTS	 RUNDIR_STATE "/verdicts"
#define RUNDIR_THROUGH	 RUNDIR_STATE "/through.json"
/* The files that root alone writes. */
#define RUNDIR_CONTROL "control.sock"
#define RUNDIR_PID     "lvsd.pid"

#endif
