/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens to a tree of statements, without knowing any keyword. A statement is the words of one
 * line, with the block that follows them on the same line or on one of the next lines. Parsing
 * goes on after an error, so that one run shows all of them; the tree is then what was understood.
 */
#ifndef LVSD_CONF_TREE_PARSE_H
#define LVSD_CONF_TREE_PARSE_H

#include "base/arena.h"
#include "conf/schema/schema.h"
#include "conf/text/report.h"

/* Blocks inside blocks; the deepest of keepalived's has 4. */
#define PARSE_DEPTH_MAX 32

/* Words and blocks of one text: twenty times what 40,000 real servers need. Bounds the memory. */
#define PARSE_ITEMS_MAX 10000000

struct word {
	const char *text;
	struct conf_place place;
};

struct node {
	/*
	 * The keyword and its arguments; without any, as in the root, one word has the place. A
	 * statement without words and block, at the top, is a '}' that closes no block.
	 */
	const struct word *words;
	uint32_t n_words : 28;
	bool has_block : 1;
	bool is_bad : 1;  /* the statement itself is wrong: build nothing from it */
	bool is_cut : 1;  /* by brace.h: its block was closed early, so it may lack what it needs */
	bool is_told : 1; /* by brace.h: it stands where it does because of that */
	uint32_t open, close; /* the braces: their bytes in the flat text */
	struct node *children, *last_child, *next;
	/* Filled in by resolve.h: what the schema says of it, and its value. */
	const struct schema_keyword *keyword; /* NULL: unknown here */
	struct schema_value value;
};

/*
 * What stands two levels inside of top-level statements, which is most of a large tree, has memory
 * of its own: whoever is done with the statements of a chunk may free it, and NULL its arena.
 */
struct parse_chunk {
	struct arena *arena;
	const struct node *last; /* the last statement of the top level that is in it */
};

struct parse_chunks {
	VEC(struct parse_chunk) list; /* in the order of the text */
};

void parse_chunks_free(struct parse_chunks *chunks);

/*
 * Reads the flat text of map, which has a source. Never NULL; all memory is of arena, but for the
 * chunks that are added. Without chunks (NULL) all of it is in arena.
 */
struct node *parse_text(struct report *report, struct arena *arena, struct parse_chunks *chunks,
			const struct source_map *map);

/* A new last child; its words are the caller's. */
struct node *parse_child_add(struct arena *arena, struct node *parent);

/* Where the brace of a block is; map is what the node was read from. */
struct conf_place parse_open_place(struct source_map *map, const struct node *node);

/* Where the statement begins: its first word. */
const struct conf_place *parse_place(const struct node *node);

#endif
