/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director process. It brings the configuration, the health of the real servers and the
 * kernel's IPVS table together. Each turn of its loop takes the events that have come, and then
 * settles once: it decides about all of them together.
 */
#ifndef LVSD_DAEMON_DIRECTOR_DIRECTOR_H
#define LVSD_DAEMON_DIRECTOR_DIRECTOR_H

#include "conf/load_how.h"

#include <stdbool.h>
#include <stdint.h>

struct director;
struct loop;
struct rights_lacks;
struct rivals;

struct director_args {
	const char *config; /* the configuration file */
	const char *run_dir;
	struct conf_load_how how; /* how to read the file */
	int supervisor_fd;     /* director_free() closes it */
	const int *worker_fds; /* the director's end of the channel to each worker, by enum
				  process_name; director_free() closes them */
	int listen_fd;                                   /* control.sock; director_free() closes
							    it */
	uint64_t permitted; /* the capabilities that lvsd was started with
			       (daemon/shared/rights.h) */
	const struct rights_lacks *lacks; /* what the processes lack if permitted lacks something */
	uint8_t stale;   /* a set of enum stale_file: files that a predecessor could neither
			    write nor remove */
	bool is_restart; /* this director replaces another: go on with the configuration that it
			    had applied */
	struct rivals *rivals; /* found at the start; freed when they have been judged */
	int orphan_fd; /* a connection to the vrrp process of an lvsd that died (daemon/director/heir/heir.h);
			  director_free() closes it; -1: there is none */
	bool is_log_console; /* log lines go to standard error */
};

/*
 * Makes a director in loop, whose settle hook it uses; args must live longer. When this returns,
 * the first configuration is in force. Returns NULL, with an exit status (daemon/shared/options.h)
 * in *ret_status, if the configuration or the machine is not fit. Then stderr has the reason, and
 * nothing was changed.
 */
struct director *director_new(struct loop *loop, const struct director_args *args, int *ret_status);
/* lvsd stops: the director finishes its work, which takes STOP_MAX_MS at most, and then stops the
 * loop. */
void director_stop(struct director *director);
/* Frees only memory and descriptors. The kernel and the run dir stay as they are, as when the
 * process is killed. */
void director_free(struct director *director);

/* The main function of the process: runs a director until SIGTERM. Returns an exit status. */
int director_run(const struct director_args *args);

#endif
