/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds rows of the schema by block and word. For an unknown word, finds the keyword that was
 * probably meant, or the blocks where the word belongs.
 */
#ifndef LVSD_CONF_SCHEMA_LOOKUP_H
#define LVSD_CONF_SCHEMA_LOOKUP_H

#include "conf/schema/schema.h"

struct lookup;

/* Makes an index over all tables, once for a load. */
struct lookup *lookup_new(void);
void lookup_free(struct lookup *lookup);

/* The row of word (name or alias) in block, or NULL. */
const struct schema_keyword *lookup_find(const struct lookup *lookup, enum schema_block block,
					 const char *word);

/* The row that describes each line of a list block; NULL when block has keywords. */
const struct schema_keyword *lookup_item(const struct lookup *lookup, enum schema_block block);

/* The options of a line whose value may stand without their name; ends with NULL. */
const struct schema_keyword *const *lookup_unnamed(const struct lookup *lookup,
						   enum schema_block block);

/* The row of an id; never NULL for a valid one. */
const struct schema_keyword *lookup_row(const struct lookup *lookup, enum schema_id id);

/* The rows that are required in block; ends with NULL. */
const struct schema_keyword *const *lookup_required(const struct lookup *lookup,
						    enum schema_block block);

/* The name or alias in block that is so similar to word that it was probably meant, or NULL.
 * Example: "protocl" in virtual_server: "protocol". */
const char *lookup_suggest(const struct lookup *lookup, enum schema_block block, const char *word);

/*
 * Where word belongs, as part of a sentence. Returns text, or NULL when no block knows word.
 * Examples: "in real_server or TCP_CHECK", "at the top level".
 */
const char *lookup_places(const struct lookup *lookup, const char *word, char *text, size_t size);

/*
 * How many letters must be inserted, removed, changed or swapped with a neighbour to get b from a.
 * limit + 1 when it is more than limit, or when a word is longer than 63 bytes.
 * Example: "protocl" and "protocol": 1.
 */
unsigned lookup_distance(const char *a, const char *b, unsigned limit);

#endif
