/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The startup gate: a director does not claim a virtual address as long as it knows nothing about
 * the servers behind it, or a tracked script may still report that it is not fit. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_ROLES_GATE_H
#define LVSD_DAEMON_DIRECTOR_ROLES_GATE_H

#include "base/mono.h"

#include <stdbool.h>

struct roles_gate_facts {
	bool is_restart;        /* this director replaces another, whose instances may be running */
	bool has_services;      /* the configuration has a virtual server */
	bool is_health_settled; /* every check has had an outcome */
	bool is_adopted;        /* the kernel had every service when lvsd came */
	bool are_trackers_settled; /* every tracked script has had an outcome */
	struct mono now, due;   /* due: when the gate opens at the latest */
};

/* Whether the instances may be handed to the vrrp process. */
bool roles_gate_is_due(const struct roles_gate_facts *facts);

#endif
