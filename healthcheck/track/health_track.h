/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health model: checks whose outcome is the verdict of another real server or of a service
 * (TRACK_CHECK). Such a check has the new outcome before anybody reads the changes, after an outcome in the
 * same call. No chain leads back to its beginning (conf/model/tracked/).
 */
#ifndef LVSD_HEALTHCHECK_TRACK_HEALTH_TRACK_H
#define LVSD_HEALTHCHECK_TRACK_HEALTH_TRACK_H

#include "healthcheck/health_internal.h"

/* Finds the trackers of a table whose objects are all built. */
void health_track_build(struct health_table *table);

/* The verdict of a server, or of a service, may be another one now: health_track_next() gives it to those
 * that track it. Cheap where nobody tracks anything. */
void health_track_server(struct health_table *table, const struct health_rs *rs);
void health_track_service(struct health_table *table, const struct health_vs *vs);
/* The same for all of them. */
void health_track_all(struct health_table *table);

/* Takes the next check that has another outcome now, and that outcome. The caller gives it to the check,
 * and asks again until there is none: what the outcome changes may concern further checks. */
bool health_track_next(struct health_table *table, struct health_check **ret_check,
		       struct probe_result *ret_result);

#endif
