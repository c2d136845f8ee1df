/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks after processes that outlive the process that started them. The supervisor is their reaper
 * (PR_SET_CHILD_SUBREAPER): a process that a script leaves behind becomes the supervisor's child, and
 * no zombie stays. When the script process has been killed, the process groups of its scripts are
 * killed before the next script process starts those scripts again. A daemon that a notification
 * started lives on: it has left the group, or the leader of its group has ended.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_ORPHANS_H
#define LVSD_DAEMON_SUPERVISOR_ORPHANS_H

#include "base/loop.h"
#include "daemon/script/groups.h"

#include <stdbool.h>
#include <sys/types.h>

struct orphans;

/* Whether another part of the supervisor waits for this child (struct children). */
typedef bool orphans_is_known_fn(pid_t pid, void *arg);

/* groups: the memory shared with the script process; may be NULL. */
struct orphans *orphans_new(struct loop *loop, struct script_groups *groups,
			    orphans_is_known_fn *is_known, void *arg);
/* Frees the memory. The processes go on. */
void orphans_free(struct orphans *orphans);

/* Call it after SIGCHLD, when the known children have been reaped: reaps the others that ended. */
void orphans_reap(struct orphans *orphans);

/*
 * The script process has died: sends SIGKILL to each process group that it left. The leaders of the
 * groups became children of the supervisor then. A number in groups is believed only if it is the pid
 * of such a child that has not been reaped: that pid cannot belong to another process. Returns how
 * many groups were killed.
 */
size_t orphans_end_scripts(struct orphans *orphans);

#endif
