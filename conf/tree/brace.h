/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds a '}' too many. The message names the block that this '}' closes early. Its consequences
 * are not reported again: statements of that block that now stand outside it, and the '}' at the
 * end that closes no block.
 */
#ifndef LVSD_CONF_TREE_BRACE_H
#define LVSD_CONF_TREE_BRACE_H

#include "conf/schema/lookup.h"
#include "conf/tree/parse.h"

/*
 * Reports each '}' of a tree that closes no block, or instead of it the earlier '}' that was one
 * too many. Sets is_cut of the blocks that were closed early, and is_reported of the statements
 * that are consequences. Example: after `protocol TCP` in a virtual_server there is a '}' too many:
 * that
 * '}' is reported, and the real servers behind it have is_reported.
 */
void brace_blame(struct report *report, const struct lookup *lookup, struct node *root);

#endif
