/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which check is due when: a binary heap of due times over the slots 0..n-1, and a cap on the
 * number of probes in flight. A slot is idle, waiting (in the heap) or in flight, never two of
 * these at once, so no check is ever probed twice at a time. What a slot stands for is the
 * caller's matter.
 */
#ifndef LVSD_HEALTHCHECK_SCHED_H
#define LVSD_HEALTHCHECK_SCHED_H

#include "healthcheck/check_step.h"

/* No check is probed more often than this, whatever its configuration says. */
#define SCHED_SPACING_MIN_US 10000

/* A probe that could not be made is tried again no sooner, unless delay_loop is shorter. */
#define SCHED_NO_VERDICT_MIN_US 1000000

struct sched {
	struct sched_entry {
		struct mono due;
		uint32_t slot;
	} * heap;
	uint32_t *positions; /* by slot: index into heap, or one of the marks in sched.c */
	size_t n_slots, n_waiting, n_in_flight, in_flight_max;
};

/* All n_slots slots are idle. */
void sched_init(struct sched *sched, size_t n_slots, size_t in_flight_max);
void sched_fini(struct sched *sched);

/* The slot waits until due, whatever it was before; a probe in flight has ended. */
void sched_wait(struct sched *sched, uint32_t slot, struct mono due);

/* Counts the slot as in flight without a turn of its own: its probe began before this sched. */
void sched_hold(struct sched *sched, uint32_t slot);

/* MONO_NEVER when nothing waits or the cap is reached. */
struct mono sched_next_due(const struct sched *sched);

/*
 * Takes the slot that is due longest (the lower one of two) and counts it as in flight. False when
 * none is due at now or the cap is reached.
 */
bool sched_take(struct sched *sched, struct mono now, uint32_t *ret_slot);

/* When a new check is probed first: within its warmup, at a place given by its hash. */
struct mono sched_first_due(const struct conf_check *check, uint64_t hash, struct mono now);

/*
 * When a check is probed again whose last probe began at started and ended at now. delay_loop
 * counts from the start and is shortened by up to a thirty-second part, a different one each time,
 * so that checks which fell into step fall out of it. After the first round it is shortened by
 * anything, which spreads the rounds that follow over all of delay_loop. The other two intervals
 * count from the end.
 */
struct mono sched_again_due(const struct conf_check *check, enum check_pace pace, uint64_t hash,
			    struct mono started, struct mono now);

#endif
