/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks for instances that track a route which they would set themselves. */
#ifndef LVSD_CONF_MODEL_CHECK_TRACK_ROUTES_H
#define LVSD_CONF_MODEL_CHECK_TRACK_ROUTES_H

#include "conf/conf.h"

struct report;

/* Warns of a tracked route that only the instance, or another of its sync group, would set. */
void check_track_routes(const struct conf *conf, struct report *report);

#endif
