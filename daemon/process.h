/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of lvsd besides the supervisor: one table of what each is called, may do and costs.
 */
#ifndef LVSD_DAEMON_PROCESS_H
#define LVSD_DAEMON_PROCESS_H

#include "daemon/privilege.h"

#include <stdint.h>

enum process_name {
	PROCESS_DIRECTOR,
	PROCESS_VRRP,
	PROCESS_CHECK,
	PROCESS_SCRIPT,
	PROCESS_RELEASE, /* at stop, where vrrp could not give up its addresses itself */
	N_PROCESSES,
};

struct process_kind {
	const char *title; /* "lvsd: vrrp" */
	enum privilege_role role;
	int64_t stop_ms; /* how long it may take to end before it is killed */
};

/*
 * The times of all, and of the kills (STOP_ORDER_KILL_MS), are less than TimeoutStopSec=15 of the
 * unit: vrrp removes addresses, thousands in one batch; the director waits 3 s for scripts; the
 * script process gives its scripts a second to end.
 */
extern const struct process_kind process_kinds[N_PROCESSES];

/* The name without "lvsd: ", as the log has it. */
const char *process_short_name(enum process_name name);

#endif
