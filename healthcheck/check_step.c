/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/check_step.h"

/* The next state after an outcome against the present one, of which a number in a row is needed. */
static struct check_verdict step_against(enum health_state state, uint32_t streak, uint64_t needed)
{
	if ((uint64_t)streak + 1 < needed)
		return (struct check_verdict){state, streak + 1, CHECK_PACE_BETWEEN};
	if (state == HEALTH_UP)
		return (struct check_verdict){HEALTH_DOWN, 0, CHECK_PACE_STEADY};
	return (struct check_verdict){HEALTH_UP, 0, CHECK_PACE_STEADY};
}

struct check_verdict check_step(enum health_state state, uint32_t streak, struct check_limits limits,
				enum probe_outcome outcome)
{
	switch (outcome) {
	case PROBE_OK:
		if (state == HEALTH_DOWN)
			return step_against(state, streak, limits.rise);
		return (struct check_verdict){HEALTH_UP, 0, CHECK_PACE_STEADY};
	case PROBE_FAIL:
		if (state == HEALTH_UP)
			return step_against(state, streak, limits.fall);
		return (struct check_verdict){HEALTH_DOWN, 0, CHECK_PACE_STEADY};
	case PROBE_NONE:
		break;
	}
	return (struct check_verdict){state, streak, CHECK_PACE_NO_VERDICT};
}
