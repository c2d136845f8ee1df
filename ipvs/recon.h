/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to reconcile: read the table, plan, apply. A machine without I/O; the director steps it at
 * each settle and does a run when told to:
 *
 *	next = ipvs_recon_step(&recon, IPVS_RECON_TICK, now);
 *	while (next.is_run_due)
 *		next = ipvs_recon_step(&recon, run_once(), now);
 *	loop_timer_set(timer, next.wake);
 *
 * A run is the whole of reading, plan and apply, so each run also finds drift: between changes one
 * is due every gap_ns. The loop above ends: stale pictures in a row are counted.
 */
#ifndef LVSD_IPVS_RECON_H
#define LVSD_IPVS_RECON_H

#include "base/mono.h"

#include <stdbool.h>

/* Runs with a stale picture that may follow one another at once; the next failure waits. */
#define IPVS_RECON_STALE_MAX 3

/* After a failure the next run waits; the wait doubles with each failure in a row. */
#define IPVS_RECON_BACKOFF_MIN_NS (100 * NS_PER_MS)
#define IPVS_RECON_BACKOFF_MAX_NS (5 * NS_PER_S)

enum ipvs_recon_state {
	IPVS_RECON_SETTLED, /* the kernel had what was wanted when it was last read */
	IPVS_RECON_DIRTY,   /* a run is due at once */
	IPVS_RECON_BACKOFF, /* the last run failed */
};

enum ipvs_recon_event {
	IPVS_RECON_TICK,         /* nothing but that time has passed */
	IPVS_RECON_WANT_CHANGED, /* configuration or health; waits for no unrelated failure */
	IPVS_RECON_DRIFTED,      /* a dump made for another purpose differs from what is wanted */
	IPVS_RECON_RUN_OK,       /* the run left nothing to do */
	IPVS_RECON_RUN_STALE,    /* somebody else wrote between dump and apply (ipvs_op_is_stale) */
	IPVS_RECON_RUN_FAILED,   /* an operation or the socket failed otherwise */
};

struct ipvs_recon {
	enum ipvs_recon_state state;
	struct mono due;    /* of the next run */
	int64_t gap_ns;     /* between runs while nothing changes; may be set at any time */
	unsigned n_stale;   /* stale runs in a row */
	int64_t backoff_ns; /* length of the last wait; 0: the last run did not fail */
};

struct ipvs_recon_next {
	bool is_run_due;  /* run now, then step with its result */
	struct mono wake; /* else: step again at this time at the latest */
};

/* DIRTY: the first step asks for a run. */
void ipvs_recon_init(struct ipvs_recon *recon, struct mono now, int64_t gap_ns);

/* Total over every state and event. */
struct ipvs_recon_next ipvs_recon_step(struct ipvs_recon *recon, enum ipvs_recon_event event,
				       struct mono now);

/* "settled", "dirty", "backoff". */
const char *ipvs_recon_state_name(enum ipvs_recon_state state);

#endif
