/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: the director's own place in the network (guard.h). */
#include "conf/kind.h"
#include "healthcheck/health_internal.h"
#include "healthcheck/judge/guard.h"

/* The interface lo has this index in each network namespace. */
#define INDEX_OF_LO 1

/* Calls fn for each check that is down and that a kept server needs. Returns whether fn was true for one. */
static bool kept_checks_visit(const struct health_table *table, const struct health_vs *vs,
			      bool (*fn)(const struct health_table *table, uint32_t slot, void *arg), void *arg)
{
	bool is_any = false;

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct health_rs *rs = &vs->real_servers[i];

		if (!(rs->held & HEALTH_HELD_GUARD) || !rs->is_lost)
			continue;
		for (size_t k = 0; k < rs->n_checks; k++)
			if (rs->checks[k].state == HEALTH_DOWN)
				is_any |= fn(table, health_slot(table, &rs->checks[k]), arg);
	}
	return is_any;
}

static bool is_awaited(const struct health_table *table, uint32_t slot, void *arg)
{
	(void)arg;
	return table->places[slot].is_awaited;
}

struct awaiting {
	struct health_table *table;
	struct mono now;
};

static bool await_check(const struct health_table *table, uint32_t slot, void *arg)
{
	const struct awaiting *awaiting = arg;

	if (!table->places[slot].is_awaited && !health_check_is_event(table->checks[slot].conf))
		health_path_await(awaiting->table, slot, awaiting->now);
	return true;
}

void health_reach_return(struct health_table *table, struct health_vs *vs, struct mono now)
{
	struct awaiting awaiting = {table, now};

	kept_checks_visit(table, vs, await_check, &awaiting);
}

bool health_reach_is_returning(const struct health_table *table, const struct health_vs *vs,
			       const struct guard_facts *facts)
{
	if ((vs->guard != GUARD_CUT_OFF && vs->guard != GUARD_RETURNING) || guard_is_cut_off(&facts->reach))
		return false;
	return kept_checks_visit(table, vs, is_awaited, NULL);
}

static void resettle(struct health_table *table, struct mono now, int64_t wall_us)
{
	bool is_cut_off = guard_is_cut_off(&table->reach) && !table->has_answer;

	table->told = now;
	table->told_wall_us = wall_us;
	for (size_t i = 0; i < table->n_services; i++) {
		struct health_vs *vs = &table->services[i];

		if (vs->guard == GUARD_NONE && !vs->n_failed)
			continue;
		if (vs->guard == GUARD_CUT_OFF && !is_cut_off)
			health_reach_return(table, vs, now);
		health_guard_resettle(table, vs, now, wall_us);
		health_vs_settle(table, vs, wall_us);
	}
}

void health_reach(struct health *health, const struct guard_reach *reach, struct mono now, int64_t wall_us)
{
	struct health_table *table = &health->table;

	table->reach = *reach;
	table->reach_at = now;
	table->has_answer = false;
	resettle(table, now, wall_us);
}

/* Has the director the answer over the network? A server on this machine answers always. */
static bool is_from_network(const struct health_check *check, const struct probe_result *result)
{
	return (result->outcome == PROBE_OK || result->is_answered) && check->usual_interface != INDEX_OF_LO &&
	       conf_check_kind(check->conf)->runner == CONF_RUNNER_CHECK;
}

void health_reach_note(struct health_table *table, const struct health_check *check,
		       const struct probe_result *result, struct mono now, int64_t wall_us)
{
	if (table->has_answer || !guard_is_cut_off(&table->reach) || !is_from_network(check, result) ||
	    mono_before(check->started, table->reach_at))
		return;
	table->has_answer = true;
	resettle(table, now, wall_us);
}

size_t health_n_kept_cut_off(const struct health *health, bool is_returning)
{
	return health->table.n_kept_cut_off + (is_returning ? health->table.n_returning : 0);
}
