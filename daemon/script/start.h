/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts a script in a process of its own. Besides the promises of base/run.h, a script has its own
 * session and process group; its standard input is /dev/null, its output and error are one pipe; it
 * starts in "/" with umask 022, and PATH is its only variable, but LVSD_CAUSE of a
 * notification. It is killed (SIGKILL) when the script process dies.
 */
#ifndef LVSD_DAEMON_SCRIPT_START_H
#define LVSD_DAEMON_SCRIPT_START_H

#include "base/run.h"
#include "daemon/script/wire.h"

/*
 * Where a script is recorded, so that all its processes can be ended when the script process dies; and
 * whether a script of another user may be started without a copy of the script process's memory.
 */
struct script_start_bounds {
	_Atomic(int32_t)
	    *leader; /* the child writes its pid there when it leads a group; NULL: nowhere */
	int join_fd; /* of cgroup.procs of the control group for the child; -1: none */
	bool may_share; /* run_may_share_across_users() */
};

/* As run_start(): the caller reaps *ret_child and closes its descriptors. program: the path of the
 * file to execute in place of the run's first word. Returns 0, or -errno with a sentence in
 * ret_cause. */
int script_start(const struct script_run *run, const char *program,
		 const struct script_start_bounds *bounds, struct run_child *ret_child,
		 char ret_cause[static SCRIPT_LINE_MAX]);

/* To be called when the child has ended. Returns 0 if it executed the script, otherwise the -errno
 * that prevented it, with a sentence in ret_cause. */
int script_start_verdict(const struct run_child *child, const struct script_run *run,
			 char ret_cause[static SCRIPT_LINE_MAX]);

#endif
