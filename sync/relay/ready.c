/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/ready.h"

void relay_wait_begin(struct relay_wait *wait, struct mono now)
{
	*wait = (struct relay_wait){.began = now};
}

enum relay_verdict relay_wait_judge(struct relay_wait *wait, const struct relay_member *members, size_t n,
				    int64_t sync_wait_ns, struct mono now, bool *ret_is_news)
{
	bool is_over = mono_reached(now, mono_add_ns(wait->began, sync_wait_ns));
	bool may_come = mono_before(now, mono_add_ns(wait->began, RELAY_HEAR_NS));
	size_t n_ready = 0, n_partly = 0, n_left = 0;

	*ret_is_news = false;
	for (size_t i = 0; i < n; i++) {
		n_ready += members[i].state == RELAY_READY;
		n_partly += members[i].state == RELAY_JOINING || members[i].state == RELAY_DEGRADED;
		n_left += members[i].state == RELAY_DOWN && members[i].has_left;
	}
	if (n_ready + n_left == n || (n_ready && !n_partly && !may_come))
		return RELAY_GO;
	if (!is_over)
		return RELAY_WAIT;
	*ret_is_news = !wait->was_said;
	wait->was_said = true;
	return RELAY_GO_DEGRADED;
}

struct mono relay_wait_wake(const struct relay_wait *wait, int64_t sync_wait_ns, struct mono now)
{
	struct mono heard = mono_add_ns(wait->began, RELAY_HEAR_NS), over = mono_add_ns(wait->began, sync_wait_ns);
	struct mono first = mono_min(heard, over), last = mono_before(heard, over) ? over : heard;

	if (!mono_reached(now, first))
		return first;
	return mono_reached(now, last) ? MONO_NEVER : last;
}
