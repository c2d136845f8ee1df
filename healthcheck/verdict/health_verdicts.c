/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: verdicts of an earlier director. */
#include "base/mem.h"
#include "healthcheck/health_internal.h"
#include "healthcheck/track/health_track.h"
#include "healthcheck/verdict/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct verdict *verdict_find(const struct verdicts *verdicts, uint64_t key)
{
	size_t low = 0, high = verdicts->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (verdicts->items[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < verdicts->n && verdicts->items[low].key == key ? &verdicts->items[low] : NULL;
}

static bool may_take(const struct health_table *table, const struct health_check *check)
{
	const struct check_place *place = &table->places[health_slot(table, check)];
	enum conf_runner runner = conf_check_kind(check->conf)->runner;

	return check->state == HEALTH_UNKNOWN && !place->is_heard &&
	       (runner == CONF_RUNNER_CHECK || runner == CONF_RUNNER_SCRIPT);
}

static void verdict_take(struct health_check *check, const struct verdict *verdict,
			 struct mono now)
{
	bool is_known = verdict->state != HEALTH_UNKNOWN;

	check->agent = verdict->agent;
	check->is_from_before = true;
	check->adopted_at = now;
	if (!is_known)
		return;
	check->state = verdict->state;
	check->has_weight = verdict->has_weight && verdict->state == HEALTH_UP &&
			    conf_check_gives_weight(check->conf);
	check->weight = check->has_weight ? verdict->weight : 0;
	check->is_warned = verdict->is_warned;
	check->last = (struct probe_result){
	    .outcome = verdict->state == HEALTH_UP ? PROBE_OK : PROBE_FAIL,
	    .has_weight = check->has_weight,
	    .weight = check->weight,
	    .is_warning = verdict->is_warned,
	    .is_answered = true};
	snprintf(check->last.reason, sizeof(check->last.reason), "%s", verdict->reason);
	if (check->said && agent_has_words(&check->agent) &&
	    !strncmp(verdict->reason, AGENT_SAYS, strlen(AGENT_SAYS)))
		snprintf(check->said, AGENT_SAID_MAX, "%s", verdict->reason + strlen(AGENT_SAYS));
	check->last_wall_us = verdict->last_wall_us;
}

/* The check that explains the state of its server; NULL: none has taken a verdict. */
static const struct health_check *cause_of(const struct health_rs *rs)
{
	const struct health_check *cause = NULL;

	for (size_t i = 0; i < rs->n_checks; i++) {
		const struct health_check *check = &rs->checks[i];

		if (check->is_from_before && !check->conf->is_helper &&
		    (!cause || check->state == HEALTH_DOWN))
			cause = check;
	}
	return cause;
}

/* The server's state follows, as after outcomes of its checks. */
static void server_settle(struct health_table *table, struct health_vs *vs, struct health_rs *rs,
			  const struct verdict *told, bool was_alive, struct mono now,
			  int64_t wall_us)
{
	struct health_change change = {.kind = HEALTH_CHANGE_REAL_SERVER,
				       .vs = vs,
				       .rs = rs,
				       .cause = cause_of(rs),
				       .from = rs->state};

	rs->state = health_rs_judge(rs);
	rs->weight = health_rs_weigh(rs);
	health_guard_note(rs, was_alive, NULL, now);
	rs->is_ramping &= health_rs_is_alive(rs);
	change.to = rs->state;
	if (change.to == change.from)
		return;
	health_track_server(table, rs);
	rs->is_shown_idle = false;
	rs->since_wall_us = told->server_state == rs->state ? told->since_wall_us : wall_us;
	*vec_push(&table->changes) = change;
}

/* The kernel's service does not send the server connections: an earlier director had found it down and could
 * not write that any more, or could not reach it (path.h). That it was up before says nothing then. What an
 * agent said is no question of that. Returns how many checks have given their verdict back. */
static size_t probed_undo(struct health_rs *rs, const struct health_check *before)
{
	size_t n = 0;

	for (size_t i = 0; i < rs->n_checks; i++) {
		if (rs->checks[i].conf->is_agent || !rs->checks[i].is_from_before)
			continue;
		rs->checks[i] = before[i];
		n++;
	}
	health_rs_count(rs);
	return n;
}

/* Returns how many checks of the server have taken over a verdict. */
static size_t server_take(struct health_table *table, struct health_vs *vs, struct health_rs *rs,
			  const struct verdicts *verdicts, struct mono now, int64_t wall_us)
{
	struct health_check *before = mem_calloc(rs->n_checks, sizeof(*before));
	const struct health_rs was = *rs;
	const struct verdict *told = NULL;
	bool was_alive = health_rs_is_alive(rs);
	size_t n = 0;

	health_vs_leave(vs, rs);
	for (size_t i = 0; i < rs->n_checks; i++) {
		struct health_check *check = &rs->checks[i];
		const struct verdict *verdict =
		    may_take(table, check) ? verdict_find(verdicts, verdict_key(&vs->conf->key,
										&rs->conf->id,
										check->conf))
					   : NULL;

		before[i] = *check;
		if (!verdict)
			continue;
		verdict_take(check, verdict, now);
		told = verdict;
		n++;
	}
	health_rs_count(rs);
	if (rs->is_shown_out && health_rs_judge(rs) == HEALTH_UP)
		n -= probed_undo(rs, before);
	if (rs->is_adopted && health_rs_judge(rs) == HEALTH_DOWN) {
		*rs = was;
		for (size_t i = 0; i < rs->n_checks; i++)
			rs->checks[i] = before[i];
		n = 0;
	} else if (n) {
		server_settle(table, vs, rs, told, was_alive, now, wall_us);
	}
	health_vs_enter(vs, rs);
	free(before);
	return n;
}

size_t health_adopt_verdicts(struct health *health, const struct verdicts *verdicts,
			     struct mono now, int64_t wall_us)
{
	struct health_table *table = &health->table;
	size_t n_all = 0;

	for (size_t i = 0; i < table->n_services; i++) {
		struct health_vs *vs = &table->services[i];
		size_t n = 0;

		for (size_t j = 0; j < vs->n_real_servers; j++)
			if (vs->real_servers[j].n_checks)
				n += server_take(table, vs, &vs->real_servers[j], verdicts, now,
						 wall_us);
		if (!n)
			continue;
		health_guard_settle(table, vs, NULL, now, wall_us);
		health_vs_settle(table, vs, wall_us);
		n_all += n;
	}
	return n_all;
}

uint64_t health_verdict_changes(const struct health *health)
{
	return health->table.n_verdict_changes;
}
