/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's table says of real servers that have no verdict: a start, a restart and a
 * reload go on with what is there. Pure; it decides nothing that the health model (health_adopt)
 * does not.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_ADOPT_H
#define LVSD_DAEMON_DIRECTOR_TABLE_ADOPT_H

#include "healthcheck/health.h"
#include "ipvs/drain.h"
#include "ipvs/state.h"

/*
 * Tells a health model what a table shows of its real servers. drain: what drains in that table; a
 * server that does so only because the file did not have it for a while is in use as it was before.
 */
void adopt_tell(const struct ipvs_state *have, const struct ipvs_drain *drain,
		struct health *health);

/* At a start, after adopt_tell(): what slow_start had begun goes on. */
void adopt_ramps(const struct ipvs_state *have, struct health *health, struct mono now);

/* Whether the table has all services of a virtual server. */
bool adopt_has_all(const struct ipvs_state *have, const struct conf_virtual_server *vs);

#endif
