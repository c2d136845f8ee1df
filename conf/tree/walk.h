/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statements of a resolved tree whose rows have something in common, in the order of the file.
 * Does not go into blocks that, by the schema, cannot hold any: a walk over a few statements of a
 * large file costs little.
 */
#ifndef LVSD_CONF_TREE_WALK_H
#define LVSD_CONF_TREE_WALK_H

#include "conf/tree/parse.h"

typedef bool walk_wanted_fn(const struct schema_keyword *row);
typedef void walk_visit_fn(void *arg, const struct node *node);

/* Visits each statement and option, be it good or not, whose row is wanted. */
void walk_tree(const struct node *root, walk_wanted_fn *is_wanted, walk_visit_fn *visit, void *arg);

#endif
