/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tiers of a pool: the servers without `backup` are the first, then come the groups of backup
 * servers in their order. A tier serves when those before it can no longer carry the service. Pure.
 */
#ifndef LVSD_HEALTHCHECK_JUDGE_TIERS_H
#define LVSD_HEALTHCHECK_JUDGE_TIERS_H

#include "conf/conf.h"

/* What one tier has of servers that can serve. */
struct tier {
	uint32_t group;  /* of backup servers; 0: the servers without `backup` */
	uint64_t weight; /* the sum of their weights */
	size_t n;
};

/*
 * How many of the tiers serve, from the first on. A tier serves when the tiers before it have fewer
 * than min_active servers, or weights that make no quorum. The last ones serve when no tier has
 * enough. At least 1, unless n is 0.
 * Example: min_active 1, quorum 1: the first tier has one server, then 1; it has none, then 2.
 */
size_t tiers_used(const struct conf_virtual_server *vs, const struct tier *tiers, size_t n);

/* The tier of a group; the group must be one of them. */
struct tier *tiers_find(struct tier *tiers, size_t n, uint32_t group);

/*
 * Writes the tiers of a service without counting servers, in their order. ret must have room for
 * tiers_count(vs). The tier without `backup` is there even when no server is in it.
 */
void tiers_init(const struct conf_virtual_server *vs, struct tier *ret);
size_t tiers_count(const struct conf_virtual_server *vs);

#endif
