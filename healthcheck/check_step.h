/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step of a check: from its state and the outcome of a probe to its next state. This is the
 * only place that counts outcomes. Defined for every pair of state and outcome; knows no time, no
 * timer and no other check.
 */
#ifndef LVSD_HEALTHCHECK_CHECK_STEP_H
#define LVSD_HEALTHCHECK_CHECK_STEP_H

#include "healthcheck/health.h"

/* Which interval of the check passes before its next probe. */
enum check_pace {
	CHECK_PACE_STEADY, /* delay_loop; down_interval while the check is down */
	/* The check counts: fast_interval; without it delay_before_retry after a failure, and delay_loop
	 * after a success. */
	CHECK_PACE_BETWEEN,
	CHECK_PACE_NO_VERDICT, /* the probe could not be made: soon, but bounded (sched.h) */
};

/* How many outcomes in a row change the state of a check; each at least 1. */
struct check_limits {
	uint64_t fall; /* failures of a check that is up */
	uint64_t rise; /* successes of a check that is down */
};

/* The next state of a check, and which interval passes before its next probe. */
struct check_verdict {
	enum health_state state;
	uint32_t streak; /* outcomes in a row against the state: failures while up, successes while down */
	enum check_pace pace;
};

/*
 * The verdict after outcome. state is the check's state before, streak the number of outcomes in a row
 * against it. If a reload made a limit smaller than streak, the next such outcome changes the state. The
 * first outcome of a check without a state decides at once.
 * Example: up, 1 failure, fall 2, PROBE_FAIL: down. Down, 0 successes, rise 2, PROBE_OK: down with 1
 * success, and CHECK_PACE_BETWEEN.
 */
struct check_verdict check_step(enum health_state state, uint32_t streak, struct check_limits limits,
				enum probe_outcome outcome);

/* The limits that the file gives a check. */
static inline struct check_limits check_limits_of(const struct conf_check *conf)
{
	return (struct check_limits){(uint64_t)conf->retry + 1, conf->rise ? conf->rise : 1};
}

#endif
