/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/log/budget.h"
#include "base/plural.h"

#include <inttypes.h>
#include <stdio.h>

/* A token is a thousandth of a line. */
#define LINE 1000

/* Room for ", 4294967295 of level warning". */
#define PART_MAX 32

void log_budget_init(struct log_budget *budget, struct log_budget_limits limits, struct mono now)
{
	*budget = (struct log_budget){.limits = limits, .say_due = MONO_NEVER};
	for (int i = 0; i < LOG_BUDGET_LEVELS; i++) {
		budget->level[i].tokens = (int64_t)limits.burst * LINE;
		budget->level[i].filled = now;
	}
}

static void fill(struct log_budget *budget, enum log_level level, struct mono now)
{
	int64_t full = (int64_t)budget->limits.burst * LINE;
	int64_t ms = mono_sub(now, budget->level[level].filled) / NS_PER_MS;
	int64_t *tokens = &budget->level[level].tokens;

	if (ms <= 0)
		return;
	/* one line a second is a thousandth of a line a millisecond */
	if (ms > full)
		*tokens = full;
	else
		*tokens += ms * (int64_t)budget->limits.per_second;
	if (*tokens > full)
		*tokens = full;
	budget->level[level].filled = mono_add_ms(budget->level[level].filled, ms);
}

bool log_budget_take(struct log_budget *budget, enum log_level level, struct mono now)
{
	fill(budget, level, now);
	if (budget->level[level].tokens >= LINE) {
		budget->level[level].tokens -= LINE;
		return true;
	}
	budget->level[level].n_left_out++;
	if (mono_is_never(budget->say_due))
		budget->say_due = mono_add_ms(now, LOG_BUDGET_SAY_MS);
	return false;
}

const char *log_budget_say(struct log_budget *budget, char text[static LOG_BUDGET_TEXT_MAX])
{
	char parts[LOG_BUDGET_LEVELS * PART_MAX] = "";
	uint64_t n_all = 0;
	size_t len = 0;

	for (int i = LOG_LEVEL_ERROR; i < LOG_BUDGET_LEVELS; i++) {
		unsigned n = budget->level[i].n_left_out;

		if (!n)
			continue;
		len += (size_t)snprintf(parts + len, sizeof(parts) - len, "%s%u of level %s",
					n_all ? ", " : "", n, log_level_name((enum log_level)i));
		n_all += n;
		budget->level[i].n_left_out = 0;
	}
	budget->say_due = MONO_NEVER;
	snprintf(text, LOG_BUDGET_TEXT_MAX,
		 "%" PRIu64 " log line%s (%s) %s left out: this process logs more than %u lines at once "
		 "and %u a second of a level",
		 n_all, plural(n_all), parts, plural_of(n_all, "was", "were"),
		 budget->limits.burst, budget->limits.per_second);
	return text;
}
