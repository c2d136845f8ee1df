/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control group for the scripts of checks, if the service manager delegates a group to lvsd
 * (Delegate=yes of the unit; cgroup v2). A process cannot leave its group by a new session, so lvsd
 * can end every process that a check left behind. Notifications are not in the group: a daemon that
 * a notification starts must live on.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_CGROUP_H
#define LVSD_DAEMON_SUPERVISOR_CGROUP_H

#include <limits.h>
#include <stdbool.h>

struct cgroup {
	char path[PATH_MAX]; /* "": there is no group */
	int join_fd;         /* a process that writes "0" here enters the group; -1: no group */
};

/* Makes a group "checks" below the group of this process. Without delegation it makes none, which is
 * not an error. */
void cgroup_open(struct cgroup *cgroup);

/* Sends SIGKILL to every process of the group. */
void cgroup_kill(const struct cgroup *cgroup);

/* Kills the processes of the group and removes the group. */
void cgroup_close(struct cgroup *cgroup);

/*
 * Pure: the path of the cgroup v2 in a text of /proc/self/cgroup ("0::/system.slice/lvsd.service\n")
 * below mount, in ret_path. False when the text has none.
 */
bool cgroup_path(const char *text, const char *mount, char ret_path[static PATH_MAX]);

/* Whether the service manager has delegated the control group at path to the service that runs in
 * it. systemd notes that as an extended attribute "1" of the directory. */
bool cgroup_is_delegated(const char *path);

#endif
