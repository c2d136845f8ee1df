/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan(want, have): the ordered list of operations that turn the kernel's table into the wanted
 * one. Pure, and defined for all tables. Whatever the kernel can edit in place is edited. Additions
 * come before edits that lower a weight, and these before deletions. So no step leaves a pool empty
 * that has a destination with a weight both before and after the plan.
 */
#ifndef LVSD_IPVS_PLAN_H
#define LVSD_IPVS_PLAN_H

#include "base/err.h"
#include "base/vec.h"
#include "ipvs/state.h"

#include <stdio.h>

/* A request to the kernel: IPVS_CMD_NEW_, _SET_ and _DEL_SERVICE or _DEST (linux/ip_vs.h). */
enum ipvs_op_kind {
	IPVS_OP_ADD_SERVICE,
	IPVS_OP_EDIT_SERVICE,
	IPVS_OP_DEL_SERVICE,
	IPVS_OP_ADD_DEST,
	IPVS_OP_EDIT_DEST,
	IPVS_OP_DEL_DEST,
};
#define IPVS_OP_KINDS (IPVS_OP_DEL_DEST + 1)

/* Why an operation is needed (ipvs/drift.h). */
enum ipvs_op_cause {
	IPVS_CAUSE_WANTED,   /* something else is wanted than before */
	IPVS_CAUSE_DRIFT,    /* somebody else changed what lvsd had applied: a repair */
	IPVS_CAUSE_RESTORED, /* a destination of a service that is made again: part of that repair */
	IPVS_CAUSE_FOREIGN,  /* deletes a service of somebody else: `exclusive` is on */
};

/* An operation. It owns no memory. */
struct ipvs_op {
	enum ipvs_op_kind kind;
	enum ipvs_op_cause cause;           /* WANTED in a new plan */
	struct ipvs_service service;        /* without destinations: dests == NULL */
	struct ipvs_dest dest;              /* for the _DEST kinds */
	struct ipvs_dest before;            /* EDIT_DEST: the present values, for the log */
	struct ipvs_service service_before; /* EDIT_SERVICE: the present values; dests == NULL */
};

/* Operations in the order in which they are sent. Begins as {0}. */
struct ipvs_plan {
	VEC(struct ipvs_op) ops;
};

/*
 * Makes the plan in ret_plan (empty before). Both tables are sorted. A service of have that is not
 * in want is deleted only if its key is one of the n_owned keys in owned (sorted by svckey_cmp);
 * other services belong to somebody else and stay.
 * Example: one service in both, a server only in want, another only in have: ADD_DEST, DEL_DEST.
 */
void ipvs_plan(const struct ipvs_state *want, const struct ipvs_state *have,
	       const struct svckey *owned, size_t n_owned, struct ipvs_plan *ret_plan);

void ipvs_plan_free(struct ipvs_plan *plan);

/* Do both have the same value in each setting that an edit can change? */
bool ipvs_service_is_equal(const struct ipvs_service *a, const struct ipvs_service *b);
bool ipvs_dest_is_equal(const struct ipvs_dest *a, const struct ipvs_dest *b);

/* The name of a kind, for JSON. Examples: "add_service", "delete_dest". */
const char *ipvs_op_kind_name(enum ipvs_op_kind kind);

/*
 * Prints an operation as one line without newline. Values that are the default are left out; an
 * edit names only what changes, such as "weight=1->3".
 * Example: "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight=1 method=DR".
 */
void ipvs_op_print(const struct ipvs_op *op, FILE *out);

/*
 * Writes a sentence about an operation that the kernel refused with code (-errno) to err: the
 * operation as printed, the cause, and what to do about it if that is known. Returns code.
 */
int ipvs_op_explain(const struct ipvs_op *op, int code, struct err *err);

/*
 * The side effect of an operation on connections, as a clause for a person. NULL when there is
 * none: the kernel changes the entry in place, and the entry's connections go on.
 * Example: for DEL_DEST, "its connections end".
 */
const char *ipvs_op_cost(const struct ipvs_op *op);

/*
 * To be called after a batch. When the kernel refused to make a service, it refused the service's
 * destinations too, only because the service does not exist. The results of these destinations
 * become -ECANCELED, so that one cause is reported once.
 */
void ipvs_plan_results_cancel(const struct ipvs_plan *plan, int *results);

/*
 * Does code (-errno) mean that the plan was stale: the kernel's table is not the one that the plan
 * was made for, as somebody else changed it? Then reading the table and planning again can help. An
 * unknown scheduler gives ENOENT too, but is not stale.
 */
bool ipvs_op_is_stale(const struct ipvs_op *op, int code);

/*
 * Applies one operation to a table that is a model of the kernel, for tests and dry runs. Returns
 * what the kernel would: 0, -EEXIST, -ENOENT (no such destination) or -ESRCH (no such service).
 */
int ipvs_op_apply(const struct ipvs_op *op, struct ipvs_state *state);

#endif
