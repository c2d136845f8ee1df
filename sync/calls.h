/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits how many hellos are answered: three in 30 s from one sender. To answer a hello the kernel
 * announces every packet's connection for a while; nobody must be able to keep it busy with that.
 * Pure.
 *
 * Each director whose heartbeats are received has a count of its own. All other senders share one
 * count, so that a stranger who forges hellos does not use up the count of a real director.
 */
#ifndef LVSD_SYNC_CALLS_H
#define LVSD_SYNC_CALLS_H

#include "base/addr.h"
#include "base/mono.h"
#include "sync/heartbeat.h"

/* The count of the hellos of one sender. Begins as {0}. */
struct sync_calls {
	struct mono heard;  /* the last hello that was no repetition; valid if n is not 0 */
	struct mono window; /* when the count began */
	unsigned n;         /* hellos since then */
};

/* Whether a hello that arrives now is answered. Not if it repeats the last one (within 2 s), or if
 * three were answered within 30 s. */
bool sync_calls_take(struct sync_calls *calls, struct mono now);

/*
 * Returns the earliest time at which the other director will answer a hello of ours, if it counts
 * hellos as sync_calls_take() does. said: our own hellos, counted in the same way. Within a second
 * of our last hello the result is now, since the receiver takes both for one. Example: three hellos
 * at 0, 5 and 10 s: the next one is answered at 30 s.
 */
struct mono sync_calls_next(const struct sync_calls *said, struct mono now);

/* The counts of all senders. Begins as {0}. */
struct sync_callers {
	struct sync_calls strangers; /* of all senders together that are not in known */
	struct {
		struct addr addr;
		struct sync_calls calls;
	} known[SYNC_PEERS_MAX];
	size_t n; /* of known */
};

/* As sync_calls_take(), for a hello from the address from. is_known: heartbeats of this address
 * have been received. */
bool sync_callers_take(struct sync_callers *callers, const struct addr *from, bool is_known,
		       struct mono now);

/*
 * Whether our hello arrived. A director answers a hello with a heartbeat at once. A hello without
 * an answer may have been lost, even if our interface had its carrier all the time: for example, a
 * switch port may not forward yet.
 */
struct sync_greeting {
	bool is_waiting;  /* a hello has no answer yet */
	bool is_repeat;   /* that hello repeats another one */
	struct mono said; /* when that hello was sent */
};

/* A heartbeat that comes later than this after a hello is no answer to it. */
#define SYNC_ANSWER_MS 2000

/*
 * Notes that a hello was sent. is_repeat: the hello before got no answer. The struct begins as {0}.
 */
void sync_greeting_said(struct sync_greeting *greeting, bool is_repeat, struct mono now);

/* What follows from a heartbeat after a hello. */
enum sync_greeting_act {
	SYNC_GREETING_NONE,
	SYNC_GREETING_HEARD_LATE, /* a repeated hello arrived: the hold counts from .said */
	SYNC_GREETING_REPEAT,     /* a director is there that did not receive the hello: send it
				     again */
};

/* Takes a heartbeat into account. hears_us: the heartbeat reports that its sender receives our
 * heartbeats. */
enum sync_greeting_act sync_greeting_heartbeat(struct sync_greeting *greeting, bool hears_us,
					       struct mono now);

#endif
