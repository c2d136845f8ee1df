/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A point in time on the monotonic clock. It is a struct, so that it cannot be confused with a
 * duration or with the time of day. Durations are int64_t values with the unit in their name (_ns,
 * _us, _ms). Nothing here reads a clock; base/clock.h does.
 */
#ifndef LVSD_BASE_MONO_H
#define LVSD_BASE_MONO_H

#include <stdbool.h>
#include <stdint.h>

struct mono {
	int64_t ns; /* nanoseconds since an arbitrary start (CLOCK_MONOTONIC) */
};

/* The time that never comes: "no deadline". */
#define MONO_NEVER ((struct mono){INT64_MAX})

#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL
#define US_PER_S  1000000LL

/* Returns a + ns; the sum never overflows, and MONO_NEVER stays MONO_NEVER. */
static inline struct mono mono_add_ns(struct mono a, int64_t ns)
{
	struct mono sum;

	if (a.ns == INT64_MAX || __builtin_add_overflow(a.ns, ns, &sum.ns))
		return MONO_NEVER;
	return sum;
}

/* The same in microseconds and in milliseconds. */
static inline struct mono mono_add_us(struct mono a, int64_t us)
{
	return mono_add_ns(a, us * NS_PER_US);
}

static inline struct mono mono_add_ms(struct mono a, int64_t ms)
{
	return mono_add_ns(a, ms * NS_PER_MS);
}

/* Returns a - b in nanoseconds. */
static inline int64_t mono_sub(struct mono a, struct mono b)
{
	return a.ns - b.ns;
}

/* Is a earlier than b? */
static inline bool mono_before(struct mono a, struct mono b)
{
	return a.ns < b.ns;
}

/* Has the deadline come at the time now? Never for MONO_NEVER. */
static inline bool mono_reached(struct mono now, struct mono deadline)
{
	return now.ns >= deadline.ns;
}

static inline bool mono_is_never(struct mono a)
{
	return a.ns == INT64_MAX;
}

/* The earlier one. */
static inline struct mono mono_min(struct mono a, struct mono b)
{
	return a.ns < b.ns ? a : b;
}

#endif
