/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much one process may log, pure: a token bucket for each level. A burst goes through whole, a
 * flood is thinned out to a trickle, and the lines that were left out are counted. One process, or
 * one level, never uses up what another one has.
 */
#ifndef LVSD_DAEMON_LOG_BUDGET_H
#define LVSD_DAEMON_LOG_BUDGET_H

#include "base/log.h"
#include "base/mono.h"

#include <stdbool.h>

#define LOG_BUDGET_LEVELS (LOG_LEVEL_DEBUG + 1)

/* How often it is said that lines were left out. */
#define LOG_BUDGET_SAY_MS 10000

struct log_budget_limits {
	unsigned burst;      /* lines of one level at once */
	unsigned per_second; /* lines of one level in the long run */
};

/* Begins with log_budget_init(). */
struct log_budget {
	struct log_budget_limits limits;
	struct {
		int64_t tokens;     /* thousandths of a line */
		struct mono filled; /* when they were counted last */
		unsigned n_left_out;
	} level[LOG_BUDGET_LEVELS];
	struct mono say_due; /* MONO_NEVER while nothing was left out */
};

void log_budget_init(struct log_budget *budget, struct log_budget_limits limits, struct mono now);

/* Whether a line of this level may be written; else it is counted. */
bool log_budget_take(struct log_budget *budget, enum log_level level, struct mono now);

#define LOG_BUDGET_TEXT_MAX 512
/*
 * At or after say_due: what was left out since it was said last, and forgets it: "312 log lines
 * (300 of level warning, 12 of level notice) were left out: ...". Returns text.
 */
const char *log_budget_say(struct log_budget *budget, char text[static LOG_BUDGET_TEXT_MAX]);

#endif
