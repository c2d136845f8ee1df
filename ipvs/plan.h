/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan(want, have): the ordered kernel operations that turn the table that is there into the one
 * that is wanted. Pure and total. What the kernel can edit in place is edited; additions come
 * before edits that lower a weight, and both before deletions, so that no step leaves a pool empty
 * that has a destination at both ends.
 */
#ifndef LVSD_IPVS_PLAN_H
#define LVSD_IPVS_PLAN_H

#include "base/err.h"
#include "base/vec.h"
#include "ipvs/state.h"

#include <stdio.h>

enum ipvs_op_kind {
	IPVS_OP_ADD_SERVICE,
	IPVS_OP_EDIT_SERVICE,
	IPVS_OP_DEL_SERVICE,
	IPVS_OP_ADD_DEST,
	IPVS_OP_EDIT_DEST,
	IPVS_OP_DEL_DEST,
};
#define IPVS_OP_KINDS (IPVS_OP_DEL_DEST + 1)

/* Why it is needed: ipvs/drift.h. */
enum ipvs_op_cause {
	IPVS_CAUSE_WANTED,   /* something else is wanted than before */
	IPVS_CAUSE_DRIFT,    /* somebody else changed what had been applied */
	IPVS_CAUSE_RESTORED, /* a destination of a service that comes back: part of that repair */
	IPVS_CAUSE_FOREIGN,  /* a service of somebody else, and `exclusive` is on */
};

struct ipvs_op {
	enum ipvs_op_kind kind;
	enum ipvs_op_cause cause;           /* WANTED in a new plan */
	struct ipvs_service service;        /* its dests are not used: dests == NULL */
	struct ipvs_dest dest;              /* for the _DEST kinds */
	struct ipvs_dest before;            /* EDIT_DEST: what is there now, for the log */
	struct ipvs_service service_before; /* EDIT_SERVICE: the same; dests == NULL */
};

struct ipvs_plan {
	VEC(struct ipvs_op) ops;
};

/*
 * Both tables sorted. A service of have that is not wanted is deleted only if its key is in
 * owned (sorted by svckey_cmp, n_owned of them): others belong to somebody else and stay.
 * Appends to ret_plan (empty before).
 */
void ipvs_plan(const struct ipvs_state *want, const struct ipvs_state *have,
	       const struct svckey *owned, size_t n_owned, struct ipvs_plan *ret_plan);

void ipvs_plan_free(struct ipvs_plan *plan);

/* Equal in all that an edit can set. */
bool ipvs_service_is_equal(const struct ipvs_service *a, const struct ipvs_service *b);
bool ipvs_dest_is_equal(const struct ipvs_dest *a, const struct ipvs_dest *b);

/* "add_service", "delete_dest" and so on. */
const char *ipvs_op_kind_name(enum ipvs_op_kind kind);

/*
 * One line without newline: "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight=1 method=DR".
 * What has its default is left out; an edit names only what changes: "weight=1->3".
 */
void ipvs_op_print(const struct ipvs_op *op, FILE *out);

/*
 * The sentence for an operation that the kernel refused with code (-errno): the operation as
 * printed, then the cause and, where it helps, the way out. Returns code.
 */
int ipvs_op_explain(const struct ipvs_op *op, int code, struct err *err);

/*
 * What an operation costs beyond what it says, as a clause for a person: "its connections end".
 * NULL when it costs nothing: the kernel takes it in place and connections go on as they were.
 */
const char *ipvs_op_cost(const struct ipvs_op *op);

/*
 * After a batch: a service that the kernel refused to make has destinations in the plan that were
 * refused only because it is not there. Their results become -ECANCELED, so that one cause gives one
 * sentence.
 */
void ipvs_plan_results_settle(const struct ipvs_plan *plan, int *results);

/*
 * Whether code (-errno) says that the table is not what the plan was made for (somebody else
 * changed it), so that a new dump and plan can mend it. An unknown scheduler is ENOENT as well
 * but not stale.
 */
bool ipvs_op_is_stale(const struct ipvs_op *op, int code);

/*
 * Applies one operation to a table that is a model of the kernel: what tests and dry runs use.
 * 0, -EEXIST, -ENOENT (no such destination) or -ESRCH (no such service), as the kernel would.
 */
int ipvs_op_apply(const struct ipvs_op *op, struct ipvs_state *state);

#endif
