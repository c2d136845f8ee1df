/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/roles_gate.h"

bool roles_gate_is_due(const struct roles_gate_facts *facts)
{
	return facts->is_restart || !facts->has_services || facts->is_health_settled ||
	       facts->is_adopted || mono_reached(facts->now, facts->due);
}
