/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a tree of statements from the tokens, without knowing any keyword. A statement is the words
 * of one line, with the block that follows them on the same line or on one of the next lines.
 * Parsing goes on after an error, so that one run shows all of them; the tree then has what was
 * understood.
 */
#ifndef LVSD_CONF_TREE_PARSE_H
#define LVSD_CONF_TREE_PARSE_H

#include "base/arena.h"
#include "conf/schema/schema.h"
#include "conf/text/report.h"

/* The most blocks inside each other; the grammar of keepalived has 4. */
#define PARSE_DEPTH_MAX 32

/* The most words and blocks of one text, to bound the memory: twenty times what 40,000 real servers
 * need. */
#define PARSE_ITEMS_MAX 10000000

/* A word of the flat text, with the place of its first byte. */
struct word {
	const char *text;
	struct conf_place place;
};

struct node {
	/*
	 * The keyword and its arguments. A node without any, such as the root, has one word with
	 * the place. A statement at the top level without words and without a block is a '}' that
	 * closes no block.
	 */
	const struct word *words;
	uint32_t n_words : 28;
	bool has_block : 1;
	bool is_bad : 1;  /* the statement itself is wrong: nothing is built from it */
	bool is_cut : 1;  /* by brace.h: its block was closed early, so statements may be missing */
	bool is_reported : 1; /* by brace.h: it stands outside its block for that reason */
	uint32_t open, close; /* offsets of the braces in the flat text */
	struct node *children, *last_child, *next;
	/* Set by resolve.h: the row of the schema, and the value. */
	const struct schema_keyword *keyword; /* NULL: unknown here */
	struct schema_value value;
};

/*
 * Most statements of a large tree are two levels inside top-level statements. Their memory is in
 * chunks. Code that no longer needs the statements of a chunk may free the arena of the chunk and
 * set it to NULL.
 */
struct parse_chunk {
	struct arena *arena;
	const struct node *last; /* the last top-level statement with memory in this chunk */
};

struct parse_chunks {
	VEC(struct parse_chunk) list; /* in the order of the text */
};

void parse_chunks_free(struct parse_chunks *chunks);

/*
 * Parses the flat text of map, which must have a source. Returns the root, never NULL. The nodes
 * are memory of arena, and of chunks that are added to *chunks. If chunks is NULL, all of them are
 * memory of arena.
 */
struct node *parse_text(struct report *report, struct arena *arena, struct parse_chunks *chunks,
			const struct source_map *map);

/* Appends a new child to parent; the caller sets its words. */
struct node *parse_child_add(struct arena *arena, struct node *parent);

/* Removes the children of parent behind last, which is one of them. */
void parse_children_cut(struct node *parent, struct node *last);

/* The place of the opening brace of a block. map has the texts from which node was parsed. */
struct conf_place parse_open_place(struct source_map *map, const struct node *node);

/* The keyword of a statement as the file has it, for messages: the row's name, or the alias that
 * was written. keyword must be set. Example: "lb_algo", whose row is lvs_sched. */
const char *parse_keyword(const struct node *node);

/* The place of a statement: that of its first word. */
const struct conf_place *parse_place(const struct node *node);

#endif
