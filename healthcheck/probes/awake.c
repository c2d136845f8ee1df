/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/awake.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

struct awake {
	struct loop_timer *timer;
	struct mono due; /* of the timer; MONO_NEVER: nobody waits */
	int64_t missed_ns;
	int64_t stopped_ns; /* the part of it that came in times of AWAKE_STOP_MS or more */
	size_t n_waiting;
};

/* By how much the timer is late now. */
static int64_t late_ns(const struct awake *awake)
{
	int64_t late;

	if (mono_is_never(awake->due))
		return 0;
	late = mono_sub(clock_mono(), awake->due);
	return late > AWAKE_SLACK_MS * NS_PER_MS ? late : 0;
}

/* The part of a time that was missed at once that counts as a stop. */
static int64_t stop_of(int64_t late)
{
	return late >= AWAKE_STOP_MS * NS_PER_MS ? late : 0;
}

/* Adds the time by which the timer is late now. */
static void note_lateness(struct awake *awake)
{
	int64_t late = late_ns(awake);

	awake->missed_ns += late;
	awake->stopped_ns += stop_of(late);
}

static void tick_set(struct awake *awake, struct mono due)
{
	awake->due = due;
	loop_timer_set(awake->timer, due);
}

static void on_tick(void *arg)
{
	struct awake *awake = arg;

	note_lateness(awake);
	tick_set(awake, mono_add_ms(clock_mono(), AWAKE_TICK_MS));
}

struct awake *awake_new(struct loop *loop)
{
	struct awake *awake = mem_calloc(1, sizeof(*awake));

	awake->timer = loop_timer_new(loop, on_tick, awake);
	awake->due = MONO_NEVER;
	return awake;
}

void awake_free(struct awake *awake)
{
	if (!awake)
		return;
	loop_timer_free(awake->timer);
	free(awake);
}

void awake_begin(struct awake *awake)
{
	if (awake->n_waiting++ == 0)
		on_tick(awake);
}

void awake_end(struct awake *awake)
{
	if (--awake->n_waiting)
		return;
	note_lateness(awake);
	tick_set(awake, MONO_NEVER);
}

int64_t awake_missed_ns(const struct awake *awake)
{
	return awake->missed_ns + late_ns(awake);
}

int64_t awake_stopped_ns(const struct awake *awake)
{
	return awake->stopped_ns + stop_of(late_ns(awake));
}
