/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director process: the configuration, the health model and the kernel's IPVS table come
 * together here. Each turn of its loop takes what has happened, then settles once.
 */
#ifndef LVSD_DAEMON_DIRECTOR_DIRECTOR_H
#define LVSD_DAEMON_DIRECTOR_DIRECTOR_H

#include "conf/load.h"

#include <stdbool.h>
#include <stdint.h>

struct director;
struct loop;
struct rivals;

struct director_args {
	const char *config; /* the file */
	const char *run_dir;
	struct conf_load_how how; /* how the file is read */
	int supervisor_fd, vrrp_fd, check_fd, script_fd, rules_fd; /* our ends, taken over */
	int listen_fd;                                   /* control.sock, taken over */
	uint64_t permitted; /* capabilities that lvsd was started with (daemon/shared/rights.h) */
	uint8_t stale;   /* of enum stale_file: what a predecessor could neither write nor remove */
	bool is_restart; /* a predecessor ran: go on with what it had applied */
	struct rivals *rivals; /* found at the start; freed when they are judged */
	bool is_foreground;
	bool is_log_console; /* the log is stderr */
};

/*
 * The director in a loop whose settle hook it takes; args must outlive it. The first configuration is in force
 * when this returns. NULL with an exit status (daemon/shared/options.h) in *ret_status: the configuration or the
 * machine does not do, which was said on stderr before anything was touched.
 */
struct director *director_new(struct loop *loop, const struct director_args *args, int *ret_status);
/* lvsd ends: the director does what is left to do, STOP_MAX_MS at most, and then stops the loop. */
void director_stop(struct director *director);
/* Frees the memory alone: kernel and run dir stay as they are, as when the process is killed. */
void director_free(struct director *director);

/* The process: a director until SIGTERM. Returns an exit status. */
int director_run(const struct director_args *args);

#endif
