/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives the health model a new configuration. A second table is built beside the present one.
 * Objects of both are paired level by level: services by key, real servers by name, checks by
 * meaning. A new object with a partner takes over the partner's state; then the new table replaces
 * the old one. Only objects that are not equal at the same index are sorted, so a reload costs O(n
 * log n) at worst, and O(n) when little has changed.
 */
#include "base/mem.h"
#include "base/vec.h"
#include "healthcheck/check_key.h"
#include "healthcheck/health_internal.h"
#include "healthcheck/match.h"
#include "healthcheck/pool.h"
#include "healthcheck/track/health_track.h"

#include <string.h>

struct reload {
	struct health *health;
	const struct health_table *old;
	struct health_table fresh;
	struct mono now;
	int64_t wall_us;
	bool *is_kept; /* by slot of old */
	struct check_ids *added;
};

static void table_alloc(struct health_table *table, const struct conf *conf)
{
	size_t n_tiers = 0, n_flaps = 0, n_agents = 0;

	*table = (struct health_table){.n_services = conf->n_virtual_servers};
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		table->n_servers += vs->n_real_servers;
		n_tiers += tiers_count(vs);
		n_flaps += vs->flap.is_on ? vs->n_real_servers : 0;
		for (size_t j = 0; j < vs->n_real_servers; j++) {
			table->n_checks += vs->real_servers[j].n_checks;
			for (size_t k = 0; k < vs->real_servers[j].n_checks; k++)
				n_agents += vs->real_servers[j].checks[k].is_agent;
		}
	}
	table->services = mem_calloc(table->n_services, sizeof(*table->services));
	table->servers = mem_calloc(table->n_servers, sizeof(*table->servers));
	table->checks = mem_calloc(table->n_checks, sizeof(*table->checks));
	table->places = mem_calloc(table->n_checks, sizeof(*table->places));
	table->tiers = mem_calloc(n_tiers, sizeof(*table->tiers));
	table->flaps = n_flaps ? mem_calloc(n_flaps, sizeof(*table->flaps)) : NULL;
	table->said = n_agents ? mem_calloc(n_agents, sizeof(*table->said)) : NULL;
	sched_init(&table->sched, table->n_checks, HEALTH_IN_FLIGHT_MAX);
}

/* Makes the objects of conf as if all of them were new. */
static void table_build(struct health_table *table, const struct conf *conf)
{
	struct health_rs *rs;
	struct health_check *check;
	struct tier *tiers;
	struct flap *flap;
	char(*said)[AGENT_SAID_MAX];

	table_alloc(table, conf);
	flap = table->flaps;
	said = table->said;
	rs = table->servers;
	check = table->checks;
	tiers = table->tiers;
	for (size_t i = 0; i < table->n_services; i++) {
		const struct conf_virtual_server *conf_vs = &conf->virtual_servers[i];
		struct health_vs *vs = &table->services[i];

		*vs = (struct health_vs){
		    .conf = conf_vs, .real_servers = rs, .n_real_servers = conf_vs->n_real_servers,
		    .tiers = tiers, .n_tiers = tiers_count(conf_vs)};
		tiers_init(conf_vs, tiers);
		tiers += vs->n_tiers;
		for (size_t j = 0; j < vs->n_real_servers; j++, rs++) {
			*rs = (struct health_rs){.conf = &conf_vs->real_servers[j],
						 .was_present =
						     !health_rs_is_alpha(&conf_vs->real_servers[j]),
						 .flap = conf_vs->flap.is_on ? flap++ : NULL,
						 .checks = check,
						 .n_checks = conf_vs->real_servers[j].n_checks,
						 .n_deciding = conf_server_n_deciding(
						     &conf_vs->real_servers[j])};
			for (size_t k = 0; k < rs->n_checks; k++, check++) {
				check->conf = &rs->conf->checks[k];
				check->faulted = MONO_NEVER;
				check->said = check->conf->is_agent ? *said++ : NULL;
				table->places[health_slot(table, check)] = (struct check_place){
				    .vs = vs,
				    .rs = rs,
				    .hash = check_pace_hash(&conf_vs->key, &rs->conf->id,
							    check->conf),
				};
			}
		}
	}
}

static int cmp_services(const void *a, const void *b)
{
	const struct conf_virtual_server *left = a, *right = b;

	return svckey_cmp(&left->key, &right->key);
}

static int cmp_servers(const void *a, const void *b)
{
	const struct conf_real_server *left = a, *right = b;

	return endpoint_cmp(&left->id, &right->id);
}

static int cmp_meanings(const void *a, const void *b)
{
	return check_meaning_cmp(a, b);
}

static int cmp_names(const void *a, const void *b)
{
	const struct conf_check *left = a, *right = b;

	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	return (left->ordinal > right->ordinal) - (left->ordinal < right->ordinal);
}

/*
 * Begins a check that the old configuration does not have. predecessor: the old check of the same
 * type and ordinal, which has another meaning; or NULL. The new check is due no later than its
 * predecessor was: otherwise frequent reloads would put a check off for ever.
 */
