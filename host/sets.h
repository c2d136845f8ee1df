/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and changes address sets in the kernel with libipset: a netlink request is answered while
 * it is sent. Only host/sets.c includes libipset. It reads and changes only sets with lvsd's
 * prefix, and decides nothing.
 */
#ifndef LVSD_HOST_SETS_H
#define LVSD_HOST_SETS_H

#include "base/err.h"
#include "host/plan.h"

/* Reads lvsd's sets into state, sorted. The sets of state are empty before, and after an error.
 * Returns 0, or -EIO with a sentence. */
int host_sets_read(struct host_state *state, struct err *err);

struct host_sets;

/* Opens libipset for a number of operations. Never returns NULL. */
struct host_sets *host_sets_open(void);
void host_sets_close(struct host_sets *sets);

/* Does an operation on a set or a member. A member that is already there, or already gone, is no
 * error. Returns 0, or -EIO with a sentence. */
int host_sets_apply(struct host_sets *sets, const struct host_op *op, struct err *err);

#endif
