/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checks that the director has sent to the check process, by id. Specs that came one after the
 * other share an arena, which is freed with the last of these specs. So a spec must not be used
 * after its removal, and the probe that reads the spec must end before.
 */
#ifndef LVSD_HEALTHCHECK_SPEC_TABLE_H
#define LVSD_HEALTHCHECK_SPEC_TABLE_H

#include "healthcheck/id_map.h"
#include "healthcheck/wire.h"

struct probe;
struct spec_batch;

/* A check as the director has sent it. It lies, with its texts, in the arena of batch. */
struct spec {
	check_id id;
	struct conf_check check;
	struct check_tls tls;
	struct probe *probe; /* in flight, or NULL; set by the worker */
	void *owner;         /* set by the worker */
	struct spec_batch *batch;
};

/* Begins as {0}: empty. */
struct spec_table {
	struct id_map specs;
	struct spec_batch *filling; /* the batch for the next spec; NULL: a new one */
};

/* Called for a spec that is about to be freed. */
typedef void spec_end_fn(struct spec *spec);

/*
 * Decodes the body of a SPEC frame and adds the spec; an old one with the same id is replaced.
 * Returns the spec, or NULL when the body is malformed.
 */
struct spec *spec_table_add(struct spec_table *table, const void *body, size_t len,
			    spec_end_fn *end);

/* The spec with that id; NULL when there is none. */
struct spec *spec_table_find(const struct spec_table *table, check_id id);

/* Removes the spec with that id, if there is one. */
void spec_table_remove(struct spec_table *table, check_id id, spec_end_fn *end);

/* Removes all specs and frees all memory of the table. */
void spec_table_clear(struct spec_table *table, spec_end_fn *end);

#endif
