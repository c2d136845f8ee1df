/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For how long this process should have run and did not: it was stopped, the machine slept, others
 * had the processor, or one turn of the loop took long. Whoever waits for an answer of another
 * machine must not count that time, in which the answer would have been read.
 *
 * No event reports such a time. So while somebody waits (awake_begin), a timer is due ten times a
 * second, and the time by which it comes late is the time that was missed. Less than AWAKE_SLACK_MS
 * at a time does not count.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_AWAKE_H
#define LVSD_HEALTHCHECK_PROBES_AWAKE_H

#include "base/loop.h"

#define AWAKE_TICK_MS  100
#define AWAKE_SLACK_MS 10

/* A process that misses as much at a time has been stopped; less is a long turn of its own. */
#define AWAKE_STOP_MS 500

struct awake;

/* Never returns NULL. */
struct awake *awake_new(struct loop *loop);
/* awake may be NULL. */
void awake_free(struct awake *awake);

/* One more, or one less, waits. */
void awake_begin(struct awake *awake);
void awake_end(struct awake *awake);

/*
 * The time that was missed since the object was made, until now, in nanoseconds. It counts only while
 * somebody waits. Example: 0 at the start of a probe and 3 s at its deadline: of the time until the
 * deadline the process missed 3 s.
 */
int64_t awake_missed_ns(const struct awake *awake);

/* As awake_missed_ns(), of the times of AWAKE_STOP_MS or more alone. */
int64_t awake_stopped_ns(const struct awake *awake);

#endif
