/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: servers that come back slowly (slow_start), and sorry servers that a person took out
 * of service. */
#include "healthcheck/health_internal.h"
#include "healthcheck/pool.h"

/* Computes the weight from the time since the server's return, so that late calls lose no step.
 * Returns whether the weight has changed. */
static bool ramp_step(const struct health_ramping *ramping, struct mono now)
{
	const struct conf_virtual_server *conf = ramping->vs->conf;
	struct health_rs *rs = ramping->rs;
	uint32_t before, after;
	int64_t next_ns;

	before = pool_ramp(rs->weight, rs->back_ns, conf->slow_start, conf->scheduler, &next_ns);
	rs->back_ns = mono_sub(now, rs->back_since);
	after = pool_ramp(rs->weight, rs->back_ns, conf->slow_start, conf->scheduler, &next_ns);
	rs->is_ramping = next_ns != INT64_MAX;
	rs->step_due = rs->is_ramping ? mono_add_ns(rs->back_since, next_ns) : MONO_NEVER;
	return before != after;
}

void health_ramp_begin(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		       struct mono since, struct mono now)
{
	const struct health_ramping ramping = {.vs = vs, .rs = rs};

	rs->is_ramping = vs->conf->slow_start > 0 && health_rs_is_alive(rs) && !rs->is_maintained;
	if (!rs->is_ramping)
		return;
	if (!rs->is_ramp_listed)
		*vec_push(&table->ramping) = ramping;
	rs->is_ramp_listed = true;
	rs->back_since = since;
	rs->back_ns = 0;
	ramp_step(&ramping, now);
}

void health_adopt_ramp(struct health *health, size_t vs, size_t rs, uint32_t weight,
		       struct mono now)
{
	struct health_table *table = &health->table;
	struct health_vs *service = &table->services[vs];
	struct health_rs *server = &service->real_servers[rs];
	int64_t back_ns;

	if (server->state != HEALTH_DOWN &&
	    pool_ramp_find(server->weight, weight, service->conf->slow_start,
			   service->conf->scheduler, &back_ns))
		health_ramp_begin(table, service, server, mono_add_ns(now, -back_ns), now);
}

bool health_ramp(struct health *health, struct mono now)
{
	struct health_table *table = &health->table;
	bool is_changed = false;
	size_t n = 0;

	for (size_t i = 0; i < table->ramping.n; i++) {
		struct health_ramping ramping = table->ramping.items[i];

		if (ramping.rs->is_ramping && mono_reached(now, ramping.rs->step_due))
			is_changed |= ramp_step(&ramping, now);
		if (ramping.rs->is_ramping)
			table->ramping.items[n++] = ramping;
		else
			ramping.rs->is_ramp_listed = false;
	}
	table->ramping.n = n;
	return is_changed;
}

struct mono health_ramp_due(const struct health *health)
{
	struct mono due = MONO_NEVER;

	for (size_t i = 0; i < health->table.ramping.n; i++)
		if (health->table.ramping.items[i].rs->is_ramping)
			due = mono_min(due, health->table.ramping.items[i].rs->step_due);
	return due;
}

void health_sorry_settle(struct health_vs *vs)
{
	vs->is_sorry_maintained = false;
	for (size_t i = 0; vs->conf->has_sorry_server && i < vs->n_real_servers; i++)
		vs->is_sorry_maintained |= vs->real_servers[i].is_maintained &&
				     conf_server_is_sorry(vs->conf, vs->real_servers[i].conf);
}
