/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: servers that this director itself cannot reach. Which checks have no verdict
 * for that reason, and for how long. */
#include "healthcheck/health_internal.h"

static void report_cut_off(struct health_table *table, struct health_check *check)
{
	const struct check_place *place = &table->places[health_slot(table, check)];

	*vec_push(&table->changes) = (struct health_change){.kind = HEALTH_CHANGE_CUT_OFF,
							    .vs = place->vs,
							    .rs = place->rs,
							    .cause = check,
							    .from = place->rs->state,
							    .to = place->rs->state};
}

static void set_cut_off(struct health_table *table, struct health_check *check, bool is_cut_off)
{
	if (check->is_cut_off == is_cut_off)
		return;
	check->is_cut_off = is_cut_off;
	health_rs_count(table->places[health_slot(table, check)].rs);
	table->n_cut_off += is_cut_off ? 1 : -1;
}

static struct mono bound(const struct health_check *check)
{
	return mono_add_ms(check->faulted, PATH_BOUND_S * 1000);
}

struct mono health_path_bound(const struct health_check *check)
{
	return check->is_cut_off ? MONO_NEVER : bound(check);
}

void health_path_take(struct health_table *table, struct health_check *check,
		      const struct probe_result *result, bool was_cut_off, struct mono now,
		      int64_t wall_us)
{
	struct check_place *place = &table->places[health_slot(table, check)];
	bool is_faulted = result->fault != PATH_FINE;

	/* Any outcome ends the wait, also a new fault. PATH_RETURNING does not end it: it means
	 * that the outcome came too early. */
	if (place->is_awaited && result->fault != PATH_RETURNING) {
		place->is_awaited = false;
		table->n_awaited--;
	}
	if (is_faulted && mono_is_never(check->faulted)) {
		check->faulted = now;
		check->faulted_wall_us = wall_us;
		table->n_faulted++;
	} else if (!is_faulted && !mono_is_never(check->faulted)) {
		check->faulted = MONO_NEVER;
		check->faulted_wall_us = 0;
		table->n_faulted--;
	}
	set_cut_off(table, check, is_faulted && mono_reached(now, bound(check)));
	if (health_rs_is_cut_off(place->rs) != was_cut_off)
		report_cut_off(table, check);
}

const struct health_rs *health_check_server(const struct health *health,
					    const struct health_check *check)
{
	return health->table.places[health_slot(&health->table, check)].rs;
}

void health_path_seen(struct health *health, check_id id, unsigned interface, struct mono now)
{
	struct health_check *check = id_map_find(&health->table.ids, id);

	if (!check)
		return;
	check->usual_interface = interface;
	check->usual_at = now;
}

size_t health_n_faulted(const struct health *health)
{
	return health->table.n_faulted;
}

size_t health_n_cut_off(const struct health *health)
{
	return health->table.n_cut_off;
}

bool health_is_awaiting(const struct health *health)
{
	return health->table.n_awaited > 0;
}

static bool has_fault(const struct health_check *check, unsigned faults)
{
	return !mono_is_never(check->faulted) && (faults & 1u << check->last.fault);
}

/* Can the interface alone decide whether the path of the check is back? */
static bool is_about_links(const struct health_check *check, const struct path_pass *pass)
{
	return check->last.interface && pass->interface;
}

/* Makes the check due soon. A script that runs goes on: it has its own time limit. */
void health_path_await(struct health_table *table, uint32_t slot, struct mono now)
{
	struct health_check *check = &table->checks[slot];
	struct check_place *place = &table->places[slot];

	place->is_awaited = true;
	table->n_awaited++;
	if (check->is_lent) {
		check->not_before = now;
		health_check_wait(table, check, health_soon(table, check, now));
	} else if (!check->is_in_flight) {
		health_check_wait(table, check,
				  mono_min(check->due, health_soon(table, check, now)));
	}
}

size_t health_path_returned(struct health *health, struct path_pass *pass, struct mono now,
			    health_check_fn *is_passable, void *arg)
{
	struct health_table *table = &health->table;
	size_t n = 0, n_asked = 0;

	if (!table->n_faulted)
		pass->left = 0;
	if (pass->left > table->n_checks)
		pass->left = table->n_checks;
	for (; pass->left && n_asked < PATH_SLICE; pass->left--) {
		uint32_t slot = (uint32_t)(pass->next % table->n_checks);
		const struct health_check *check = &table->checks[slot];
		bool is_back;

		pass->next = slot + 1;
		/* A check that is awaited is probed soon already. Changes of routes come many at a
		 * time. */
		if (table->places[slot].is_awaited || !has_fault(check, pass->faults))
			continue;
		if (is_about_links(check, pass)) {
			is_back = check->last.interface == pass->interface;
		} else {
			is_back = is_passable(check, arg);
			n_asked++;
		}
		if (!is_back)
			continue;
		health_path_await(table, slot, now);
		n++;
	}
	return n;
}

void health_adopt_idle(struct health *health, size_t vs, size_t rs)
{
	struct health_rs *server = &health->table.services[vs].real_servers[rs];

	if (server->state == HEALTH_UNKNOWN && !server->was_present)
		server->is_shown_idle = true;
}
