/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of the services that lvsd made or adopted, as a sorted set: the only services that
 * ipvs_plan() may delete. The kernel does not know who made a service, so the set must outlive the
 * process. The caller writes it to a file after ipvs_owned_claim() and before the plan is applied,
 * so that no service of lvsd exists without a note. Pure; the set owns its memory.
 */
#ifndef LVSD_IPVS_OWNED_H
#define LVSD_IPVS_OWNED_H

#include "base/vec.h"
#include "ipvs/state.h"

/* Begins as {0}: no service is owned. */
struct ipvs_owned {
	VEC(struct svckey) keys; /* ascending, each once, after one of the calls below */
};

/* Sorts keys that were pushed in any order, and drops doubles. */
void ipvs_owned_sort(struct ipvs_owned *owned);

/* Adds every service of want. Returns whether the set has grown. O(n log n). */
bool ipvs_owned_claim(struct ipvs_owned *owned, const struct ipvs_state *want);

/* Is key in the set? O(log n). */
bool ipvs_owned_has(const struct ipvs_owned *owned, const struct svckey *key);

/* Removes the keys that are neither in want nor in have. Returns whether the set has shrunk. */
bool ipvs_owned_trim(struct ipvs_owned *owned, const struct ipvs_state *want,
		     const struct ipvs_state *have);

void ipvs_owned_free(struct ipvs_owned *owned);

#endif
