/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits a warning that somebody outside can cause as often as he likes: it is logged at most once
 * in LOG_LIMIT_PAUSE_MS, with the number of warnings that were left out. */
#ifndef LVSD_BASE_LOG_LIMIT_H
#define LVSD_BASE_LOG_LIMIT_H

#include "base/mono.h"

/* The shortest time between two lines, in milliseconds. */
#define LOG_LIMIT_PAUSE_MS 10000

/* Begins as {0}. */
struct log_limit {
	struct mono next; /* no line is logged before this time */
	unsigned n_unsaid;
};

/* Whether the warning is to be logged now. If so, *ret_n_unsaid is the number of warnings left out
 * since the last line. Pure. */
bool log_limit_take(struct log_limit *limit, struct mono now, unsigned *ret_n_unsaid);

/* Logs text as a warning, or counts it as left out. */
void log_limited_warning(struct log_limit *limit, const char *text);

#endif
