/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A copy of the health model, for plans that are shown and not carried out (`lvsctl plan`). Pure.
 */
#ifndef LVSD_HEALTHCHECK_HEALTH_WHATIF_H
#define LVSD_HEALTHCHECK_HEALTH_WHATIF_H

#include "healthcheck/health.h"

/*
 * Returns a copy with the same states; free it with health_free(). conf is the configuration that
 * health was given last, and must live as long as the copy. Ids, timers and probes in flight are
 * not copied.
 */
struct health *health_copy(const struct health *health, const struct conf *conf, struct mono now);

/* Gives every check that has had no outcome yet a PROBE_OK, as if each first probe succeeded. */
void health_assume_success(struct health *health, struct mono now);

#endif
