/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes a vrrp_track_process means, and what their number makes of its state. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_PROCESS_MATCH_H
#define LVSD_DAEMON_DIRECTOR_TRACK_PROCESS_MATCH_H

#include "base/mono.h"
#include "conf/conf.h"
#include "vrrp/track.h"

/* A process as /proc shows it. */
struct process_seen {
	const char *name;    /* of /proc/PID/stat: at most 15 bytes */
	const char *command; /* of /proc/PID/cmdline: words that end in NUL */
	size_t len;          /* of command; 0: a kernel thread, or a process that has ended */
};

/* Does it depend on the command line? Else the name says it all, and command need not be there. */
bool process_needs_command(const struct conf_track_process *conf);

/* Example: `process nginx` matches the name "nginx"; `process nginx -g x` the command
 * "/usr/sbin/nginx\0-g\0x\0". */
bool process_matches(const struct conf_track_process *conf, const struct process_seen *seen);

/* Begins as {0}. */
struct process_step {
	enum vrrp_source_state state;
	size_t count;    /* of matching processes, as it was last */
	struct mono due; /* when the state changes, unless the count changes before; {0}: no change
			    is due */
};

/*
 * Takes the present number of matching processes. The first count decides at once; later a change
 * waits for fork_delay or terminate_delay. *ret_due: when the function must be called again;
 * MONO_NEVER: not before the count changes.
 */
void process_step(struct process_step *step, const struct conf_track_process *conf, size_t count,
		  struct mono now, struct mono *ret_due);

#endif
