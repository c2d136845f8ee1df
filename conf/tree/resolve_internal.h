/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of resolve.h share: blocks (resolve.c) call for lines in them (resolve_line.c). */
#ifndef LVSD_CONF_TREE_RESOLVE_INTERNAL_H
#define LVSD_CONF_TREE_RESOLVE_INTERNAL_H

#include "conf/tree/resolve.h"

struct resolver {
	struct report *report;
	const struct lookup *lookup;
	struct arena *arena;
	struct node *first[KW_N]; /* in the block at hand */
	/* The statement at hand, and where it stands. */
	const struct node *statement, *block_node;
	enum schema_block block;
	unsigned n_lines;         /* lines of options around the words at hand */
};

/* Gives node, which has its row, its value, and its options as children; bad if they are wrong. */
void resolve_arguments(struct resolver *resolver, struct node *node);

/*
 * Reports that node says again what *first says, and leaves one of both out. Returns whether what is
 * lost can make a difference. Example: `weight 1` behind `weight 1` makes none.
 */
bool resolve_repeated(struct resolver *resolver, struct node *node, struct node **first);

#endif
