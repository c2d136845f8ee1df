/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets between the log process and those that log, one pair each. The supervisor keeps both
 * ends of all, so that a log process that is replaced finds every line that waits.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_LOG_SOCKETS_H
#define LVSD_DAEMON_SUPERVISOR_LOG_SOCKETS_H

#include "daemon/supervisor/children.h"

#include <stdbool.h>

struct log_sockets {
	/* For each process: who reads, who writes; -1: closed. The pair of PROCESS_LOG is the
	 * supervisor's. */
	int ends[N_PROCESSES][2];
};

/* 0 or -errno. */
int log_sockets_open(struct log_sockets *sockets);
void log_sockets_close(struct log_sockets *sockets);

/* From now on the calling process logs as name. */
void log_sockets_use(const struct log_sockets *sockets, enum process_name name);
/* The descriptors that this process keeps, appended to the n in keep; returns how many there are.
 */
size_t log_sockets_keep(const struct log_sockets *sockets, enum process_name name,
			int keep[static CHILDREN_KEEP_MAX], size_t n);

/* The daemon is in the background: standard error is not its own any more. */
void log_sockets_detach(const struct log_sockets *sockets);
/* The supervisor has logged its last line: the log process ends when the others have, too. */
void log_sockets_finish(struct log_sockets *sockets);

/* The log process. */
int log_sockets_run(const struct log_sockets *sockets, bool is_console, pid_t supervisor);

#endif
