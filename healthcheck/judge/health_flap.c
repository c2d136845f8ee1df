/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health model: servers that are held down for flapping (flap.h), and whether the others can do
 * without them. */
#include "healthcheck/health_internal.h"
#include "healthcheck/judge/flap.h"
#include "healthcheck/judge/guard.h"
#include "healthcheck/pool.h"
#include "healthcheck/track/health_track.h"

const char *health_flap_text(enum health_flap flap)
{
	static const char *const texts[] = {
	    [HEALTH_FLAP_NONE] = "",
	    [HEALTH_FLAP_HELD] = "it is held down for flapping",
	    [HEALTH_FLAP_OVER] = "its hold for flapping is over",
	    [HEALTH_FLAP_LIFTED] =
		"its hold for flapping ends early, since the other servers are too few",
	    [HEALTH_FLAP_FORGOTTEN] =
		"its hold for flapping ends early, since a person has drained or enabled it",
	};

	return texts[flap];
}

static void report_flap(struct health_table *table, const struct health_vs *vs,
			const struct health_rs *rs, enum health_flap what)
{
	*vec_push(&table->changes) = (struct health_change){.kind = HEALTH_CHANGE_FLAP,
							    .vs = vs,
							    .rs = rs,
							    .from = rs->state,
							    .to = rs->state,
							    .flap = what};
}

/* Takes the next state of a server whose hold has begun or been prolonged. */
static void held_until(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		       const struct flap *next, struct mono now)
{
	const struct health_ramping held = {.vs = vs, .rs = rs};
	bool is_listed = rs->flap->is_listed;

	*rs->flap = *next;
	rs->flap->until_wall_us =
	    health_wall_at(table, now) + mono_sub(next->until, now) / NS_PER_US;
	rs->flap->is_listed = true;
	if (!is_listed)
		*vec_push(&table->damped) = held;
}

void health_flap_down(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		      struct mono now)
{
	struct flap next;

	if (!rs->flap)
		return;
	rs->is_flap_counted = true;
	rs->is_flap_excused = false;
	next = flap_step(rs->flap, &vs->conf->flap, FLAP_EVENT_DOWN, now);
	if (next.is_held && !rs->flap->is_held)
		held_until(table, vs, rs, &next, now);
	else
		*rs->flap = next;
}

void health_flap_up(struct health_rs *rs, const struct health_vs *vs, struct mono now)
{
	if (rs->flap && rs->is_flap_counted && rs->is_flap_excused)
		*rs->flap = flap_step(rs->flap, &vs->conf->flap, FLAP_EVENT_EXCUSE, now);
	rs->is_flap_counted = rs->is_flap_excused = false;
}

/* Ends a hold: the server is what its checks say. */
static void hold_release(struct health_table *table, struct health_vs *vs, struct health_rs *rs,
			 const struct flap *next, enum health_flap why, struct mono now)
{
	enum health_state from = rs->state;
	bool was_kept = rs->held;

	health_vs_leave(vs, rs);
	*rs->flap = *next;
	rs->state = health_rs_judge(rs);
	health_guard_note(rs, false, NULL, now);
	health_vs_enter(vs, rs);
	if (rs->state == from) {
		report_flap(table, vs, rs, why);
		return;
	}
	health_rs_note_state(rs, from, rs->since_wall_us);
	rs->since_wall_us = health_wall_at(table, now);
	if (rs->state == HEALTH_UP && !was_kept)
		health_ramp_begin(table, vs, rs, now, now);
	*vec_push(&table->changes) = (struct health_change){.kind = HEALTH_CHANGE_REAL_SERVER,
							    .vs = vs,
							    .rs = rs,
							    .from = from,
							    .to = rs->state,
							    .flap = why};
	health_track_server(table, rs);
}

/* Are the servers that are held and would be up too many for the others to do without? */
static bool is_needed(const struct health_vs *vs)
{
	return vs->n_damped > 0 &&
	       (vs->n_damped > vs->n_live || pool_is_lost(vs->conf, vs->live_weight) ||
		(vs->is_quorum_known && !vs->is_quorum_up) ||
		vs->n_live < guard_depool_min(vs->conf, vs->n_pool));
}

/* The server that is held and would be up whose hold ends first. */
static struct health_rs *first_damped(struct health_vs *vs)
{
	struct health_rs *first = NULL;

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct health_rs *rs = &vs->real_servers[i];

		if (health_rs_is_spare(rs) &&
		    (!first || mono_before(rs->flap->until, first->flap->until)))
			first = rs;
	}
	return first;
}

void health_flap_settle(struct health_table *table, struct health_vs *vs, struct mono now)
{
	while (is_needed(vs)) {
		struct health_rs *rs = first_damped(vs);
		struct flap next = flap_step(rs->flap, &vs->conf->flap, FLAP_EVENT_LIFT, now);

		hold_release(table, vs, rs, &next, HEALTH_FLAP_LIFTED, now);
		/* A quorum that was lost is judged anew before another one is taken back. */
		health_vs_settle(table, vs, health_wall_at(table, now));
	}
}

void health_flap_forget(struct health_table *table, struct health_vs *vs, struct health_rs *rs,
			struct mono now)
{
	const struct flap none = {.is_listed = rs->flap && rs->flap->is_listed};

	if (health_rs_is_damped(rs))
		hold_release(table, vs, rs, &none, HEALTH_FLAP_FORGOTTEN, now);
	else if (rs->flap)
		*rs->flap = none;
}

/* The end of a hold: the server comes back, or is held anew because it went on to flap. */
static void hold_over(struct health_table *table, struct health_vs *vs, struct health_rs *rs,
		      struct mono now)
{
	struct flap next = flap_step(rs->flap, &vs->conf->flap, FLAP_EVENT_TIME, now);

	if (next.is_held) {
		held_until(table, vs, rs, &next, now);
		report_flap(table, vs, rs, HEALTH_FLAP_HELD);
		return;
	}
	hold_release(table, vs, rs, &next, HEALTH_FLAP_OVER, now);
	health_flap_settle(table, vs, now);
	health_guard_settle(table, vs, NULL, now, health_wall_at(table, now));
	health_vs_settle(table, vs, health_wall_at(table, now));
}

void health_flap_expire(struct health_table *table, struct mono now)
{
	size_t n = 0, n_before = table->damped.n;

	for (size_t i = 0; i < n_before; i++) {
		struct health_ramping at = table->damped.items[i];
		struct health_vs *vs = &table->services[at.vs - table->services];

		if (health_rs_is_damped(at.rs) && mono_reached(now, at.rs->flap->until))
			hold_over(table, vs, at.rs, now);
		at.rs->flap->is_listed = health_rs_is_damped(at.rs);
		if (at.rs->flap->is_listed)
			table->damped.items[n++] = at;
	}
	table->damped.n = n;
}

struct mono health_flap_due(const struct health *health)
{
	struct mono due = MONO_NEVER;

	for (size_t i = 0; i < health->table.damped.n; i++)
		if (health_rs_is_damped(health->table.damped.items[i].rs))
			due = mono_min(due, health->table.damped.items[i].rs->flap->until);
	return due;
}

void health_flap_carry(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		       const struct health_rs *old)
{
	const struct health_ramping held = {.vs = vs, .rs = rs};

	if (!rs->flap || !old->flap)
		return;
	*rs->flap = *old->flap;
	rs->flap->is_listed = rs->flap->is_held;
	if (rs->flap->is_listed)
		*vec_push(&table->damped) = held;
}
