/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user that a script runs as. Names are looked up when the configuration is read; afterwards
 * only numbers are used, so that no name service is needed to start a script. A director that serves
 * asks the loader, since a name service may be another process that hangs. */
#ifndef LVSD_DAEMON_SCRIPT_USER_H
#define LVSD_DAEMON_SCRIPT_USER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The most supplementary groups that a script can have. */
#define SCRIPT_GROUPS_MAX 32

/* The user of scripts for which the file names none, if this user exists. keepalived has the same
 * default. */
#define SCRIPT_USER_DEFAULT "keepalived_script"

struct script_user {
	uid_t uid;
	gid_t gid;
	gid_t groups[SCRIPT_GROUPS_MAX]; /* the supplementary groups */
	size_t n_groups;
};

/*
 * Looks up user and group, the values of script_user. group NULL or "" is the user's own group; a
 * name is that group; with ':' in front the user gets its supplementary groups, too. Asks the
 * system's name service, which may take long. Returns 0; or with a sentence -ENOENT (no such user
 * or group), -E2BIG (too many groups), or the -errno of the look-up.
 */
int script_user_resolve(const char *user, const char *group, struct script_user *ret_user,
			struct err *err);

/* The same, but user "" is SCRIPT_USER_DEFAULT if it exists, otherwise root. */
int script_user_find(const char *user, const char *group, struct script_user *ret_user);

/* Whether this process already runs as that user, groups included. Then no privilege is needed. */
bool script_user_is_own(const struct script_user *user);

#endif
