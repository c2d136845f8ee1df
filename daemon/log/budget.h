/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bounds how many lines one process may log, with a token bucket for each level. A burst is written
 * whole; of a flood only per_second lines are, and the lines left out are counted. A process or a
 * level never uses up the budget of another. Pure.
 */
#ifndef LVSD_DAEMON_LOG_BUDGET_H
#define LVSD_DAEMON_LOG_BUDGET_H

#include "base/log.h"
#include "base/mono.h"

#include <stdbool.h>

#define LOG_BUDGET_LEVELS (LOG_LEVEL_DEBUG + 1)

/* How often, at most, the log says that lines were left out. */
#define LOG_BUDGET_SAY_MS 10000

struct log_budget_limits {
	unsigned burst;      /* lines of one level at once */
	unsigned per_second; /* lines of one level in the long run */
};

/* Begins with log_budget_init(). */
struct log_budget {
	struct log_budget_limits limits;
	struct {
		int64_t tokens;     /* lines that may be written now, in thousandths */
		struct mono filled; /* when tokens were added last */
		unsigned n_left_out;
	} level[LOG_BUDGET_LEVELS];
	struct mono say_due; /* MONO_NEVER while nothing was left out */
};

/* Begins with a full budget. */
void log_budget_init(struct log_budget *budget, struct log_budget_limits limits, struct mono now);

/* Whether a line of this level may be written now. If not, the line is counted as left out. */
bool log_budget_take(struct log_budget *budget, enum log_level level, struct mono now);

#define LOG_BUDGET_TEXT_MAX 512
/*
 * At or after say_due: writes how many lines were left out since the last call, and begins to count
 * again: "312 log lines (300 of level warning, 12 of level notice) were left out: ...". Returns text.
 */
const char *log_budget_say(struct log_budget *budget, char text[static LOG_BUDGET_TEXT_MAX]);

#endif
