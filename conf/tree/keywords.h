/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of all keywords: each one in each block where it may stand, with what lvsd does with it
 * there. */
#ifndef LVSD_CONF_TREE_KEYWORDS_H
#define LVSD_CONF_TREE_KEYWORDS_H

#include "conf/schema/schema.h"

#include <stdio.h>

enum keyword_class {
	KEYWORD_IMPLEMENTED,
	KEYWORD_NO_EFFECT, /* read and checked, but without effect */
	KEYWORD_REPLACED,  /* the same, and lvsd has something else instead */
	KEYWORD_DANGEROUS, /* the same, and a file with it is refused unless it is accepted */
	KEYWORD_N_CLASSES,
};

struct keyword {
	const struct schema_keyword *row;
	enum schema_block block; /* the block in which it stands */
	enum keyword_class class;
	const char *reason; /* why it has no effect, or what lvsd has instead; NULL: implemented */
	const struct schema_keyword
	    *holder; /* the block around it that the reason comes from; NULL: its own row */
};

/* Makes the list, by block and then in the order of the schema, and returns its length; free() it.
 */
size_t keywords_list(struct keyword **ret_list);

/* The name of a class: "implemented", "no effect", "replaced" or "dangerous". */
const char *keyword_class_name(enum keyword_class class);

/* The name of a block in a path: "virtual_server", "static_routes"; "" for the top level. */
const char *keyword_place(enum schema_block block);

/* Does path name the keyword? path may leave out the outer blocks, but those that it has must be
 * right. Example: "real_server/weight" names weight in real_server. */
bool keyword_is_named(const struct keyword *keyword, const char *path);

/* Counts the keywords of each class in a list. */
void keywords_count(const struct keyword *list, size_t n, size_t ret_counts[KEYWORD_N_CLASSES]);

/* Prints a line for each keyword in each block, and the counts as the last line. */
void keywords_print(FILE *out);

/* Prints the same as a Markdown document for people. */
void keywords_print_markdown(FILE *out);

/*
 * Prints the entry of each keyword that path names: "quorum", or with blocks around it
 * "virtual_server/quorum". Returns 0; or -ENOENT if there is no such keyword, and writes to err a
 * sentence that says which one was probably meant.
 */
int keywords_help(const char *path, FILE *out, FILE *err);

#endif
