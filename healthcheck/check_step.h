/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one hysteresis: what the outcome of a probe makes of the state of its check. Total over
 * every (state, outcome) pair; it knows no time, no timer and no other check.
 */
#ifndef LVSD_HEALTHCHECK_CHECK_STEP_H
#define LVSD_HEALTHCHECK_CHECK_STEP_H

#include "healthcheck/health.h"

/* Which of the check's intervals leads to its next probe. */
enum check_pace {
	CHECK_PACE_LOOP,       /* delay_loop */
	CHECK_PACE_FIRST_LOOP, /* after the first round: a part of delay_loop */
	CHECK_PACE_RETRY,      /* delay_before_retry: a failure that is not believed yet */
	CHECK_PACE_NO_VERDICT, /* the probe could not be made: soon again, but never in a storm */
};

struct check_verdict {
	enum health_state state;
	uint32_t failures;    /* in a row, while up; else 0 */
	enum check_pace pace; /* never CHECK_PACE_FIRST_LOOP: rounds are the caller's matter */
};

/*
 * The state after outcome of a check that is in state after failures failures in a row. retry is
 * the number of failures that an up check survives; a retry that a reload made smaller than
 * failures takes effect with the next failure.
 */
struct check_verdict check_step(enum health_state state, uint32_t failures, uint32_t retry,
				enum probe_outcome outcome);

#endif
