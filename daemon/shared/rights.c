/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rights.h"

#include <linux/capability.h>
#include <stdbool.h>

#define BIT(capability) (UINT64_C(1) << (capability))

#define COST_USER "no script can be started as another user than lvsd's own"

/* A row without a cost is a capability that lvsd cannot start without (privilege_check()), or whose
 * lack the process itself reports. */
static const struct rights_lack table[] = {
    {PRIVILEGE_DIRECTOR, CAP_NET_ADMIN, "CAP_NET_ADMIN", NULL},
    {PRIVILEGE_DIRECTOR, CAP_NET_RAW, "CAP_NET_RAW", NULL},
    {PRIVILEGE_VRRP, CAP_NET_ADMIN, "CAP_NET_ADMIN", NULL},
    {PRIVILEGE_VRRP, CAP_NET_RAW, "CAP_NET_RAW", NULL},
    {PRIVILEGE_VRRP, CAP_SYS_NICE, "CAP_SYS_NICE",
     "the vrrp process has no real-time priority, so a loaded machine may send advertisements late "
     "and lose its addresses to the other director"},
    {PRIVILEGE_RULES, CAP_NET_ADMIN, "CAP_NET_ADMIN", NULL},
    {PRIVILEGE_RULES, CAP_NET_RAW, "CAP_NET_RAW", NULL},
    {PRIVILEGE_LOADER, CAP_SETUID, "CAP_SETUID", NULL},
    {PRIVILEGE_LOADER, CAP_SETGID, "CAP_SETGID", NULL},
    {PRIVILEGE_SCRIPT, CAP_SETUID, "CAP_SETUID", COST_USER},
    {PRIVILEGE_SCRIPT, CAP_SETGID, "CAP_SETGID", COST_USER},
    {PRIVILEGE_SCRIPT, CAP_CHOWN, "CAP_CHOWN", NULL}, /* for a FIFO of another user */
    {PRIVILEGE_SCRIPT, CAP_KILL, "CAP_KILL",
     "a script that runs as another user than lvsd's own cannot be ended at its time limit"},
};

#define N_ROWS (sizeof(table) / sizeof(table[0]))

uint64_t rights_kept(enum privilege_role role, uint64_t permitted)
{
	uint64_t kept = 0;

	for (size_t i = 0; i < N_ROWS; i++)
		if (table[i].role == role)
			kept |= BIT(table[i].capability) & permitted;
	return kept;
}

size_t rights_lacks(enum privilege_role role, uint64_t permitted,
		    const struct rights_lack *ret_lacks[static RIGHTS_LACKS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < N_ROWS; i++)
		if (table[i].role == role && table[i].cost &&
		    !(permitted & BIT(table[i].capability)))
			ret_lacks[n++] = &table[i];
	return n;
}

const char *rights_role_name(enum privilege_role role)
{
	static const char *const names[] = {
	    [PRIVILEGE_DIRECTOR] = "director",
	    [PRIVILEGE_VRRP] = "vrrp",
	    [PRIVILEGE_CHECK] = "check",
	    [PRIVILEGE_LOG] = "log",
	    [PRIVILEGE_RULES] = "rules",
	    [PRIVILEGE_LOADER] = "loader",
	    [PRIVILEGE_SCRIPT] = "script",
	};

	return names[role];
}
