/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: what follows from the states of checks, for real servers and quorums. All other
 * files of the model use these functions. */
#include "healthcheck/health_internal.h"
#include "healthcheck/pool.h"

enum health_state health_rs_judge(const struct health_rs *rs)
{
	if (rs->n_down)
		return HEALTH_DOWN;
	return rs->n_up == rs->n_checks ? HEALTH_UP : HEALTH_UNKNOWN;
}

bool health_rs_is_alive(const struct health_rs *rs)
{
	return rs->state == HEALTH_UP || (rs->state == HEALTH_UNKNOWN && rs->was_present);
}

uint32_t health_rs_live_weight(const struct health_rs *rs)
{
	return health_rs_is_alive(rs) && !rs->is_maintained && !rs->n_cut_off ? rs->weight : 0;
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

	if (is_judged || is_up != vs->is_quorum_up)
		vs->is_quorum_known = true;
	vs->is_quorum_up = is_up;
	if (quorum_state(vs) == from)
		return;
	vs->quorum_since_wall_us = wall_us;
	*vec_push(&table->changes) = (struct health_change){
	    .kind = HEALTH_CHANGE_QUORUM, .vs = vs, .from = from, .to = quorum_state(vs)};
}

void health_check_wait(struct health_table *table, struct health_check *check, struct mono due)
{
	check->is_in_flight = false;
	check->due = due;
	sched_wait(&table->sched, health_slot(table, check), due);
}
