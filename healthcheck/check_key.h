/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether two checks have the same meaning, and a number for each check that is the same after a
 * restart. The meaning of a check is what its probe does: the fields that the schema marks
 * is_meaning, and the URLs. How often the check runs and how many failures it survives (delay_loop,
 * delay_before_retry, retry) are no part of the meaning: a verdict stays true when they change.
 */
#ifndef LVSD_HEALTHCHECK_CHECK_KEY_H
#define LVSD_HEALTHCHECK_CHECK_KEY_H

#include "conf/conf.h"

/* Compares the meanings of two checks: a total order. 0: both probes would do the same.
 * Example: two TCP_CHECKs that differ in delay_loop alone: 0; in connect_port: not 0. */
int check_meaning_cmp(const struct conf_check *a, const struct conf_check *b);

/*
 * Returns a number that decides when the check is probed, so the same file spreads its probes in the
 * same way at each start. It depends only on the service, the real server, and the check's type and
 * ordinal. Of a check that the check process runs it depends only on what its probe does: checks of
 * the same meaning have the same number, so that one probe can serve them all.
 */
uint64_t check_pace_hash(const struct svckey *service, const struct endpoint *real_server,
			 const struct conf_check *check);

#endif
