/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who comes back is told of every connection in use: another director by us, or we by another one. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_REJOIN_H
#define LVSD_DAEMON_DIRECTOR_SYNC_REJOIN_H

#include "base/loop.h"
#include "sync/calls.h"
#include "sync/limit.h"
#include "sync/hello.h"
#include "sync/rejoin.h"

#include <stdbool.h>
#include <stdint.h>

struct sync_side;

/* What it asks of the two files of this folder that use it. */
struct rejoin_asks {
	/* What is wrong with the interface of connection sync, as the log says it; "": nothing. */
	const char *(*fault)(struct sync_side *side);
	/* Whether a director with that address sends heartbeats. */
	bool (*is_known)(const struct sync_side *side, const struct addr *addr);
	/* Who has come back hears of us at once. */
	void (*answer)(struct sync_side *side);
};

/* Another director that comes back, and we that do. */
struct rejoin {
	struct rejoin_asks asks; /* given */
	struct sync_hello *hello; /* NULL without lvs_sync_daemon, or when it could not be opened */
	bool is_deaf;             /* it could not, and the log knows */
	struct sync_rejoin state;
	struct sync_callers callers; /* who said hello */
	struct sync_limit lines;     /* of the log on them */
	struct loop_timer *step;
	struct sync_calls said; /* our own hellos, as the other director counts them */
	struct sync_greeting greeting; /* the last of them */
	bool is_missed;          /* the other director was silent: a hello is to be said */
	struct loop_timer *again; /* is_missed, or the hello is repeated */
	bool is_owed;            /* a hello is to be said, when next is due or hello is open */
	struct loop_timer *next;
};

/* Before the sync roles are compared: listens for other directors if lvs_sync_daemon is on. */
void rejoin_settle(struct sync_side *side);
/*
 * Our kernel may have missed connections: its backup role has started, or an instance could not
 * hear for a while. Says hello in the next turn, or as soon as the other director will take it, and
 * tells the vrrp process how long preemption is held for that. While the interface of connection
 * sync has a fault the hello waits, and the log says what that costs.
 */
void rejoin_announce(struct sync_side *side);
/*
 * Connection sync works again, and a hello of before may not have arrived: while preemption is held
 * it is said again, and the time counts from there.
 */
void rejoin_repeat(struct sync_side *side);
/*
 * A heartbeat of another director came; hears_us: by what it says, it hears ours. A hello that it has not
 * answered is repeated while preemption is held. was_silent: none had come for some time, so what its kernel told
 * meanwhile is missing here: a hello is due.
 */
void rejoin_heard(struct sync_side *side, bool hears_us, bool was_silent);
/* Our kernel tells of each connection in use anew, as after the other director's hello. */
void rejoin_tell_anew(struct sync_side *side);
/* Listens anew: the interface is another one under the same name and index. */
void rejoin_reopen(struct sync_side *side);
/* lvsd stops: sysctls are left as they usually are, and nothing is heard any more. */
void rejoin_leave(struct sync_side *side);
/* Frees what it has, and leaves the machine as it is. */
void rejoin_close(struct sync_side *side);

#endif
