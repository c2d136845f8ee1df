/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to put back an address of a master that is missing: because somebody else removed it or
 * because the kernel refused it. The first attempt of a row is made at once, the next ones 1 s,
 * 2 s, 4 s and so on up to 30 s after the one before. A row ends when nothing is missed for a
 * minute. Pure.
 */
#ifndef LVSD_VRRP_GUARD_H
#define LVSD_VRRP_GUARD_H

#include "base/mono.h"

/* Attempts in a row that are said one by one; from then on one in a minute. */
#define VRRP_GUARD_SAID_MAX 5

/* Begins as {0}: nothing is missing. */
struct vrrp_guard {
	unsigned attempts; /* of the row under way, for the caller to read */
	bool is_waiting;
	struct mono next, last, said;
};

/* All addresses are added: the first attempt of a new row. */
void vrrp_guard_begin(struct vrrp_guard *guard, struct mono now);
/* An address is missing. */
void vrrp_guard_miss(struct vrrp_guard *guard, struct mono now);
/* No attempt is to be made (the row goes on should something be missing soon). */
void vrrp_guard_cancel(struct vrrp_guard *guard);

/* When the next attempt is to be made; MONO_NEVER: none. */
struct mono vrrp_guard_wake(const struct vrrp_guard *guard);

/* An attempt is made now. Returns whether a line about it is due. */
bool vrrp_guard_attempt(struct vrrp_guard *guard, struct mono now);

#endif
