/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts one script in a process of its own. What a script may count on: it leads its own session
 * and process group; standard input is /dev/null, output and error are one pipe, no other
 * descriptor is open; the directory is "/", the umask 022, PATH the only variable; no signal is
 * blocked or ignored; it gets SIGKILL when the script process dies.
 */
#ifndef LVSD_DAEMON_SCRIPT_START_H
#define LVSD_DAEMON_SCRIPT_START_H

#include "daemon/script/wire.h"

#include <stdatomic.h>
#include <sys/types.h>

/* What holds a script, so that nothing of it is left when the script process dies. */
struct script_start_bounds {
	_Atomic(int32_t) *leader; /* where the child writes its pid once it leads a group; or NULL */
	int join_fd; /* where it writes "0" to enter a control group; -1: none */
};

struct script_child {
	pid_t pid;      /* a child of the caller, who reaps it */
	int pidfd;      /* readable when it ended */
	int verdict_fd; /* for script_start_verdict() */
	int output_fd;  /* non-blocking */
};

/*
 * Forks; the descriptors of *ret_child are the caller's to close. Descriptors 0 to 2 of the caller
 * must be open. Returns 0, or -errno of what was refused, with a sentence in ret_cause.
 */
int script_start(const struct script_run *run, const struct script_start_bounds *bounds,
		 struct script_child *ret_child, char ret_cause[static SCRIPT_LINE_MAX]);

/*
 * Once the child has ended: 0 when it became the script, else -errno of what stood in the way, with
 * a sentence in ret_cause.
 */
int script_start_verdict(const struct script_child *child, const struct script_run *run,
			 char ret_cause[static SCRIPT_LINE_MAX]);

#endif
