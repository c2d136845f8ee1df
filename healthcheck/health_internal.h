/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of struct health, for the files of the model only. */
#ifndef LVSD_HEALTHCHECK_HEALTH_INTERNAL_H
#define LVSD_HEALTHCHECK_HEALTH_INTERNAL_H

#include "base/vec.h"
#include "healthcheck/id_map.h"
#include "healthcheck/sched.h"

/* A server whose weight grows, or has done so: rs->is_ramping says it. */
struct health_ramping {
	const struct health_vs *vs;
	struct health_rs *rs;
};

/* What the model knows of a check besides struct health_check. */
struct check_place {
	struct health_vs *vs;
	struct health_rs *rs;
	uint64_t hash; /* check_identity_hash() */
	bool is_heard; /* it had an outcome */
	bool is_awaited; /* its path came back, and it had no outcome since */
};

/*
 * One configuration's objects, each kind in one array in file order; services[].real_servers and
 * real_servers[].checks lead into these. The index of a check is its slot in sched.
 */
struct health_table {
	struct health_vs *services;
	struct health_rs *servers;
	struct health_check *checks;
	struct check_place *places; /* one a check */
	size_t n_services, n_servers, n_checks;
	size_t n_unheard, n_faulted, n_cut_off, n_awaited; /* of the checks */
	struct sched sched;
	struct id_map ids; /* check_id -> struct health_check */
	VEC(struct health_change) changes;
	size_t n_read; /* of changes */
	VEC(struct health_ramping) ramping;
};

struct health {
	struct health_table table;
	check_id last_id;
};

void health_table_fini(struct health_table *table);

/* The slot of a check of the table. */
static inline uint32_t health_slot(const struct health_table *table,
				   const struct health_check *check)
{
	return (uint32_t)(check - table->checks);
}

/* What the checks' states make of the real server's. */
enum health_state health_rs_judge(const struct health_rs *rs);

/* Whether the real server counts: it is up, or unknown and present. */
bool health_rs_is_alive(const struct health_rs *rs);

/* What the real server adds to live_weight. */
uint32_t health_rs_live_weight(const struct health_rs *rs);

/* Whether one of the real server's checks begins as down. */
bool health_rs_is_alpha(const struct conf_real_server *conf);

/* The weight that configuration and checks make. */
uint32_t health_rs_weigh(const struct health_rs *rs);

/* A server is back: its weight grows from since on, if its service wants that. */
void health_ramp_begin(struct health_table *table, const struct health_vs *vs, struct health_rs *rs,
		       struct mono since, struct mono now);

/* Takes what an outcome says of the path to the check's server. */
void health_path_take(struct health_table *table, struct health_check *check,
		      const struct probe_result *result, struct mono now, int64_t wall_us);

/* When the check becomes cut off, should the fault last; MONO_NEVER without one. */
struct mono health_path_bound(const struct health_check *check);

/* The check waits for its next probe, whatever it was before. */
void health_check_wait(struct health_table *table, struct health_check *check, struct mono due);

/* Whether the sorry server is out by hand, from what is held. */
void health_sorry_settle(struct health_vs *vs);

/* Brings the quorum after live_weight and n_unknown and reports its change. */
void health_vs_settle(struct health_table *table, struct health_vs *vs);

#endif
