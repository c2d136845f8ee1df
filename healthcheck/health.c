/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/health.h"
#include "base/mem.h"
#include "healthcheck/check_step.h"
#include "healthcheck/health_internal.h"
#include "healthcheck/pool.h"
#include "healthcheck/track/health_track.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	free(table->tiers);
	free(table->flaps);
	free(table->said);
	vec_free(&table->damped);
	vec_free(&table->changes);
	vec_free(&table->ramping);
	vec_free(&table->words);
	vec_free(&table->trackers);
	vec_free(&table->tracked);
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

static bool is_sorry_serving(const struct health_vs *vs)
{
	return vs->conf->has_sorry_server && !vs->is_sorry_maintained && !vs->is_quorum_up;
}

static bool is_kept_idle(const struct health_rs *rs)
{
	return rs->state == HEALTH_UNKNOWN && rs->is_shown_idle;
}

void health_rs_effective(const struct health_vs *vs, const struct health_rs *rs,
			 bool *ret_is_present, uint32_t *ret_weight)
{
	uint32_t weight = health_rs_serving_weight(rs);
	int64_t next_ns;

	if (rs->is_ramping)
		weight = pool_ramp(weight, rs->back_ns, vs->conf->slow_start, vs->conf->scheduler,
				   &next_ns);
	*ret_is_present = (health_rs_is_alive(rs) || rs->held || rs->conf->is_inhibiting ||
			   is_kept_idle(rs)) &&
			  !rs->is_maintained;
	*ret_weight = is_sorry_serving(vs) || !health_rs_is_in_use(vs, rs) ? 0 : weight;
}

void health_sorry_effective(const struct health_vs *vs, bool *ret_is_present, uint32_t *ret_weight)
{
	bool is_serving = is_sorry_serving(vs);

	*ret_is_present = is_serving || (vs->conf->has_sorry_server && !vs->is_sorry_maintained &&
					 vs->conf->is_sorry_inhibiting);
	*ret_weight = is_serving ? vs->conf->sorry_server.weight : 0;
}

void health_adopt(struct health *health, size_t vs, size_t rs, bool vs_exists, bool is_present)
{
	struct health_vs *service = &health->table.services[vs];
	struct health_rs *server = &service->real_servers[rs];

	if (server->state != HEALTH_UNKNOWN)
		return;
	health_vs_leave(service, server);
	server->was_present = is_present || (!vs_exists && !health_rs_is_alpha(server->conf));
	server->is_adopted = is_present;
	server->is_shown_out = vs_exists && !is_present;
	server->is_proven |= is_present;
	if (health_rs_is_alive(server)) {
		server->held = 0;
		server->has_failed = server->is_lost = false;
	}
	health_vs_enter(service, server);
}

void health_adopt_weight(struct health *health, size_t vs, size_t rs, uint32_t weight)
{
	struct health_vs *service = &health->table.services[vs];
	struct health_rs *server = &service->real_servers[rs];

	for (size_t i = 0; i < server->n_checks; i++) {
		struct health_check *check = &server->checks[i];

		if (!conf_check_gives_weight(check->conf))
			continue;
		if (check->state != HEALTH_UNKNOWN)
			return;
		health_vs_leave(service, server);
		check->has_weight = true;
		check->weight = weight;
		server->weight = health_rs_weigh(server);
		health_vs_enter(service, server);
		return;
	}
}

