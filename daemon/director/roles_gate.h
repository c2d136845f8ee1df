/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The startup gate: a director does not claim an address in front of servers that it knows nothing
 * of, or while a tracked script may still say that it is not fit to. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_ROLES_GATE_H
#define LVSD_DAEMON_DIRECTOR_ROLES_GATE_H

#include "base/mono.h"

#include <stdbool.h>

struct roles_gate_facts {
	bool is_restart;        /* this director replaces one whose instances may be at work */
	bool has_services;      /* the configuration has a virtual server */
	bool is_health_settled; /* every check has had an outcome */
	bool is_adopted;        /* every service was in the kernel when lvsd came */
	bool are_trackers_settled; /* every tracked script has had an outcome */
	struct mono now, due;   /* due: when it opens whatever is known */
};

/* Whether the instances may be handed to the vrrp process. */
bool roles_gate_is_due(const struct roles_gate_facts *facts);

#endif
