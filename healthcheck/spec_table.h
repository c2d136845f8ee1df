/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checks that the check process was told of, by id. Specs that came one after the other share
 * an arena, which is freed with the last of them; so a spec must not outlive its place here, and
 * the probe that reads it must end before.
 */
#ifndef LVSD_HEALTHCHECK_SPEC_TABLE_H
#define LVSD_HEALTHCHECK_SPEC_TABLE_H

#include "healthcheck/id_map.h"
#include "healthcheck/wire.h"

struct probe;
struct spec_batch;

struct spec {
	check_id id;
	struct conf_check check;
	struct check_tls tls;
	struct probe *probe; /* in flight, or NULL: the worker's matter */
	void *owner;         /* the worker's matter too */
	struct spec_batch *batch;
};

/* Zeroed: empty. */
struct spec_table {
	struct id_map specs;
	struct spec_batch *filling; /* where the next spec goes; NULL: into a new one */
};

/* Runs for a spec that is about to be freed. */
typedef void spec_end_fn(struct spec *spec);

/*
 * Decodes the body of a SPEC frame and puts it in, in place of one with the same id. Returns the
 * spec, or NULL when the body is malformed.
 */
struct spec *spec_table_add(struct spec_table *table, const void *body, size_t len,
			    spec_end_fn *end);

/* NULL when there is none. */
struct spec *spec_table_find(const struct spec_table *table, check_id id);

/* An id that is not there is no error. */
void spec_table_remove(struct spec_table *table, check_id id, spec_end_fn *end);

/* Makes the table empty; it holds no memory then. */
void spec_table_clear(struct spec_table *table, spec_end_fn *end);

#endif
