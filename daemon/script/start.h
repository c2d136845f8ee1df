/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts one script in a process of its own. What a script may count on, besides what base/run.h
 * promises to each program: it leads its own session and process group; standard input is
 * /dev/null, output and error are one pipe; the directory is "/", the umask 022, PATH the only
 * variable; it gets SIGKILL when the script process dies.
 */
#ifndef LVSD_DAEMON_SCRIPT_START_H
#define LVSD_DAEMON_SCRIPT_START_H

#include "base/run.h"
#include "daemon/script/wire.h"

/* What holds a script, so that nothing of it is left when the script process dies. */
struct script_start_bounds {
	_Atomic(int32_t)
	    *leader; /* where the child writes its pid once it leads a group; or NULL */
	int join_fd; /* of cgroup.procs of the control group that the child enters; -1: none */
};

/*
 * As run_start(): the caller reaps *ret_child and closes its descriptors. Returns 0, or -errno of
 * what was refused, with a sentence in ret_cause.
 */
int script_start(const struct script_run *run, const struct script_start_bounds *bounds,
		 struct run_child *ret_child, char ret_cause[static SCRIPT_LINE_MAX]);

/*
 * Once the child has ended: 0 when it became the script, else -errno of what stood in the way, with
 * a sentence in ret_cause.
 */
int script_start_verdict(const struct run_child *child, const struct script_run *run,
			 char ret_cause[static SCRIPT_LINE_MAX]);

#endif
