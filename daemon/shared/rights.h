/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities: which of them each process keeps, and what does not work when lvsd was started
 * without one. A set of capabilities is a mask of 1 << CAP_X. The table for readers is in
 * doc/architecture.md. Pure.
 */
#ifndef LVSD_DAEMON_SHARED_RIGHTS_H
#define LVSD_DAEMON_SHARED_RIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* The user that the director becomes if it exists, and whom tracked files must be readable for. */
#define DIRECTORS_USER "lvsd-director"

enum privilege_role {
	PRIVILEGE_DIRECTOR,
	PRIVILEGE_VRRP,
	PRIVILEGE_CHECK,
	PRIVILEGE_LOG,    /* no capability; runs as lvsd-log if that user exists */
	PRIVILEGE_RULES,  /* stays root, as iptables, which it executes, needs root */
	PRIVILEGE_LOADER, /* stays root, for the files; may become the caller of `lvsctl plan` */
	PRIVILEGE_SCRIPT, /* may become other users; without no_new_privs, so that scripts can use
			     sudo and ping */
	N_PRIVILEGE_ROLES,
};

/* A capability without which a process still runs. */
struct rights_lack {
	enum privilege_role role;
	unsigned capability; /* CAP_X */
	const char *name;    /* "CAP_SYS_NICE" */
	const char *cost;    /* what does not work then, without a full stop */
};

#define RIGHTS_LACKS_MAX 8

/* The capabilities that role keeps of permitted, those that lvsd was started with. */
uint64_t rights_kept(enum privilege_role role, uint64_t permitted);

/*
 * The capabilities that role wants and permitted does not have, in the table's order. Returns their
 * number in ret_lacks.
 * Example: (PRIVILEGE_VRRP, all but CAP_SYS_NICE) gives one, CAP_SYS_NICE.
 */
size_t rights_lacks(enum privilege_role role, uint64_t permitted,
		    const struct rights_lack *ret_lacks[static RIGHTS_LACKS_MAX]);

/* Returns "director", "vrrp", "check", "log", "rules", "loader" or "script". */
const char *rights_role_name(enum privilege_role role);

#endif
