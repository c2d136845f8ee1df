/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/pool.h"
#include "base/mono.h"

#include <string.h>

#define RAMP_STEPS       10
#define RAMP_STEPS_TABLE 4

bool pool_is_gained(const struct conf_virtual_server *vs, uint64_t live_weight)
{
	return live_weight > 0 && live_weight >= (uint64_t)vs->quorum + vs->hysteresis;
}

bool pool_is_lost(const struct conf_virtual_server *vs, uint64_t live_weight)
{
	return live_weight == 0 || live_weight + vs->hysteresis < vs->quorum;
}

bool pool_step(const struct conf_virtual_server *vs, bool is_up, uint64_t live_weight,
	       bool is_judged)
{
	if (!is_up)
		return pool_is_gained(vs, live_weight);
	return !pool_is_lost(vs, live_weight) || (live_weight > 0 && !is_judged);
}

uint32_t pool_weight(uint32_t configured, int64_t deviation)
{
	int64_t weight = (int64_t)configured + deviation;

	if (weight < 0)
		return 0;
	return weight > POOL_WEIGHT_MAX ? POOL_WEIGHT_MAX : (uint32_t)weight;
}

static unsigned ramp_steps(uint32_t duration_s, const char *scheduler)
{
	bool has_table = !strcmp(scheduler, "sh") || !strcmp(scheduler, "dh") ||
			 !strcmp(scheduler, "mh");
	unsigned most = has_table ? RAMP_STEPS_TABLE : RAMP_STEPS;

	return duration_s < most ? duration_s : most;
}

uint32_t pool_ramp(uint32_t weight, int64_t back_ns, uint32_t duration_s, const char *scheduler,
		   int64_t *ret_next_ns)
{
	int64_t n = ramp_steps(duration_s, scheduler), length = n ? duration_s * NS_PER_S / n : 0;
	int64_t step = n ? back_ns / length : 0;
	uint32_t share;

	*ret_next_ns = INT64_MAX;
	if (step >= n)
		return weight;
	*ret_next_ns = (step + 1) * length;
	share = (uint32_t)((int64_t)weight * (step + 1) / (n + 1));
	return share || !weight ? share : 1;
}

bool pool_ramp_find(uint32_t weight, uint32_t shown, uint32_t duration_s, const char *scheduler,
		    int64_t *ret_back_ns)
{
	int64_t back_ns = 0, next_ns;

	while (pool_ramp(weight, back_ns, duration_s, scheduler, &next_ns) < shown &&
	       next_ns != INT64_MAX)
		back_ns = next_ns;
	if (shown >= weight || pool_ramp(weight, back_ns, duration_s, scheduler, &next_ns) != shown)
		return false;
	*ret_back_ns = back_ns;
	return true;
}
