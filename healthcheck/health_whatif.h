/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "What if": a second health model beside the one that is in force, for plans that are shown and
 * not carried out. Pure.
 */
#ifndef LVSD_HEALTHCHECK_HEALTH_WHATIF_H
#define LVSD_HEALTHCHECK_HEALTH_WHATIF_H

#include "healthcheck/health.h"

/*
 * A model of its own with the same states. conf is the configuration that health was given last,
 * and must live as long as the copy uses it. Ids, timers and probes in flight are not copied.
 */
struct health *health_copy(const struct health *health, const struct conf *conf, struct mono now);

/* Gives every check that had no outcome yet a good one, as if each first probe succeeded. */
void health_assume_success(struct health *health, struct mono now);

#endif