static void check_begin(struct reload *reload, struct health_check *check,
			const struct health_check *predecessor)
{
	struct health_table *fresh = &reload->fresh;
	uint32_t slot = health_slot(fresh, check);
	struct mono due = sched_first_due(check->conf, fresh->places[slot].hash, reload->now);

	if (health_check_is_event(check->conf))
		due = MONO_NEVER;
	else if (predecessor)
		due = mono_min(due, predecessor->is_in_flight ? reload->now : predecessor->due);
	if (mono_before(due, reload->now))
		due = reload->now;
	check->id = ++reload->health->last_id;
	health_check_wait(fresh, check, due);
	fresh->n_unheard++;
	*vec_push(reload->added) = check->id;
}

/* When a check is due after a reload. A shorter interval takes effect at once. Many checks may have
 * got a shorter interval at the same time, so their probes are spread over it. */
static struct mono due_after_reload(const struct reload *reload, const struct health_check *check,
				    const struct health_check *old, uint64_t hash)
{
	uint64_t us = health_interval_us(check), old_us = health_interval_us(old);

	/* The probe that was due may have begun already, and its outcome is still to come. */
	if (old->is_lent && us != old_us && mono_reached(reload->now, old->due))
		return health_soon(&reload->fresh, check, reload->now);
	if (us >= old_us || health_check_is_event(check->conf))
		return old->due;
	return mono_min(old->due, sched_loop_due(us, hash, reload->now, reload->now));
}

static void check_carry(struct reload *reload, struct health_check *check,
			const struct health_check *old)
{
	struct health_table *fresh = &reload->fresh;
	uint32_t slot = health_slot(fresh, check);
	struct check_place *place = &fresh->places[slot];
	const struct conf_check *conf = check->conf;
	char *said = check->said;

	*check = *old;
	check->conf = conf;
	check->said = said;
	if (said && old->said)
		memcpy(said, old->said, AGENT_SAID_MAX);
	place->is_heard = reload->old->places[health_slot(reload->old, old)].is_heard;
	place->is_awaited = reload->old->places[health_slot(reload->old, old)].is_awaited;
	fresh->n_unheard += !place->is_heard;
	fresh->n_awaited += place->is_awaited;
	fresh->n_faulted += !mono_is_never(check->faulted);
	fresh->n_cut_off += check->is_cut_off;
	reload->is_kept[health_slot(reload->old, old)] = true;
	place->told = reload->old->places[health_slot(reload->old, old)].told;
	if (check->is_in_flight) {
		sched_in_flight(&fresh->sched, slot);
		return;
	}
	check->due = due_after_reload(reload, check, old, place->hash);
	if (check->is_lent)
		health_word_settle(
		    fresh, check, reload->old->places[health_slot(reload->old, old)].is_word_due);
	else
		health_check_wait(fresh, check, check->due);
}

static void carry_checks(struct reload *reload, struct health_rs *rs, const struct health_rs *old)
{
	struct match_array was = {old ? old->conf->checks : NULL, old ? old->n_checks : 0,
				  sizeof(struct conf_check)};
	struct match_array is = {rs->conf->checks, rs->n_checks, sizeof(struct conf_check)};
	size_t *same = mem_calloc(2 * rs->n_checks, sizeof(*same));
	size_t *named = same + rs->n_checks;

	match_arrays(was, is, cmp_meanings, same);
	match_arrays(was, is, cmp_names, named);
	for (size_t i = 0; i < rs->n_checks; i++) {
		struct health_check *check = &rs->checks[i];

		if (same[i] != MATCH_NONE)
			check_carry(reload, check, &old->checks[same[i]]);
		else
			check_begin(reload, check,
				    named[i] != MATCH_NONE ? &old->checks[named[i]] : NULL);
	}
	health_rs_count(rs);
	free(same);
}

static void carry_server(struct reload *reload, const struct health_vs *vs, struct health_rs *rs,
			 const struct health_rs *old)
{
	carry_checks(reload, rs, old);
	if (old)
		health_flap_carry(&reload->fresh, vs, rs, old);
	rs->state = health_rs_judge(rs);
	rs->weight = health_rs_weigh(rs);
	rs->since_wall_us = reload->wall_us;
	if (!old)
		return;
	rs->was_present = health_rs_is_alive(old);
	rs->is_maintained = old->is_maintained;
	rs->maintained_by = old->maintained_by;
	rs->is_shown_idle = old->is_shown_idle;
	rs->is_adopted = old->is_adopted;
	rs->is_proven = old->is_proven;
	rs->has_failed = old->has_failed;
	rs->is_lost = old->is_lost;
	rs->down_at = old->down_at;
	rs->held = old->held;
	rs->is_flap_counted = old->is_flap_counted;
	rs->is_flap_excused = old->is_flap_excused;
	rs->suspect_due = old->suspect_due;
	health_guard_note(rs, health_rs_is_alive(old), NULL, reload->now);
	rs->before = old->before;
	rs->before_wall_us = old->before_wall_us;
	if (rs->state == old->state)
		rs->since_wall_us = old->since_wall_us;
	else
		health_rs_note_state(rs, old->state, old->since_wall_us);
}

