/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second back end of base/loop.h, base/clock.h and base/chan.h, for simulations: one virtual
 * clock, no descriptors, no system calls. A program uses it by listing base/virtual/loop.c, clock.c
 * and chan.c among its sources, instead of the files of libbase.la. The rooms are linked unchanged.
 *
 * All loops share the clock. loop_run() of any loop runs the turns of all loops, ordered by their
 * deadlines (equal deadlines: in the order in which they were set), until that loop is stopped or
 * nothing is left to do. Descriptors are plain numbers: the callback of a loop_io runs after
 * world_fire(), that of a loop_signal after world_signal().
 */
#ifndef LVSD_BASE_VIRTUAL_WORLD_H
#define LVSD_BASE_VIRTUAL_WORLD_H

#include "base/loop.h"

#include <stddef.h>
#include <stdint.h>

/* Starts a new world: the clock is at now, and there is no loop and no channel. Objects made before
 * must not be used any more. */
void world_begin(struct mono now);

/* Runs turns until the clock is at end. Whatever is due later stays pending. */
void world_run_until(struct mono end);

/* Runs the next turn, if it is due at end or before; false: there is none. Within a turn: the process that calls this
 * waits for others, and must be paused. */
bool world_step(struct mono end);

/* Advances the clock without any turn, as while a machine sleeps. */
void world_sleep(int64_t ns);

/*
 * The clock of a machine. It begins with that of the world, and is fast by so many parts in a million.
 * clock_mono() and the deadlines of all processes of the machine are by it.
 */
struct world_clock {
	int64_t ppm;
	struct mono world_at, own_at; /* it was own_at at world_at, and stood still before that */
	int64_t stopped_ns;	      /* how long it has stood still in all */
};
/* Now, before any process of the machine has begun. */
struct world_clock world_clock_new(int64_t ppm);
/* The clock stands still for so long, as while the machine is suspended. Its loops must be paused. */
void world_clock_stop(struct world_clock *clock, int64_t ns);
/* What it shows at that time of the world; MONO_NEVER for MONO_NEVER. clock NULL: of the world. */
struct mono world_clock_at(const struct world_clock *clock, struct mono at);
/* Before any timer of loop is set. */
void world_set_clock(struct loop *loop, const struct world_clock *clock);
/* Until this is called with NULL, clock_mono() outside of turns is by this clock. */
void world_use_clock(const struct world_clock *clock);

/* Pauses the process of loop: its timers, frames and signals wait until it goes on. */
void world_pause(struct loop *loop, bool is_paused);

/* For a process that is about to die: frames that it sends from now on are lost. */
void world_mute(struct loop *loop);
bool world_is_muted(const struct loop *loop);

/* Whether loop_stop() was called for loop. world_run_until() runs its turns all the same. */
bool world_is_stopped(const struct loop *loop);

/* The loop whose turn it is, or NULL outside a turn. A fake kernel uses it to know its caller. */
struct loop *world_turning(void);

/* The number of turns so far, with the present one. */
uint64_t world_turns(void);

/* Calls fn, which must not return, after n_turns turns without the clock moving: then some process
 * is spinning. fn NULL: no limit. */
void world_on_spin(uint64_t n_turns, void (*fn)(struct loop *loop));

/* The number of watchers of loop; 0 when all were freed. */
size_t world_count(const struct loop *loop);

/* In the next turn of loop, fd becomes ready with these events, or the signal arrives. */
void world_fire(struct loop *loop, int fd, unsigned events);
void world_signal(struct loop *loop, int number);

/* The time of the world, whosever turn it is. */
struct mono world_now(void);

/* For base/virtual alone: clock_mono(), clock_suspended_ns() and clock_wall_us(). */
struct mono world_mono(void);
int64_t world_suspended_ns(void);
int64_t world_wall_us(void);

#endif
