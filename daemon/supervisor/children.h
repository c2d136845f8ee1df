/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The child processes of the supervisor: starts them when they are needed, starts them again when
 * they die, and reaps them. */
#ifndef LVSD_DAEMON_SUPERVISOR_CHILDREN_H
#define LVSD_DAEMON_SUPERVISOR_CHILDREN_H

#include "base/loop.h"
#include "daemon/supervisor/channels.h"

#include <stddef.h>
#include <sys/types.h>

/* Room for the descriptors that a process keeps: its channels, the control socket, a control group,
 * where a loader answers. */
#define CHILDREN_KEEP_MAX (CHANNELS_ENDS_MAX + 3)

struct children_ops {
	/* Called in the child: the whole process. Returns its exit status. */
	int (*run)(enum process_name name, void *arg);
	/* Fills keep with the descriptors that the child keeps; returns how many. */
	size_t (*descriptors)(enum process_name name, int keep[static CHILDREN_KEEP_MAX],
			      void *arg);
	/* Called in the supervisor: the process has been started. */
	void (*started)(enum process_name name, void *arg);
	/* The process has ended with status, as wait(2) gives it. Returns whether it is to be started
	 * again if it is needed. */
	bool (*ended)(enum process_name name, int status, void *arg);
	/* After SIGCHLD, when the children that ended have been reaped. */
	void (*reaped)(void *arg);
	void *arg;
};

struct children;

/* Copies ops. From now on children are reaped at every SIGCHLD. */
struct children *children_new(struct loop *loop, const struct children_ops *ops);
/* Frees the memory. The processes go on. */
void children_free(struct children *children);

/* is_needed: starts the process, and starts it again whenever it dies. Not is_needed: ends the
 * process. */
void children_need(struct children *children, enum process_name name, bool is_needed);
/* How long the process may take to end beyond its stop_ms, from the next children_need() on. */
void children_grant(struct children *children, enum process_name name, int64_t ms);
/* stop_ms of the process, and what it was granted. */
int64_t children_stop_ms(const struct children *children, enum process_name name);
bool children_is_needed(const struct children *children, enum process_name name);

/* is_suspended: the process is not started, though it is needed, until it is no longer suspended. */
void children_suspend(struct children *children, enum process_name name, bool is_suspended);

/*
 * Starts a process once, though it is not needed, and kills it if it does not end within ms (when lvsd
 * stops, struct stop_order decides that instead). Does nothing if it runs. Returns false when it cannot
 * be forked, which is logged.
 */
bool children_run_once(struct children *children, enum process_name name, int64_t ms);

/* lvsd stops: no process is started again. */
void children_stop_starting(struct children *children);

/* Whether pid is one of these children and has not been reaped. */
bool children_have(const struct children *children, pid_t pid);

/* Does the process run? */
bool children_runs(const struct children *children, enum process_name name);
/* Sends the signal number to the process. Does nothing if the process does not run. */
void children_kill(struct children *children, enum process_name name, int number);

/* Whether the last process of that name got SIGKILL from children_kill(). */
bool children_killed(const struct children *children, enum process_name name);

/* Room for "killed by signal 11 (Segmentation fault)". */
#define CHILDREN_END_TEXT_MAX 96
const char *children_end_text(int status, char text[static CHILDREN_END_TEXT_MAX]);

#endif
