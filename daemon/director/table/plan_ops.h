/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operations that lvsd would do in the kernel if a configuration were in force, as values, and
 * how they are printed. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_PLAN_OPS_H
#define LVSD_DAEMON_DIRECTOR_TABLE_PLAN_OPS_H

#include "base/vec.h"
#include "conf/conf.h"
#include "healthcheck/health.h"
#include "host/plan.h"
#include "ipvs/drain.h"
#include "ipvs/owned.h"
#include "ipvs/plan.h"
#include "ipvs/state.h"
#include "ipvs/timeouts.h"
#include "sync/want.h"

/* What an operation changes. */
enum plan_op_kind {
	PLAN_OP_HOST,
	PLAN_OP_IPVS,
	PLAN_OP_TIMEOUT,
	PLAN_OP_SYNC,
};

/* One operation of a plan. Its values are in the member of its kind. */
struct plan_op {
	enum plan_op_kind kind;
	bool is_waiting; /* done only when a check has succeeded for the first time */
	union {
		struct host_op host; /* its texts are those of input's host_want and host_have */
		struct {
			struct ipvs_op op;
			bool is_draining; /* a destination that is deleted when it has drained */
			bool is_private;  /* of a service for checks with through_vip */
			int64_t drain_s;  /* then: in how many seconds at the latest */
		} ipvs;
		struct {
			const char *name; /* "tcp", "tcpfin" or "udp" */
			uint32_t before, after;
		} timeout;
		struct sync_op sync;
	};
};

struct plan_ops {
	VEC(struct plan_op) items;
};

/* The input of a plan. plan_input_fini() frees what it owns. */
struct plan_input {
	const struct conf *conf;
	const struct conf *before; /* the configuration before conf; NULL at a start */
	struct health *health;     /* a model of conf, which the plan may change */
	struct ipvs_state have;
	const struct ipvs_state *applied; /* the table as a running daemon made it last, or NULL */
	struct ipvs_state brought; /* working memory of plan_ops_make() */
	struct ipvs_owned owned;
	struct ipvs_drain drain;
	struct sync_daemon daemons[2];
	size_t n_daemons;
	bool is_sync_ours;
	/* For lvs_timeouts: the values before lvsd, the present ones, and those to be set (0: not
	 * changed). */
	struct ipvs_timeouts former_timeouts, timeouts_now, timeouts_change;
	struct host_state host_want, host_have; /* the state outside of IPVS */
	struct mono now;
};

/*
 * Appends the operations in the order in which the director does them: first those outside of IPVS,
 * then services and destinations, then timeouts and sync roles; at the end those that wait until
 * each check without a verdict has succeeded. input is changed as the operations would change the
 * kernel, and must live as long as ops.
 */
void plan_ops_make(struct plan_input *input, struct plan_ops *ops);

/* Prints the operation and its effect as a line without a newline, without whether it waits (as
 * host_op_print() and ipvs_op_print()). Example: "edit dest vs=tcp:10.0.0.1:80 rs=10.1.0.1:80
 * weight=1->5". */
void plan_op_print(const struct plan_op *op, FILE *out);

void plan_ops_fini(struct plan_ops *ops);
void plan_input_fini(struct plan_input *input);

#endif
