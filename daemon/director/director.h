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
 * Runs until SIGTERM. Returns an exit status (daemon/shared/options.h); a configuration or a machine that
 * does not do is said on stderr before anything is touched.
 */
int director_run(const struct director_args *args);

#endif
