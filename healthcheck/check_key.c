/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/check_key.h"
#include "base/hash.h"
#include "conf/kind.h"
#include "conf/model/member.h"

#include <string.h>

#define COMPARE(x, y)                                                                              \
	do {                                                                                       \
		if ((x) != (y))                                                                    \
			return (x) < (y) ? -1 : 1;                                                 \
	} while (0)

#define COMPARE_BY(order)                                                                          \
	do {                                                                                       \
		int order_ = (order);                                                              \
		if (order_)                                                                        \
			return order_;                                                             \
	} while (0)

/* The fields of a table that are part of what a check means. */
static int table_cmp(const struct schema_table *table, const struct conf_check *a,
		     const struct conf_check *b)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct schema_field *field = member_field(&table->rows[i], CONF_OBJECT_CHECK);

		if (field && field->is_meaning)
			COMPARE_BY(member_cmp(field, a, b));
	}
	return 0;
}

int check_meaning_cmp(const struct conf_check *a, const struct conf_check *b)
{
	const struct schema_table *const *tables = conf_kinds[a->type].rules->tables;

	COMPARE(a->type, b->type);
	for (size_t i = 0; tables[i]; i++)
		COMPARE_BY(table_cmp(tables[i], a, b));
	return 0;
}

static uint64_t mix_endpoint(uint64_t hash, const struct endpoint *ep)
{
	uint64_t halves[2];

	memcpy(halves, ep->addr.bytes, sizeof(halves));
	hash = hash_mix(hash, halves[0]);
	hash = hash_mix(hash, halves[1]);
	return hash_mix(hash, (uint64_t)ep->addr.family << 16 | ep->port);
}

/* A few fields of the meaning are enough to spread the probes. */
static uint64_t probe_hash(const struct conf_check *check)
{
	uint64_t hash = mix_endpoint(check->type, &check->target);

	hash = mix_endpoint(hash, &check->bind);
	hash = hash_mix(hash, check->fwmark); /* the server of a check with through_vip */
	for (size_t i = 0; i < check->n_urls; i++)
		hash = hash_mix(hash, hash_text(check->urls[i].path));
	return hash;
}

uint64_t check_pace_hash(const struct svckey *service, const struct endpoint *real_server,
			 const struct conf_check *check)
{
	uint64_t hash;

	if (conf_check_kind(check)->runner == CONF_RUNNER_CHECK)
		return probe_hash(check);
	hash = hash_mix((uint64_t)service->family << 16 | service->protocol, service->fwmark);
	hash = mix_endpoint(hash, &service->ep);
	hash = mix_endpoint(hash, real_server);
	return hash_mix(hash, (uint64_t)check->type << 32 | check->ordinal);
}
