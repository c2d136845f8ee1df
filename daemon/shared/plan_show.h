/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as text for a person. Pure but for the stream. */
#ifndef LVSD_DAEMON_SHARED_PLAN_SHOW_H
#define LVSD_DAEMON_SHARED_PLAN_SHOW_H

#include <jansson.h>
#include <stdio.h>

/* The changes of the configuration and the operations that follow, each part with a heading. */
void plan_show(json_t *plan, FILE *out);

/* The field of a plan, and of the result of a reload, that daemon/director/table/maintenance.h fills. */
#define PLAN_MAINTENANCE "maintenance_ended"

/* Of a plan or the result of a reload: whose maintenance ends, a line each. */
void plan_show_maintenance(json_t *result, FILE *out);

#endif
