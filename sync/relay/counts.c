/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/counts.h"
#include "base/hash.h"

#include <string.h>

/* The same on machines of each byte order. */
static unsigned bucket_of_dest(const struct svckey *service, const struct endpoint *dest)
{
	uint8_t key[64] = {service->family == AF_INET6 ? 6 : 4, (uint8_t)service->protocol,
			   (uint8_t)(service->fwmark >> 24), (uint8_t)(service->fwmark >> 16),
			   (uint8_t)(service->fwmark >> 8), (uint8_t)service->fwmark,
			   (uint8_t)(service->ep.port >> 8), (uint8_t)service->ep.port,
			   (uint8_t)(dest->port >> 8), (uint8_t)dest->port};

	memcpy(key + 16, service->ep.addr.bytes, 16);
	memcpy(key + 32, dest->addr.bytes, 16);
	return (unsigned)(hash_mix(hash_bytes(key, sizeof(key)), 0) >> 32) % RELAY_COUNTS_N;
}

static uint32_t add_bounded(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

void relay_counts_add(struct relay_counts *counts, const struct svckey *service, const struct endpoint *dest,
		      uint32_t n_active, uint32_t n_persist)
{
	uint32_t *bucket = &counts->served[bucket_of_dest(service, dest)];

	*bucket = add_bounded(*bucket, add_bounded(n_active, n_persist));
}

bool relay_coverage(const struct relay_counts *theirs, const struct relay_counts *mine, uint32_t *ret_coverage)
{
	uint64_t all = 0, here = 0;

	for (size_t i = 0; i < RELAY_COUNTS_N; i++) {
		uint32_t n = theirs->served[i];

		all += n;
		here += n < mine->served[i] ? n : mine->served[i];
	}
	if (!all)
		return false;
	*ret_coverage = (uint32_t)(here * RELAY_COVERAGE_ALL / all);
	return true;
}
