/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of addresses in the kernel, by libipset: netlink requests that the kernel answers while they
 * are sent. host/sets.c alone includes libipset. It sees and touches only sets with lvsd's prefix,
 * and decides nothing.
 */
#ifndef LVSD_HOST_SETS_H
#define LVSD_HOST_SETS_H

#include "base/err.h"
#include "host/plan.h"

/* Reads lvsd's sets into state (whose sets are empty before, and after an error), sorted. 0, or
 * -EIO with a sentence. */
int host_sets_read(struct host_state *state, struct err *err);

struct host_sets;

/* What the operations of one run go through; never NULL. */
struct host_sets *host_sets_open(void);
void host_sets_close(struct host_sets *sets);

/* Does an operation of a _SET or _MEMBER kind; a member that is there, or gone, already is no
 * fault. 0, or -EIO with a sentence. */
int host_sets_apply(struct host_sets *sets, const struct host_op *op, struct err *err);

#endif
