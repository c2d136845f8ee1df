/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/patience.h"

void patience_begin(struct patience *patience, struct awake *awake)
{
	awake_begin(awake);
	*patience = (struct patience){.awake = awake,
				      .deadline = MONO_NEVER,
				      .stopped_ns = awake_stopped_ns(awake)};
}

void patience_end(struct patience *patience)
{
	awake_end(patience->awake);
}

void patience_set(struct patience *patience, struct mono deadline)
{
	patience->deadline = deadline;
	patience->seen_ns = awake_missed_ns(patience->awake);
}

enum patience_verdict patience_judge(struct patience *patience)
{
	int64_t missed = awake_missed_ns(patience->awake);
	/* The process may have stopped up to a tick before the tick that came late. */
	int64_t more = missed - patience->seen_ns + AWAKE_TICK_MS * NS_PER_MS;

	if (missed == patience->seen_ns)
		return PATIENCE_OVER;
	patience->seen_ns = missed;
	patience->more_ns += more;
	if (patience->more_ns > PATIENCE_MORE_MAX_MS * NS_PER_MS)
		return awake_stopped_ns(patience->awake) > patience->stopped_ns ? PATIENCE_LOST
										 : PATIENCE_OVER;
	patience->deadline = mono_add_ns(patience->deadline, more);
	return PATIENCE_MORE;
}

struct probe_result patience_result(const struct patience *patience, struct mono started)
{
	return probe_result_new(PROBE_NONE, started,
				"no verdict: the check process could not run for %.1f s of the probe",
				(double)patience->more_ns / NS_PER_S);
}
