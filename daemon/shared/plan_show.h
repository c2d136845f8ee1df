/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a plan, as `lvsd --plan` and `lvsctl plan` show it. Pure but for the stream. */
#ifndef LVSD_DAEMON_SHARED_PLAN_SHOW_H
#define LVSD_DAEMON_SHARED_PLAN_SHOW_H

#include <jansson.h>
#include <stdio.h>

/* The changes of the configuration and the operations that follow, each part with a heading. */
void plan_show(json_t *plan, FILE *out);

/* The field of a plan, and of the result of a reload, that daemon/director/table/maintenance.h fills. */
#define PLAN_MAINTENANCE "maintenance_ended"

/* Prints a line for each real server whose maintenance a plan or the result of a reload ends. */
void plan_show_maintenance(json_t *result, FILE *out);

#endif
