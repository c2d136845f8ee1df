/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/process.h"

#include <string.h>

const struct process_kind process_kinds[N_PROCESSES] = {
    [PROCESS_DIRECTOR] = {"lvsd: director", PRIVILEGE_DIRECTOR, 4500},
    [PROCESS_VRRP] = {"lvsd: vrrp", PRIVILEGE_VRRP, 3000},
    [PROCESS_CHECK] = {"lvsd: check", PRIVILEGE_CHECK, 500},
    [PROCESS_SCRIPT] = {"lvsd: script", PRIVILEGE_SCRIPT, 2000},
    [PROCESS_RELEASE] = {"lvsd: release", PRIVILEGE_DIRECTOR, 1500},
};

const char *process_short_name(enum process_name name)
{
	return process_kinds[name].title + strlen("lvsd: ");
}
