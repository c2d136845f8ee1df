/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control group for the scripts of checks, where the service manager delegates one (Delegate=yes of
 * the unit; cgroup v2). A process cannot leave it by a new session, so all that checks left behind
 * can be ended. Notifications are not in it: a daemon that one of them starts must live on.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_CGROUP_H
#define LVSD_DAEMON_SUPERVISOR_CGROUP_H

#include <limits.h>
#include <stdbool.h>

struct cgroup {
	char path[PATH_MAX]; /* "" without one */
	int join_fd;         /* a process that writes "0" here is in it from then on; -1: none */
};

/* Makes a group "checks" below that of this process; without delegation none, which is no
 * error. */
void cgroup_open(struct cgroup *cgroup);

/* SIGKILL for everything in it. */
void cgroup_kill(const struct cgroup *cgroup);

/* Ends what is in it and removes it. */
void cgroup_close(struct cgroup *cgroup);

/*
 * Pure: the path of the cgroup v2 in a text of /proc/self/cgroup ("0::/system.slice/lvsd.service\n")
 * below mount, in ret_path. False when the text has none.
 */
bool cgroup_path(const char *text, const char *mount, char ret_path[static PATH_MAX]);

/* Whether the service manager has left the control group at path to whom it started there: systemd
 * notes "1" as an extended attribute of the directory. */
bool cgroup_is_delegated(const char *path);

#endif
