/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schedule of the probes: a binary heap of due times over the slots 0..n-1, and a bound on the
 * number of probes in flight. A slot stands for a check of the caller. A slot is idle, waiting (in
 * the heap) or in flight, never two of these, so no check has two probes at a time.
 */
#ifndef LVSD_HEALTHCHECK_SCHED_H
#define LVSD_HEALTHCHECK_SCHED_H

#include "healthcheck/check_step.h"

/* No check is probed more often than this, whatever its configuration says. */
#define SCHED_SPACING_MIN_US 10000

/* The least time until a probe that could not be made is tried again, unless delay_loop is shorter.
 */
#define SCHED_NO_VERDICT_MIN_US 1000000

/* sched_init() makes it. heap: the n_waiting slots that wait, the earliest first. */
struct sched {
	struct sched_entry {
		struct mono due;
		uint32_t slot;
	} * heap;
	uint32_t *positions; /* by slot: index into heap, or one of the marks in sched.c */
	size_t n_slots, n_waiting, n_in_flight, in_flight_max;
};

/* Begins with n_slots idle slots. */
void sched_init(struct sched *sched, size_t n_slots, size_t in_flight_max);
void sched_fini(struct sched *sched);

/* Adds idle slots, so that there are n_slots of them. Never removes one. */
void sched_grow(struct sched *sched, size_t n_slots);

/* The slot neither waits nor is in flight. */
void sched_idle(struct sched *sched, uint32_t slot);

/* The slot waits until due. If its probe was in flight, that probe has ended. */
void sched_wait(struct sched *sched, uint32_t slot, struct mono due);

/* Counts the slot as in flight: its probe has begun before, under an earlier schedule, and goes on.
 */
void sched_in_flight(struct sched *sched, uint32_t slot);

/* The earliest due time; MONO_NEVER when no slot waits or in_flight_max is reached. */
struct mono sched_next_due(const struct sched *sched);

/*
 * Takes the slot with the earliest due time (of two equal ones the lower slot) and counts it as in
 * flight. False when no slot is due at now or in_flight_max is reached.
 */
bool sched_take(struct sched *sched, struct mono now, uint32_t *ret_slot);

/* When the first probe of a new check is due: within the check's warmup from now, at a time that
 * hash decides (check_pace_hash()). */
struct mono sched_first_due(const struct conf_check *check, uint64_t hash, struct mono now);

/*
 * When the next probe of a check is due, which is probed each interval_us, and whose last probe
 * began at started and ended at now: at the check's place in the interval, which hash decides. So
 * the probes of a check are exactly interval_us apart, probes of different checks stay spread
 * whatever has made them late together, and neither a reload nor a new process changes their times.
 * Only the first interval after something else than interval_us has decided is shorter.
 * Example: interval 10 s, its place 3 s: due at 13 s, 23 s, 33 s; begun at 17 s: due at 23 s.
 */
struct mono sched_loop_due(uint64_t interval_us, uint64_t hash, struct mono started,
			   struct mono now);

/* The time between two probes of a check in that state, in microseconds. is_between: it counts
 * outcomes against its state. */
uint64_t sched_interval_us(const struct conf_check *check, enum health_state state, bool is_between);

/*
 * When the next probe of a check is due, whose last probe began at started and ended at now. state is
 * that after the probe. CHECK_PACE_STEADY: as sched_loop_due(). fast_interval counts from the start of
 * the last probe, delay_before_retry from its end.
 */
struct mono sched_again_due(const struct conf_check *check, enum health_state state,
			    enum check_pace pace, uint64_t hash, struct mono started,
			    struct mono now);

#endif
