/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes of lvsd besides the supervisor: one row each says what it is called, what it may do, when it runs,
 * with whom it speaks, and when its turn is at the end. A process is added as a row here, with its name in
 * process_name.h and its main in mains.c.
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

/* With whom a process has a channel. Each is a pair of sockets; the supervisor keeps both ends. */
enum process_channel {
	CHANNEL_LOG,        /* its lines go to the log process; that one's own pair is the supervisor's */
	CHANNEL_DIRECTOR,   /* it works for the director */
	CHANNEL_SUPERVISOR, /* the director's frames; else pings (base/pulse.h) */
	N_CHANNELS,
};

#define CHANNEL_BIT(channel) (1u << (channel))

struct process_kind {
	const char *title; /* "lvsd: vrrp" */
	/* The whole process, after it gave up its privileges; its exit status. */
	int (*main)(struct process_context *context);
	/* Before that, with all that lvsd may; NULL: nothing. */
	void (*prepare)(struct process_context *context);
	struct privileges privileges;
	enum process_need need;
	unsigned channels; /* of CHANNEL_BIT() */
	bool starts_scripts; /* they inherit no limit, and it needs the memory of script_groups */
	unsigned stop_rank;  /* its turn at the end of lvsd: 0 is first */
	int64_t stop_ms;     /* how long it may take to end before it is killed */
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

/* Who has this rank at the end. */
enum process_name process_by_stop_rank(unsigned rank);

#endif
