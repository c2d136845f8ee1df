/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routes and rules that a former vrrp process of this lvsd has left on the machine (edge). */
#ifndef LVSD_VRRP_HOLDING_SWEEP_H
#define LVSD_VRRP_HOLDING_SWEEP_H

#include "vrrp/holding/holders.h"

/*
 * Removes the items whose keys (vrrp/holding/item_key.h) are in the list, unless a holder wants them. Others of
 * the same protocol may be of another lvsd. Sorts the list. Reads the kernel's table, so it is for the start.
 */
void vrrp_sweep(struct vrrp_route_net *net, const struct vrrp_holders *holders, const char **keys,
		size_t n);

#endif
