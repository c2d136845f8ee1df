/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: what follows from the states of checks, for real servers and quorums. All other
 * files of the model use these functions. */
#include "conf/kind.h"
#include "healthcheck/health_internal.h"
#include "healthcheck/pool.h"
#include "healthcheck/track/health_track.h"

/* Does the check say neither that its server is up nor that it is down? */
static bool is_abstaining(const struct health_check *check)
{
	enum conf_runner runner = conf_check_kind(check->conf)->runner;

	if (check->state == HEALTH_DOWN)
		return false;
	if (check->conf->is_agent)
		return check->agent.service == AGENT_NO_SERVICE;
	if (check->state == HEALTH_UP)
		return check->is_mute;
	/* What has been asked and gave no verdict may never give one. */
	return check->last_wall_us && check->last.fault == PATH_FINE &&
	       (runner == CONF_RUNNER_SCRIPT || runner == CONF_RUNNER_DIRECTOR);
}

static void count_check(struct health_rs *rs, const struct health_check *check)
{
	rs->n_up += check->state == HEALTH_UP;
	rs->n_down += check->state == HEALTH_DOWN;
	rs->n_cut_off += check->is_cut_off;
}

void health_rs_count(struct health_rs *rs)
{
	bool is_any_saying = false;

	rs->n_up = rs->n_down = rs->n_cut_off = rs->n_abstaining = rs->n_mute = 0;
	for (size_t i = 0; i < rs->n_checks; i++)
		is_any_saying |= !rs->checks[i].conf->is_helper && !is_abstaining(&rs->checks[i]);
	for (size_t i = 0; i < rs->n_checks; i++) {
		const struct health_check *check = &rs->checks[i];

		if (check->conf->is_helper)
			continue;
		if (!is_any_saying || !is_abstaining(check)) {
			count_check(rs, check);
			continue;
		}
		rs->n_abstaining++;
		rs->n_mute += check->state == HEALTH_UP;
	}
}

bool health_check_is_abstaining(const struct health_rs *rs, const struct health_check *check)
{
	return rs->n_abstaining && !check->conf->is_helper && is_abstaining(check);
}

/* How many of n checks must be up. */
static size_t n_required(const struct health_rs *rs, size_t n)
{
	uint32_t required = rs->conf->checks_required;

	return required && required < n ? required : n;
}

bool health_rs_is_cut_off(const struct health_rs *rs)
{
	size_t n = rs->n_deciding - rs->n_abstaining;

	return n - rs->n_cut_off < n_required(rs, n);
}

/* A check that abstains and had no outcome yet cannot save a server; but without checks_required, the
 * server is not up before it. */
enum health_state health_rs_verdict(const struct health_rs *rs)
{
	size_t n = rs->n_deciding - rs->n_abstaining;

	if (n - rs->n_down < n_required(rs, n))
		return HEALTH_DOWN;
	return rs->n_up >= n_required(rs, rs->n_deciding - rs->n_mute) ? HEALTH_UP : HEALTH_UNKNOWN;
}

bool health_rs_is_damped(const struct health_rs *rs)
{
	return rs->flap && rs->flap->is_held;
}

enum health_state health_rs_judge(const struct health_rs *rs)
{
	return health_rs_is_damped(rs) ? HEALTH_DOWN : health_rs_verdict(rs);
}

bool health_rs_is_spare(const struct health_rs *rs)
{
	return health_rs_is_damped(rs) && health_rs_is_in_pool(rs) && rs->weight > 0 &&
	       health_rs_verdict(rs) == HEALTH_UP && !health_rs_is_cut_off(rs);
}

bool health_rs_is_alive(const struct health_rs *rs)
{
	return rs->state == HEALTH_UP || (rs->state == HEALTH_UNKNOWN && rs->was_present);
}

static bool is_live(const struct health_rs *rs)
{
	return health_rs_is_alive(rs) && !rs->is_maintained && !health_rs_is_cut_off(rs);
}

uint32_t health_rs_live_weight(const struct health_rs *rs)
{
	return is_live(rs) ? rs->weight : 0;
}

uint32_t health_rs_serving_weight(const struct health_rs *rs)
{
	return is_live(rs) || (rs->held && !rs->is_maintained) ? rs->weight : 0;
}

