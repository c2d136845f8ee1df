/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log_limit.h"
#include "base/clock.h"
#include "base/log.h"

bool log_limit_take(struct log_limit *limit, struct mono now, unsigned *ret_n_unsaid)
{
	if (!mono_reached(now, limit->next)) {
		limit->n_unsaid++;
		return false;
	}
	*ret_n_unsaid = limit->n_unsaid;
	*limit = (struct log_limit){.next = mono_add_ms(now, LOG_LIMIT_PAUSE_MS)};
	return true;
}

void log_limited_warning(struct log_limit *limit, const char *text)
{
	unsigned n;

	if (!log_limit_take(limit, clock_mono(), &n))
		return;
	if (n)
		log_warning("%s; %u more since this was logged last", text, n);
	else
		log_warning("%s", text);
}
