/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives every statement of a tree its row of the schema and its value, and reports breaches of the
 * schema: unknown, misplaced, repeated or missing keywords, wrong arguments, a block where none is
 * allowed. Options that follow a value on its line become children of the statement.
 */
#ifndef LVSD_CONF_TREE_RESOLVE_H
#define LVSD_CONF_TREE_RESOLVE_H

#include "conf/schema/lookup.h"
#include "conf/tree/parse.h"

/* Resolves all statements below root. Added nodes and values are memory of arena. */
void resolve_tree(struct report *report, const struct lookup *lookup, struct arena *arena,
		  struct node *root);

/* The id of a statement's row; KW_NONE when something is wrong with the statement. */
enum schema_id resolve_id(const struct node *node);

/* The first good child of parent with this id, or NULL. */
const struct node *resolve_child(const struct node *parent, enum schema_id id);

/* Does parent have a child with this id, good or bad? */
bool resolve_is_given(const struct node *parent, enum schema_id id);

/* The number of good children with this id. */
size_t resolve_count(const struct node *parent, enum schema_id id);

#endif
