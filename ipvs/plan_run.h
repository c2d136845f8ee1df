/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applies a plan so that a refusal cannot empty a pool. What takes from a pool that also gains goes
 * in a second batch, behind the results of the first: where the kernel refused what a pool was to
 * gain, the pool keeps its last destination with a weight, and all else is done. Each operation
 * is still one request. Who sends a batch is the caller's; no I/O here.
 */
#ifndef LVSD_IPVS_PLAN_RUN_H
#define LVSD_IPVS_PLAN_RUN_H

#include "ipvs/plan.h"

/*
 * Sends one batch, as ipvs_genl_apply() does: results receives 0 or -errno for each operation.
 * Returns how many failed, or -errno when the batch did not get through.
 */
typedef int ipvs_batch_fn(void *arg, const struct ipvs_plan *batch, int *results, struct err *err);

/*
 * Sends plan in one batch or two. results (plan->ops.n of them) receives 0 or -errno for each
 * operation; -ECANCELED: held back, as what its pool was to gain was refused, or of a service that
 * could not be made. have, for which the plan was made, follows what the kernel took. Returns the
 * number of operations that were not done; or -errno with err when a batch did not get through.
 */
int ipvs_plan_run(const struct ipvs_plan *plan, struct ipvs_state *have, ipvs_batch_fn *fn,
		  void *arg, int *results, struct err *err);

#endif
