/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many hellos are taken: three in half a minute from one sender, since telling of every packet is work that
 * nobody must be able to ask for all the time. Pure.
 *
 * Each director whose heartbeats are heard has a count of its own, so that a stranger who forges hellos does not use up
 * its share. All strangers together have one count.
 */
#ifndef LVSD_SYNC_CALLS_H
#define LVSD_SYNC_CALLS_H

#include "base/addr.h"
#include "base/mono.h"
#include "sync/heartbeat.h"

/* The hellos of one sender. Begins as {0}. */
struct sync_calls {
	struct mono heard;  /* the last hello that was not a repetition; if n */
	struct mono window; /* when counting began */
	unsigned n;         /* since then */
};

/*
 * Whether a hello that comes now counts. False when it repeats the last one (within 2 s), or when there were three
 * in half a minute.
 */
bool sync_calls_take(struct sync_calls *calls, struct mono now);

/*
 * When a hello that we say is sure to be taken by a director that counts as above; said counts our
 * own, by sync_calls_take(). Within a second of the last hello that is now: it counts as the
 * same.
 */
struct mono sync_calls_next(const struct sync_calls *said, struct mono now);

/* Begins as {0}. */
struct sync_callers {
	struct sync_calls strangers;
	struct {
		struct addr addr;
		struct sync_calls calls;
	} known[SYNC_PEERS_MAX];
	size_t n;
};

/* As sync_calls_take(), for a hello of from; is_known: heartbeats of this address have been heard. */
bool sync_callers_take(struct sync_callers *callers, const struct addr *from, bool is_known,
		       struct mono now);

/*
 * Whether our own hello was heard. A director answers a hello with a heartbeat at once. One that
 * was not answered may not have arrived, although the interface had its carrier all the time, as behind a
 * switch whose port does not forward yet.
 */
struct sync_greeting {
	bool is_waiting, is_repeat;
	struct mono said;
};

/* Heartbeats later than this after a hello are no answer to it. */
#define SYNC_ANSWER_MS 2000

/* Begins as {0}. is_repeat: the hello before was not answered. */
void sync_greeting_said(struct sync_greeting *greeting, bool is_repeat, struct mono now);

enum sync_greeting_act {
	SYNC_GREETING_NONE,
	SYNC_GREETING_HEARD_LATE, /* a repeated hello was heard: the time counts from .said */
	SYNC_GREETING_REPEAT,     /* a director is there that has not heard the hello */
};

/* A heartbeat came; hears_us: by what it says, its sender hears our heartbeats. */
enum sync_greeting_act sync_greeting_heartbeat(struct sync_greeting *greeting, bool hears_us,
					       struct mono now);

#endif
