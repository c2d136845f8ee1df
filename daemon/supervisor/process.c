/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/process.h"

#include <string.h>

const struct process_kind process_kinds[N_PROCESSES] = {
    [PROCESS_DIRECTOR] = {"lvsd: director", PRIVILEGE_DIRECTOR, 4000, {10000, 20}},
    [PROCESS_VRRP] = {"lvsd: vrrp", PRIVILEGE_VRRP, 3000, {5000, 10}},
    [PROCESS_CHECK] = {"lvsd: check", PRIVILEGE_CHECK, 500, {200, 2}},
    [PROCESS_SCRIPT] = {"lvsd: script", PRIVILEGE_SCRIPT, 2000, {200, 2}},
    [PROCESS_RELEASE] = {"lvsd: release", PRIVILEGE_DIRECTOR, 1500, {5000, 10}},
    [PROCESS_LOG] = {"lvsd: log", PRIVILEGE_LOG, 800, {1000, 10}},
};

const char *process_short_name(enum process_name name)
{
	return process_kinds[name].title + strlen("lvsd: ");
}
