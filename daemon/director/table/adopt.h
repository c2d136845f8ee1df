/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adopts the kernel's table: tells the health model what the table says about real servers without
 * a verdict. So a start, a restart and a reload go on with the servers that are in use. The health
 * model decides what follows from it (health_adopt). Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_ADOPT_H
#define LVSD_DAEMON_DIRECTOR_TABLE_ADOPT_H

#include "healthcheck/health.h"
#include "ipvs/drain.h"
#include "ipvs/state.h"

/*
 * Tells a health model what a table shows of its real servers. drain: the servers that are draining
 * in that table. A server that drains only because the file did not have it for a while counts as
 * in use.
 */
void adopt_report(const struct ipvs_state *have, const struct ipvs_drain *drain,
		  struct health *health);

/* To be called at a start, after adopt_report(): goes on with a slow_start that was under way. */
void adopt_ramps(const struct ipvs_state *have, struct health *health, struct mono now);

/* Whether the table has all services of a virtual server. */
bool adopt_has_all(const struct ipvs_state *have, const struct conf_virtual_server *vs);

#endif
