/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes kernels announce all connections in use when a director returns: ours, when another
 * director returns, and the other's, when we return. */
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

/* Questions to the other files of this folder. */
struct rejoin_asks {
	/* What is wrong with the interface of connection sync, as a sentence of the log; "":
	 * nothing. */
	const char *(*fault)(struct sync_side *side);
	/* Whether a director with that address sends heartbeats. */
	bool (*is_known)(const struct sync_side *side, const struct addr *addr);
	/* Sends a heartbeat at once, as the answer to a hello. */
	void (*answer)(struct sync_side *side);
	/* Announces all connections, also those that are idle. */
	void (*bulk)(struct sync_side *side);
};

/* The return of another director, and our own. */
struct rejoin {
	struct rejoin_asks asks; /* given at the beginning */
	struct sync_hello *hello; /* NULL without lvs_sync_daemon, or if it could not be opened */
	bool is_deaf;             /* it could not be opened, which was logged */
	struct sync_rejoin state;
	struct sync_callers callers; /* the senders of hellos */
	struct sync_limit lines;     /* limits the log lines about hellos */
	struct loop_timer *step;
	struct sync_calls said; /* our own hellos, as the other director counts them */
	struct sync_greeting greeting; /* whether our last hello arrived */
	bool is_missed;          /* the other director was silent, so a hello must be sent */
	struct loop_timer *again; /* for is_missed, or to repeat the hello */
	bool is_owed;            /* a hello must be sent when next is due, or when the socket is
				    open */
	struct loop_timer *next;
};

/* To be called before the sync roles are compared: listens for other directors if lvs_sync_daemon
 * is on. */
void rejoin_settle(struct sync_side *side);
/*
 * Our kernel may have missed connections, because its backup role has started, or an instance could
 * not receive for a while. Sends a hello in the next turn, or as soon as the other director will
 * answer one, and tells the vrrp process how long to hold preemption for that. As long as the
 * interface of connection sync has a fault the hello waits, and the log says what that prevents.
 */
void rejoin_announce(struct sync_side *side);
/* Connection sync works again, so an earlier hello may have been lost: sends it again while
 * preemption is held. The time of the hold counts from then. */
void rejoin_repeat(struct sync_side *side);
/*
 * A heartbeat of another director came. hears_us: it reports that it receives ours. Repeats a hello
 * that the other director has not answered, while preemption is held. was_silent: no heartbeat had
 * come for some time, so connections that its kernel announced meanwhile are not known here, and a
 * hello is due.
 */
void rejoin_heard(struct sync_side *side, bool hears_us, bool was_silent);
/* Makes our kernel announce each connection in use again, as after the other director's hello. */
void rejoin_announce_anew(struct sync_side *side);
/*
 * Opens the socket again: the interface was replaced by another one with the same name and index.
 */
void rejoin_reopen(struct sync_side *side);
/* lvsd stops: sets the sysctls to their usual values and closes the socket. */
void rejoin_leave(struct sync_side *side);
/* Frees its memory and descriptors, and leaves the machine as it is. */
void rejoin_close(struct sync_side *side);

#endif
