/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/sched.h"
#include "base/hash.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

/* Special values in positions[]; all indexes of the heap are smaller. */
#define IDLE      UINT32_MAX
#define IN_FLIGHT (UINT32_MAX - 1)

/* Due times are multiples of a tick, so that one turn of the loop starts several probes. */
#define TICK_MAX_NS    (5 * NS_PER_MS)
#define TICKS_PER_LOOP 200

void sched_init(struct sched *sched, size_t n_slots, size_t in_flight_max)
{
	assert(n_slots < IN_FLIGHT);
	*sched = (struct sched){
	    .heap = mem_calloc(n_slots, sizeof(*sched->heap)),
	    .positions = mem_calloc(n_slots, sizeof(*sched->positions)),
	    .n_slots = n_slots,
	    .in_flight_max = in_flight_max,
	};
	for (size_t i = 0; i < n_slots; i++)
		sched->positions[i] = IDLE;
}

void sched_grow(struct sched *sched, size_t n_slots)
{
	assert(n_slots < IN_FLIGHT);
	if (n_slots <= sched->n_slots)
		return;
	sched->heap = mem_realloc(sched->heap, n_slots, sizeof(*sched->heap));
	sched->positions = mem_realloc(sched->positions, n_slots, sizeof(*sched->positions));
	for (size_t i = sched->n_slots; i < n_slots; i++)
		sched->positions[i] = IDLE;
	sched->n_slots = n_slots;
}

void sched_fini(struct sched *sched)
{
	free(sched->heap);
	free(sched->positions);
	*sched = (struct sched){0};
}

static bool is_earlier(const struct sched_entry *a, const struct sched_entry *b)
{
	return a->due.ns != b->due.ns ? a->due.ns < b->due.ns : a->slot < b->slot;
}

static void place(struct sched *sched, size_t i, struct sched_entry entry)
{
	sched->heap[i] = entry;
	sched->positions[entry.slot] = (uint32_t)i;
}

static void sift_up(struct sched *sched, size_t i, struct sched_entry entry)
{
	while (i > 0 && is_earlier(&entry, &sched->heap[(i - 1) / 2])) {
		place(sched, i, sched->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(sched, i, entry);
}

static void sift_down(struct sched *sched, size_t i, struct sched_entry entry)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= sched->n_waiting)
			break;
		if (child + 1 < sched->n_waiting &&
		    is_earlier(&sched->heap[child + 1], &sched->heap[child]))
			child++;
		if (!is_earlier(&sched->heap[child], &entry))
			break;
		place(sched, i, sched->heap[child]);
		i = child;
	}
	place(sched, i, entry);
}

static void heap_remove(struct sched *sched, size_t i)
{
	struct sched_entry last = sched->heap[--sched->n_waiting];

	if (i == sched->n_waiting)
		return;
	if (i > 0 && is_earlier(&last, &sched->heap[(i - 1) / 2]))
		sift_up(sched, i, last);
	else
		sift_down(sched, i, last);
}

/* Makes the slot idle. */
static void leave(struct sched *sched, uint32_t slot)
{
	uint32_t position = sched->positions[slot];

	if (position == IN_FLIGHT)
		sched->n_in_flight--;
	else if (position != IDLE)
		heap_remove(sched, position);
	sched->positions[slot] = IDLE;
}

void sched_idle(struct sched *sched, uint32_t slot)
{
	leave(sched, slot);
}

void sched_wait(struct sched *sched, uint32_t slot, struct mono due)
{
	leave(sched, slot);
	sift_up(sched, sched->n_waiting++, (struct sched_entry){due, slot});
}

void sched_in_flight(struct sched *sched, uint32_t slot)
{
	leave(sched, slot);
	sched->positions[slot] = IN_FLIGHT;
	sched->n_in_flight++;
}

struct mono sched_next_due(const struct sched *sched)
{
	if (!sched->n_waiting || sched->n_in_flight >= sched->in_flight_max)
		return MONO_NEVER;
	return sched->heap[0].due;
}

