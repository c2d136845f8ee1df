/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/pool.h"

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
