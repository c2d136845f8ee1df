/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to put back an address of a master that is missing. Pure. There are two causes.
 *
 * Somebody removed it: it is put back at once, but not twice in an interval of the adverts. Losses
 * that are less than a second apart count as one. When a sixth comes within a minute of the first,
 * something on this machine works against lvsd: the verdict is to give up, so that another director
 * serves for VRRP_GUARD_BARRED_NS. A router that knows no other one goes on instead, with an alarm
 * once a minute.
 *
 * The kernel refused it: the attempts of a row are made 1 s, 2 s, 4 s and so on up to 30 s after
 * the one before. A row ends when nothing is missed for a minute.
 */
#ifndef LVSD_VRRP_GUARD_H
#define LVSD_VRRP_GUARD_H

#include "base/mono.h"

/* Refused attempts in a row that are said one by one; from then on one in a minute. */
#define VRRP_GUARD_SAID_MAX 5
/* Losses in a minute that are made good. */
#define VRRP_GUARD_LOSSES_MAX 5
/* How long the instance is in FAULT then. */
#define VRRP_GUARD_BARRED_NS (60 * NS_PER_S)

/* Begins as {0}: nothing is missing. */
struct vrrp_guard {
	unsigned attempts; /* of the row of refusals under way, for the caller to read */
	bool is_waiting;
	bool is_loss; /* what is waited for was removed by somebody */
	struct mono next, last, said;
	struct mono losses[VRRP_GUARD_LOSSES_MAX]; /* that count, the oldest first */
	unsigned n_losses;
	struct mono alarmed; /* the last VRRP_GUARD_ALARM */
};

enum vrrp_guard_cause {
	VRRP_GUARD_REMOVED, /* it was there */
	VRRP_GUARD_REFUSED, /* it never was, or the last attempt failed */
};

enum vrrp_guard_verdict {
	VRRP_GUARD_SAY, /* put back, and a line about it is due */
	VRRP_GUARD_QUIET,
	VRRP_GUARD_GIVE_UP, /* the losses count from 0 again */
	VRRP_GUARD_ALARM,   /* put back in place of giving up, as nobody else could serve */
};

/* All addresses are added: the first attempt of a new row. Losses still count. */
void vrrp_guard_begin(struct vrrp_guard *guard, struct mono now);
/* An address is missing. interval_ns: between two adverts. */
void vrrp_guard_miss(struct vrrp_guard *guard, enum vrrp_guard_cause cause, int64_t interval_ns,
		     struct mono now);
/* No attempt is to be made (the row goes on should something be missing soon). */
void vrrp_guard_cancel(struct vrrp_guard *guard);

/* When the next attempt is to be made; MONO_NEVER: none. */
struct mono vrrp_guard_wake(const struct vrrp_guard *guard);

/* That time has come. is_alone: no other router is known that could serve. */
enum vrrp_guard_verdict vrrp_guard_attempt(struct vrrp_guard *guard, bool is_alone,
					   struct mono now);

#endif
