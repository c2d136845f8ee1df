/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsd would do to the kernel if a configuration were in force, as values. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_PLAN_OPS_H
#define LVSD_DAEMON_DIRECTOR_TABLE_PLAN_OPS_H

#include "base/vec.h"
#include "conf/conf.h"
#include "healthcheck/health.h"
#include "host/state.h"
#include "ipvs/drain.h"
#include "ipvs/owned.h"
#include "ipvs/state.h"
#include "ipvs/timeouts.h"
#include "sync/want.h"

struct plan_op {
	char *text; /* "edit dest vs=tcp:10.0.0.1:80 rs=10.1.0.1:80 weight=1->5", with its cost */
	bool is_waiting; /* for the first success of a check */
};

struct plan_ops {
	VEC(struct plan_op) items;
};

/* What the plan is made from. plan_input_fini() frees what it owns. */
struct plan_input {
	const struct conf *conf;
	const struct conf *before; /* the configuration that conf follows; NULL at a start */
	struct health *health;     /* a model of conf to play with */
	struct ipvs_state have;
	const struct ipvs_state *applied; /* what a daemon that runs made of the table last, or NULL */
	struct ipvs_state brought; /* for plan_ops_make() */
	struct ipvs_owned owned;
	struct ipvs_drain drain;
	struct sync_daemon daemons[2];
	size_t n_daemons;
	bool is_sync_ours;
	/* Of lvs_timeouts: before lvsd, now, and what would be set (0: nothing). */
	struct ipvs_timeouts former_timeouts, timeouts_now, timeouts_change;
	struct host_state host_want, host_have; /* outside of IPVS */
	struct mono now;
};

/*
 * Appends the operations in the order in which the director makes them: what is outside of IPVS as
 * host_op_print() says it, services and destinations as ipvs_op_print() does, then timeouts and sync
 * roles; at the end those that wait until each check without a verdict has succeeded. input goes
 * through the same changes: afterwards its tables are as the kernel would be.
 */
void plan_ops_make(struct plan_input *input, struct plan_ops *ops);

void plan_ops_fini(struct plan_ops *ops);
void plan_input_fini(struct plan_input *input);

#endif
