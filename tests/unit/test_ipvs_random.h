/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random tables for property tests, from a seed alone. Keys come from a small universe, so that
 * two tables overlap; every table is one that the kernel accepts.
 */
#ifndef LVSD_TESTS_TEST_IPVS_RANDOM_H
#define LVSD_TESTS_TEST_IPVS_RANDOM_H

#include "ipvs/owned.h"
#include "ipvs/plan.h"
#include "ipvs/state.h"

struct rng {
	uint64_t state;
};

/* 0 .. bound - 1. */
uint32_t rng_below(struct rng *rng, uint32_t bound);

/* A sorted table of at most n_services services. */
void random_state(struct rng *rng, unsigned n_services, struct ipvs_state *ret_state);

/* A subset of the keys of state, sorted. */
void random_owned(struct rng *rng, const struct ipvs_state *state, struct ipvs_owned *ret_owned);

/* What must be there after plan(want, have) was applied: want, and what of have is not ours. */
void expected_state(const struct ipvs_state *want, const struct ipvs_state *have,
		    const struct ipvs_owned *owned, struct ipvs_state *ret_state);

void state_copy(const struct ipvs_state *state, struct ipvs_state *ret_copy);

/* Tables are equal in all but counters. */
bool state_is_equal(const struct ipvs_state *a, const struct ipvs_state *b);

/*
 * NULL, or the key of a service that has a weighted destination in before and in after but none
 * in now. All sorted.
 */
const struct svckey *state_find_emptied(const struct ipvs_state *before,
					const struct ipvs_state *after,
					const struct ipvs_state *now);

#endif
