/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket pairs between the processes, as the table of processes (process.h) asks for them. The
 * supervisor keeps both ends of every pair, so that a new process still gets what was sent to the
 * process before it. Each process gets only its own ends.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_CHANNELS_H
#define LVSD_DAEMON_SUPERVISOR_CHANNELS_H

#include "daemon/supervisor/process.h"

#include <stdbool.h>
#include <stddef.h>

struct channels {
	/* For each process and channel: [0] the end of the other side, [1] the process's own end;
	 * -1: there is no such channel, or the end was closed. */
	int ends[N_PROCESSES][N_CHANNELS][2];
};

/* The ends that one process holds; -1: none. */
struct process_ends {
	int own[N_CHANNELS];     /* of its own channels */
	int others[N_PROCESSES]; /* where others' channels lead to it: to the director those of its
				    workers, to the log process those of all */
};

/* The most ends that a process may have. */
#define CHANNELS_ENDS_MAX (N_CHANNELS + N_PROCESSES)

/* Makes all sockets. Returns 0 or -errno. */
int channels_open(struct channels *channels);
void channels_close(struct channels *channels);

/* The end of the other side of a process's channel; -1: none. */
int channels_other(const struct channels *channels, enum process_name name,
		   enum process_channel channel);

/* The ends that the process holds. */
void channels_view(const struct channels *channels, enum process_name name,
		   struct process_ends *ret_ends);
/* Those that are not -1; returns how many. */
size_t channels_list(const struct process_ends *ends, int ret_list[static CHANNELS_ENDS_MAX]);

/* Returns the end of the other side, which the caller owns and closes from now on. */
int channels_take_other(struct channels *channels, enum process_name name,
			enum process_channel channel);

/* From now on the calling process logs as name; the supervisor passes PROCESS_LOG. */
void channels_log_as(const struct channels *channels, enum process_name name);
/* Tells the log process that the daemon is in the background and must not use standard error. */
void channels_log_detach(const struct channels *channels);
/* The supervisor has logged its last line. The log process ends when all others have closed theirs. */
void channels_log_finish(struct channels *channels);

#endif
