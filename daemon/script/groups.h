/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process groups of the scripts that run, in memory that the script process shares with the
 * supervisor: when the script process is killed, the supervisor knows at once which groups are left.
 * A message could be lost with its sender; this cannot. The size is fixed. The memory belongs to
 * these two alone, and the supervisor believes none of it: see orphans_end_scripts().
 */
#ifndef LVSD_DAEMON_SCRIPT_GROUPS_H
#define LVSD_DAEMON_SCRIPT_GROUPS_H

#include "daemon/script/worker.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct script_groups {
	/* The leader's pid, which names the group; 0: free, or not a group yet. */
	_Atomic(int32_t) leaders[SCRIPT_RUNNING_MAX];
};

/* Before any process is forked; NULL without memory. */
struct script_groups *script_groups_new(void);
/* In a process that has no business with it, too. NULL is allowed. */
void script_groups_free(struct script_groups *groups);

/* Whether pid is a leader. NULL has none. */
bool script_groups_has(const struct script_groups *groups, pid_t pid);

#endif
