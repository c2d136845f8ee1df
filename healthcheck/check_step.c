/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/check_step.h"

struct check_verdict check_step(enum health_state state, uint32_t failures, uint32_t retry,
				enum probe_outcome outcome)
{
	switch (outcome) {
	case PROBE_OK:
		return (struct check_verdict){HEALTH_UP, 0, CHECK_PACE_LOOP};
	case PROBE_FAIL:
		if (state == HEALTH_UP && failures < retry)
			return (struct check_verdict){HEALTH_UP, failures + 1, CHECK_PACE_RETRY};
		return (struct check_verdict){HEALTH_DOWN, 0, CHECK_PACE_LOOP};
	case PROBE_NONE:
		break;
	}
	return (struct check_verdict){state, failures, CHECK_PACE_NO_VERDICT};
}
