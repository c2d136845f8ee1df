/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of struct health and functions on them, for the files of the health model only. */
#ifndef LVSD_HEALTHCHECK_HEALTH_INTERNAL_H
#define LVSD_HEALTHCHECK_HEALTH_INTERNAL_H

#include "base/vec.h"
#include "healthcheck/id_map.h"
#include "healthcheck/sched.h"

/* A server whose weight grows (rs->is_ramping), or grew and has reached its full weight. */
struct health_ramping {
	const struct health_vs *vs;
	struct health_rs *rs;
};

/* A check that tracks: its slot, and what it tracks: servers by their index in the table, services by
 * their index after all servers. */
struct health_tracker {
	uint32_t target, slot;
};

/* What the model keeps of a check besides struct health_check. */
struct check_place {
	struct health_vs *vs;
	struct health_rs *rs;
	uint64_t hash; /* check_pace_hash() */
	bool is_heard; /* the check has had an outcome */
	bool is_awaited; /* its path came back, and it has had no outcome since */
	struct health_word told; /* while lent: the last word */
	bool is_word_due;        /* while lent: its slot is in words */
};

/*
 * The objects of one configuration, each kind in one array in the order of the file.
 * services[].real_servers, services[].tiers and servers[].checks point into these arrays. The index of a check is its
 * slot in sched.
 */
struct health_table {
	struct health_vs *services;
	struct health_rs *servers;
	struct health_check *checks;
	struct check_place *places; /* one for each check */
	struct tier *tiers; /* of all services, in their order */
	size_t n_services, n_servers, n_checks;
	size_t n_unheard, n_faulted, n_cut_off, n_awaited; /* numbers of checks */
	bool is_lending; /* health_set_lending() was called */
	uint64_t n_verdict_changes; /* health_verdict_changes() */
	VEC(uint32_t) words; /* slots of checks that the check process must be told of */
	struct sched sched;
	struct id_map ids; /* check_id -> struct health_check */
	VEC(struct health_change) changes;
	size_t n_read; /* how many of changes were read */
	VEC(struct health_ramping) ramping;
	VEC(struct health_tracker) trackers; /* sorted; track/health_track.h */
	VEC(uint32_t) tracked;		     /* targets whose verdict may be another one now */
	size_t n_followed;		     /* how many of tracked were looked at */
	size_t n_given; /* how many trackers of the next one were looked at: each once, so following ends */
	size_t n_hastened;         /* servers that were hastened since hastened_since */
	struct mono hastened_since;
	struct flap *flaps; /* of the servers with flap_damping */
	char (*said)[AGENT_SAID_MAX]; /* of the checks that are agents */
	VEC(struct health_ramping) damped; /* servers that are held down for flapping; some no longer are */
	struct guard_reach reach; /* as health_reach() has set it at reach_at */
	struct mono reach_at;
	bool has_answer; /* a probe that began since then was answered */
	size_t n_kept_cut_off, n_returning; /* services in GUARD_CUT_OFF and GUARD_RETURNING */
	/* The time of day at a moment: of the last verdict or configuration. */
	struct mono told;
	int64_t told_wall_us;
};

/* The model: the table of the present configuration, and the last id that was given out. */
struct health {
	struct health_table table;
	check_id last_id;
};

/* Frees what the table owns. */
void health_table_fini(struct health_table *table);

/* The time of day at now. */
static inline int64_t health_wall_at(const struct health_table *table, struct mono now)
{
	return table->told_wall_us + mono_sub(now, table->told) / NS_PER_US;
}

/* The slot of a check of the table. */
static inline uint32_t health_slot(const struct health_table *table,
				   const struct health_check *check)
{
	return (uint32_t)(check - table->checks);
}

/* Counts the states of the checks of a real server anew. To be called when a check has changed. */
void health_rs_count(struct health_rs *rs);

/* The state of the real server that follows from the states of its checks. */
enum health_state health_rs_verdict(const struct health_rs *rs);

/* The same, but down while the server is held down for flapping. */
enum health_state health_rs_judge(const struct health_rs *rs);

/* The real server is no longer in the state before, which began at wall_us. Having no verdict is no state
 * to be remembered. */
static inline void health_rs_note_state(struct health_rs *rs, enum health_state before, int64_t wall_us)
{
	if (before == HEALTH_UNKNOWN)
		return;
	rs->before = before;
	rs->before_wall_us = wall_us;
}
/* Is the server of its pool held down for flapping, and would it serve otherwise? */
bool health_rs_is_spare(const struct health_rs *rs);

/* The checks of a server have taken it down. A hold may begin. */
void health_flap_down(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		      struct mono now);

/* The checks of a server have found it up again: if the panic guard kept it meanwhile, its down was no
 * flap. */
void health_flap_up(struct health_rs *rs, const struct health_vs *vs, struct mono now);

/* Ends holds while the others cannot do without the servers that are held. */
void health_flap_settle(struct health_table *table, struct health_vs *vs, struct mono now);

/* Ends the holds whose time is over. */
void health_flap_expire(struct health_table *table, struct mono now);

