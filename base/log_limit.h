/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A warning that somebody else can provoke as often as he likes: one line now and then, with a
 * count of the others. */
#ifndef LVSD_BASE_LOG_LIMIT_H
#define LVSD_BASE_LOG_LIMIT_H

#include "base/mono.h"

/* The least time between two lines. */
#define LOG_LIMIT_PAUSE_MS 10000

/* Begins as {0}. */
struct log_limit {
	struct mono next; /* not before */
	unsigned n_unsaid;
};

/* Whether the warning is to be logged now; then *ret_n_unsaid is how many were not since. Pure. */
bool log_limit_take(struct log_limit *limit, struct mono now, unsigned *ret_n_unsaid);

/* Logs text, or counts it. */
void log_limited_warning(struct log_limit *limit, const char *text);

#endif
