/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a probe waits for the server: a time in which this process ran. What the process missed
 * (awake.h) is added, so that a server does not fail because this machine was slow. A process that is
 * never stopped, but whose turns are long all the time, adds PATIENCE_MORE_MAX_MS at most and then
 * gives its verdict: else a dead server would never get one there.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_PATIENCE_H
#define LVSD_HEALTHCHECK_PROBES_PATIENCE_H

#include "healthcheck/probe.h"
#include "healthcheck/probes/awake.h"

/* The most time that a probe gets in addition, in milliseconds. It is less than the time after which
 * the director replaces a check process that does not report (OVERDUE_MS in daemon/director/checks.c). */
#define PATIENCE_MORE_MAX_MS 4000

struct patience {
	struct awake *awake;
	struct mono deadline;
	int64_t seen_ns; /* how much of the time that the process missed has been added, or needs not be */
	int64_t more_ns; /* that was added to all deadlines of this probe */
	int64_t stopped_ns; /* awake_stopped_ns() at its beginning */
};

/* What it means that the deadline has passed. */
enum patience_verdict {
	PATIENCE_OVER, /* the server is late */
	PATIENCE_MORE, /* it is not: there is a new deadline */
	PATIENCE_LOST, /* this process was stopped for too long: nobody knows whether it is */
};

/* Each probe begins once, before it reads the clock for its first deadline, and ends once. */
void patience_begin(struct patience *patience, struct awake *awake);
void patience_end(struct patience *patience);

/* Waits until deadline; may be called again for the next question of the same probe. */
void patience_set(struct patience *patience, struct mono deadline);
enum patience_verdict patience_judge(struct patience *patience);

/* The outcome of PATIENCE_LOST: no verdict. */
struct probe_result patience_result(const struct patience *patience, struct mono started);

#endif
