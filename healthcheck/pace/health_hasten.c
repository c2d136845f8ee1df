/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: servers whose checks are probed before their time, because a connection to the
 * server has ended, or because clients seem to get no answer. */
#include "healthcheck/health_internal.h"

/* Counts the servers of the present second. Is this one among the first of them? */
static bool is_among_first(struct health_table *table, struct mono now)
{
	if (!table->n_hastened || mono_reached(now, mono_add_ms(table->hastened_since, 1000))) {
		table->n_hastened = 0;
		table->hastened_since = now;
	}
	return table->n_hastened++ < HASTEN_AT_ONCE;
}

/* The outcome of a probe that began before now is of no use. But a probe that was begun anew goes on until
 * its outcome: else a check would never have one where connections end faster than it decides. A script
 * that runs goes on too: it has its own time limit. */
static void check_hasten(struct health_table *table, struct health_check *check, struct mono due,
			 struct mono now)
{
	if (check->is_lent && !check->is_restarted) {
		check->is_restarted = true;
		check->not_before = now;
		health_check_wait(table, check, due);
	} else if (check->is_lent || !check->is_in_flight) {
		health_check_wait(table, check, mono_min(check->due, due));
	}
}

/* When the probes are due that follow what has happened to the connection of watch. */
static struct mono hastened_due(struct health_table *table, struct health_check *watch,
				struct mono now)
{
	struct mono next = mono_add_ms(watch->hastened, HASTEN_SPACING_MS);

	if (!watch->n_hastened || mono_reached(now, next)) {
		watch->n_hastened = 0;
		watch->hastened = now;
	}
	if (watch->n_hastened >= HASTEN_BURST)
		return next;
	watch->n_hastened++;
	return is_among_first(table, now) ? now : health_soon(table, watch, now);
}

void health_hasten(struct health_table *table, struct health_check *watch,
		   enum hasten_cause cause, struct mono now)
{
	struct health_rs *rs = table->places[health_slot(table, watch)].rs;
	struct mono due = hastened_due(table, watch, now);
	enum health_state same = cause == HASTEN_BACK ? HEALTH_UP : HEALTH_DOWN;

	for (size_t i = 0; i < rs->n_checks; i++) {
		struct health_check *check = &rs->checks[i];

		if (check == watch ? cause != HASTEN_ENDED : check->state == same)
			continue;
		if (health_check_is_event(check->conf))
			continue;
		check->is_hastened |= cause != HASTEN_BACK;
		check_hasten(table, check, due, now);
	}
}

/* Is there something to be learned by a probe before its time? A check that fails already has its
 * retries. */
static bool is_suspectable(const struct health_check *check)
{
	return !check->conf->is_watch && check->state != HEALTH_DOWN && !check->streak &&
	       !check->is_in_flight && !health_check_is_event(check->conf);
}

/* A probe that the check process makes now goes on, unlike in health_hasten(): its outcome counts. */
bool health_suspect(struct health *health, size_t vs, size_t rs, struct mono now)
{
	struct health_table *table = &health->table;
	struct health_rs *server = &table->services[vs].real_servers[rs];
	bool is_first, is_any = false;

	if (!mono_reached(now, server->suspect_due))
		return false;
	for (size_t i = 0; i < server->n_checks; i++)
		is_any |= is_suspectable(&server->checks[i]);
	if (!is_any)
		return false;
	server->suspect_due = mono_add_ms(now, SUSPECT_PAUSE_MS);
	is_first = is_among_first(table, now);
	for (size_t i = 0; i < server->n_checks; i++) {
		struct health_check *check = &server->checks[i];
		struct mono due = is_first ? now : health_soon(table, check, now);

		if (is_suspectable(check))
			health_check_wait(table, check, mono_min(check->due, due));
	}
	return true;
}

bool health_hasten_cause(const struct health_check *check, const struct check_verdict *verdict,
			 const struct probe_result *result, enum hasten_cause *ret_cause)
{
	if (!check->conf->is_watch)
		return false;
	if (result->is_ended)
		*ret_cause = HASTEN_ENDED;
	else if (check->state == HEALTH_UP && !check->streak && result->outcome == PROBE_FAIL)
		*ret_cause = HASTEN_FAILED;
	else if (check->state == HEALTH_DOWN && verdict->state == HEALTH_UP)
		*ret_cause = HASTEN_BACK;
	else
		return false;
	return true;
}

struct check_limits health_check_limits(const struct health_check *check,
					const struct probe_result *result)
{
	struct check_limits limits = check_limits_of(check->conf);

	if (limits.fall > 1 && check->is_hastened && result->is_answered)
		limits.fall--;
	return limits;
}
