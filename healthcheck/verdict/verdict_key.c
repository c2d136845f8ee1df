/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "conf/kind.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "healthcheck/verdict/verdict.h"

static uint64_t addr_mix(uint64_t hash, const struct addr *addr)
{
	return hash_mix(hash, hash_bytes(addr->bytes, addr_len(addr)));
}

static uint64_t script_mix(uint64_t hash, const struct conf_script *script)
{
	if (!script)
		return hash;
	for (size_t i = 0; i < script->argc; i++)
		hash = hash_mix(hash, hash_text(script->argv[i]));
	return hash_mix(hash_mix(hash, hash_text(script->user)), hash_text(script->group));
}

struct mixing {
	uint64_t hash;
	const void *base;
};

static int field_mix(void *arg, const struct schema_keyword *row, const struct schema_field *field);

static uint64_t list_mix(uint64_t hash, const struct schema_field *list, const void *base)
{
	size_t n = member_list_count(list, base);
	struct mixing mixing = {.hash = hash_mix(hash, n)};

	for (size_t i = 0; i < n; i++) {
		mixing.base = member_list_at(list, base, i);
		member_list_fields(list, field_mix, &mixing);
	}
	return mixing.hash;
}

/* Empty values change nothing, so that a keyword that a later version knows does not change the keys
 * of checks without it. */
static int field_mix(void *arg, const struct schema_keyword *row, const struct schema_field *field)
{
	struct mixing *mixing = arg;
	const void *base = mixing->base;
	uint64_t hash = hash_mix(mixing->hash, hash_text(row->name));

	if (member_is_empty(field, base))
		return 0;
	switch (field->storage) {
	case FIELD_TEXT:
		hash = hash_mix(hash, hash_text(member_text(field, base)));
		break;
	case FIELD_ADDR:
		hash = addr_mix(hash, member_addr(field, base));
		break;
	case FIELD_NETWORK:
		hash = hash_mix(addr_mix(hash, member_addr(field, base)),
				member_prefix_len(field, base));
		break;
	case FIELD_SCRIPT:
		hash = script_mix(hash, member_script(field, base));
		break;
	case FIELD_RANGE:
		hash = hash_mix(hash_mix(hash, member_range(field, base)->first),
				member_range(field, base)->last);
		break;
	case FIELD_LIST:
		hash = list_mix(hash, field, base);
		break;
	default:
		hash = hash_mix(hash, member_number(field, base));
	}
	mixing->hash = hash;
	return 0;
}

static uint64_t meaning_mix(uint64_t hash, const struct conf_check *check)
{
	const struct schema_table *const *tables = conf_kinds[check->type].rules->tables;
	struct mixing mixing = {hash_mix(hash, hash_text(conf_check_kind(check)->name)), check};

	for (; *tables; tables++)
		for (size_t i = 0; i < (*tables)->n; i++) {
			const struct schema_keyword *row = &(*tables)->rows[i];
			const struct schema_field *field = member_field(row, CONF_OBJECT_CHECK);

			if (field && field->is_meaning)
				field_mix(&mixing, row, field);
		}
	return mixing.hash;
}

uint64_t verdict_key(const struct svckey *service, const struct endpoint *real_server,
		     const struct conf_check *check)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];
	uint64_t hash = hash_mix(hash_text(svckey_format(service, vs)),
				 hash_text(endpoint_format(real_server, rs)));

	return meaning_mix(hash, check);
}
