/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements without effect that ask for nothing else than what lvsd does. Pure. */
#ifndef LVSD_CONF_TREE_HARMLESS_H
#define LVSD_CONF_TREE_HARMLESS_H

#include "conf/tree/parse.h"

/*
 * Whether a good statement of a row without effect, in the block of parent, makes no difference.
 * Example: `down_timer_adverts 3`, which is how lvsd counts.
 */
bool harmless_is(const struct node *node, const struct node *parent);

#endif
