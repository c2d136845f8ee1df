/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: checks that are lent to the check process, what it is told of them, and what it
 * tells. */
#include "healthcheck/health_internal.h"

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
