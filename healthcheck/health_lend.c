/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: when a check is probed next; checks that are lent to the check process, what it is
 * told of them, and what it tells. */
#include "conf/kind.h"
#include "healthcheck/health_internal.h"

bool health_check_is_event(const struct conf_check *conf)
{
	enum conf_runner runner = conf_check_kind(conf)->runner;

	return runner == CONF_RUNNER_DIRECTOR || runner == CONF_RUNNER_MODEL;
}

enum probe_outcome health_check_rest(const struct health_check *check)
{
	enum probe_outcome last = check->last.outcome;
	struct check_verdict next;

	/* What an agent says may differ each time. The first outcome counts as such, also after a
	 * verdict that was taken over. */
	if (!check->last_wall_us || check->is_from_before || !mono_is_never(check->faulted) || check->conf->is_agent)
		return PROBE_NONE;
	if (last == PROBE_FAIL && check->conf->is_logging_failures)
		return PROBE_NONE;
	next = check_step(check->state, check->streak, check_limits_of(check->conf), last);
	if (next.state != check->state || next.streak != check->streak ||
	    next.pace != CHECK_PACE_STEADY)
		return PROBE_NONE;
	return last;
}

static struct health_word current_word(const struct health_table *table,
				       const struct health_check *check)
{
	return (struct health_word){.id = check->id,
				    .due = check->due,
				    .not_before = check->not_before,
				    .interval_us = sched_interval_us(check->conf, check->state, false),
				    .hash = table->places[health_slot(table, check)].hash,
				    .rest = health_check_rest(check),
				    .seq = check->seq};
}

void health_word_settle(struct health_table *table, struct health_check *check, bool is_due)
{
	uint32_t slot = health_slot(table, check);
	struct check_place *place = &table->places[slot];
	struct health_word word = current_word(table, check);

	if (place->is_word_due ||
	    (!is_due && word.not_before.ns == place->told.not_before.ns &&
	     word.interval_us == place->told.interval_us && word.rest == place->told.rest &&
	     word.hash == place->told.hash && word.seq == place->told.seq))
		return;
	place->is_word_due = true;
	*vec_push(&table->words) = slot;
}

bool health_next_word(struct health *health, struct health_word *ret_word)
{
	struct health_table *table = &health->table;

	while (table->words.n) {
		uint32_t slot = table->words.items[--table->words.n];
		struct check_place *place = &table->places[slot];

		place->is_word_due = false;
		if (!table->checks[slot].is_lent)
			continue;
		*ret_word = place->told = current_word(table, &table->checks[slot]);
		return true;
	}
	return false;
}

uint64_t health_interval_us(const struct health_check *check)
{
	return sched_interval_us(check->conf, check->state, check->streak > 0);
}

struct mono health_soon(const struct health_table *table, const struct health_check *check,
			struct mono now)
{
	uint64_t us = health_interval_us(check), most = PATH_SPREAD_MS * 1000;

	most = us && us < most ? us : most;
	return mono_add_us(now, (int64_t)(table->places[health_slot(table, check)].hash % most));
}

/* Is the check one that waits to be lent? */
static bool is_lendable(const struct health_table *table, const struct health_check *check)
{
	return table->is_lending && conf_check_kind(check->conf)->runner == CONF_RUNNER_CHECK;
}

void health_check_wait(struct health_table *table, struct health_check *check, struct mono due)
{
	bool is_loop = check->is_in_flight; /* an outcome was taken: a steady one needs no word */

	check->is_in_flight = false;
	check->due = due;
	if (check->is_lent)
		health_word_settle(table, check, !is_loop);
	else if (is_lendable(table, check))
		sched_idle(&table->sched, health_slot(table, check));
	else
		sched_wait(&table->sched, health_slot(table, check), due);
}

void health_set_lending(struct health *health)
{
	struct health_table *table = &health->table;

	table->is_lending = true;
	for (size_t i = 0; i < table->n_checks; i++)
		if (!table->checks[i].is_in_flight)
			health_check_wait(table, &table->checks[i], table->checks[i].due);
}

void health_lend(struct health *health, check_id id)
{
	struct health_check *check = id_map_find(&health->table.ids, id);

	if (!check)
		return;
	check->is_lent = true;
	health_word_settle(&health->table, check, true);
}

static void take_back(struct health_table *table, struct health_check *check, struct mono now)
{
	struct mono due = check->due;

	check->is_lent = false;
	check->seq++; /* an outcome that is on its way has the wrong number then */
	/* What was due may have begun, and its outcome may be lost. A connection that was held is. */
	if (mono_reached(now, due) || check->conf->is_watch)
		due = health_soon(table, check, now);
	health_check_wait(table, check, due);
}

void health_recall(struct health *health, check_id id, struct mono now)
{
	struct health_check *check = id_map_find(&health->table.ids, id);

	if (check && check->is_lent)
		take_back(&health->table, check, now);
}

void health_lost_probes(struct health *health, struct mono now)
{
	struct health_table *table = &health->table;

	for (size_t i = 0; i < table->n_checks; i++) {
		struct health_check *check = &table->checks[i];

		if (check->is_lent)
			take_back(table, check, now);
		else if (check->is_in_flight && !table->is_lending)
			health_check_wait(table, check, now);
	}
}

static void add_count(struct health_check *check, uint64_t n, uint64_t sum_us)
{
	check->n_probes += n;
	check->latency_sum_us += sum_us;
}

bool health_take_told(struct health *health, const struct health_told *told)
{
	struct health_table *table = &health->table;
	struct health_check *check = id_map_find(&table->ids, told->before.id);

	if (!check || !check->is_lent || told->before.seq != check->seq + 1)
		return false;
	check->seq++;
	add_count(check, told->before.n, told->before.sum_us);
	if (mono_before(told->result.started, check->not_before)) {
		health_word_settle(table, check, true);
		return false;
	}
	check->started = told->result.started;
	check->is_in_flight = true;
	return true;
}

/* The check process counts only while it has been told of a rest. If the rest is another one by
 * now, the next outcome is told, and decides. */
bool health_take_count(struct health *health, const struct health_count *count,
		       struct probe_result *ret_result)
{
	struct health_table *table = &health->table;
	struct health_check *check = id_map_find(&table->ids, count->id);

	if (!check || !check->is_lent || !count->n)
		return false;
	/* health_outcome() counts the last one. */
	add_count(check, count->n - 1, count->sum_us - count->last_us);
	if (count->seq != check->seq || health_check_rest(check) == PROBE_NONE ||
	    mono_before(count->started, check->not_before)) {
		add_count(check, 1, count->last_us);
		return false;
	}
	*ret_result = check->last;
	ret_result->latency_us = count->last_us;
	ret_result->started = count->started;
	check->started = count->started;
	check->is_in_flight = true;
	return true;
}
