/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why an operation is needed, from three tables: what is wanted and what is there (both are in the
 * plan) and what was applied last. Where that already was what is wanted, somebody else has
 * changed the kernel and the operation is a repair; else the wish has changed. Pure.
 */
#ifndef LVSD_IPVS_DRIFT_H
#define LVSD_IPVS_DRIFT_H

#include "ipvs/owned.h"
#include "ipvs/plan.h"

/*
 * Sets the cause of each operation. applied: sorted, or NULL when nothing has been applied yet,
 * then nothing is a repair. owned: the keys of lvsd's own services, sorted; the deletion of
 * another is FOREIGN.
 */
void ipvs_drift_attribute(struct ipvs_plan *plan, const struct ipvs_state *applied,
			  const struct ipvs_owned *owned);

/*
 * What was applied, after a run towards *want, which is taken over: want but for what the kernel
 * did not take of the wish. A repair that failed stays one. plan has its causes.
 */
void ipvs_drift_follow(struct ipvs_state *applied, struct ipvs_state *want,
		       const struct ipvs_plan *plan, const int *results);

/* What has been mended and removed since the start. */
struct ipvs_drift_counters {
	uint64_t repairs[IPVS_OP_KINDS]; /* by what was done */
	uint64_t foreign;                /* services of others that were removed: `exclusive` */
};

/* Counts what of a plan with causes was done. A service that came back is one repair. */
void ipvs_drift_count(struct ipvs_drift_counters *counters, const struct ipvs_plan *plan,
			const int *results);

/* All kinds together. */
uint64_t ipvs_drift_repairs(const struct ipvs_drift_counters *counters);

#endif
