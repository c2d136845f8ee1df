/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities: which of those that lvsd was started with a process keeps, and what does not work
 * without one of them. A set of capabilities is a mask of 1 << CAP_X. The list of each process is
 * in its row of the table of processes (daemon/supervisor/process.c). Pure.
 */
#ifndef LVSD_DAEMON_SHARED_RIGHTS_H
#define LVSD_DAEMON_SHARED_RIGHTS_H

#include "daemon/shared/process_name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The user that the director becomes if it exists. Tracked files must be readable for this user. */
#define DIRECTORS_USER "lvsd-director"

/* A capability that a process keeps. A list of them ends with a name that is NULL. */
struct right {
	const char *name; /* "CAP_SYS_NICE" */
	/* What does not work without it, without a full stop. NULL: lvsd does not start without it
	 * (privilege_check()), or the process itself reports that it is missing. */
	const char *cost;
	unsigned capability; /* CAP_X */
};

/* Example: RIGHT(CAP_KILL, "no script can be ended"). */
#define RIGHT(capability, cost)                                                                    \
	{                                                                                          \
		#capability, (cost), (capability)                                                  \
	}

/* The capabilities of the list that are in permitted, those that lvsd was started with. */
uint64_t rights_kept(const struct right *rights, uint64_t permitted);

/* The first right of the list that has a cost and is not in permitted; NULL: there is none. The search
 * goes on with the right behind the one that was returned. */
const struct right *rights_find_lack(const struct right *rights, uint64_t permitted);

/* What processes lack that run all the same. */
#define RIGHTS_LACKS_MAX 16
struct rights_lacks {
	size_t n;
	struct rights_lack {
		enum process_name process;
		const char *process_text; /* "vrrp" */
		bool is_by_conf; /* the process runs only while the configuration needs it */
		const struct right *right;
	} items[RIGHTS_LACKS_MAX];
};

#endif
