/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An index over the rows of the schema. For each block it lists the fields of the block's object,
 * in the order of the members. Code that walks many objects makes an index first.
 */
#ifndef LVSD_CONF_MODEL_TABLE_H
#define LVSD_CONF_MODEL_TABLE_H

#include "base/vec.h"
#include "conf/schema/schema.h"

/* A row with the field that is a member of the block's object. */
struct table_entry {
	const struct schema_keyword *row;
	const struct schema_field *field;
	/*
	 * Fields may lie side by side in the struct, without padding and without a pointer among
	 * them. n_side: how many such fields begin with this one; side_bytes: how many bytes they
	 * take together. Where these bytes are equal in two objects, all these values are. Both are
	 * 0 for a pointer.
	 */
	uint16_t n_side, side_bytes;
};

struct table {
	/* The entries of each block. Fields that are is_spelling have no entry. */
	VEC(struct table_entry) of[SCHEMA_N_BLOCKS];
	const struct schema_keyword *rows[KW_N];
};

/* Makes the index over all tables of the schema. table_free() takes NULL. */
struct table *table_new(void);
void table_free(struct table *table);

/* The kind of object whose fields stand in block. Returns false if block has no fields. */
bool table_object(enum schema_block block, enum conf_object *ret_object);

#endif
