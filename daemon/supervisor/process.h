/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of lvsd besides the supervisor: one table of what each is called, may do and costs.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_PROCESS_H
#define LVSD_DAEMON_SUPERVISOR_PROCESS_H

#include "daemon/log/budget.h"
#include "daemon/supervisor/privilege.h"

#include <stdint.h>

enum process_name {
	PROCESS_DIRECTOR,
	PROCESS_VRRP,
	PROCESS_CHECK,
	PROCESS_SCRIPT,
	PROCESS_RELEASE, /* at stop, where vrrp could not give up its addresses itself */
	PROCESS_LOG,     /* writes what all log */
	N_PROCESSES,
};

struct process_kind {
	const char *title; /* "lvsd: vrrp" */
	enum privilege_role role;
	int64_t stop_ms; /* how long it may take to end before it is killed */
	/* How much it may log; for PROCESS_LOG the supervisor, whose lines it writes. */
	struct log_budget_limits log;
};

/*
 * The times of all, and of the kills (STOP_ORDER_KILL_MS), are less than TimeoutStopSec=15 of the
 * unit: vrrp removes addresses, thousands in one batch; the director waits 3 s for scripts; the
 * script process gives its scripts a second to end.
 *
 * 4,000 servers that fail at once are as many lines of the director, and as many instances those
 * of vrrp; journald bears 10,000 lines in 30 s of a unit. Check and script tell the director what
 * they see and log next to nothing.
 */
extern const struct process_kind process_kinds[N_PROCESSES];

/* The name without "lvsd: ", as the log has it. */
const char *process_short_name(enum process_name name);

#endif
