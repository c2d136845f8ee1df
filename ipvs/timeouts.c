/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/timeouts.h"

bool ipvs_timeouts_are_zero(const struct ipvs_timeouts *timeouts)
{
	return !timeouts->tcp && !timeouts->tcp_fin && !timeouts->udp;
}

static uint32_t timeout_step(uint32_t want, uint32_t have, uint32_t *former)
{
	uint32_t back = *former;

	if (!want) {
		*former = 0;
		return back == have ? 0 : back;
	}
	if (!*former)
		*former = have;
	return want == have ? 0 : want;
}

struct ipvs_timeouts ipvs_timeouts_step(const struct ipvs_timeouts *want,
					const struct ipvs_timeouts *have,
					struct ipvs_timeouts *former)
{
	return (struct ipvs_timeouts){
	    .tcp = timeout_step(want->tcp, have->tcp, &former->tcp),
	    .tcp_fin = timeout_step(want->tcp_fin, have->tcp_fin, &former->tcp_fin),
	    .udp = timeout_step(want->udp, have->udp, &former->udp),
	};
}
