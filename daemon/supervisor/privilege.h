/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives up the privileges that a process does not need: users, capabilities (libcap-ng), system calls
 * and files. The table for readers is in doc/architecture.md. */
#ifndef LVSD_DAEMON_SUPERVISOR_PRIVILEGE_H
#define LVSD_DAEMON_SUPERVISOR_PRIVILEGE_H

#include "base/err.h"
#include "daemon/shared/rights.h"
#include "daemon/supervisor/sandbox.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Returns 0 if this process has the capabilities without which lvsd cannot work, else -errno with a
 * sentence that names the missing one. *ret_permitted: the capabilities that lvsd was started with, a
 * mask of 1 << CAP_X. A limit that allows real-time priority (LimitRTPRIO=) counts as CAP_SYS_NICE.
 */
int privilege_check(uint64_t *ret_permitted, struct err *err);

/* How many users a row may name; the process runs as the first of them that exists. */
#define PRIVILEGE_USERS_MAX 3
/* How many capabilities a row may name. */
#define PRIVILEGE_RIGHTS_MAX 4

/* What a process may do. */
struct privileges {
	struct right rights[PRIVILEGE_RIGHTS_MAX + 1]; /* the capabilities that it keeps */
	const char *users[PRIVILEGE_USERS_MAX]; /* none: the user of lvsd, usually root */
	bool may_stay; /* if none of users exists, or the process cannot become it, it keeps its user */
	bool may_gain; /* programs that it executes may gain privileges (sudo): no_new_privs is not set */
	const char *const *calls;         /* the system calls that it may make; NULL: all */
	const struct sandbox_path *paths; /* where it may open files; NULL: everywhere */
};

/* A user with his own group, and no other. */
struct privilege_user {
	uid_t uid;
	gid_t gid;
};

/* Who was found among the users of a row. */
struct privilege_found {
	bool is_there; /* false: none of them exists */
	uint8_t which; /* of users */
	struct privilege_user user;
};

/*
 * Finds for each of n rows the first of users that exists. Called once, when lvsd starts: a process
 * that is started again needs no file and no name service. Returns 0, or -errno with a sentence if they
 * cannot be looked up.
 */
int privilege_find(const struct privileges *const *rows, size_t n,
		   struct privilege_found *ret_found, struct err *err);

/*
 * The user as whom a process with these privileges runs, *ret_user: the one that was found. If there is
 * none, if lvsd was not started as root, or if lvsd may not change users, it is the user of lvsd; returns
 * 0, or -ENOENT or -EPERM with a sentence. process: its name for messages, "vrrp".
 */
int privilege_user(const char *process, const struct privileges *privileges,
		   const struct privilege_found *found, struct privilege_user *ret_user,
		   struct err *err);

/*
 * Gives up everything that is not in privileges. known: the user to become; NULL: privilege_user()
 * says, from found. Logs each capability that the process wants and that permitted does not have, with the
 * consequence. On an error the process must exit, since it may still have privileges.
 */
int privilege_drop(const char *process, const struct privileges *privileges,
		   const struct privilege_found *found, const struct privilege_user *known,
		   uint64_t permitted, struct err *err);

/*
 * For `lvsd -t` and `--plan` as root: gives up the rights to open files that root's own user and group
 * may not open. The loader has none of them, so what cannot be opened then would refuse a start too.
 * Without these rights it does nothing.
 */
void privilege_read_as_loader(void);

/*
 * The last step: from now on the process can make only its system calls (filter is made of them) and
 * open files only below its paths. If the kernel has no seccomp or no Landlock, that is logged.
 */
int privilege_confine(const char *process, const struct privileges *privileges,
		      const struct sandbox_filter *filter, struct err *err);

#endif
