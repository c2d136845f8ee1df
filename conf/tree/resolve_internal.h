/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the two files of resolve.h: resolve.c (blocks) calls resolve_line.c (the lines in
 * them). */
#ifndef LVSD_CONF_TREE_RESOLVE_INTERNAL_H
#define LVSD_CONF_TREE_RESOLVE_INTERNAL_H

#include "conf/tree/resolve.h"

struct resolver {
	struct report *report;
	const struct lookup *lookup;
	struct arena *arena;
	struct node *first[KW_N]; /* by row: the first statement in the present block */
	/* The present statement, and the statement whose block it stands in. */
	const struct node *statement, *block_node;
	enum schema_block block;
	bool is_line_lost; /* while an option is read: a fault of it costs the whole line */
	unsigned n_lines; /* how many lines of options the present words are inside of */
};

/* Gives node, whose row is known, its value, and its options as children. Marks node as bad if they
 * are wrong. */
void resolve_arguments(struct resolver *resolver, struct node *node);

/*
 * Reports that node repeats *first, and leaves one of the two out. Returns whether the one that is
 * left out says something else. Example: a second `weight 1` says nothing else: false.
 */
bool resolve_repeated(struct resolver *resolver, struct node *node, struct node **first);

#endif