/* Adds the server's part to each number of its service, or with sign -1 subtracts it. */
static void count_server(struct health_vs *vs, const struct health_rs *rs, int sign)
{
	struct tier *tier = tiers_find(vs->tiers, vs->n_tiers, rs->conf->backup);
	bool is_in_pool = health_rs_is_in_pool(rs), is_in_live = is_in_pool && is_live(rs);
	bool is_held = is_in_pool && rs->held;
	bool is_guarded = is_held && (rs->held & (HEALTH_HELD_GUARD | HEALTH_HELD_OPEN));
	bool is_weighted = rs->weight > 0;

	vs->live_weight += (uint64_t)sign * health_rs_live_weight(rs);
	vs->n_unknown += (size_t)sign * (rs->state == HEALTH_UNKNOWN);
	vs->n_pool += (size_t)sign * is_in_pool;
	vs->n_live += (size_t)sign * is_in_live;
	vs->n_live_backup += (size_t)sign * (is_in_live && rs->conf->backup && is_weighted && !rs->is_adopted);
	vs->n_cut_off += (size_t)sign * (is_in_pool && health_rs_is_alive(rs) && !is_in_live);
	vs->n_awaited += (size_t)sign * (is_in_live && rs->is_adopted);
	vs->n_failed += (size_t)sign * (is_in_pool && rs->has_failed);
	vs->n_held += (size_t)sign * is_held;
	vs->n_held_guard += (size_t)sign * is_guarded;
	vs->n_damped += (size_t)sign * health_rs_is_spare(rs);
	vs->n_held_lost += (size_t)sign * (is_held && (rs->held & HEALTH_HELD_GUARD) && rs->is_lost);
	tier->n += (size_t)sign * ((is_in_live || is_held) && is_weighted);
	tier->weight += (uint64_t)sign * health_rs_serving_weight(rs);
}

void health_vs_leave(struct health_vs *vs, const struct health_rs *rs)
{
	count_server(vs, rs, -1);
}

void health_vs_enter(struct health_vs *vs, const struct health_rs *rs)
{
	count_server(vs, rs, 1);
}

bool health_rs_is_in_use(const struct health_vs *vs, const struct health_rs *rs)
{
	return vs->n_tiers_used && rs->conf->backup <= vs->tiers[vs->n_tiers_used - 1].group;
}

void health_tiers_settle(struct health_table *table, struct health_vs *vs)
{
	size_t before = vs->n_tiers_used;

	vs->n_tiers_used = tiers_used(vs->conf, vs->tiers, vs->n_tiers);
	if (before && before != vs->n_tiers_used)
		*vec_push(&table->changes) =
		    (struct health_change){.kind = HEALTH_CHANGE_TIERS,
					   .vs = vs,
					   .weight_from = (uint32_t)before,
					   .weight_to = (uint32_t)vs->n_tiers_used};
}

bool health_rs_is_alpha(const struct conf_real_server *conf)
{
	for (size_t i = 0; i < conf->n_checks; i++)
		if (conf->checks[i].is_alpha)
			return true;
	return false;
}

uint32_t health_rs_weigh(const struct health_rs *rs)
{
	int64_t deviation = 0;

	for (size_t i = 0; i < rs->n_checks; i++)
		if (rs->checks[i].has_weight)
			deviation += (int64_t)rs->checks[i].weight - rs->conf->weight;
	for (size_t i = 0; i < rs->n_checks; i++)
		deviation += rs->checks[i].added;
	return pool_weight(rs->conf->weight, deviation);
}

static enum health_state quorum_state(const struct health_vs *vs)
{
	if (!vs->is_quorum_known)
		return HEALTH_UNKNOWN;
	return vs->is_quorum_up ? HEALTH_UP : HEALTH_DOWN;
}

/* The part of live_weight that servers with a verdict have. */
static uint64_t judged_weight(const struct health_vs *vs)
{
	uint64_t weight = 0;

	if (vs->n_unknown == 0)
		return vs->live_weight;
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (vs->real_servers[i].state == HEALTH_UP)
			weight += health_rs_live_weight(&vs->real_servers[i]);
	return weight;
}

void health_vs_settle(struct health_table *table, struct health_vs *vs, int64_t wall_us)
{
	bool is_judged = vs->n_unknown == 0, is_lost = vs->is_quorum_known && !vs->is_quorum_up;
	uint64_t weight = is_lost ? judged_weight(vs) : vs->live_weight;
	bool is_up = pool_step(vs->conf, vs->is_quorum_up, weight, is_judged);
	enum health_state from = quorum_state(vs);

	health_tiers_settle(table, vs);
	if (is_judged || is_up != vs->is_quorum_up)
		vs->is_quorum_known = true;
	vs->is_quorum_up = is_up;
	if (quorum_state(vs) == from)
		return;
	vs->quorum_since_wall_us = wall_us;
	health_track_service(table, vs);
	*vec_push(&table->changes) = (struct health_change){
	    .kind = HEALTH_CHANGE_QUORUM, .vs = vs, .from = from, .to = quorum_state(vs)};
}

const char *health_state_name(enum health_state state)
{
	static const char *const names[] = {
	    [HEALTH_UNKNOWN] = "unknown",
	    [HEALTH_UP] = "up",
	    [HEALTH_DOWN] = "down",
	};

	return names[state];
}
