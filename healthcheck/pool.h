/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of a pool: when a service has its quorum, and what a server weighs. It knows
 * neither states of checks nor time, and keeps nothing. Pure.
 */
#ifndef LVSD_HEALTHCHECK_POOL_H
#define LVSD_HEALTHCHECK_POOL_H

#include "conf/conf.h"

/* The greatest weight of the kernel (struct ip_vs_dest counts in int). */
#define POOL_WEIGHT_MAX INT32_MAX

/* The weight that lives reaches quorum + hysteresis. */
bool pool_is_gained(const struct conf_virtual_server *vs, uint64_t live_weight);

/* The weight that lives is 0, or below quorum - hysteresis. */
bool pool_is_lost(const struct conf_virtual_server *vs, uint64_t live_weight);

/*
 * Whether the quorum is up after live_weight was seen, when it was before. Some weight is not
 * taken for a loss before each member was judged (is_judged); no weight at all is.
 */
bool pool_step(const struct conf_virtual_server *vs, bool is_up, uint64_t live_weight,
	       bool is_judged);

/*
 * The weight of a server whose checks differ from its configured weight by deviation in sum
 * (misc_dynamic): brought into 0..POOL_WEIGHT_MAX.
 */
uint32_t pool_weight(uint32_t configured, int64_t deviation);

#endif
