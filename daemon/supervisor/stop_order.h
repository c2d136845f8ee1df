/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of the end, pure: vrrp gives up its addresses and says so; where it did not, they are
 * released; the director tells the scripts and waits for them; then the rest, the log last. Each stage begins
 * when the one before is over, and has its own time: one that hangs is killed, and the next still
 * runs.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_STOP_ORDER_H
#define LVSD_DAEMON_SUPERVISOR_STOP_ORDER_H

#include "base/mono.h"
#include "daemon/supervisor/process.h"

/* A killed process is gone after this long, or cannot die (it waits in the kernel) and is left. */
#define STOP_ORDER_KILL_MS 300

/* Begins as {0}. */
struct stop_order {
	unsigned stage;
	bool is_asked, is_killed; /* the process of this stage */
	struct mono deadline;     /* when something is due though nothing happens */
};

/* What the machine looks like. */
struct stop_view {
	bool runs[N_PROCESSES];
	/* vrrp may have left addresses behind: it was needed, and has not ended by itself with
	 * success since it was asked to. */
	bool owes_release;
};

enum stop_act {
	STOP_WAIT,  /* for the end of a process, or for stop_order.deadline */
	STOP_ASK,   /* SIGTERM to *ret_name; to PROCESS_LOG, that nobody logs any more */
	STOP_START, /* *ret_name has to run now */
	STOP_KILL,  /* SIGKILL to *ret_name */
	STOP_DONE,  /* nothing is left to do */
};

/*
 * The next thing to do. Call it again after it was done, until it says STOP_WAIT; then again when
 * a process has ended or the deadline has come.
 */
enum stop_act stop_order_step(struct stop_order *order, const struct stop_view *view,
			      struct mono now, enum process_name *ret_name);

#endif
