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

/*
 * slow_start: what a server of this weight has after it has been back for back_ns of duration_s
 * seconds: a share that grows in equal steps, at least 1 unless weight is 0, and all of it when the
 * time is over. One step a second, ten at most; four with the schedulers sh, dh and mh, which
 * rebuild their table at each. *ret_next_ns is when the next step comes, by the same measure;
 * INT64_MAX after the last.
 */
uint32_t pool_ramp(uint32_t weight, int64_t back_ns, uint32_t duration_s, const char *scheduler,
		   int64_t *ret_next_ns);

/*
 * The other way round: how long a server that has the weight shown has been back at least. False
 * when shown is no step on the way to weight, or is all of it.
 */
bool pool_ramp_find(uint32_t weight, uint32_t shown, uint32_t duration_s, const char *scheduler,
		    int64_t *ret_back_ns);

#endif
