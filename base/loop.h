/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop of a process: file descriptors, timers by deadline, signals, and a settle hook.
 * libevent stands behind it and is seen by base/loop.c alone. One turn handles everything that is
 * ready and then calls the settle hook once, so that many events make one decision.
 *
 * Callbacks may start, stop and free any watcher, their own included.
 */
#ifndef LVSD_BASE_LOOP_H
#define LVSD_BASE_LOOP_H

#include "base/mono.h"

struct loop;
struct loop_io;
struct loop_timer;
struct loop_signal;

enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
};

typedef void loop_io_fn(int fd, unsigned events, void *arg);
typedef void loop_fn(void *arg);
typedef void loop_signal_fn(int number, void *arg);

/* Never NULL. Timers are precise (not coarsened to the kernel tick). */
struct loop *loop_new(void);
/* All watchers must have been freed before. */
void loop_free(struct loop *loop);

/* Turns until loop_stop(). */
void loop_run(struct loop *loop);
/* loop_run() returns after the current turn and its settle. */
void loop_stop(struct loop *loop);

/* fn runs once at the end of each turn; NULL for none. */
void loop_on_settle(struct loop *loop, loop_fn *fn, void *arg);

/* The time at which the current turn began; the clock itself outside a turn. */
struct mono loop_now(const struct loop *loop);

/* Watches fd for events (a set of enum loop_events, 0: none yet); fd stays the caller's. */
struct loop_io *loop_io_new(struct loop *loop, int fd, unsigned events, loop_io_fn *fn, void *arg);
void loop_io_set(struct loop_io *io, unsigned events);
void loop_io_free(struct loop_io *io);

/* A timer that is not set yet. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *arg);
/* Runs fn once at or after deadline; replaces an earlier deadline. MONO_NEVER unsets. */
void loop_timer_set(struct loop_timer *timer, struct mono deadline);
void loop_timer_free(struct loop_timer *timer);

/*
 * Handles a signal in the loop instead of by its default action: the signal stays blocked, so a
 * forked child must reset its signal mask.
 */
struct loop_signal *loop_signal_new(struct loop *loop, int number, loop_signal_fn *fn, void *arg);
void loop_signal_free(struct loop_signal *signal);

#endif
