/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan(want, have): the operations that turn what is there into what is wanted, in an order in
 * which nothing refers to what is not there: sets are filled before rules name them, and emptied
 * and destroyed after the rules are gone. The rules of a table are replaced in one step. Pure.
 */
#ifndef LVSD_HOST_PLAN_H
#define LVSD_HOST_PLAN_H

#include "host/state.h"

#include <stdio.h>

enum host_op_kind {
	HOST_OP_SYSCTL,      /* name, value; before */
	HOST_OP_ADD_SET,     /* name, value: the type */
	HOST_OP_ADD_MEMBER,  /* name, value: the member */
	HOST_OP_WRITE_CHAIN, /* the rules of the chain, and one jump to it */
	HOST_OP_DEL_CHAIN,   /* the chain and every jump to it */
	HOST_OP_DEL_MEMBER,  /* name, value: the member */
	HOST_OP_DESTROY_SET, /* name */
};

/* Texts belong to the states that the plan was made from, and must live as long. */
struct host_op {
	enum host_op_kind kind;
	enum host_part part; /* all but SYSCTL: what it serves */
	const char *name, *value;
	const char *before;             /* SYSCTL */
	const struct host_chain *chain; /* WRITE_CHAIN: as wanted */
	const struct host_chain *old;   /* the _CHAIN kinds: as it is */
};

struct host_plan {
	VEC(struct host_op) ops;
};

/*
 * Both sorted. Sysctls of have that are not wanted are left alone; everything else of have is
 * lvsd's by its name, and goes when it is not wanted. Appends to ret_plan (empty before).
 */
void host_plan(const struct host_state *want, const struct host_state *have,
	       struct host_plan *ret_plan);

void host_plan_free(struct host_plan *plan);

/* One line without newline: `add member set=lvsd-fnat-10.9.0.100 member=10.9.0.21`. */
void host_op_print(const struct host_op *op, FILE *out);

/*
 * What iptables-restore --noflush is to read to do an operation of a _CHAIN kind: one table, in one
 * step, which touches no chain but lvsd's and no rule but the jumps to it. free() it.
 */
char *host_op_restore_text(const struct host_op *op);

/*
 * Applies one operation to a model: what follows the kernel, and tests. 0, or -ENOENT or -EEXIST
 * where the kernel would refuse it; state stays sorted.
 */
int host_op_apply(const struct host_op *op, struct host_state *state);

#endif
