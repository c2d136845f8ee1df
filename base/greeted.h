/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A channel between the director and a worker process (checks, scripts, rules or vrrp). Either of
 *them may be replaced at any time. The supervisor keeps both ends of the socket, so a new process
 *finds frames in it that were meant for its predecessor. Therefore a worker first sends the frame
 *HELLO with a nonce, and the director answers with the frame RESET and the same nonce. Both sides
 *ignore the frames that came before that. A director that replaces another one sends RESET 0, and
 *the worker sends HELLO again.
 *
 *	worker: HELLO 7     director: RESET 7, then its orders     worker: answers
 *
 * A worker whose state must outlive its director (is_lasting) goes on with the orders that it has.
 * The director also takes frames of such a worker that came before a HELLO, even from a worker that
 * died while no director was there.
 */
#ifndef LVSD_BASE_GREETED_H
#define LVSD_BASE_GREETED_H

#include "base/chan.h"

#include <stdbool.h>

/* The two frames that every greeted protocol has besides its own. The body of both is a nonce, a
 * u64. */
enum greeted_frame {
	GREETED_HELLO = 1,
	GREETED_RESET = 2,
};

struct greeted_ops {
	/* The other side was replaced or has forgotten everything: this side must forget its state,
	 * too. */
	loop_fn *on_lost;
	/* HELLO and RESET were exchanged: from now on frames of the other side are handled. May be
	 * NULL. */
	loop_fn *on_met;
	/* Handles a frame that the other side sent to this process. */
	chan_fn *on_frame;
	/* As on_closed of chan_new(). */
	loop_fn *on_closed;
	void *arg;
	/*
	 * For a director: on_frame is also called for frames that came before the worker's HELLO,
	 * and decides whether they still count. Example: the vrrp process becomes MASTER while its
	 * director is being replaced, and dies before the new director is there. The new director
	 * must know of it, since the next vrrp process has to go on as MASTER.
	 */
	bool is_lasting;
};

struct greeted;

/* Makes the worker's side of fd, which greeted_free() closes, and sends HELLO. ops is copied. */
struct greeted *greeted_new_worker(struct loop *loop, int fd, const struct greeted_ops *ops);
/* Makes the director's side of fd, which greeted_free() closes. ops is copied. is_restart: this
 * director replaces another, so a worker may be running already. */
struct greeted *greeted_new_director(struct loop *loop, int fd, bool is_restart,
				     const struct greeted_ops *ops);
void greeted_free(struct greeted *greeted);

/* Whether HELLO and RESET were exchanged with the other side. false for NULL. */
bool greeted_is_met(const struct greeted *greeted);
/*
 * For a director whose worker is being replaced: until the next HELLO, greeted_is_met() is false.
 */
void greeted_forget(struct greeted *greeted);

/* These three work as chan_send(), chan_send_fd() and chan_take_fd(). */
int greeted_send(struct greeted *greeted, uint16_t type, const void *body, size_t len);
int greeted_send_fd(struct greeted *greeted, uint16_t type, const void *body, size_t len, int fd);
int greeted_take_fd(struct greeted *greeted);

#endif
