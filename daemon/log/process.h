/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log process: the only process that writes to the log daemon or to standard error, and that may
 * wait for them. Every other process, the supervisor included, sends its lines to a socket of its own
 * and never waits (base/log.h). The log process bounds the lines of each process
 * (daemon/log/budget.h) and puts the process's name in front. A process that somebody has taken over
 * can therefore neither flood the log nor speak in another's name.
 */
#ifndef LVSD_DAEMON_LOG_PROCESS_H
#define LVSD_DAEMON_LOG_PROCESS_H

#include "daemon/log/budget.h"
#include "daemon/shared/process_name.h"

#include <stddef.h>
#include <sys/types.h>

/* A process whose lines come from fd. */
struct log_source {
	int fd;           /* non-blocking, SOCK_SEQPACKET; stays the caller's */
	const char *name; /* "vrrp"; NULL: the supervisor; when it closes its end, lvsd stops */
	struct log_budget_limits limits;
};

#define LOG_SOURCES_MAX N_PROCESSES

struct log_process_args {
	struct log_source sources[LOG_SOURCES_MAX];
	size_t n_sources;
	bool is_console;  /* write to standard error, not to the log daemon */
	const char *path; /* of the log daemon's socket */
	pid_t pid;        /* of the supervisor, for the tag */
};

/*
 * A line of this one byte from the supervisor: the daemon is in the background now, and must not
 * write to standard error any more.
 */
#define LOG_PROCESS_DETACH 'D'

/* Runs until the supervisor and all others have closed their sockets and everything is written. */
int log_process_run(const struct log_process_args *args);

#endif
