/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/virtual/world.h"

#include <stdio.h>

struct mono clock_mono(void)
{
	return world_mono();
}

int64_t clock_suspended_ns(void)
{
	return world_suspended_ns();
}

int64_t clock_wall_us(void)
{
	return world_wall_us();
}

/* Writes seconds since the beginning of the simulation, "+12.345", not a date. */
void clock_format(int64_t wall_us, char stamp[static CLOCK_STAMP_MAX])
{
	snprintf(stamp, CLOCK_STAMP_MAX, "+%lld.%03d", (long long)(wall_us / US_PER_S),
		 (int)(wall_us % US_PER_S / 1000));
}