/*
 * The quorum of a service stays as it was until it is lost or gained; that of a new service is
 * unknown. Whether a server without a verdict is present is known only after health_adopt(). Until
 * health_adopt_quorum(), such a server changes no quorum.
 */
static void carry_quorum(struct reload *reload, struct health_vs *vs, const struct health_vs *old)
{
	vs->is_quorum_known = old && old->is_quorum_known;
	vs->quorum_since_wall_us = vs->is_quorum_known ? old->quorum_since_wall_us : 0;
	vs->is_quorum_up =
	    vs->is_quorum_known ? old->is_quorum_up : !pool_is_lost(vs->conf, vs->live_weight);
	if (!vs->is_quorum_known || vs->n_unknown == 0)
		health_vs_settle(&reload->fresh, vs, reload->wall_us);
}

/* The tiers that serve and the guard go on. A service without a guard begins none by a reload. */
static void carry_judgement(struct reload *reload, struct health_vs *vs, const struct health_vs *old)
{
	if (old) {
		vs->n_tiers_used = old->n_tiers_used;
		vs->guard = old->guard;
		vs->guard_since_wall_us = old->guard_since_wall_us;
		reload->fresh.n_kept_cut_off += vs->guard == GUARD_CUT_OFF;
		reload->fresh.n_returning += vs->guard == GUARD_RETURNING;
	}
	health_flap_settle(&reload->fresh, vs, reload->now);
	health_guard_settle(&reload->fresh, vs, NULL, reload->now, reload->wall_us);
	health_tiers_settle(&reload->fresh, vs);
}

static void carry_service(struct reload *reload, struct health_vs *vs, const struct health_vs *old)
{
	struct match_array was = {old ? old->conf->real_servers : NULL,
				  old ? old->n_real_servers : 0, sizeof(struct conf_real_server)};
	struct match_array is = {vs->conf->real_servers, vs->n_real_servers,
				 sizeof(struct conf_real_server)};
	size_t *same = mem_calloc(vs->n_real_servers, sizeof(*same));

	match_arrays(was, is, cmp_servers, same);
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct health_rs *rs = &vs->real_servers[i];

		carry_server(reload, vs, rs,
			     same[i] != MATCH_NONE ? &old->real_servers[same[i]] : NULL);
		if (same[i] != MATCH_NONE && old->real_servers[same[i]].is_ramping)
			health_ramp_begin(&reload->fresh, vs, rs,
					  old->real_servers[same[i]].back_since, reload->now);
		health_vs_enter(vs, rs);
	}
	health_sorry_settle(vs);
	carry_judgement(reload, vs, old);
	carry_quorum(reload, vs, old);
	free(same);
}

static void carry_table(struct reload *reload, const struct conf *conf)
{
	const struct health_table *old = reload->old;
	struct health_table *fresh = &reload->fresh;
	struct match_array was = {old->n_services ? old->services[0].conf : NULL, old->n_services,
				  sizeof(struct conf_virtual_server)};
	struct match_array is = {conf->virtual_servers, conf->n_virtual_servers,
				 sizeof(struct conf_virtual_server)};
	size_t *same = mem_calloc(fresh->n_services, sizeof(*same));

	match_arrays(was, is, cmp_services, same);
	for (size_t i = 0; i < fresh->n_services; i++)
		carry_service(reload, &fresh->services[i],
			      same[i] != MATCH_NONE ? &old->services[same[i]] : NULL);
	for (size_t i = 0; i < fresh->n_checks; i++)
		id_map_put(&fresh->ids, fresh->checks[i].id, &fresh->checks[i]);
	free(same);
}

void health_configure(struct health *health, const struct conf *conf, struct mono now,
		      int64_t wall_us, struct check_ids *ret_added, struct check_ids *ret_dropped)
{
	struct health_table *old = &health->table;
	struct reload reload = {
	    .health = health,
	    .old = old,
	    .now = now,
	    .wall_us = wall_us,
	    .is_kept = mem_calloc(old->n_checks, sizeof(bool)),
	    .added = ret_added,
	};

	table_build(&reload.fresh, conf);
	health_track_build(&reload.fresh);
	reload.fresh.is_lending = old->is_lending;
	reload.fresh.n_verdict_changes = old->n_verdict_changes + 1; /* other checks, or other keys */
	reload.fresh.n_hastened = old->n_hastened;
	reload.fresh.hastened_since = old->hastened_since;
	reload.fresh.reach = old->reach;
	reload.fresh.reach_at = old->reach_at;
	reload.fresh.has_answer = old->has_answer;
	reload.fresh.told = now;
	reload.fresh.told_wall_us = wall_us;
	carry_table(&reload, conf);
	for (size_t i = 0; i < old->n_checks; i++)
		if (!reload.is_kept[i])
			*vec_push(ret_dropped) = old->checks[i].id;
	health_table_fini(old);
	health->table = reload.fresh;
	free(reload.is_kept);
	health_track_all(&health->table);
}
