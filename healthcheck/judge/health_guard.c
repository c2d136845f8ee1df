/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: servers that are down and keep their weights, by the panic guard (guard.h) or
 * by depool_threshold. */
#include "conf/kind.h"
#include "healthcheck/health_internal.h"
#include "healthcheck/judge/guard.h"

/* The interface lo has this index in each network namespace. */
#define INDEX_OF_LO 1

static void hold(struct health_vs *vs, struct health_rs *rs, uint8_t reason, bool is_held)
{
	health_vs_leave(vs, rs);
	rs->held = is_held ? rs->held | reason : rs->held & ~reason;
	rs->is_flap_excused |= is_held && reason != HEALTH_HELD_DEPOOL;
	health_vs_enter(vs, rs);
}

static void set_hold(struct health_vs *vs, struct health_rs *rs, uint8_t reason, bool is_held)
{
	if (is_held != ((rs->held & reason) != 0))
		hold(vs, rs, reason, is_held);
}

/* Was the server lost within panic_window? */
static bool is_lost_now(const struct health_vs *vs, const struct health_rs *rs, struct mono now)
{
	return rs->is_lost && health_rs_is_in_pool(rs) &&
	       mono_sub(now, rs->down_at) <= guard_window_ms(vs->conf) * NS_PER_MS;
}

static size_t count_lost(const struct health_vs *vs, struct mono now)
{
	size_t n = 0;

	for (size_t i = 0; i < vs->n_real_servers; i++)
		n += is_lost_now(vs, &vs->real_servers[i], now);
	return n;
}

/* Gives each server its holds for the cause. A server that is kept already stays so in a panic, however
 * long ago it was lost. While all are kept by fail_open, it stays noted who was kept by a panic. */
static void hold_all(struct health_vs *vs, enum guard_cause cause, struct mono now)
{
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct health_rs *rs = &vs->real_servers[i];
		bool may_be_held = health_rs_is_in_pool(rs) && !health_rs_is_alive(rs);
		bool is_kept = rs->is_lost && (rs->held & HEALTH_HELD_GUARD);
		bool is_lost = cause != GUARD_OPEN && is_lost_now(vs, rs, now);

		set_hold(vs, rs, HEALTH_HELD_OPEN, may_be_held && cause == GUARD_OPEN);
		set_hold(vs, rs, HEALTH_HELD_GUARD,
			 may_be_held && cause != GUARD_NONE && (is_kept || is_lost));
	}
}

/* --- the director is cut off --- */

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

static void return_begin(struct health_table *table, struct health_vs *vs, struct mono now)
{
	struct awaiting awaiting = {table, now};

	kept_checks_visit(table, vs, await_check, &awaiting);
}

static bool is_returning(const struct health_table *table, const struct health_vs *vs,
			 const struct guard_facts *facts)
{
	if ((vs->guard != GUARD_CUT_OFF && vs->guard != GUARD_RETURNING) || guard_is_cut_off(&facts->reach))
		return false;
	return kept_checks_visit(table, vs, is_awaited, NULL);
}

static struct guard_facts facts_of(const struct health_vs *vs, size_t n_lost)
{
	bool has_sorry = vs->conf->has_sorry_server && !vs->is_sorry_maintained;

	return (struct guard_facts){.n_pool = vs->n_pool,
				    .n_lost = n_lost,
				    .n_live = vs->n_live,
				    .n_cut_off = vs->n_cut_off,
				    .n_awaited = vs->n_awaited,
				    .has_substitute = has_sorry || vs->n_live_backup > 0};
}

/* Where the director is in the network, as far as it matters to the service now. */
static struct guard_reach reach_of(const struct health_table *table, const struct health_vs *vs)
{
	struct guard_reach reach = table->reach;

	if (table->has_answer || vs->guard == GUARD_RETURNING)
		reach = (struct guard_reach){0};
	if (guard_is_acting(vs->guard)) /* what it keeps is kept already */
		reach.is_asking = false;
	return reach;
}

static enum guard_cause judge(const struct health_table *table, struct health_vs *vs, bool is_newly_lost,
			      struct mono now)
{
	size_t n_most = vs->n_pool - vs->n_live + vs->n_awaited, n_lost = 0;
	struct guard_reach reach = reach_of(table, vs);
	bool is_any_enough = guard_is_cut_off(&reach) || guard_may_be_cut_off(&reach);
	struct guard_facts facts;

	if (guard_is_acting(vs->guard))
		n_lost = vs->n_held_lost;
	else if (vs->guard == GUARD_WAIT) /* not longer than panic_window */
		n_lost = count_lost(vs, now);
	else if (is_newly_lost && (is_any_enough || guard_may_panic(vs->conf, vs->n_pool, n_most)))
		n_lost = count_lost(vs, now);
	facts = facts_of(vs, n_lost);
	facts.reach = reach;
	if (is_returning(table, vs, &facts))
		return GUARD_RETURNING;
	return guard_judge(vs->conf, &facts);
}

/* The wait ends, and the servers that were kept meanwhile are taken out. Each of them is reported, since nothing else
 * has to be. */
static void report_unheld(struct health_table *table, struct health_vs *vs)
{
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct health_rs *rs = &vs->real_servers[i];

		if (rs->held & HEALTH_HELD_GUARD)
			*vec_push(&table->changes) = (struct health_change){
			    .kind = HEALTH_CHANGE_KEPT, .vs = vs, .rs = rs, .from = rs->state, .to = rs->state};
	}
}

