/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which lvsd's processes end when lvsd stops. First the director has the youngest connections sent
 * to the other director, for STOP_ORDER_FLUSH_MS at most. Then vrrp hands over to another director, while the
 * director keeps the IPVS table and connection sync as they are. It removes its addresses and says so with its
 * exit status; if it did not, the release process removes them. Then the director starts the last scripts and
 * waits for them. Then the others end, the log process last. A stage begins when the stage before is over. Each
 * stage has its own time: a process that hangs is killed, and the next stage follows. Pure.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_STOP_ORDER_H
#define LVSD_DAEMON_SUPERVISOR_STOP_ORDER_H

#include "base/mono.h"
#include "daemon/supervisor/process.h"

/* A killed process that has not ended after this time waits in the kernel and cannot die: lvsd does
 * not wait for it any longer. */
#define STOP_ORDER_KILL_MS 200
/* So long the handover waits for the director, which may hang. A bit longer than the director itself waits for the sync
 * process (FLUSHING_MAX_MS). */
#define STOP_ORDER_FLUSH_MS 1100

/* Begins as {0}. */
struct stop_order {
	unsigned stage;
	bool is_asked, is_killed; /* of the process of this stage */
	struct mono flush_by;     /* 0: vrrp was not to be asked yet */
	struct mono deadline;     /* when to call stop_order_step() again though no process has ended */
};

/* Which processes run now, and what they left. */
struct stop_view {
	bool runs[N_PROCESSES];
	/* vrrp may have left addresses: it was needed, and it has not ended with success since it
	 * was asked to end. */
	bool owes_release;
	/* The director has not said yet that the youngest connections were sent. */
	bool is_flushing;
	/* vrrp: how long the handover to another director may take, beyond stop_ms. */
	int64_t handover_ms;
};

enum stop_act {
	STOP_WAIT,  /* for the end of a process, or for stop_order.deadline */
	STOP_ASK,   /* send SIGTERM to *ret_name; for PROCESS_LOG: call channels_log_finish() */
	STOP_START, /* start *ret_name */
	STOP_KILL,  /* send SIGKILL to *ret_name */
	STOP_DONE,  /* nothing is left to do */
};

/*
 * Returns the next thing to do. Do it and call again until the result is STOP_WAIT; then call again
 * when a process has ended or the deadline has come.
 */
enum stop_act stop_order_step(struct stop_order *order, const struct stop_view *view,
			      struct mono now, enum process_name *ret_name);

#endif
