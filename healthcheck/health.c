/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/health.h"
#include "base/mem.h"
#include "healthcheck/check_step.h"
#include "healthcheck/health_internal.h"

#include <stdlib.h>

struct health *health_new(void)
{
	struct health *health = mem_calloc(1, sizeof(*health));

	sched_init(&health->table.sched, 0, HEALTH_IN_FLIGHT_MAX);
	return health;
}

void health_table_fini(struct health_table *table)
{
	free(table->services);
	free(table->servers);
	free(table->checks);
	free(table->places);
	sched_fini(&table->sched);
	id_map_fini(&table->ids);
}

void health_free(struct health *health)
{
	if (!health)
		return;
	health_table_fini(&health->table);
	free(health);
}

enum health_state health_rs_judge(const struct health_rs *rs)
{
	if (rs->n_down)
		return HEALTH_DOWN;
	return rs->n_up == rs->n_checks ? HEALTH_UP : HEALTH_UNKNOWN;
}

void health_rs_effective(const struct health_vs *vs, const struct health_rs *rs,
			 bool *ret_is_present, uint32_t *ret_weight)
{
	bool is_present =
	    rs->state == HEALTH_UP || (rs->state == HEALTH_UNKNOWN && rs->was_present);

	(void)vs;
	*ret_is_present = is_present;
	*ret_weight = is_present ? rs->conf->weight : 0;
}

uint32_t health_rs_live_weight(const struct health_vs *vs, const struct health_rs *rs)
{
	bool is_present;
	uint32_t weight;

	health_rs_effective(vs, rs, &is_present, &weight);
	return weight;
}

void health_vs_set_live_weight(struct health_vs *vs, uint64_t weight)
{
	vs->live_weight = weight;
	vs->is_quorum_up = weight > 0;
}

void health_adopt(struct health *health, size_t vs, size_t rs, bool vs_exists, bool is_present)
{
	struct health_vs *service = &health->table.services[vs];
	struct health_rs *server = &service->real_servers[rs];
	uint64_t others = service->live_weight - health_rs_live_weight(service, server);

	if (server->state != HEALTH_UNKNOWN)
		return;
	server->was_present = is_present || !vs_exists;
	health_vs_set_live_weight(service, others + health_rs_live_weight(service, server));
}

const struct health_vs *health_services(const struct health *health, size_t *ret_n)
{
	*ret_n = health->table.n_services;
	return health->table.services;
}

const struct health_check *health_check_find(const struct health *health, check_id id)
{
	return id_map_find(&health->table.ids, id);
}

struct mono health_next_due(const struct health *health)
{
	return sched_next_due(&health->table.sched);
}

size_t health_take_due(struct health *health, struct mono now, check_id *ids, size_t max)
{
	struct health_table *table = &health->table;
	uint32_t slot;
	size_t n = 0;

	while (n < max && sched_take(&table->sched, now, &slot)) {
		struct health_check *check = &table->checks[slot];

		check->is_in_flight = true;
		check->started = now;
		ids[n++] = check->id;
	}
	return n;
}

static void check_wait(struct health_table *table, struct health_check *check, struct mono due)
{
	check->is_in_flight = false;
	check->due = due;
	sched_wait(&table->sched, health_slot(table, check), due);
}

static void check_set_state(struct health_rs *rs, struct health_check *check,
			    enum health_state state)
{
	rs->n_up -= check->state == HEALTH_UP;
	rs->n_down -= check->state == HEALTH_DOWN;
	check->state = state;
	rs->n_up += check->state == HEALTH_UP;
	rs->n_down += check->state == HEALTH_DOWN;
}

/* Brings the real server's state after its checks'; true when it changed. */
static bool rs_settle(struct health_vs *vs, struct health_rs *rs, int64_t wall_us)
{
	enum health_state state = health_rs_judge(rs);
	uint64_t others = vs->live_weight - health_rs_live_weight(vs, rs);

	if (state == rs->state)
		return false;
	rs->state = state;
	rs->since_wall_us = wall_us;
	health_vs_set_live_weight(vs, others + health_rs_live_weight(vs, rs));
	return true;
}

bool health_outcome(struct health *health, check_id id, const struct probe_result *result,
		    struct mono now, int64_t wall_us, struct health_change *ret_change)
{
	struct health_table *table = &health->table;
	struct health_check *check = id_map_find(&table->ids, id);
	struct check_verdict verdict;
	struct check_place *place;
	enum health_state from;

	if (!check || !check->is_in_flight)
		return false;
	place = &table->places[health_slot(table, check)];
	verdict = check_step(check->state, check->failures, check->conf->retry, result->outcome);
	if (!place->is_heard && verdict.pace == CHECK_PACE_LOOP)
		verdict.pace = CHECK_PACE_FIRST_LOOP;
	table->n_unheard -= !place->is_heard;
	place->is_heard = true;
	check->last = *result;
	check->last_wall_us = wall_us;
	check->failures = verdict.failures;
	check_set_state(place->rs, check, verdict.state);
	check_wait(table, check,
		   sched_again_due(check->conf, verdict.pace, place->hash, check->started, now));
	from = place->rs->state;
	if (!rs_settle(place->vs, place->rs, wall_us))
		return false;
	*ret_change = (struct health_change){place->vs, place->rs, check, from, place->rs->state};
	return true;
}

void health_lost_probes(struct health *health, struct mono now)
{
	struct health_table *table = &health->table;

	for (size_t i = 0; i < table->n_checks; i++)
		if (table->checks[i].is_in_flight)
			check_wait(table, &table->checks[i], now);
}

bool health_is_settled(const struct health *health)
{
	return health->table.n_unheard == 0;
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
