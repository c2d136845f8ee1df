/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each process may do (libcap-ng, prctl). The table is in doc/architecture.md. */
#ifndef LVSD_DAEMON_PRIVILEGE_H
#define LVSD_DAEMON_PRIVILEGE_H

#include "base/err.h"

enum privilege_role {
	PRIVILEGE_DIRECTOR,
	PRIVILEGE_VRRP,
	PRIVILEGE_CHECK,
	PRIVILEGE_LOG,    /* nothing; as the check process where such a user exists */
	PRIVILEGE_SCRIPT, /* to start scripts as others; without no_new_privs, for their sudo and
			     ping */
};

/* Whether this process has what lvsd needs at all; a sentence that says what is missing if not. */
int privilege_check(struct err *err);

/* Gives up all that role does not need. Fails closed: on an error the process must exit. */
int privilege_drop(enum privilege_role role, struct err *err);

#endif
