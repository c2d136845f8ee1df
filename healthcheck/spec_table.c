/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/spec_table.h"
#include "base/mem.h"

#include <stdlib.h>

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

static void spec_free(struct spec_table *table, struct spec *spec, spec_end_fn *end)
{
	struct spec_batch *batch = spec->batch;

	end(spec);
	if (--batch->n_specs == 0 && batch != table->filling)
		batch_free(batch);
}

struct spec *spec_table_add(struct spec_table *table, const void *body, size_t len,
			    spec_end_fn *end)
{
	struct spec_batch *batch = batch_to_fill(table);
	struct spec *spec = arena_alloc(batch->arena, sizeof(*spec));

	if (check_spec_decode(body, len, batch->arena, &spec->id, &spec->check, &spec->tls) < 0)
		return NULL;
	spec->batch = batch;
	batch->n_specs++;
	spec_table_remove(table, spec->id, end);
	id_map_put(&table->specs, spec->id, spec);
	return spec;
}

struct spec *spec_table_find(const struct spec_table *table, check_id id)
{
	return id_map_find(&table->specs, id);
}

void spec_table_remove(struct spec_table *table, check_id id, spec_end_fn *end)
{
	struct spec *spec = id_map_remove(&table->specs, id);

	if (spec)
		spec_free(table, spec, end);
}

void spec_table_clear(struct spec_table *table, spec_end_fn *end)
{
	for (size_t i = 0; i < table->specs.cap; i++)
		if (table->specs.entries[i].id)
			spec_free(table, table->specs.entries[i].value, end);
	if (table->filling)
		batch_free(table->filling);
	id_map_fini(&table->specs);
	table->filling = NULL;
}
