/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: when a check is probed next, and the words that tell the check process so. */
#include "conf/kind.h"
#include "healthcheck/health_internal.h"

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
