/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/judge/tiers.h"
#include "healthcheck/pool.h"

#define GROUPS_MAX 256

size_t tiers_used(const struct conf_virtual_server *vs, const struct tier *tiers, size_t n)
{
	size_t least = vs->min_active ? vs->min_active : 1, n_active = 0, i = 0;
	uint64_t weight = 0;

	while (i < n) {
		n_active += tiers[i].n;
		weight += tiers[i].weight;
		i++;
		if (n_active >= least && !pool_is_lost(vs, weight))
			break;
	}
	return i;
}

struct tier *tiers_find(struct tier *tiers, size_t n, uint32_t group)
{
	size_t first = 0;

	while (n > 1) {
		size_t half = n / 2;

		if (tiers[first + half].group <= group)
			first += half, n -= half;
		else
			n = half;
	}
	return &tiers[first];
}

/* Notes which groups the service has; returns their number. */
static size_t groups_note(const struct conf_virtual_server *vs, bool is_there[static GROUPS_MAX])
{
	size_t n = 1;

	is_there[0] = true;
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		uint32_t group = vs->real_servers[i].backup;

		n += !is_there[group];
		is_there[group] = true;
	}
	return n;
}

size_t tiers_count(const struct conf_virtual_server *vs)
{
	bool is_there[GROUPS_MAX] = {false};

	return groups_note(vs, is_there);
}

void tiers_init(const struct conf_virtual_server *vs, struct tier *ret)
{
	bool is_there[GROUPS_MAX] = {false};

	groups_note(vs, is_there);
	for (uint32_t group = 0; group < GROUPS_MAX; group++)
		if (is_there[group])
			*ret++ = (struct tier){.group = group};
}
