/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop of a process: file descriptors, timers by deadline, signals, and a settle hook.
 * libevent does the work; only base/loop.c includes it. One turn of the loop calls the callbacks of
 * everything that is ready, and then calls the settle hook once, so that many events lead to one
 * decision.
 *
 * A callback may start, stop and free any watcher, its own included.
 */
#ifndef LVSD_BASE_LOOP_H
#define LVSD_BASE_LOOP_H

#include "base/mono.h"

struct loop;
struct loop_io;
struct loop_timer;
struct loop_signal;

/* What a descriptor is watched for, as a mask. */
enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	/* Beside the others: only changes are reported, with all that the descriptor is ready for. One
	 * that stays ready is not reported again. */
	LOOP_CHANGES = 4,
};

/* The callbacks of a loop: for a descriptor that is ready (events: a mask of enum loop_events),
 * for a timer or a turn, and for a signal. */
typedef void loop_io_fn(int fd, unsigned events, void *arg);
typedef void loop_fn(void *arg);
typedef void loop_signal_fn(int number, void *arg);

/* Never returns NULL. Timers are precise: they are not rounded up to the kernel's tick. */
struct loop *loop_new(void);
/* The caller must have freed all watchers of the loop before. */
void loop_free(struct loop *loop);

/* Runs turns until loop_stop() is called. */
void loop_run(struct loop *loop);
/* Lets loop_run() return after the current turn and its settle hook. */
void loop_stop(struct loop *loop);

/* Sets the settle hook: fn runs once at the end of each turn. NULL: no hook. */
void loop_on_settle(struct loop *loop, loop_fn *fn, void *arg);

/* The time at which the current turn began. Outside a turn: the time now. */
struct mono loop_now(const struct loop *loop);

/* Watches fd for events, a set of enum loop_events (0: for none yet). fd stays the caller's. */
struct loop_io *loop_io_new(struct loop *loop, int fd, unsigned events, loop_io_fn *fn, void *arg);
void loop_io_set(struct loop_io *io, unsigned events);
void loop_io_free(struct loop_io *io);

/* Makes a timer without a deadline. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *arg);
/*
 * Runs fn once, at deadline or a little later. Replaces an earlier deadline; MONO_NEVER removes it.
 */
void loop_timer_set(struct loop_timer *timer, struct mono deadline);
void loop_timer_free(struct loop_timer *timer);

/* Calls fn in the loop when the signal comes, instead of the signal's default action. The signal
 * stays blocked, so a child that is forked must reset its signal mask. */
struct loop_signal *loop_signal_new(struct loop *loop, int number, loop_signal_fn *fn, void *arg);
void loop_signal_free(struct loop_signal *signal);

#endif
