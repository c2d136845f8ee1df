/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds statements without effect that ask for what lvsd does anyhow, so that no warning is needed.
 * Pure. */
#ifndef LVSD_CONF_TREE_HARMLESS_H
#define LVSD_CONF_TREE_HARMLESS_H

#include "conf/tree/parse.h"

/*
 * Does a good statement, whose row has no effect, ask for what lvsd does anyhow? Example:
 * `smtp_alert off`: true, since lvsd sends no mail.
 */
bool harmless_is(const struct node *node);

#endif
