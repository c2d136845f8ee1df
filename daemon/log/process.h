/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log process: it alone writes to the log daemon or to standard error, and may wait for them.
 * Every other process, the supervisor included, hands its lines to a socket of its own and never
 * waits (base/log.h). What one process logs is bounded (daemon/log/budget.h), and its name is put
 * in front here, so that a process that lies can neither flood the log nor speak as another one.
 */
#ifndef LVSD_DAEMON_LOG_PROCESS_H
#define LVSD_DAEMON_LOG_PROCESS_H

#include "daemon/log/budget.h"

#include <stddef.h>
#include <sys/types.h>

/* A process whose lines come from fd. */
struct log_source {
	int fd;           /* non-blocking, SOCK_SEQPACKET; stays the caller's */
	const char *name; /* "vrrp"; NULL: the supervisor, whose end is that of lvsd */
	struct log_budget_limits limits;
};

#define LOG_SOURCES_MAX 8

struct log_process_args {
	struct log_source sources[LOG_SOURCES_MAX];
	size_t n_sources;
	bool is_console;  /* standard error in place of the log daemon */
	const char *path; /* of the log daemon's socket */
	pid_t pid;        /* of the supervisor, for the tag */
};

/*
 * A line of this one byte from the supervisor: the daemon is in the background now, and standard
 * error is somebody else's.
 */
#define LOG_PROCESS_DETACH 'D'

/* Runs until the supervisor and all others have closed their sockets and everything is written. */
int log_process_run(const struct log_process_args *args);

#endif
