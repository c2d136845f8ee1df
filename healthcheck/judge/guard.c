/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/judge/guard.h"

bool guard_may_panic(const struct conf_virtual_server *vs, size_t n_pool, size_t n_down)
{
	uint32_t percent = vs->panic_threshold ? vs->panic_threshold : GUARD_THRESHOLD_PERCENT;

	return !vs->is_fail_closed && n_pool >= GUARD_POOL_MIN &&
	       (uint64_t)n_down * 100 > (uint64_t)percent * n_pool;
}

enum guard_cause guard_judge(const struct conf_virtual_server *vs, const struct guard_facts *facts)
{
	bool may_keep = facts->n_lost && !vs->is_fail_closed;

	if (vs->is_fail_open && !facts->has_substitute && facts->n_pool && !facts->n_live && !facts->n_cut_off)
		return GUARD_OPEN;
	if (may_keep && guard_is_cut_off(&facts->reach))
		return GUARD_CUT_OFF;
	if (may_keep && guard_may_be_cut_off(&facts->reach))
		return GUARD_WAIT;
	if (facts->has_substitute)
		return GUARD_NONE;
	if (guard_may_panic(vs, facts->n_pool, facts->n_lost))
		return GUARD_PANIC;
	return facts->n_lost && guard_may_panic(vs, facts->n_pool, facts->n_lost + facts->n_awaited)
		   ? GUARD_WAIT
		   : GUARD_NONE;
}

int64_t guard_window_ms(const struct conf_virtual_server *vs)
{
	return (int64_t)(vs->panic_window ? vs->panic_window : GUARD_WINDOW_S) * 1000;
}

size_t guard_depool_min(const struct conf_virtual_server *vs, size_t n_pool)
{
	return (size_t)(((uint64_t)vs->depool_threshold * n_pool + 99) / 100);
}
