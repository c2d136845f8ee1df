/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/health_whatif.h"
#include "base/mem.h"
#include "healthcheck/health_internal.h"

#include <assert.h>
#include <stdlib.h>

/* A time later than the first probe of any check. */
#define LATER_NS (400LL * 86400 * NS_PER_S)

static void copy_check(struct health_check *check, const struct health_check *old)
{
	struct health_check fresh = *check;

	*check = *old;
	check->id = fresh.id;
	check->due = fresh.due;
	check->started = fresh.started;
	check->is_in_flight = check->is_lent = false;
}

static void copy_server(struct health_rs *rs, const struct health_rs *old)
{
	struct health_check *checks = rs->checks;
	struct flap *flap = rs->flap;

	*rs = *old;
	rs->checks = checks;
	rs->flap = flap;
	if (flap && old->flap)
		*flap = *old->flap;
	for (size_t i = 0; i < rs->n_checks; i++)
		copy_check(&checks[i], &old->checks[i]);
}

struct health *health_copy(const struct health *health, const struct conf *conf, struct mono now)
{
	struct health *copy = health_new();
	struct check_ids added = {0}, dropped = {0};

	health_configure(copy, conf, now, 0, &added, &dropped);
	free(added.items);
	free(dropped.items);
	assert(copy->table.n_services == health->table.n_services);
	for (size_t i = 0; i < copy->table.n_services; i++) {
		struct health_vs *vs = &copy->table.services[i];
		const struct health_vs *old = &health->table.services[i];
		struct health_rs *servers = vs->real_servers;
		struct tier *tiers = vs->tiers;

		*vs = *old;
		vs->real_servers = servers;
		vs->tiers = tiers;
		for (size_t j = 0; j < vs->n_tiers; j++)
			tiers[j] = old->tiers[j];
		for (size_t j = 0; j < vs->n_real_servers; j++)
			copy_server(&servers[j], &old->real_servers[j]);
	}
	copy->table.n_faulted = health->table.n_faulted;
	copy->table.n_cut_off = health->table.n_cut_off;
	return copy;
}

/*
 * Visits each check once: now is so far in the future that all checks are due, and a check that was
 * visited is due only after that time. Checks that have a state already, and checks without a path
 * to their server, stay as they are.
 */
void health_assume_success(struct health *health, struct mono now)
{
	struct mono later = mono_add_ns(now, LATER_NS);
	struct probe_result good = {.outcome = PROBE_OK}, nothing = {.outcome = PROBE_NONE};
	check_id id;

	for (size_t i = 0; i < health->table.n_checks; i++) {
		const struct health_check *check;

		if (!health_take_due(health, later, &id, 1))
			break;
		check = health_check_find(health, id);
		if (!mono_is_never(check->faulted))
			continue;
		health_outcome(health, id,
			       check->state == HEALTH_UNKNOWN || !check->last_wall_us ? &good
										      : &nothing,
			       later, 1);
	}
}
