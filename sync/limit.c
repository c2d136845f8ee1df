/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/limit.h"

struct mono sync_limit_next(const struct sync_limit *limit, const struct sync_rate *rate,
			    struct mono now)
{
	struct mono next =
	    mono_add_ns(limit->paid_by, -(int64_t)(rate->n_burst - 1) * rate->interval_ns);

	return mono_before(now, next) ? next : now;
}

bool sync_limit_take(struct sync_limit *limit, const struct sync_rate *rate, struct mono now,
		     uint64_t *ret_n_refused)
{
	struct mono since = mono_before(now, limit->paid_by) ? limit->paid_by : now;

	if (mono_before(now, sync_limit_next(limit, rate, now))) {
		limit->n_refused++;
		return false;
	}
	*ret_n_refused = limit->n_refused;
	*limit = (struct sync_limit){.paid_by = mono_add_ns(since, rate->interval_ns)};
	return true;
}
