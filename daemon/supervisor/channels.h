/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket pairs between the processes, by the table of processes. The supervisor keeps both ends of all, so
 * that a process that is replaced finds what was sent to its predecessor; each process gets its own ends alone.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_CHANNELS_H
#define LVSD_DAEMON_SUPERVISOR_CHANNELS_H

#include "daemon/supervisor/process.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct channels {
	/* For each process and channel: the end of the other side, and its own; -1: none, or closed. */
	int ends[N_PROCESSES][N_CHANNELS][2];
};

/* As many as a process may have of them at the most. */
#define CHANNELS_ENDS_MAX (N_PROCESSES * N_CHANNELS)

/* 0 or -errno. */
int channels_open(struct channels *channels);
void channels_close(struct channels *channels);

/* The end of the process, and that of whom it speaks with. */
int channels_own(const struct channels *channels, enum process_name name, enum process_channel channel);
int channels_other(const struct channels *channels, enum process_name name,
		   enum process_channel channel);

/* The ends that the process holds; returns how many. */
size_t channels_of(const struct channels *channels, enum process_name name,
		   int ret_ends[static CHANNELS_ENDS_MAX]);

/* The end is somebody else's now, who closes it. */
int channels_take_other(struct channels *channels, enum process_name name,
			enum process_channel channel);

/* From now on the calling process logs as name; the supervisor as PROCESS_LOG. */
void channels_log_as(const struct channels *channels, enum process_name name);
/* The daemon is in the background: standard error is not its own any more. */
void channels_log_detach(const struct channels *channels);
/* The supervisor has logged its last line: the log process ends when the others have, too. */
void channels_log_finish(struct channels *channels);
/* The log process. */
int channels_log_run(const struct channels *channels, bool is_console, pid_t supervisor);

#endif
