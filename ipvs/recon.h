/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to reconcile, that is: read the kernel's table, plan, apply. A state machine without I/O.
 * The director steps it once in a turn of its loop and does a run when one is due:
 *
 * 	next = ipvs_recon_step(&recon, IPVS_RECON_TICK, now);
 * 	while (next.is_run_due)
 * 		next = ipvs_recon_step(&recon, run_once(), now);
 * 	loop_timer_set(timer, next.wake);
 *
 * Since each run reads the table it also finds drift, so a run is due every gap_ns also when
 * nothing changes. The loop above ends, because stale runs in a row are counted and bounded.
 */
#ifndef LVSD_IPVS_RECON_H
#define LVSD_IPVS_RECON_H

#include "base/mono.h"

#include <stdbool.h>

/* How many stale runs may follow one another without a pause. */
#define IPVS_RECON_STALE_MAX 3

/* After a failure the next run waits. The wait doubles with each failure in a row, between these.
 */
#define IPVS_RECON_BACKOFF_MIN_NS (100 * NS_PER_MS)
#define IPVS_RECON_BACKOFF_MAX_NS (5 * NS_PER_S)

/* Whether a run is due. */
enum ipvs_recon_state {
	IPVS_RECON_QUIET, /* the kernel had the wanted table when it was last read */
	IPVS_RECON_DIRTY,   /* a run is due at once */
	IPVS_RECON_BACKOFF, /* the last run failed */
};

/* What happened: something outside of the runs, or the result of a run. */
enum ipvs_recon_event {
	IPVS_RECON_TICK,         /* time has passed */
	IPVS_RECON_WANT_CHANGED, /* configuration or health changed: a run at once, also in BACKOFF */
	IPVS_RECON_DRIFTED,      /* a dump made for another purpose differs from the wanted table */
	IPVS_RECON_RUN_OK,       /* the run succeeded */
	IPVS_RECON_RUN_STALE,    /* the table changed between dump and apply (ipvs_op_is_stale()) */
	IPVS_RECON_RUN_FAILED,   /* an operation or the socket failed for another reason */
};

/* The state of the machine. ipvs_recon_init() sets it. */
struct ipvs_recon {
	enum ipvs_recon_state state;
	struct mono due;    /* the next run */
	int64_t gap_ns;     /* time between runs while nothing changes; may be set at any time */
	unsigned n_stale;   /* stale runs in a row */
	int64_t backoff_ns; /* the last wait; 0: the last run did not fail */
};

/* What the caller does next. */
struct ipvs_recon_next {
	bool is_run_due;  /* do a run now, then step with its result */
	struct mono wake; /* otherwise step again at this time at the latest */
};

/* Begins in DIRTY: the first step asks for a run. */
void ipvs_recon_init(struct ipvs_recon *recon, struct mono now, int64_t gap_ns);

/* Handles one event; defined for every pair of state and event.
 * Example: QUIET and WANT_CHANGED: is_run_due. BACKOFF and TICK before due: not, wake is due. */
struct ipvs_recon_next ipvs_recon_step(struct ipvs_recon *recon, enum ipvs_recon_event event,
				       struct mono now);

/* The name of a state for the status: "settled" (QUIET), "dirty" or "backoff". */
const char *ipvs_recon_state_name(enum ipvs_recon_state state);

#endif
