/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes that outlive the one that started them. The supervisor is their reaper
 * (PR_SET_CHILD_SUBREAPER): what a script leaves behind becomes its child, and no zombie stays. When the
 * script process has been killed, the groups of the scripts that it ran are ended before its
 * successor starts them again. A daemon that a notification started is in no such group any more,
 * or in one whose leader is gone, and lives on.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_ORPHANS_H
#define LVSD_DAEMON_SUPERVISOR_ORPHANS_H

#include "base/loop.h"
#include "daemon/script/groups.h"

#include <stdbool.h>
#include <sys/types.h>

struct orphans;

/* Whether somebody else in this process waits for this child. */
typedef bool orphans_is_known_fn(pid_t pid, void *arg);

/* groups may be NULL. */
struct orphans *orphans_new(struct loop *loop, struct script_groups *groups,
			    orphans_is_known_fn *is_known, void *arg);
/* Ends nobody. */
void orphans_free(struct orphans *orphans);

/* After SIGCHLD, when the known children have been looked after: reaps the others that ended. */
void orphans_reap(struct orphans *orphans);

/*
 * The script process is gone: SIGKILL for each group that it left. A number is believed only if it
 * is that of a child of ours that nobody has reaped, so that it cannot have been used again: the
 * leaders became our children when the script process died. Returns how many groups there were.
 */
size_t orphans_end_scripts(struct orphans *orphans);

#endif
