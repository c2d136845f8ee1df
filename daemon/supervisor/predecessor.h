/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vrrp process of an lvsd that died with this run dir (vrrp/orphan/orphan.h), as the supervisor of the
 * next lvsd sees it: a connection, which each director gets until it has taken over. */
#ifndef LVSD_DAEMON_SUPERVISOR_PREDECESSOR_H
#define LVSD_DAEMON_SUPERVISOR_PREDECESSOR_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct predecessor {
	int fd;    /* the connection; -1: there is no such process, or it has been taken over */
	pid_t pid; /* 0: in another PID namespace */
};

/* Finds the process. The caller has locked the run dir. Returns 0, also if there is no such process; or -errno with a
 * sentence: there is one that cannot be reached, or it cannot be seen whether there is one. Two vrrp processes would
 * have the same addresses then. */
int predecessor_find(const char *run_dir, struct predecessor *ret_orphan, struct err *err);
/* Whether the process lives: the addresses are its own. */
bool predecessor_serves(const struct predecessor *orphan);
/* It hangs: ends it by SIGKILL, and waits for its end, which takes some milliseconds. If that is not
 * possible, the log has an error. */
void predecessor_kill(const struct predecessor *orphan);
/* This lvsd's own vrrp process is at work, or this lvsd ends. */
void predecessor_close(struct predecessor *orphan);

#endif
