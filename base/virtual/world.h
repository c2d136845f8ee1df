/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second back end of base/loop.h, base/clock.h and base/chan.h, for simulations: one virtual clock,
 * no descriptor, no system call. A program that lists base/virtual/loop.c, clock.c and chan.c among its
 * sources gets these in place of those of libbase.la; the rooms are linked as they are.
 *
 * All loops share the clock. loop_run() of any of them turns the loops of all, in the order of their
 * deadlines and, of equal ones, in the order in which they were set, until that loop is stopped or
 * nothing is left to happen. Descriptors are numbers that nobody opens: a loop_io runs when world_fire()
 * says so, a loop_signal when world_signal() does.
 */
#ifndef LVSD_BASE_VIRTUAL_WORLD_H
#define LVSD_BASE_VIRTUAL_WORLD_H

#include "base/loop.h"

#include <stddef.h>
#include <stdint.h>

/* Everything begins anew: the clock at now, no loop, no channel. Nothing of before may be used. */
void world_begin(struct mono now);

/* Turns until the clock is at end; what is due later stays. */
void world_run_until(struct mono end);

/* The clock alone goes on, as while a machine sleeps. */
void world_sleep(int64_t ns);

/* A loop whose process is paused: its timers, frames and signals wait. */
void world_pause(struct loop *loop, bool is_paused);

/* A process that is about to die: what it sends from now on is lost. */
void world_mute(struct loop *loop);
bool world_is_muted(const struct loop *loop);

/* Whether loop_stop() ended the process of loop; world_run_until() turns it all the same. */
bool world_is_stopped(const struct loop *loop);

/* The loop whose turn it is, so that what stands in for the kernel knows who calls; NULL outside a turn. */
struct loop *world_turning(void);

/* How many turns there were, the present one included. */
uint64_t world_turns(void);

/* After so many turns at one instant fn runs, which does not return: some process spins. NULL: nobody looks. */
void world_on_spin(uint64_t n_turns, void (*fn)(struct loop *loop));

/* Watchers that loop has. 0 when each was freed. */
size_t world_count(const struct loop *loop);

/* In loop's next turn: fd has these events, or the signal comes. */
void world_fire(struct loop *loop, int fd, unsigned events);
void world_signal(struct loop *loop, int number);

/* The clock of clock_wall_us() when that of clock_mono() is 0. */
void world_set_wall(int64_t wall_us);

/* For base/virtual alone. */
struct mono world_now(void);
int64_t world_wall_us(void);

#endif
