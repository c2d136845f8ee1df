/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/roles_gate.h"

bool roles_gate_is_due(const struct roles_gate_facts *facts)
{
	bool knows_servers =
	    !facts->has_services || facts->is_health_settled || facts->is_adopted;

	return facts->is_restart || (knows_servers && facts->are_trackers_settled) ||
	       mono_reached(facts->now, facts->due);
}
