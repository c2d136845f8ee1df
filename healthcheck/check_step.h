/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step of a check: from its state and the outcome of a probe to its next state. This is the
 * only place that counts failures. Defined for every pair of state and outcome; knows no time, no
 * timer and no other check.
 */
#ifndef LVSD_HEALTHCHECK_CHECK_STEP_H
#define LVSD_HEALTHCHECK_CHECK_STEP_H

#include "healthcheck/health.h"

/* Which interval of the check passes before its next probe. */
enum check_pace {
	CHECK_PACE_LOOP,       /* delay_loop */
	CHECK_PACE_RETRY,      /* delay_before_retry: a failure that does not count as down yet */
	CHECK_PACE_NO_VERDICT, /* the probe could not be made: soon, but bounded (sched.h) */
};

/* The next state of a check, and which interval passes before its next probe. */
struct check_verdict {
	enum health_state state;
	uint32_t failures;    /* in a row, while up; else 0 */
	enum check_pace pace;
};

/*
 * The verdict after outcome. state is the check's state before, failures the number of failures in
 * a row before, retry the number of failures that a check survives while up. If a reload made retry
 * smaller than failures, the next failure takes the check down.
 * Example: up, 1 failure, retry 1, PROBE_FAIL: down. Up, 0 failures, retry 1, PROBE_FAIL: up with 1
 * failure, and CHECK_PACE_RETRY.
 */
struct check_verdict check_step(enum health_state state, uint32_t failures, uint32_t retry,
				enum probe_outcome outcome);

#endif
