/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applies a plan so that a refusal of the kernel cannot empty a pool. When a pool both gains and
 * loses destinations, the losses are sent in a second batch, after the results of the first. If the
 * kernel refused what the pool should gain, the pool keeps its last destination with a weight; all
 * other operations are done. The number of requests is the same as in one batch. The caller's
 * function sends the batches; there is no I/O here.
 */
#ifndef LVSD_IPVS_PLAN_RUN_H
#define LVSD_IPVS_PLAN_RUN_H

#include "ipvs/plan.h"

/*
 * Sends one batch as ipvs_genl_apply() does: results gets 0 or -errno for each operation. Returns
 * the number of failed operations, or -errno when the socket failed.
 */
typedef int ipvs_batch_fn(void *arg, const struct ipvs_plan *batch, int *results, struct err *err);

/*
 * Sends plan in one batch or two. results (room for plan->ops.n) gets 0 or -errno for each
 * operation. -ECANCELED: the operation was not sent because its pool did not gain what it should,
 * or its service could not be made. have is the table that the plan was made for; the operations
 * that succeeded are applied to it. Returns the number of operations that were not done; or -errno
 * with err when the socket failed.
 * Example: server A replaces server B, and the kernel refuses A. B keeps its weight, and the result
 * of B's operation is -ECANCELED.
 */
int ipvs_plan_run(const struct ipvs_plan *plan, struct ipvs_state *have, ipvs_batch_fn *fn,
		  void *arg, int *results, struct err *err);

#endif
