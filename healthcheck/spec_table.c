/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/spec_table.h"
#include "base/hash.h"
#include "base/mem.h"
#include "healthcheck/check_key.h"

#include <stdlib.h>
#include <string.h>

/*
 * A batch of this size is full. This is the memory that one long-lived spec can keep from being
 * freed. It is several blocks of an arena, so that little of the last block is unused.
 */
#define BATCH_BYTES_MAX (256 * 1024)

struct spec_batch {
	struct arena *arena;
	size_t n_specs;
};

static void batch_free(struct spec_batch *batch)
{
	arena_free(batch->arena);
	free(batch);
}

/* The batch for the next spec: the present one, or a new one when that is full. */
static struct spec_batch *batch_to_fill(struct spec_table *table)
{
	struct spec_batch *batch = table->filling;

	if (batch && arena_size(batch->arena) <= BATCH_BYTES_MAX)
		return batch;
	if (batch && !batch->n_specs)
		batch_free(batch);
	batch = mem_calloc(1, sizeof(*batch));
	batch->arena = arena_new();
	table->filling = batch;
	return batch;
}

static uint64_t meaning_hash(const void *body, size_t len)
{
	size_t meaning_len;
	const void *meaning = check_spec_meaning(body, len, &meaning_len);
	uint64_t hash = hash_bytes(meaning, meaning_len);

	return hash ? hash : 1;
}

static bool is_same_text(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static bool says_same(const struct spec *spec, const struct conf_check *check,
		      const struct check_tls *tls)
{
	return check_meaning_cmp(&spec->check, check) == 0 && is_same_text(spec->tls.ca, tls->ca) &&
	       is_same_text(spec->tls.certificate, tls->certificate) &&
	       is_same_text(spec->tls.key, tls->key) &&
	       is_same_text(spec->tls.password, tls->password);
}

/* The spec that says the same. The body is decoded only if the hash is known. */
static struct spec *spec_find(const struct spec_table *table, uint64_t hash, const void *body,
			      size_t len, check_id *ret_id)
{
	struct spec *spec = id_map_find(&table->by_hash, hash);
	struct conf_check check;
	struct check_tls tls;
	struct arena *arena;

	if (!spec)
		return NULL;
	arena = arena_new();
	if (check_spec_decode(body, len, arena, ret_id, &check, &tls) < 0)
		spec = NULL;
	while (spec && !says_same(spec, &check, &tls))
		spec = spec->same;
	arena_free(arena);
	return spec;
}

static struct spec *spec_new(struct spec_table *table, struct spec_batch *batch)
{
	struct spec *spec = arena_calloc(batch->arena, 1, sizeof(*spec));

	batch->n_specs++;
	spec->batch = batch;
	spec->n_checks = 1;
	if (table->free_slots.n) {
		spec->slot = table->free_slots.items[--table->free_slots.n];
	} else {
		spec->slot = (uint32_t)table->slots.n;
		vec_push(&table->slots);
	}
	table->slots.items[spec->slot] = spec;
	return spec;
}

struct spec *spec_table_use(struct spec_table *table, const void *body, size_t len,
			    check_id *ret_id)
{
	uint64_t hash = meaning_hash(body, len);
	struct spec *spec = spec_find(table, hash, body, len, ret_id);
	struct spec_batch *batch;
	struct conf_check check;
	struct check_tls tls;

	if (spec) {
		spec->n_checks++;
		return spec;
	}
	batch = batch_to_fill(table);
	if (check_spec_decode(body, len, batch->arena, ret_id, &check, &tls) < 0)
		return NULL;
	spec = spec_new(table, batch);
	spec->is_known = true;
	spec->check = check;
	spec->tls = tls;
	spec->hash = hash;
	spec->same = id_map_find(&table->by_hash, hash);
	id_map_put(&table->by_hash, hash, spec);
	return spec;
}

struct spec *spec_table_use_unknown(struct spec_table *table)
{
	return spec_new(table, batch_to_fill(table));
}

struct spec *spec_table_at(const struct spec_table *table, uint32_t slot)
{
	return table->slots.items[slot];
}

static void forget_hash(struct spec_table *table, struct spec *spec)
{
	struct spec *at = id_map_find(&table->by_hash, spec->hash);

	if (at != spec) {
		while (at->same != spec)
			at = at->same;
		at->same = spec->same;
	} else if (spec->same) {
		id_map_put(&table->by_hash, spec->hash, spec->same);
	} else {
		id_map_remove(&table->by_hash, spec->hash);
	}
}

static void spec_free(struct spec_table *table, struct spec *spec)
{
	struct spec_batch *batch = spec->batch;

	table->slots.items[spec->slot] = NULL;
	if (--batch->n_specs == 0 && batch != table->filling)
		batch_free(batch);
}

void spec_table_leave(struct spec_table *table, struct spec *spec)
{
	if (--spec->n_checks)
		return;
	if (spec->is_known)
		forget_hash(table, spec);
	*vec_push(&table->free_slots) = spec->slot;
	spec_free(table, spec);
}

void spec_table_clear(struct spec_table *table)
{
	for (size_t i = 0; i < table->slots.n; i++)
		if (table->slots.items[i])
			spec_free(table, table->slots.items[i]);
	if (table->filling)
		batch_free(table->filling);
	id_map_fini(&table->by_hash);
	vec_free(&table->slots);
	vec_free(&table->free_slots);
	table->filling = NULL;
}