static void guard_become(struct health_table *table, struct health_vs *vs, enum guard_cause cause)
{
	table->n_kept_cut_off -= vs->guard == GUARD_CUT_OFF;
	table->n_kept_cut_off += cause == GUARD_CUT_OFF;
	table->n_returning -= vs->guard == GUARD_RETURNING;
	table->n_returning += cause == GUARD_RETURNING;
	vs->guard = cause;
}

/* is_newly_lost: a server was lost, or the director's place in the network is another one. */
static void guard_settle(struct health_table *table, struct health_vs *vs, bool is_newly_lost, struct mono now,
			 int64_t wall_us)
{
	enum guard_cause cause = judge(table, vs, is_newly_lost, now);

	if (cause == GUARD_OPEN && vs->n_held_guard < vs->n_pool)
		hold_all(vs, cause, now);
	if (cause == vs->guard)
		return;
	hold_all(vs, cause, now);
	if (guard_is_acting(vs->guard) != guard_is_acting(cause))
		vs->guard_since_wall_us = wall_us;
	if (guard_is_acting(vs->guard) || guard_is_acting(cause))
		*vec_push(&table->changes) = (struct health_change){
		    .kind = HEALTH_CHANGE_GUARD,
		    .vs = vs,
		    .from = guard_is_acting(vs->guard) ? HEALTH_DOWN : HEALTH_UP,
		    .to = guard_is_acting(cause) ? HEALTH_DOWN : HEALTH_UP};
	guard_become(table, vs, cause);
}

/* Has the server gone down, and may depool_threshold keep it? */
static bool is_depooled(const struct health_rs *rs)
{
	return rs->has_failed && health_rs_is_in_pool(rs) && !rs->held;
}

/* The server of its kind that failed last (is_last) or first; NULL: there is none. */
static struct health_rs *pick(struct health_vs *vs, bool is_last)
{
	struct health_rs *found = NULL;

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct health_rs *rs = &vs->real_servers[i];

		if (is_last ? !is_depooled(rs) : rs->held != HEALTH_HELD_DEPOOL)
			continue;
		if (!found || (is_last ? mono_sub(rs->down_at, found->down_at) > 0
				       : mono_sub(rs->down_at, found->down_at) < 0))
			found = rs;
	}
	return found;
}

static void depool_settle(struct health_table *table, struct health_vs *vs)
{
	size_t least = guard_depool_min(vs->conf, vs->n_pool), n;
	struct health_rs *rs;

	for (;;) {
		n = vs->n_live + vs->n_held;
		if (n == least || !(n < least ? vs->n_failed > vs->n_held : vs->n_held > 0))
			return;
		rs = pick(vs, n < least);
		if (!rs)
			return;
		hold(vs, rs, HEALTH_HELD_DEPOOL, n < least);
		*vec_push(&table->changes) = (struct health_change){
		    .kind = HEALTH_CHANGE_KEPT, .vs = vs, .rs = rs, .from = rs->state, .to = rs->state};
	}
}

static void depool(struct health_table *table, struct health_vs *vs)
{
	if (vs->conf->depool_threshold || vs->n_held > vs->n_held_guard)
		depool_settle(table, vs);
}

void health_guard_settle(struct health_table *table, struct health_vs *vs, struct health_rs *lost,
			 struct mono now, int64_t wall_us)
{
	if (lost && vs->guard != GUARD_NONE && vs->guard != GUARD_OPEN && health_rs_is_in_pool(lost))
		hold(vs, lost, HEALTH_HELD_GUARD, true);
	guard_settle(table, vs, lost, now, wall_us);
	depool(table, vs);
}

/* The director's place in the network is another one. */
static void guard_resettle(struct health_table *table, struct health_vs *vs, struct mono now, int64_t wall_us)
{
	if (vs->guard == GUARD_WAIT && judge(table, vs, true, now) == GUARD_NONE)
		report_unheld(table, vs);
	guard_settle(table, vs, true, now, wall_us);
	depool(table, vs);
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
			return_begin(table, vs, now);
		guard_resettle(table, vs, now, wall_us);
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

/* Is the outcome a failure that is no silence? A success says nothing about the checks that fail. */
static bool is_answer(const struct probe_result *result)
{
	return result && result->outcome == PROBE_FAIL && (result->is_answered || result->is_decided);
}

bool health_guard_note(struct health_rs *rs, bool was_alive, const struct probe_result *result,
		       struct mono now)
{
	bool is_alive = health_rs_is_alive(rs), has_answered = is_answer(result);

	rs->is_proven |= rs->state == HEALTH_UP;
	rs->is_adopted &= rs->state == HEALTH_UNKNOWN;
	if (is_alive) {
		rs->held = 0;
		rs->has_failed = rs->is_lost = false;
		return false;
	}
	if (was_alive && rs->is_proven) {
		rs->has_failed = true;
		rs->is_lost = result && !has_answered; /* a new configuration is no silence */
		rs->down_at = now;
		if (has_answered)
			rs->held &= HEALTH_HELD_DEPOOL | HEALTH_HELD_OPEN;
		return rs->is_lost;
	}
	/* One that is down only because it is held for flapping has answered. */
	if ((has_answered || health_rs_verdict(rs) == HEALTH_UP) && rs->is_lost) {
		rs->is_lost = false;
		rs->held &= HEALTH_HELD_DEPOOL | HEALTH_HELD_OPEN;
	}
	return false;
}
