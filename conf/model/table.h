/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An index over the rows of the schema: the fields of each object, under the block in which their
 * keywords stand, in the order of the members. Code that walks many objects makes one first.
 */
#ifndef LVSD_CONF_MODEL_TABLE_H
#define LVSD_CONF_MODEL_TABLE_H

#include "base/vec.h"
#include "conf/schema/schema.h"

struct table_entry {
	const struct schema_keyword *row;
	const struct schema_field *field;
	/*
	 * Of the first of several fields that lie side by side and point nowhere: how many fields they
	 * are, and how many bytes from the first one on. Equal bytes are equal values of them all.
	 */
	uint16_t n_side, side_bytes;
};

struct table {
	/* By block; without fields that are is_spelling. */
	VEC(struct table_entry) of[SCHEMA_N_BLOCKS];
	const struct schema_keyword *rows[KW_N];
};

struct table *table_new(void);
void table_free(struct table *table);

/* The kind of object whose fields stand in block. False: no object's do. */
bool table_object(enum schema_block block, enum conf_object *ret_object);

#endif