void health_adopt_quorum(struct health *health, size_t vs, bool is_sorry_in_use)
{
	struct health_vs *service = &health->table.services[vs];

	if (service->is_quorum_known) {
		health_vs_settle(&health->table, service, health->table.told_wall_us);
		return;
	}
	service->is_quorum_up = is_sorry_in_use
				    ? pool_is_gained(service->conf, service->live_weight)
				    : !pool_is_lost(service->conf, service->live_weight);
	health_tiers_settle(&health->table, service);
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

static void check_set_state(struct health_rs *rs, struct health_check *check,
			    enum health_state state, const struct probe_result *result,
			    int64_t wall_us)
{
	if (state != check->state)
		check->since_wall_us = wall_us;
	check->state = state;
	if (result->outcome != PROBE_NONE)
		check->is_mute = result->is_mute;
	health_rs_count(rs);
}

/*
 * Takes the weight that a probe asks for (misc_dynamic), or adds (FILE_CHECK). A check that is down asks for no
 * weight; a check without a verdict keeps the weight that was adopted.
 */
static void check_set_weight(struct health_rs *rs, struct health_check *check,
			     const struct probe_result *result)
{
	bool has_weight = check->state == HEALTH_UP &&
			  (result->outcome == PROBE_OK ? result->has_weight : check->has_weight);
	uint32_t weight = result->outcome == PROBE_OK ? result->weight : check->weight;
	int32_t added = result->outcome == PROBE_OK ? result->added : check->added;

	if (check->state == HEALTH_UNKNOWN)
		return;
	weight = has_weight ? weight : 0;
	added = check->state == HEALTH_UP ? added : 0;
	if (has_weight == check->has_weight && weight == check->weight && added == check->added)
		return;
	check->has_weight = has_weight;
	check->weight = weight;
	check->added = added;
	rs->weight = health_rs_weigh(rs);
}

/* Takes the warning of a verdict. Returns whether the check did not have it before, or no longer has
 * it. */
static bool check_set_warning(struct health_check *check, const struct probe_result *result)
{
	bool was_warned = check->is_warned;

	if (result->outcome != PROBE_NONE)
		check->is_warned = result->is_warning;
	return check->is_warned != was_warned;
}

/* A check went down or came back, and its server is not down for it: checks_required. Returns whether
 * that was appended. */
static bool check_report(struct health_table *table, const struct health_change *change,
			 enum health_state before)
{
	const struct health_check *check = change->cause;
	bool is_told = check->state != before && !check->conf->is_helper &&
		       change->from == change->to && change->to != HEALTH_DOWN &&
		       (check->state == HEALTH_DOWN || before == HEALTH_DOWN);

	if (is_told)
		*vec_push(&table->changes) = (struct health_change){.kind = HEALTH_CHANGE_CHECK,
								    .vs = change->vs,
								    .rs = change->rs,
								    .cause = check,
								    .from = change->from,
								    .to = change->to};
	return is_told;
}

/* Appends one change: of the state, else of the weight, else of the warning of a server that is up,
 * else a failure that the file wants logged. change has the old and the new state and weight; nothing
 * is appended when none of these applies. before: the state that the check had.
 */
static void change_report(struct health_table *table, struct health_change change,
			  enum health_state before, bool is_warning_other)
{
	bool is_told = check_report(table, &change, before);

	if (change.from != change.to) {
		change.kind = HEALTH_CHANGE_REAL_SERVER;
		change.weight_from = change.weight_to = 0;
	} else if (health_rs_is_alive(change.rs) && change.weight_from != change.weight_to) {
		change.kind = HEALTH_CHANGE_WEIGHT;
	} else if (is_warning_other && change.to == HEALTH_UP) {
		change.kind = HEALTH_CHANGE_WARNING;
	} else if (!is_told && change.cause->conf->is_logging_failures &&
		   change.cause->last.outcome == PROBE_FAIL) {
		change.kind = HEALTH_CHANGE_FAILURE;
	} else {
		return;
	}
	*vec_push(&table->changes) = change;
}

/* Applies a verdict to the check, its real server and its service. is_event: no probe found it. */
static void take_verdict(struct health_table *table, struct health_check *check,
			 enum health_state state, bool is_event, const struct probe_result *result,
			 struct mono now, int64_t wall_us)
{
	const struct check_place *place = &table->places[health_slot(table, check)];
	struct health_vs *vs = place->vs;
	struct health_rs *rs = place->rs;
	struct health_change change = {
	    .vs = vs, .rs = rs, .cause = check, .from = rs->state, .weight_from = rs->weight};
	bool was_alive = health_rs_is_alive(rs), was_held = rs->held, is_lost, is_damped = false;
	bool was_up = health_rs_verdict(rs) == HEALTH_UP;
	bool was_cut_off = health_rs_is_cut_off(rs), is_warning_other;
	enum health_state before = check->state;

	check->is_from_before &= result->outcome == PROBE_NONE;
	table->told_wall_us = wall_us;
	table->told = now;
	health_vs_leave(vs, rs);
	check_set_state(rs, check, state, result, wall_us);
	check_set_weight(rs, check, result);
	if (!is_event && was_up && health_rs_verdict(rs) == HEALTH_DOWN) {
		is_damped = !health_rs_is_damped(rs);
		health_flap_down(table, vs, rs, now);
		is_damped &= health_rs_is_damped(rs);
	}
	if (!was_up && health_rs_verdict(rs) == HEALTH_UP)
		health_flap_up(rs, vs, now);
	rs->state = health_rs_judge(rs);
	health_path_take(table, check, result, was_cut_off, now, wall_us);
	is_lost = health_guard_note(rs, was_alive, result, now);
	health_vs_enter(vs, rs);
	if (rs->state != change.from) {
		health_rs_note_state(rs, change.from, rs->since_wall_us);
		rs->since_wall_us = wall_us;
	}
	if (rs->state != HEALTH_UNKNOWN)
		rs->is_shown_idle = false;
	rs->is_ramping &= health_rs_is_alive(rs);
	if (change.from == HEALTH_DOWN && rs->state == HEALTH_UP && !was_held)
		health_ramp_begin(table, vs, rs, now, now);
	change.to = rs->state;
	change.weight_to = rs->weight;
	is_warning_other = check_set_warning(check, result);
	table->n_verdict_changes +=
	    state != before || is_warning_other || change.weight_from != rs->weight;
	change_report(table, change, before, is_warning_other);
	health_track_server(table, rs);
	if (is_damped)
		*vec_push(&table->changes) = (struct health_change){.kind = HEALTH_CHANGE_FLAP,
								    .vs = vs,
								    .rs = rs,
								    .from = rs->state,
								    .to = rs->state,
								    .flap = HEALTH_FLAP_HELD};
	if (was_held && !rs->held && change.from == rs->state)
		*vec_push(&table->changes) = (struct health_change){
		    .kind = HEALTH_CHANGE_KEPT, .vs = vs, .rs = rs, .from = rs->state, .to = rs->state};
	health_flap_settle(table, vs, now);
	health_guard_settle(table, vs, is_lost ? rs : NULL, now, wall_us);
	health_vs_settle(table, vs, wall_us);
}

/* Does an event report the end of this fault? Then the next probe can wait for that event. */
static bool is_path_watched(enum path_fault fault)
{
	return fault != PATH_FINE && fault != PATH_RETURNING;
}

/* What the result means for the check: the line of an agent, or of a script, means what all its lines
 * together say. */
static struct probe_result result_of(struct health_table *table, struct health_check *check,
				     const struct health_rs *rs, const struct probe_result *result)
{
	const struct agent_words before = check->agent;
	const struct probe_result kept = {.has_weight = check->has_weight, .weight = check->weight};
	struct probe_result own = *result;

	if (check->said) {
		char line[AGENT_SAID_MAX];

		memcpy(line, check->said, sizeof(line));
		agent_take(&check->agent, check->said, rs->conf->weight, &kept, &own);
		table->n_verdict_changes += strcmp(line, check->said) != 0;
	} else if (check->conf->misc_protocol == CONF_MISC_JSON && own.outcome == PROBE_OK) {
		agent_hear(&check->agent, &own.said);
		agent_judge(&check->agent, rs->conf->weight, &own);
	}
	table->n_verdict_changes += memcmp(&before, &check->agent, sizeof(before)) != 0;
	return own;
}

/* Takes an outcome for which no probe was made. */
static void take_event(struct health_table *table, struct health_check *check,
		       const struct probe_result *result, struct mono now, int64_t wall_us)
{
	const struct check_limits at_once = {.fall = 1, .rise = 1};
	struct check_place *place = &table->places[health_slot(table, check)];
	struct check_verdict verdict = check_step(check->state, 0, at_once, result->outcome);

	table->n_unheard -= !place->is_heard;
	place->is_heard = true;
	check->last = *result;
	check->last_wall_us = wall_us;
	check->streak = verdict.streak;
	take_verdict(table, check, verdict.state, true, result, now, wall_us);
}

/* Gives those that track others their verdicts. */
static void follow(struct health_table *table, struct mono now, int64_t wall_us)
{
	struct health_check *check;
	struct probe_result result;

	while (health_track_next(table, &check, &result))
		take_event(table, check, &result, now, wall_us);
}

void health_event(struct health *health, check_id id, const struct probe_result *result,
		  struct mono now, int64_t wall_us)
{
	struct health_check *check = id_map_find(&health->table.ids, id);

	if (!check)
		return;
	take_event(&health->table, check, result, now, wall_us);
	follow(&health->table, now, wall_us);
}

bool health_agent_say(struct health *health, size_t vs, size_t rs, const char *line,
		      struct mono now, int64_t wall_us)
{
	struct health_table *table = &health->table;
	struct health_rs *server = &table->services[vs].real_servers[rs];
	struct probe_result said = {.outcome = PROBE_OK};
	bool is_heard = false;

	snprintf(said.reason, sizeof(said.reason), "%s", line);
	for (size_t i = 0; i < server->n_checks; i++) {
		struct health_check *check = &server->checks[i];
		struct probe_result own;

		if (!check->conf->is_agent)
			continue;
		own = result_of(table, check, server, &said);
		take_event(table, check, &own, now, wall_us);
		is_heard = true;
	}
	follow(table, now, wall_us);
	return is_heard;
}

void health_outcome(struct health *health, check_id id, const struct probe_result *told,
		    struct mono now, int64_t wall_us)
{
	struct health_table *table = &health->table;
	struct health_check *check = id_map_find(&table->ids, id);
	const struct probe_result *result;
	struct check_verdict verdict;
	struct check_place *place;
	struct probe_result own;
	struct mono due;
	enum hasten_cause cause;
	bool is_hastening;

	if (!check || !check->is_in_flight)
		return;
	place = &table->places[health_slot(table, check)];
	own = result_of(table, check, place->rs, told);
	result = &own;
	verdict = check_step(check->state, check->streak, health_check_limits(check, result),
			     result->outcome);
	is_hastening = health_hasten_cause(check, &verdict, result, &cause);
	check->is_hastened &= result->outcome == PROBE_NONE;
	check->is_restarted = false;
	if (is_path_watched(result->fault))
		verdict.pace = CHECK_PACE_STEADY;
	table->n_unheard -= !place->is_heard;
	place->is_heard = true;
	check->last = *result;
	check->last_wall_us = wall_us;
	check->streak = verdict.streak;
	check->n_probes++;
	check->latency_sum_us += result->latency_us;
	take_verdict(table, check, verdict.state, false, result, now, wall_us);
	due = sched_again_due(check->conf, check->state, verdict.pace, place->hash, check->started, now);
	health_check_wait(table, check, mono_min(due, health_path_bound(check)));
	if (is_hastening)
		health_hasten(table, check, cause, now);
	health_reach_note(table, check, result, now, wall_us);
	follow(table, now, wall_us);
}

static bool maintain(struct health *health, size_t vs, size_t rs, enum health_maintainer who,
		     bool is_maintained, struct mono now)
{
	struct health_vs *service = &health->table.services[vs];
	struct health_rs *server = &service->real_servers[rs];
	int64_t wall_us = health_wall_at(&health->table, now);
	uint8_t by = is_maintained ? server->maintained_by | who : server->maintained_by & ~who;

	if (server->maintained_by == by)
		return false;
	server->maintained_by = by;
	if (server->is_maintained == (by != 0))
		return true;
	health_vs_leave(service, server);
	server->is_maintained = by != 0;
	health_sorry_settle(service);
	health_vs_enter(service, server);
	health_ramp_begin(&health->table, service, server, now, now);
	health_flap_forget(&health->table, service, server, now);
	health_flap_settle(&health->table, service, now);
	health_guard_settle(&health->table, service, NULL, now, wall_us);
	health_vs_settle(&health->table, service, wall_us);
	follow(&health->table, now, wall_us);
	return true;
}

bool health_maintain(struct health *health, size_t vs, size_t rs, bool is_maintained, struct mono now)
{
	return maintain(health, vs, rs, HEALTH_MAINTAINED_BY_ORDER, is_maintained, now);
}

bool health_maintain_by_file(struct health *health, size_t vs, size_t rs, bool is_maintained,
			     struct mono now)
{
	return maintain(health, vs, rs, HEALTH_MAINTAINED_BY_FILE, is_maintained, now);
}

void health_flap_time(struct health *health, struct mono now)
{
	health_flap_expire(&health->table, now);
	follow(&health->table, now, health_wall_at(&health->table, now));
}

bool health_next_change(struct health *health, struct health_change *ret_change)
{
	struct health_table *table = &health->table;

	follow(table, table->told, table->told_wall_us);
	if (table->n_read == table->changes.n) {
		vec_clear(&table->changes);
		table->n_read = 0;
		return false;
	}
	*ret_change = table->changes.items[table->n_read++];
	return true;
}

bool health_is_known(const struct health *health)
{
	return health->table.n_unheard == 0;
}
