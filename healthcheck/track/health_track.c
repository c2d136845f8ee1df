/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/track/health_track.h"
#include "conf/kind.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tracker_cmp(const void *left, const void *right)
{
	const struct health_tracker *a = left, *b = right;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	return (a->slot > b->slot) - (a->slot < b->slot);
}

static uint32_t target_of(const struct health_table *table, const struct conf_check *conf)
{
	const struct health_vs *vs = &table->services[conf->track_vs];

	return conf->track_rs == CONF_TRACK_SERVICE
		   ? (uint32_t)(table->n_servers + conf->track_vs)
		   : (uint32_t)(&vs->real_servers[conf->track_rs] - table->servers);
}

void health_track_build(struct health_table *table)
{
	for (size_t i = 0; i < table->n_checks; i++) {
		const struct conf_check *conf = table->checks[i].conf;

		if (conf_check_kind(conf)->runner == CONF_RUNNER_MODEL)
			*vec_push(&table->trackers) =
			    (struct health_tracker){target_of(table, conf), (uint32_t)i};
	}
	if (table->trackers.n)
		qsort(table->trackers.items, table->trackers.n, sizeof(*table->trackers.items),
		      tracker_cmp);
}

/* The first tracker of the target. */
static size_t first_tracker(const struct health_table *table, uint32_t target)
{
	size_t low = 0, high = table->trackers.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->trackers.items[middle].target < target)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void target_note(struct health_table *table, uint32_t target)
{
	size_t at = first_tracker(table, target);

	if (at < table->trackers.n && table->trackers.items[at].target == target)
		*vec_push(&table->tracked) = target;
}

void health_track_server(struct health_table *table, const struct health_rs *rs)
{
	if (table->trackers.n)
		target_note(table, (uint32_t)(rs - table->servers));
}

void health_track_service(struct health_table *table, const struct health_vs *vs)
{
	if (table->trackers.n)
		target_note(table, (uint32_t)(table->n_servers + (size_t)(vs - table->services)));
}

void health_track_all(struct health_table *table)
{
	for (size_t i = 0; i < table->trackers.n; i++)
		if (!i || table->trackers.items[i].target != table->trackers.items[i - 1].target)
			*vec_push(&table->tracked) = table->trackers.items[i].target;
}

/* ---- outcomes ---- */

static void outcome_say(struct probe_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void outcome_say(struct probe_result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(result->reason, sizeof(result->reason), format, args);
	va_end(args);
}

/* The check that explains the state of the server: one that is down, or one with a warning. */
static const struct health_check *explaining(const struct health_rs *rs)
{
	for (size_t i = 0; i < rs->n_checks; i++) {
		const struct health_check *check = &rs->checks[i];

		/* A helper decides nothing. */
		if (!check->conf->is_helper &&
		    (rs->state == HEALTH_DOWN ? check->state == HEALTH_DOWN : check->is_warned))
			return check;
	}
	return NULL;
}

static struct probe_result server_outcome(const struct health_rs *rs, const char *name)
{
	struct probe_result result = {.outcome = PROBE_NONE};
	const struct health_check *check = explaining(rs);

	if (rs->state == HEALTH_UNKNOWN) {
		outcome_say(&result, "%s has no verdict yet", name);
		return result;
	}
	result.outcome = rs->state == HEALTH_UP ? PROBE_OK : PROBE_FAIL;
	result.is_warning = rs->state == HEALTH_UP && check;
	/* A server that was lost is lost for those that follow it too (judge/guard.h). */
	result.is_decided = rs->state == HEALTH_DOWN && !rs->is_lost;
	outcome_say(&result, "%s is %s%s%s", name, rs->state == HEALTH_UP ? "up" : "down", check ? ": " : "",
	    check ? check->last.reason : "");
	return result;
}

static bool has_lost(const struct health_vs *vs)
{
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (vs->real_servers[i].is_lost)
			return true;
	return false;
}

static struct probe_result service_outcome(const struct health_vs *vs, const char *name)
{
	struct probe_result result = {.outcome = PROBE_NONE};

	if (!vs->is_quorum_known) {
		outcome_say(&result, "the quorum of %s has no verdict yet", name);
		return result;
	}
	result.outcome = vs->is_quorum_up ? PROBE_OK : PROBE_FAIL;
	result.is_decided = !vs->is_quorum_up && !has_lost(vs);
	outcome_say(&result, "the quorum of %s is %s", name, vs->is_quorum_up ? "up" : "down");
	return result;
}

/* Is the outcome another one than the check had last? Without a verdict the check keeps its warning. */
static bool is_other(const struct health_table *table, const struct health_check *check,
		     const struct probe_result *result)
{
	return !table->places[health_slot(table, check)].is_heard ||
	       check->last.outcome != result->outcome ||
	       (result->outcome != PROBE_NONE && check->is_warned != result->is_warning) ||
	       strcmp(check->last.reason, result->reason) != 0;
}

static struct probe_result outcome_of(const struct health_table *table, uint32_t target,
				      const char *name)
{
	return target < table->n_servers
		   ? server_outcome(&table->servers[target], name)
		   : service_outcome(&table->services[target - table->n_servers], name);
}

bool health_track_next(struct health_table *table, struct health_check **ret_check,
		       struct probe_result *ret_result)
{
	for (; table->n_followed < table->tracked.n; table->n_followed++, table->n_given = 0) {
		uint32_t target = table->tracked.items[table->n_followed];

		for (size_t at = first_tracker(table, target) + table->n_given;
		     at < table->trackers.n && table->trackers.items[at].target == target; at++) {
			struct health_check *check = &table->checks[table->trackers.items[at].slot];
			struct probe_result result = outcome_of(table, target, check->conf->track);

			table->n_given++;
			if (!is_other(table, check, &result))
				continue;
			*ret_check = check;
			*ret_result = result;
			return true;
		}
	}
	vec_clear(&table->tracked);
	table->n_followed = 0;
	return false;
}
