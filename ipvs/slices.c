/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/slices.h"
#include "base/merge.h"

#include "ipvs/plan.h"

#include <stdlib.h>

int64_t ipvs_slices_gap_ns(unsigned interval_s)
{
	/* The last fifth of the interval is for reading and repairing. */
	return (int64_t)interval_s * NS_PER_S * 4 / 5;
}

static int compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* How many services one reading takes, so that all are read within the period with one reading to
 * spare. */
static size_t quota_of(size_t n, int64_t gap_ns)
{
	int64_t n_reads = IPVS_SLICES_PERIOD_NS / gap_ns - 1;

	if (n <= IPVS_SLICES_WHOLE_MAX || n_reads < 1)
		return n;
	return (n + (size_t)n_reads - 1) / (size_t)n_reads;
}

void ipvs_slices_pick(const struct ipvs_state *state, struct mono now, int64_t gap_ns,
		      struct ipvs_slice *ret_slice)
{
	size_t n = state->n_services, quota = quota_of(n, gap_ns), n_older = 0, n_ties;
	/* A service that was read before this time cannot wait for the next reading. */
	int64_t pressing = now.ns + gap_ns + gap_ns / 2 - IPVS_SLICES_PERIOD_NS, oldest;
	int64_t *times;

	if (n == 0)
		return;
	times = mem_calloc(n, sizeof(*times));
	for (size_t i = 0; i < n; i++)
		times[i] = state->services[i].read_at.ns;
	qsort(times, n, sizeof(*times), compare_times);
	oldest = times[quota - 1];
	while (times[n_older] < oldest)
		n_older++;
	n_ties = quota - n_older;
	free(times);
	for (size_t i = 0; i < n; i++) {
		int64_t read = state->services[i].read_at.ns;
		bool is_tie = read == oldest && n_ties > 0;

		if (read == 0 || read < oldest || is_tie || read < pressing)
			*vec_push(&ret_slice->at) = i;
		n_ties -= is_tie;
	}
}

static void take_dests(struct ipvs_service *to, struct ipvs_service *from)
{
	free(to->dests);
	to->dests = from->dests;
	to->n_dests = from->n_dests;
	to->cap_dests = from->cap_dests;
	to->read_at = from->read_at;
	from->dests = NULL;
	from->n_dests = from->cap_dests = 0;
}

static int compare_key_of(const void *service, const void *key)
{
	return svckey_cmp(&((const struct ipvs_service *)service)->key, key);
}

bool ipvs_slices_inherit(struct ipvs_state *listed, struct ipvs_state *have,
			 const struct ipvs_owned *owned)
{
	struct merge_list rest = {listed->services, listed->n_services, sizeof(*listed->services)};
	bool is_changed = false;

	for (size_t i = 0; i < have->n_services; i++) {
		struct ipvs_service *before = &have->services[i];
		const struct ipvs_service *after = merge_seek(&rest, &before->key, compare_key_of);

		if (!after || !ipvs_service_is_equal(after, before))
			is_changed = is_changed || ipvs_owned_has(owned, &before->key);
		if (after)
			take_dests(&listed->services[after - listed->services], before);
	}
	return is_changed;
}

void ipvs_slice_free(struct ipvs_slice *slice)
{
	vec_free(&slice->at);
}
