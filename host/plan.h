/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan(want, have): the operations that turn what the machine has into what is wanted. They are in
 * an order in which nothing refers to an object that does not exist: a set is filled before a rule
 * names it, and emptied and destroyed after that rule is gone. The rules of a table are replaced in
 * one step. Pure.
 */
#ifndef LVSD_HOST_PLAN_H
#define LVSD_HOST_PLAN_H

#include "host/state.h"

#include <stdio.h>

/* The kinds of operations, with the members of struct host_op that each uses. */
enum host_op_kind {
	HOST_OP_SYSCTL,      /* name, value, before */
	HOST_OP_ADD_SET,     /* name; value: its type */
	HOST_OP_ADD_MEMBER,  /* name; value: the member */
	HOST_OP_WRITE_CHAIN, /* chain: its rules, and exactly one jump to it */
	HOST_OP_DEL_CHAIN,   /* old: the chain and every jump to it */
	HOST_OP_DEL_MEMBER,  /* name; value: the member */
	HOST_OP_DESTROY_SET, /* name */
};

/* The texts belong to the two states that the plan was made of, and are valid as long as those. */
struct host_op {
	enum host_op_kind kind;
	enum host_part part; /* of all but SYSCTL: the table or set that the operation belongs to */
	const char *name, *value;
	const char *before;             /* of SYSCTL: the present value */
	const struct host_chain *chain; /* of WRITE_CHAIN: the wanted chain */
	const struct host_chain *old;   /* of WRITE_CHAIN and DEL_CHAIN: the present chain */
};

/* Operations in the order in which they are carried out. Begins as {0}. */
struct host_plan {
	VEC(struct host_op) ops;
};

/*
 * Makes the plan. Both states are sorted. Sysctls of have that want does not name stay as they are.
 * All other objects of have are lvsd's own, by their names, and are removed if want does not have
 * them. Appends to ret_plan, which is empty before.
 * Example: want has a set with 10.9.0.21 and a rule that names it, have has nothing: ADD_SET,
 * ADD_MEMBER, WRITE_CHAIN.
 */
void host_plan(const struct host_state *want, const struct host_state *have,
	       struct host_plan *ret_plan);

void host_plan_free(struct host_plan *plan);

/* Prints the operation without a newline. Example: `add member set=lvsd-fnat-10.9.0.100
 * member=10.9.0.21`. */
void host_op_print(const struct host_op *op, FILE *out);

/*
 * The text with which iptables-restore --noflush does a WRITE_CHAIN or DEL_CHAIN operation, for
 * free(): one table, in one step. It touches no chain but lvsd's, and no rule of other chains but
 * the jumps to it.
 */
char *host_op_restore_text(const struct host_op *op);

/*
 * Applies the operation to state, which is a model of the kernel: lvsd's own record of the machine,
 * or that of a test. Returns 0, or -ENOENT or -EEXIST where the kernel would refuse it.
 * state stays sorted.
 */
int host_op_apply(const struct host_op *op, struct host_state *state);

#endif
