/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process groups of the scripts that are running, in memory that the script process shares with
 * the supervisor. If the script process is killed, the supervisor still knows which groups are
 * left; a message could have been lost with its sender. The size is fixed. Only these two processes
 * have the memory, and the supervisor trusts nothing in it: see orphans_end_scripts().
 */
#ifndef LVSD_DAEMON_SCRIPT_GROUPS_H
#define LVSD_DAEMON_SCRIPT_GROUPS_H

#include "daemon/script/worker.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct script_groups {
	/* The pid of each group's leader, which is the group's number; 0: the place is free, or the
	 * group does not exist yet. */
	_Atomic(int32_t) leaders[SCRIPT_RUNNING_MAX];
};

/* To be called before any process is forked. Returns NULL if there is no memory. */
struct script_groups *script_groups_new(void);
/* Releases the memory, also in a process that inherited it and does not need it. NULL is allowed.
 */
void script_groups_free(struct script_groups *groups);

/* Whether pid is the leader of a group. groups NULL: there is no group. */
bool script_groups_has(const struct script_groups *groups, pid_t pid);

#endif
