/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file of the program that reads a clock. Pure rooms get the time as an argument. */
#ifndef LVSD_BASE_CLOCK_H
#define LVSD_BASE_CLOCK_H

#include "base/mono.h"

#include <stddef.h>
#include <time.h>

/* CLOCK_MONOTONIC now. */
struct mono clock_mono(void);

/*
 * How long the machine has been suspended since it was started: the time by which CLOCK_BOOTTIME is ahead of
 * CLOCK_MONOTONIC, in nanoseconds. Never more than that. Less by at most 0.1 ms, unless the process was delayed
 * between the readings of the two eight times in a row, or the machine was suspended just then.
 */
int64_t clock_suspended_ns(void);
/* The same with another reader of clocks, for tests. */
int64_t clock_suspended_by(int64_t (*read)(clockid_t clock));

/* CLOCK_REALTIME now, in microseconds since 1970. For time stamps that people read, never for
 * timers. */
int64_t clock_wall_us(void);

/* Room for an RFC 3339 stamp with its terminating NUL. */
#define CLOCK_STAMP_MAX 32

/* Writes wall_us as RFC 3339 in UTC with milliseconds ("2026-11-21T03:04:05.678Z"). */
void clock_format(int64_t wall_us, char stamp[static CLOCK_STAMP_MAX]);

#endif
