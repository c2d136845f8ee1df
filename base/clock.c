/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

/* Readings of two clocks belong together if they are so close. Else they are read again, so often at most. */
#define APART_NS (100 * NS_PER_US)
#define READINGS_MAX 8

static int64_t read_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

struct mono clock_mono(void)
{
	return (struct mono){read_ns(CLOCK_MONOTONIC)};
}

int64_t clock_suspended_by(int64_t (*read)(clockid_t clock))
{
	int64_t apart_ns = INT64_MAX, suspended_ns = 0;

	for (int i = 0; i < READINGS_MAX && apart_ns > APART_NS; i++) {
		int64_t before_ns = read(CLOCK_MONOTONIC), boot_ns = read(CLOCK_BOOTTIME),
			after_ns = read(CLOCK_MONOTONIC);

		if (after_ns - before_ns >= apart_ns)
			continue;
		apart_ns = after_ns - before_ns;
		suspended_ns = boot_ns - after_ns;
	}
	return suspended_ns;
}

int64_t clock_suspended_ns(void)
{
	return clock_suspended_by(read_ns);
}

int64_t clock_wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / NS_PER_US;
}

void clock_format(int64_t wall_us, char stamp[static CLOCK_STAMP_MAX])
{
	time_t seconds = (time_t)(wall_us / US_PER_S);
	struct tm tm;
	char day[24];

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(stamp, CLOCK_STAMP_MAX, "%.19s.%03dZ", day, (int)(wall_us % US_PER_S / 1000));
}
