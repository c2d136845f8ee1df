/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dry runs: looks at the kernel and says what a configuration would change in it. Changes nothing.
 */
#ifndef LVSD_DAEMON_DIRECTOR_PLAN_H
#define LVSD_DAEMON_DIRECTOR_PLAN_H

#include "base/err.h"
#include "daemon/shared/options.h"

#include <jansson.h>

struct director;

/*
 * lvsd --plan: the file against what was applied last and the kernel, no daemon asked. What the
 * health of the real servers is nobody knows, so the rules of adoption hold as after a start.
 * Prints to stdout; returns an exit status.
 */
int plan_offline(const struct options *options);

/*
 * lvsctl plan: what `lvsctl reload` would do now if the file at path were the daemon's. Known real
 * servers keep their health. Returns the answer to the control request (doc/control.md).
 */
json_t *plan_online(struct director *d, json_t *request);

#endif
