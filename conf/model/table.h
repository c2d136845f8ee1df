/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of the objects, by the block whose keywords they are, in the order of the members.
 * An index over the rows of the schema; whoever walks many objects makes one.
 */
#ifndef LVSD_CONF_MODEL_TABLE_H
#define LVSD_CONF_MODEL_TABLE_H

#include "base/vec.h"
#include "conf/schema/schema.h"

struct table_entry {
	const struct schema_keyword *row;
	const struct schema_field *field;
};

struct table {
	/* Without those of is_spelling. */
	VEC(struct table_entry) of[SCHEMA_N_BLOCKS];
	const struct schema_keyword *rows[KW_N];
};

struct table *table_new(void);
void table_free(struct table *table);

/* The object whose fields stand in block; false when none do. */
bool table_object(enum schema_block block, enum conf_object *ret_object);

#endif
