/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities: which of them each process keeps, and what it costs when lvsd was started without
 * one. Pure; a set of capabilities is a mask of 1 << CAP_X. The table is in doc/architecture.md.
 */
#ifndef LVSD_DAEMON_SHARED_RIGHTS_H
#define LVSD_DAEMON_SHARED_RIGHTS_H

#include <stddef.h>
#include <stdint.h>

enum privilege_role {
	PRIVILEGE_DIRECTOR,
	PRIVILEGE_VRRP,
	PRIVILEGE_CHECK,
	PRIVILEGE_LOG,    /* nothing; as the check process where such a user exists */
	PRIVILEGE_RULES,  /* what it executes has the same, so it stays root */
	PRIVILEGE_SCRIPT, /* to start scripts as others; without no_new_privs, for their sudo and
			     ping */
};

/* A capability that a process can live without. */
struct rights_lack {
	enum privilege_role role;
	unsigned capability; /* CAP_X */
	const char *name;    /* "CAP_SYS_NICE" */
	const char *cost;    /* what does not work then, without a full stop */
};

#define RIGHTS_LACKS_MAX 8

/* What role keeps of the capabilities that lvsd was started with. */
uint64_t rights_kept(enum privilege_role role, uint64_t permitted);

/*
 * What role lacks, in the table's order. Returns the number in ret_lacks.
 * Example: (PRIVILEGE_VRRP, all but CAP_SYS_NICE) gives one, CAP_SYS_NICE.
 */
size_t rights_lacks(enum privilege_role role, uint64_t permitted,
		    const struct rights_lack *ret_lacks[static RIGHTS_LACKS_MAX]);

/* "director", "vrrp", "check", "script". */
const char *rights_role_name(enum privilege_role role);

#endif
