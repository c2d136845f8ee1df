/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds statements without effect that ask for what lvsd does anyhow, so that no warning is needed.
 * Pure. */
#ifndef LVSD_CONF_TREE_HARMLESS_H
#define LVSD_CONF_TREE_HARMLESS_H

#include "conf/tree/parse.h"

/*
 * Does a good statement of a row without effect, in the block of parent, ask for what lvsd does
 * anyhow?
 * Example: `down_timer_adverts 3`: true, since lvsd waits for three intervals.
 */
bool harmless_is(const struct node *node, const struct node *parent);

#endif
