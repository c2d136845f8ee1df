/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A channel between the director and a worker that works for it, either of which may be replaced at any time. Since the
 * supervisor keeps both ends, a new process finds in the socket what was meant for its predecessor. So a worker
 * says HELLO with a nonce of its own, the director answers RESET with that nonce, and what came before is ignored on
 * both sides. A director that was replaced sends RESET 0, upon which the worker says HELLO again.
 *
 *	worker: HELLO 7     director: RESET 7, then its orders     worker: answers
 *
 * A worker whose state must outlive its director (is_lasting) goes on with what it has. What such a worker said
 * counts although no HELLO came before it: also what one that has died said while no director was there.
 */
#ifndef LVSD_BASE_GREETED_H
#define LVSD_BASE_GREETED_H

#include "base/chan.h"

#include <stdbool.h>

/* The frames of each greeted protocol that are not its own; the body of both is a u64. */
enum greeted_frame {
	GREETED_HELLO = 1,
	GREETED_RESET = 2,
};

struct greeted_ops {
	/* The other side is another one, or has forgotten all: so must this one. */
	loop_fn *on_lost;
	/* From now on frames are heard; NULL: nothing to do. */
	loop_fn *on_met;
	/* A frame that is meant for this process. */
	chan_fn *on_frame;
	/* As of chan_new(). */
	loop_fn *on_closed;
	void *arg;
	/* Of a director: on_frame is called for frames before the HELLO, too, and judges whether they still hold.
	 * Example: the vrrp process becomes MASTER while its director is being replaced, and dies before it has
	 * heard the new one, which must know that its successor has to go on as MASTER. */
	bool is_lasting;
};

struct greeted;

/* Takes fd over; ops are copied. Says HELLO. */
struct greeted *greeted_new_worker(struct loop *loop, int fd, const struct greeted_ops *ops);
/* Takes fd over; ops are copied. is_restart: a worker may run already. */
struct greeted *greeted_new_director(struct loop *loop, int fd, bool is_restart,
				     const struct greeted_ops *ops);
void greeted_free(struct greeted *greeted);

/* Whether the other side is known to be there; NULL: no. */
bool greeted_is_met(const struct greeted *greeted);
/* The director: the worker is being replaced. Until the next HELLO none is there. */
void greeted_forget(struct greeted *greeted);

/* As chan_send(), chan_send_fd() and chan_take_fd(). */
int greeted_send(struct greeted *greeted, uint16_t type, const void *body, size_t len);
int greeted_send_fd(struct greeted *greeted, uint16_t type, const void *body, size_t len, int fd);
int greeted_take_fd(struct greeted *greeted);

#endif
