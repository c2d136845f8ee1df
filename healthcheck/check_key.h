/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two checks mean the same, and a number that stays with a check over restarts. What a check
 * means is what its probe does: the fields that the schema marks is_meaning, and the URLs. How
 * often it runs and how many failures it survives (delay_loop, delay_before_retry, retry) are not
 * part of it: a verdict stays true when only those change.
 */
#ifndef LVSD_HEALTHCHECK_CHECK_KEY_H
#define LVSD_HEALTHCHECK_CHECK_KEY_H

#include "conf/conf.h"

/* Total order over meanings; 0: both probes would do the same. */
int check_meaning_cmp(const struct conf_check *a, const struct conf_check *b);

/*
 * Depends on the service, the real server, the type and the ordinal alone, so that the same file
 * gives the same spread of probes at each start.
 */
uint64_t check_identity_hash(const struct svckey *service, const struct endpoint *real_server,
			     const struct conf_check *check);

/* Mixes two numbers into one whose bits all depend on all of theirs. */
uint64_t check_hash_mix(uint64_t a, uint64_t b);

#endif
