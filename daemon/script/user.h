/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who a script runs as. Names are looked up when a configuration is read; from then on only
 * numbers travel, so that starting a script asks no name service.
 */
#ifndef LVSD_DAEMON_SCRIPT_USER_H
#define LVSD_DAEMON_SCRIPT_USER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Supplementary groups that a script can have. */
#define SCRIPT_GROUPS_MAX 32

/* Whom scripts run as that name nobody, when such a user exists; it is keepalived's. */
#define SCRIPT_USER_DEFAULT "keepalived_script"

struct script_user {
	uid_t uid;
	gid_t gid;
	gid_t groups[SCRIPT_GROUPS_MAX]; /* supplementary */
	size_t n_groups;
};

/*
 * Looks up user, and group as script_user writes it: NULL or "" is the user's own group, a name is
 * that group, and a ':' in front adds the user's supplementary groups. Asks the system's name
 * service, which may take its time. Returns 0, or with a sentence -ENOENT (no such user or group),
 * -E2BIG (too many groups) or what the look-up failed with.
 */
int script_user_resolve(const char *user, const char *group, struct script_user *ret_user,
			struct err *err);

/* The same, but "" is SCRIPT_USER_DEFAULT where it exists, else root. */
int script_user_find(const char *user, const char *group, struct script_user *ret_user);

/* Whether this process is that user already, groups included: no privilege is needed then. */
bool script_user_is_own(const struct script_user *user);

#endif
