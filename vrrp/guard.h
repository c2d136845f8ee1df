/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard of a master's virtual addresses: decides when a missing address is added again. Pure.
 * An address is missing for one of two reasons.
 *
 * Somebody removed the address: the guard adds it at once, but at most once in an interval of the
 * advertisements. Losses less than a second apart count as one. When the sixth loss comes within a
 * minute of the first, something on this machine works against lvsd. The guard then gives up, so
 * that another director serves for VRRP_GUARD_BARRED_NS. If no other router is known, the guard
 * goes on instead, with an alarm once a minute.
 *
 * The kernel refused the address: the guard tries again after 1 s, 2 s, 4 s and so on, at most 30
 * s. These attempts are one series; it ends when no address has been missing for a minute.
 */
#ifndef LVSD_VRRP_GUARD_H
#define LVSD_VRRP_GUARD_H

#include "base/mono.h"

/* Refused attempts of a series that are logged one by one; after these, one line in a minute. */
#define VRRP_GUARD_SAID_MAX 5
/* Losses in a minute after which the guard still adds the address. */
#define VRRP_GUARD_LOSSES_MAX 5
/* How long the instance stays in FAULT after the guard gave up. */
#define VRRP_GUARD_BARRED_NS (60 * NS_PER_S)

/* Begins as {0}: nothing is missing. */
struct vrrp_guard {
	unsigned attempts; /* of the series of refusals in progress, for the caller to read */
	bool is_waiting;   /* an attempt is due at next */
	bool is_loss;      /* that attempt is for an address that somebody removed */
	struct mono next, last, said;
	struct mono losses[VRRP_GUARD_LOSSES_MAX]; /* those that count, the oldest first */
	unsigned n_losses;
	struct mono alarmed; /* the last VRRP_GUARD_ALARM */
};

enum vrrp_guard_cause {
	VRRP_GUARD_REMOVED, /* the address was present before */
	VRRP_GUARD_REFUSED, /* the address never was present, or the last attempt failed */
};

enum vrrp_guard_verdict {
	VRRP_GUARD_SAY,     /* add the address, and log a line */
	VRRP_GUARD_QUIET,   /* add the address, without a line */
	VRRP_GUARD_GIVE_UP, /* go to FAULT; the losses count from 0 again */
	VRRP_GUARD_ALARM,   /* add the address although it is lost too often: nobody else could serve */
};

/* The caller now adds all addresses: a new series begins. Earlier losses still count. */
void vrrp_guard_begin(struct vrrp_guard *guard, struct mono now);
/* An address is missing. interval_ns: the time between two advertisements of this router. */
void vrrp_guard_miss(struct vrrp_guard *guard, enum vrrp_guard_cause cause, int64_t interval_ns,
		     struct mono now);
/* Nothing is missing any more, so no attempt is due. The series goes on if an address is missing
 * again soon. */
void vrrp_guard_cancel(struct vrrp_guard *guard);

/* When the next attempt is due; MONO_NEVER: none is. */
struct mono vrrp_guard_wake(const struct vrrp_guard *guard);

/* The time of vrrp_guard_wake() has come: what to do. is_alone: no other router is known that could
 * serve. Example: the sixth loss in a minute: GIVE_UP, or ALARM if is_alone. */
enum vrrp_guard_verdict vrrp_guard_attempt(struct vrrp_guard *guard, bool is_alone,
					   struct mono now);

#endif
