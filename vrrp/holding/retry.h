/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to look again at things that the machine should have and that may be gone. What is lost, or
 * refused, again and again is tried after 1 s, 2 s, 4 s and so on up to 30 s. When the machine has
 * gained something that may have been the cause, an attempt is made at once, besides this rhythm. Pure.
 */
#ifndef LVSD_VRRP_HOLDING_RETRY_H
#define LVSD_VRRP_HOLDING_RETRY_H

#include "base/mono.h"

#include <stdbool.h>

/* Begins as {0}: no attempt is due. */
struct vrrp_retry {
	unsigned attempts;     /* in a row that found something lost or refused */
	struct mono attempted; /* the last one, if there are attempts */
	bool is_due;           /* the caller may set it: an attempt waits for vrrp_retry_wake() */
	bool is_hasty;         /* that attempt is to be made at once */
};

/* To be called after an attempt. is_trouble: an item had been lost, or was refused. is_again: an
 * item is still missing, so that another attempt is due. */
void vrrp_retry_made(struct vrrp_retry *retry, bool is_trouble, bool is_again, struct mono now);
/*
 * If an attempt waits, it is to be made at once. If something is still missing then, the rhythm goes on
 * as if this attempt had not been made. Example: refused at 0 s and 1 s, retried at once at
 * 1.5 s: attempts at 1.5 s and at 3 s.
 */
void vrrp_retry_now(struct vrrp_retry *retry);
/* When to make the next attempt; MONO_NEVER: none is due. Example: after the second refusal in a
 * row: 2 s later. */
struct mono vrrp_retry_wake(const struct vrrp_retry *retry);

#endif
