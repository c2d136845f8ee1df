/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By what a route or rule that was found on the machine is known again. Pure. */
#ifndef LVSD_VRRP_HOLDING_ITEM_KEY_H
#define LVSD_VRRP_HOLDING_ITEM_KEY_H

#include "conf/conf.h"
#include "vrrp/machine/item.h"

#include <stddef.h>

#define VRRP_ITEM_KEY_MAX 512
/* In a list of keys: every item of CONF_ROUTE_PROTOCOL. A former lvsd noted no items. */
#define VRRP_ITEM_KEY_ALL "*"

/*
 * Writes the key of an item, a struct of the kind: a text that is the same for the item of a
 * configuration and for what the kernel has of it. Of a route it has the destination, source, table, TOS
 * value, metric and its one gateway; of a rule all that the kernel reports.
 * Examples: "route 10.9.0.0/16 via 10.1.0.1 table 254", "rule inet from 10.0.0.0/8 table 7 preference 100".
 */
const char *vrrp_item_key(enum vrrp_item_kind kind, const void *item,
			  char ret_key[static VRRP_ITEM_KEY_MAX]);

/* Is the item in the list of n keys, which is sorted by strcmp()? */
bool vrrp_item_is_listed(enum vrrp_item_kind kind, const void *item, const char *const *keys,
			 size_t n);

#endif
