/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Visits the statements of a resolved tree that the caller is interested in, in the order of the
 * file. The walk leaves out blocks that, by the schema, cannot have any of them, so it is fast when
 * only a few statements of a large file are of interest.
 */
#ifndef LVSD_CONF_TREE_WALK_H
#define LVSD_CONF_TREE_WALK_H

#include "conf/tree/parse.h"

/* Is the caller interested in statements of the row? And what it does with one. */
typedef bool walk_wanted_fn(void *arg, const struct schema_keyword *row);
typedef void walk_visit_fn(void *arg, const struct node *node);

/* Calls visit for each statement and option, good or bad, for whose row is_wanted() returns
 * true. */
void walk_tree(const struct node *root, walk_wanted_fn *is_wanted, walk_visit_fn *visit, void *arg);

#endif
