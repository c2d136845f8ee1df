/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds rows of the schema: by the place and the word, and, when a word is unknown, what it was
 * probably meant to be or where it would belong.
 */
#ifndef LVSD_CONF_SCHEMA_LOOKUP_H
#define LVSD_CONF_SCHEMA_LOOKUP_H

#include "conf/schema/schema.h"

struct lookup;

/* An index over all tables; made once for a load. */
struct lookup *lookup_new(void);
void lookup_free(struct lookup *lookup);

/* The row of word (name or alias) in block, or NULL. */
const struct schema_keyword *lookup_find(const struct lookup *lookup, enum schema_block block,
					 const char *word);

/* The row that stands for each line of block, or NULL when block holds keywords. */
const struct schema_keyword *lookup_item(const struct lookup *lookup, enum schema_block block);

/* The rows of a line of options whose value may stand without their name, ending with NULL. */
const struct schema_keyword *const *lookup_unnamed(const struct lookup *lookup,
						   enum schema_block block);

/* The row of an id; never NULL for a valid one. */
const struct schema_keyword *lookup_row(const struct lookup *lookup, enum schema_id id);

/* The rows that block cannot do without, ending with NULL. */
const struct schema_keyword *const *lookup_required(const struct lookup *lookup,
						    enum schema_block block);

/* The name or alias in block that is near enough to word to have been meant, or NULL. */
const char *lookup_suggest(const struct lookup *lookup, enum schema_block block, const char *word);

/*
 * Where word would belong: "in real_server or TCP_CHECK", "at the top level". Returns text, or
 * NULL when no block knows it.
 */
const char *lookup_places(const struct lookup *lookup, const char *word, char *text, size_t size);

/*
 * How many letters must be put in, left out, changed or swapped with a neighbour to make b of a;
 * limit + 1 when it is more than limit, or a word is longer than 63 bytes.
 */
unsigned lookup_distance(const char *a, const char *b, unsigned limit);

#endif