bool sched_take(struct sched *sched, struct mono now, uint32_t *ret_slot)
{
	struct mono due = sched_next_due(sched);

	if (mono_is_never(due) || !mono_reached(now, due))
		return false;
	*ret_slot = sched->heap[0].slot;
	sched_in_flight(sched, *ret_slot);
	return true;
}

/* Adds us microseconds. A sum beyond the range of the clock is MONO_NEVER. */
static struct mono add_interval(struct mono start, uint64_t us)
{
	return us > INT64_MAX / NS_PER_US ? MONO_NEVER : mono_add_us(start, (int64_t)us);
}

/* The place of a check in each interval, in nanoseconds: a multiple of the tick. */
static int64_t phase_of(int64_t interval, uint64_t hash)
{
	int64_t tick = interval / TICKS_PER_LOOP;
	/* hash_mix() gives other bits than those that decided the time of the first probe. */
	int64_t phase = (int64_t)(hash_mix(hash, 0) % (uint64_t)interval);

	tick = tick > TICK_MAX_NS ? TICK_MAX_NS : tick;
	return tick ? phase - phase % tick : phase;
}

/* The first time after start that is a phase plus a number of whole intervals. */
static struct mono grid_after(uint64_t us, uint64_t hash, struct mono start)
{
	int64_t interval, past;

	if (!us || us > INT64_MAX / NS_PER_US)
		return us ? MONO_NEVER : start;
	interval = (int64_t)us * NS_PER_US;
	past = (start.ns - phase_of(interval, hash)) % interval;
	if (past < 0)
		past += interval;
	return mono_add_ns(start, interval - past);
}

static struct mono no_sooner(struct mono due, struct mono started, struct mono now)
{
	struct mono soonest = mono_add_us(started, SCHED_SPACING_MIN_US);

	if (mono_before(due, soonest))
		due = soonest;
	return mono_before(due, now) ? now : due;
}

struct mono sched_loop_due(uint64_t interval_us, uint64_t hash, struct mono started,
			   struct mono now)
{
	return no_sooner(grid_after(interval_us, hash, started), started, now);
}

static uint64_t no_verdict_interval(const struct conf_check *check)
{
	uint64_t us = check->delay_before_retry_us;

	if (us < SCHED_NO_VERDICT_MIN_US)
		us = SCHED_NO_VERDICT_MIN_US;
	return us < check->delay_loop_us ? us : check->delay_loop_us;
}

struct mono sched_first_due(const struct conf_check *check, uint64_t hash, struct mono now)
{
	return add_interval(now, check->warmup_us ? hash % check->warmup_us : 0);
}

uint64_t sched_interval_us(const struct conf_check *check, enum health_state state, bool is_between)
{
	if (is_between && check->fast_us)
		return check->fast_us;
	if (is_between && state == HEALTH_UP)
		return check->delay_before_retry_us;
	return !is_between && state == HEALTH_DOWN && check->down_us ? check->down_us
								     : check->delay_loop_us;
}

/* When a check that counts is probed next: fast_interval is between the starts of two probes,
 * delay_before_retry begins at the end of the first one. */
static struct mono between_due(const struct conf_check *check, enum health_state state, uint64_t hash,
			       struct mono started, struct mono now)
{
	uint64_t us = sched_interval_us(check, state, true);

	if (check->fast_us)
		return no_sooner(add_interval(started, us), started, now);
	if (state == HEALTH_UP)
		return no_sooner(add_interval(now, us), started, now);
	return sched_loop_due(us, hash, started, now);
}

struct mono sched_again_due(const struct conf_check *check, enum health_state state,
			    enum check_pace pace, uint64_t hash, struct mono started,
			    struct mono now)
{
	switch (pace) {
	case CHECK_PACE_STEADY:
		return sched_loop_due(sched_interval_us(check, state, false), hash, started, now);
	case CHECK_PACE_BETWEEN:
		return between_due(check, state, hash, started, now);
	case CHECK_PACE_NO_VERDICT:
		break;
	}
	return no_sooner(add_interval(now, no_verdict_interval(check)), started, now);
}
