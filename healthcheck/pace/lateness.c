/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/pace/lateness.h"

/* Four buckets for each power of two: 0, 1, 2, 3, 4, ... 7, 8-9, 10-11, ... */
static unsigned bucket_of(uint64_t us)
{
	uint32_t value = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	unsigned power = 0;

	if (value < 4)
		return value;
	for (uint32_t rest = value; rest >>= 1;)
		power++;
	return (power - 1) * 4 + (value >> (power - 2) & 3);
}

static uint64_t bucket_end(unsigned bucket)
{
	return bucket < 4 ? bucket : ((uint64_t)(bucket % 4 + 5) << (bucket / 4 - 1)) - 1;
}

/* The other half becomes the present one as often as half minutes have passed; twice is enough. */
static void turn(struct lateness *lateness, struct mono now)
{
	int64_t halves = mono_sub(now, lateness->since) / (LATENESS_HALF_S * NS_PER_S);

	if (halves <= 0)
		return;
	for (int64_t i = 0; i < halves && i < 2; i++) {
		lateness->present ^= 1;
		lateness->halves[lateness->present] = (struct lateness_half){0};
	}
	lateness->since = now;
}

void lateness_add(struct lateness *lateness, struct mono now, int64_t late_ns)
{
	uint64_t us = late_ns > 0 ? (uint64_t)(late_ns / NS_PER_US) : 0;
	struct lateness_half *half;

	turn(lateness, now);
	half = &lateness->halves[lateness->present];
	half->counts[bucket_of(us)]++;
	half->n++;
	if (us > half->most_us)
		half->most_us = us;
}

/* The end of the bucket in which probe number rank of both halves is, from 1. */
static uint64_t value_at(const struct lateness *lateness, uint64_t rank)
{
	uint64_t n = 0;
	unsigned i = 0;

	for (; i < LATENESS_BUCKETS - 1; i++) {
		n += (uint64_t)lateness->halves[0].counts[i] + lateness->halves[1].counts[i];
		if (n >= rank)
			break;
	}
	return bucket_end(i);
}

static uint64_t at_most(uint64_t us, uint64_t most)
{
	return us < most ? us : most;
}

struct lateness_sums lateness_sum(struct lateness *lateness, struct mono now)
{
	const struct lateness_half *a = &lateness->halves[0], *b = &lateness->halves[1];
	struct lateness_sums sums;

	turn(lateness, now);
	sums = (struct lateness_sums){.n = a->n + b->n,
				      .most_us = a->most_us > b->most_us ? a->most_us : b->most_us};
	if (!sums.n)
		return sums;
	sums.p50_us = at_most(value_at(lateness, (sums.n + 1) / 2), sums.most_us);
	sums.p99_us = at_most(value_at(lateness, sums.n - sums.n / 100), sums.most_us);
	return sums;
}
