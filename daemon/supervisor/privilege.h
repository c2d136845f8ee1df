/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each process may do (libcap-ng, prctl). The table is in doc/architecture.md. */
#ifndef LVSD_DAEMON_SUPERVISOR_PRIVILEGE_H
#define LVSD_DAEMON_SUPERVISOR_PRIVILEGE_H

#include "base/err.h"
#include "daemon/shared/rights.h"
#include "daemon/supervisor/sandbox.h"

#include <stdbool.h>

/*
 * Whether this process has what lvsd needs at all; a sentence that says what is missing if not. In
 * *ret_permitted the capabilities that lvsd was started with, a mask of 1 << CAP_X. A limit that
 * allows real-time priority (LimitRTPRIO=) counts as CAP_SYS_NICE.
 */
int privilege_check(uint64_t *ret_permitted, struct err *err);

/* Users that a process may run as: the first of them that exists. */
#define PRIVILEGE_USERS_MAX 3

/* What a process may do. */
struct privileges {
	enum privilege_role role; /* its capabilities (daemon/shared/rights.h) */
	const char *users[PRIVILEGE_USERS_MAX]; /* none: the user of lvsd, root as a rule */
	bool may_stay; /* where there is none of them, or it cannot become that user, it stays what it is */
	bool may_gain; /* what it executes may gain privileges: no no_new_privs */
	const char *const *calls;         /* the system calls that it may make; NULL: all */
	const struct sandbox_path *paths; /* where it may open files; NULL: everywhere */
};

/*
 * Gives up all that is not in privileges, and logs what the process lacks of permitted and what that costs.
 * Fails closed: on an error the process must exit.
 */
int privilege_drop(const struct privileges *privileges, uint64_t permitted, struct err *err);

/*
 * The last step: leaves the process its calls, of which filter is made, and its paths. A kernel
 * without seccomp or Landlock is a line of the log.
 */
int privilege_confine(const struct privileges *privileges, const struct sandbox_filter *filter,
		      struct err *err);

#endif