/* A person has taken a server out of service, or back: its flaps are forgotten. */
void health_flap_forget(struct health_table *table, struct health_vs *vs, struct health_rs *rs,
			struct mono now);

/* A new configuration: the server goes on as old. To be called before health_rs_judge(). */
void health_flap_carry(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		       const struct health_rs *old);

/* Does the real server count as present? It is up, or it is unknown and was present. */
bool health_rs_is_alive(const struct health_rs *rs);

/* The weight that the real server adds to live_weight of its service. */
uint32_t health_rs_live_weight(const struct health_rs *rs);

/* The same for what serves: also the weight of a server that is down and kept. */
uint32_t health_rs_serving_weight(const struct health_rs *rs);

/*
 * Takes a real server out of the numbers of its service, and puts it into them again. What changes a
 * server's part in them is done between the two.
 */
void health_vs_leave(struct health_vs *vs, const struct health_rs *rs);
void health_vs_enter(struct health_vs *vs, const struct health_rs *rs);

/* Is the real server one of its pool (health_vs.n_pool)? */
static inline bool health_rs_is_in_pool(const struct health_rs *rs)
{
	return !rs->is_maintained && rs->conf->weight > 0;
}

/*
 * Notes what an outcome says about a server for the guard. was_alive: health_rs_is_alive() before
 * it; result is NULL when there was no probe. To be called between leave and enter. Returns whether
 * the server has just been lost (guard.h).
 */
bool health_guard_note(struct health_rs *rs, bool was_alive, const struct probe_result *result,
		       struct mono now);

/* Decides which servers that are down keep their weight. lost: the server that has just been lost,
 * or NULL. */
void health_guard_settle(struct health_table *table, struct health_vs *vs, struct health_rs *lost,
			 struct mono now, int64_t wall_us);

/* Takes note of an outcome: a server that answers shows that the director is not cut off. */
void health_reach_note(struct health_table *table, const struct health_check *check,
		       const struct probe_result *result, struct mono now, int64_t wall_us);

/* Makes the check due soon: the outcome of a probe that began before now is of no use. */
void health_path_await(struct health_table *table, uint32_t slot, struct mono now);

/* Decides how many tiers serve, and reports a change unless the service is new. */
void health_tiers_settle(struct health_table *table, struct health_vs *vs);

/* Does one of the real server's checks begin as down (`alpha`)? */
bool health_rs_is_alpha(const struct conf_real_server *conf);

/* The weight of the real server that follows from the configuration and from misc_dynamic checks.
 */
uint32_t health_rs_weigh(const struct health_rs *rs);

/* A server has come back at since: its weight grows from then on, if its service has slow_start. */
void health_ramp_begin(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		       struct mono since, struct mono now);

/* Takes the part of an outcome that is about the path to the check's server. was_cut_off: was the
 * server cut off before the outcome? */
void health_path_take(struct health_table *table, struct health_check *check,
		      const struct probe_result *result, bool was_cut_off, struct mono now,
		      int64_t wall_us);

/* When the check becomes cut off if its fault of the path lasts; MONO_NEVER: it has no such fault,
 * or is cut off already. */
struct mono health_path_bound(const struct health_check *check);

/* What has happened to the connection that a check holds. */
enum hasten_cause {
	HASTEN_ENDED,
	HASTEN_FAILED, /* a new one could not be made: the first failure */
	HASTEN_BACK,   /* there is one again, and the check was down */
};

/* Does the outcome of a check, which leads to verdict, have other checks hastened? */
bool health_hasten_cause(const struct health_check *check, const struct check_verdict *verdict,
			 const struct probe_result *result, enum hasten_cause *ret_cause);

/*
 * Makes the checks of the server of watch due that may have another verdict now; watch itself where
 * its connection has ended.
 */
void health_hasten(struct health_table *table, struct health_check *watch,
		   enum hasten_cause cause, struct mono now);

/* The limits of a check, with the outcome of its present probe. */
struct check_limits health_check_limits(const struct health_check *check, const struct probe_result *result);

/* Has the check no probes, so that it is never due? Its outcomes come by themselves. */
bool health_check_is_event(const struct conf_check *conf);

/* The outcome of a probe that would change nothing if it came once more; PROBE_NONE: there is none. */
enum probe_outcome health_check_rest(const struct health_check *check);

/* A check that is lent: has the check process told if it does not know all. is_due: also if only
 * the time of the next probe is new. */
void health_word_settle(struct health_table *table, struct health_check *check, bool is_due);

/* The time between two probes of the check as it is now, in microseconds. */
uint64_t health_interval_us(const struct health_check *check);

/* A time soon after now, another one for each check. */
struct mono health_soon(const struct health_table *table, const struct health_check *check,
			struct mono now);

/* The check waits for its next probe, which is due at due. A probe in flight no longer counts. */
void health_check_wait(struct health_table *table, struct health_check *check, struct mono due);

/* Sets vs->is_sorry_maintained from the real servers that are in maintenance. */
void health_sorry_settle(struct health_vs *vs);

/* Computes the quorum from live_weight and n_unknown, and reports a change of it. */
void health_vs_settle(struct health_table *table, struct health_vs *vs, int64_t wall_us);

#endif
