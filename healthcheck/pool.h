/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of a pool: when a service has its quorum, and the weight of a server. Pure: it
 * knows neither states of checks nor a clock, and keeps nothing.
 */
#ifndef LVSD_HEALTHCHECK_POOL_H
#define LVSD_HEALTHCHECK_POOL_H

#include "conf/conf.h"

/* The greatest weight of the kernel (struct ip_vs_dest counts in int). */
#define POOL_WEIGHT_MAX INT32_MAX

/* Does a service that has lost its quorum gain it? Yes if live_weight reaches quorum + hysteresis,
 * and is not 0. Example: quorum 2, hysteresis 1: from live_weight 3 on. */
bool pool_is_gained(const struct conf_virtual_server *vs, uint64_t live_weight);

/* Does a service that has its quorum lose it? Yes if live_weight is 0, or below
 * quorum - hysteresis. Example: quorum 2, hysteresis 1: only at live_weight 0. */
bool pool_is_lost(const struct conf_virtual_server *vs, uint64_t live_weight);

/*
 * Is the quorum up? is_up: it was up before. live_weight: the sum of the weights of the servers
 * that are present. is_judged: every server has a verdict. Before that the quorum is lost only if
 * live_weight is 0. Example: quorum 2, hysteresis 0, up, weight 1: false if is_judged, else true.
 */
bool pool_step(const struct conf_virtual_server *vs, bool is_up, uint64_t live_weight,
	       bool is_judged);

/*
 * The weight of a server: its configured weight plus deviation, which is the sum of the differences
 * that its misc_dynamic checks ask for. The result is bounded to 0..POOL_WEIGHT_MAX.
 * Example: configured 10, deviation -3: 7.
 */
uint32_t pool_weight(uint32_t configured, int64_t deviation);

/*
 * slow_start: the weight that a server has when it has been back for back_ns. It grows in equal
 * steps to the full weight within duration_s seconds, and is at least 1 unless weight is 0. There
 * is one step a second, ten at most; four with the schedulers sh, dh and mh, which rebuild their
 * table at each step. *ret_next_ns is the value of back_ns at the next step; INT64_MAX after the
 * last.
 * Example: weight 100, duration 10 s, wrr: 9 at once, 54 after 5 s, 100 after 10 s.
 */
uint32_t pool_ramp(uint32_t weight, int64_t back_ns, uint32_t duration_s, const char *scheduler,
		   int64_t *ret_next_ns);

/*
 * The reverse of pool_ramp(): the smallest back_ns with which a server has the weight shown. False
 * when shown is not a step on the way to weight, or is the full weight.
 */
bool pool_ramp_find(uint32_t weight, uint32_t shown, uint32_t duration_s, const char *scheduler,
		    int64_t *ret_back_ns);

#endif
