/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/roles_gate.h"

struct mono roles_gate_delay(uint64_t startup_delay_us, uint64_t delay_after_boot_us,
			     struct mono now)
{
	struct mono boot = {0}, start = startup_delay_us ? now : boot;
	struct mono a = mono_add_us(start, (int64_t)startup_delay_us);
	struct mono b = mono_add_us(boot, (int64_t)delay_after_boot_us);

	return mono_before(a, b) ? b : a;
}

bool roles_gate_is_due(const struct roles_gate_facts *facts)
{
	bool knows_servers =
	    !facts->has_services || facts->is_health_known || facts->is_adopted;

	if (facts->is_restart)
		return true;
	if (!mono_reached(facts->now, facts->not_before))
		return false;
	return (knows_servers && facts->are_trackers_known) ||
	       mono_reached(facts->now, facts->due);
}
