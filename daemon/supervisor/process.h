/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of lvsd's processes besides the supervisor. The row of a process gives its title, its
 * privileges, when it runs, its channels, and its turn when lvsd stops. CONTRIBUTING.md lists what a new
 * process needs besides its row.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_PROCESS_H
#define LVSD_DAEMON_SUPERVISOR_PROCESS_H

#include "daemon/log/budget.h"
#include "daemon/shared/process_name.h"
#include "daemon/supervisor/privilege.h"

struct process_context;

enum process_need {
	PROCESS_ALWAYS,      /* as long as lvsd runs */
	PROCESS_BY_CONF,     /* while the configuration needs it (DAEMON_FRAME_NEED) */
	PROCESS_ON_DEMAND,   /* started once when the supervisor has work for it */
};

/* The other side of a process's channel. A channel is a pair of sockets; the supervisor keeps both
 * ends. */
enum process_channel {
	CHANNEL_LOG,        /* to the log process; PROCESS_LOG's own pair carries the supervisor's lines */
	CHANNEL_DIRECTOR,   /* to the director, which gives the process its work */
	CHANNEL_SUPERVISOR, /* to the supervisor: the director's frames, others' pings (base/pulse.h) */
	N_CHANNELS,
};

#define CHANNEL_BIT(channel) (1u << (channel))

struct process_kind {
	const char *title; /* "lvsd: vrrp" */
	/* The whole process, after it gave up its privileges. Returns its exit status. */
	int (*main)(struct process_context *context);
	/* Runs in the process before it gives up its privileges; NULL: nothing to prepare. */
	void (*prepare)(struct process_context *context);
	struct privileges privileges;
	enum process_need need;
	unsigned channels; /* of CHANNEL_BIT() */
	bool starts_scripts; /* scripts must inherit no limit; the process shares script_groups */
	int64_t run_ms; /* PROCESS_ON_DEMAND: how long it may run before it is killed */
	unsigned stop_rank;  /* its turn when lvsd stops: 0 is first */
	int64_t stop_ms;     /* how long it may take to end before it is killed */
	/* What the process gets when the supervisor dies. 0: nothing; vrrp goes on as an orphan, and log as long
	 * as another process can log. */
	int death_signal;
	/* How much the process may log. The row of PROCESS_LOG has the limits of the supervisor. */
	struct log_budget_limits log;
};

/*
 * The sum of all stop_ms, of the longest handover (VRRP_LEAVE_MAX_NS, 10 s) and of the kills
 * (STOP_ORDER_KILL_MS) is less than TimeoutStopSec=25 of the unit: vrrp removes addresses, thousands
 * in one batch; the director waits 3 s for scripts; the script process gives its scripts a second to
 * end.
 *
 * The limits of the log: if 4,000 servers fail at once, the director logs 4,000 lines, and vrrp does
 * the same for 4,000 instances. journald accepts 10,000 lines of a unit in 30 s. The check and script
 * processes report to the director and log very little.
 */
extern const struct process_kind process_kinds[N_PROCESSES];

/* The title without "lvsd: ", as in the log: "vrrp". */
static inline const char *process_short_name(enum process_name name)
{
	return process_kinds[name].title + sizeof("lvsd: ") - 1;
}

/* What the processes of the table lack if lvsd was started with the capabilities permitted. */
struct rights_lacks process_lacks(uint64_t permitted);

#endif
