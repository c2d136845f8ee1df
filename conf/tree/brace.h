/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One '}' too many. The block that it closes early is named, and what follows from that is not said
 * again: statements of the block that stand outside of it, and the '}' that closes no block.
 */
#ifndef LVSD_CONF_TREE_BRACE_H
#define LVSD_CONF_TREE_BRACE_H

#include "conf/schema/lookup.h"
#include "conf/tree/parse.h"

/*
 * Reports each '}' of a tree that closes no block, or the one before it that was too many. Sets
 * is_cut of the blocks that were closed early, and is_told of the statements that follow from it.
 * Example: a second '}' behind `protocol TCP` in a virtual_server: that '}' is reported, and the
 * real servers after it are told.
 */
void brace_blame(struct report *report, const struct lookup *lookup, struct node *root);

#endif
