/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out when the items that the kernel refuses have changed, for the director's status. It reads
 * only what the instances and the static items know already. Edge. */
#ifndef LVSD_VRRP_HOLDING_REFUSAL_WATCH_H
#define LVSD_VRRP_HOLDING_REFUSAL_WATCH_H

#include "vrrp/holding/holders.h"
#include "vrrp/holding/refusal.h"

/* Begins as {0}. Free told with vrrp_refusals_free(). */
struct vrrp_refusal_watch {
	bool is_due;               /* the caller sets it: items were added or removed */
	struct vrrp_refusals told; /* what vrrp_refusal_watch_take() has found last */
};

/* To be called at the end of a turn. Returns whether watch->told has changed. */
bool vrrp_refusal_watch_take(struct vrrp_refusal_watch *watch, const struct vrrp_holders *holders,
			     const struct vrrp_link *link);

#endif
