/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords as a list: each one in each of its places, with what lvsd makes of it there. */
#ifndef LVSD_CONF_TREE_KEYWORDS_H
#define LVSD_CONF_TREE_KEYWORDS_H

#include "conf/schema/schema.h"

#include <stdio.h>

enum keyword_class {
	KEYWORD_IMPLEMENTED,
	KEYWORD_NO_EFFECT, /* read and checked, and of no effect here */
	KEYWORD_REPLACED,  /* likewise, and lvsd has another way */
	KEYWORD_DANGEROUS, /* likewise, and a file with it is refused unless that is accepted */
	KEYWORD_N_CLASSES,
};

struct keyword {
	const struct schema_keyword *row;
	enum schema_block block; /* where it stands */
	enum keyword_class class;
	const char *reason; /* why it has no effect, or the other way; NULL: none */
	const struct schema_keyword
	    *holder; /* the one around it that has the reason; NULL: itself */
};

/* Gives the list, by place and then in the order of the schema, for free(); returns its length. */
size_t keywords_list(struct keyword **ret_list);

/* "implemented", "no effect", "replaced", "dangerous". */
const char *keyword_class_name(enum keyword_class class);

/* How a place is called in a path: "virtual_server", "static_routes"; "" for the top level. */
const char *keyword_place(enum schema_block block);

/* How many of each class a list has. */
void keywords_count(const struct keyword *list, size_t n, size_t ret_counts[KEYWORD_N_CLASSES]);

/* One line for each keyword in each place, and the counts as the last line. */
void keywords_print(FILE *out);

/* The same as a table of Markdown: a document for people. */
void keywords_print_markdown(FILE *out);

/*
 * The entry of each keyword that path names: "quorum", "virtual_server/quorum", or more of the
 * blocks around it. Returns 0; -ENOENT, with a sentence on err that says what may have been meant,
 * when there is none.
 */
int keywords_help(const char *path, FILE *out, FILE *err);

#endif
