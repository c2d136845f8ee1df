/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drift: why an operation of a plan is needed. Three tables are compared: wanted and found in the
 * kernel (both are in the plan), and applied by lvsd last. If lvsd had already applied what is
 * wanted, then somebody else changed the kernel, and the operation is a repair. Otherwise the
 * operation is needed because something else is wanted than before. Pure.
 */
#ifndef LVSD_IPVS_DRIFT_H
#define LVSD_IPVS_DRIFT_H

#include "ipvs/owned.h"
#include "ipvs/plan.h"

/*
 * Sets the cause of each operation. applied: sorted; NULL: lvsd has applied nothing yet, and
 * nothing is a repair. owned: the keys of lvsd's own services; the deletion of any other service is
 * FOREIGN.
 * Example: somebody deleted a server with ipvsadm; its ADD_DEST is IPVS_CAUSE_DRIFT, a repair.
 */
void ipvs_drift_attribute(struct ipvs_plan *plan, const struct ipvs_state *applied,
			  const struct ipvs_owned *owned);

/*
 * Brings *applied up to date after plan was carried out; plan has its causes. *want is taken over
 * and empty afterwards. *applied then equals the old *want, except for operations that the kernel
 * refused: those keep their old value, so a failed repair is counted as a repair again next time.
 */
void ipvs_drift_follow(struct ipvs_state *applied, struct ipvs_state *want,
		       const struct ipvs_plan *plan, const int *results);

/* The same after a plan for some services alone: want has these only, and *applied has each of them. */
void ipvs_drift_follow_some(struct ipvs_state *applied, struct ipvs_state *want,
			    const struct ipvs_plan *plan, const int *results);

/* What was repaired and removed since the start. */
struct ipvs_drift_counters {
	uint64_t repairs[IPVS_OP_KINDS]; /* by kind of operation */
	uint64_t foreign;                /* services of others that were removed: `exclusive` */
};

/* Counts the operations of plan that succeeded. A service that is made again, with all its
 * destinations, is one repair. */
void ipvs_drift_count(struct ipvs_drift_counters *counters, const struct ipvs_plan *plan,
			const int *results);

/* The number of repairs of all kinds together. */
uint64_t ipvs_drift_repairs(const struct ipvs_drift_counters *counters);

#endif
