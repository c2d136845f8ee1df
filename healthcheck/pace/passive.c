/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/pace/passive.h"

#include <netinet/in.h>

enum passive_sight passive_sight(bool is_nat, uint16_t protocol, bool is_one_packet)
{
	if (is_one_packet)
		return PASSIVE_BLIND;
	if (is_nat)
		return PASSIVE_BOTH_WAYS;
	return protocol == IPPROTO_TCP ? PASSIVE_TCP_IN : PASSIVE_BLIND;
}

static bool is_backwards(const struct passive_counters *last, const struct passive_counters *now)
{
	return now->conns < last->conns || now->in_packets < last->in_packets ||
	       now->out_packets < last->out_packets;
}

static bool is_unanswered(struct passive *passive, const struct passive_counters *now)
{
	bool is_suspected = false;

	if (now->out_packets != passive->last.out_packets) {
		passive->conns_before = now->conns;
	} else if (passive->last.conns - passive->conns_before >= PASSIVE_CONNS_MIN) {
		passive->conns_before = passive->last.conns;
		is_suspected = true;
	}
	return is_suspected;
}

static bool is_without_use(const struct passive_counters *last, const struct passive_counters *now)
{
	uint64_t n = now->conns - last->conns, n_packets = now->in_packets - last->in_packets;

	return n >= PASSIVE_CONNS_MIN && n_packets <= 2 * n;
}

bool passive_step(struct passive *passive, enum passive_sight sight, const struct passive_counters *now)
{
	bool is_suspected = false;

	if (!passive->is_known || is_backwards(&passive->last, now))
		passive->conns_before = now->conns;
	else if (sight == PASSIVE_BOTH_WAYS)
		is_suspected = is_unanswered(passive, now);
	else if (sight == PASSIVE_TCP_IN)
		is_suspected = is_without_use(&passive->last, now);
	passive->is_known = true;
	passive->last = *now;
	return is_suspected;
}
