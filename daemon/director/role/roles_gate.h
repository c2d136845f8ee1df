/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The startup gate: a director does not claim a virtual address as long as it knows nothing about
 * the servers behind it, or a tracked script may still report that it is not fit. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_ROLES_GATE_H
#define LVSD_DAEMON_DIRECTOR_ROLE_ROLES_GATE_H

#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

struct roles_gate_facts {
	bool is_restart;        /* this director replaces another, whose instances may be running */
	bool has_services;      /* the configuration has a virtual server */
	bool is_health_known; /* every check has had an outcome */
	bool is_adopted;        /* the kernel had every service when lvsd came */
	bool are_trackers_known; /* every tracked script has had an outcome */
	struct mono now, due;   /* due: when the gate opens at the latest, but not before not_before */
	struct mono not_before; /* vrrp_startup_delay, vrrp_delay_after_boot; {0}: neither */
};

/* Until when the two delays hold the instances back, of a director whose first configuration came
 * `now`, on the clock of the machine (base/clock.h), which began with the boot. */
struct mono roles_gate_delay(uint64_t startup_delay_us, uint64_t delay_after_boot_us,
			     struct mono now);

/* Whether the instances may be handed to the vrrp process. */
bool roles_gate_is_due(const struct roles_gate_facts *facts);

#endif
