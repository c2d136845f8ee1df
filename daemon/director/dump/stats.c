/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats_dump_file: the counters of each instance, with the lines of keepalived.stats. */
#include "daemon/director/dump/dump.h"

static void counter(struct out *out, const char *name, uint64_t value)
{
	dump_line(out, "%s: %llu", name, (unsigned long long)value);
}

/* keepalived rejects an advertisement for its list of addresses, and one with an unknown type of
 * authentication. lvsd accepts the first (and warns), and counts the second as a mismatch. */
static void instance_print(const struct status_instance *instance, struct out *out)
{
	const struct dump_stats stats = dump_stats_of(instance->report);

	dump_line(out, "VRRP Instance: %s", instance->conf->name);
	dump_line(out, "  Advertisements:");
	counter(out, "    Received", stats.received);
	counter(out, "    Sent", stats.sent);
	counter(out, "  Became master", stats.became_master);
	counter(out, "  Released master", stats.released_master);
	dump_line(out, "  Packet Errors:");
	counter(out, "    Length", stats.length);
	counter(out, "    TTL", stats.ttl);
	counter(out, "    Invalid Type", stats.type);
	counter(out, "    Advertisement Interval", stats.interval);
	counter(out, "    Address List", 0);
	dump_line(out, "  Authentication Errors:");
	counter(out, "    Invalid Type", 0);
	counter(out, "    Type Mismatch", stats.auth_type);
	counter(out, "    Failure", stats.auth_data);
	dump_line(out, "  Priority Zero:");
	counter(out, "    Received", stats.zeros_received);
	counter(out, "    Sent", stats.zeros_sent);
}

void dump_stats_print(const struct status *status, struct out *out)
{
	for (size_t i = 0; i < status->instances.n; i++)
		instance_print(&status->instances.items[i], out);
}
