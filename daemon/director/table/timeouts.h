/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvs_timeouts: sets the kernel's connection timeouts as the file says, compares them whenever the
 * table is read, and restores the former values when the file no longer sets them and when lvsd
 * stops.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_TIMEOUTS_H
#define LVSD_DAEMON_DIRECTOR_TABLE_TIMEOUTS_H

#include "base/err.h"
#include "conf/conf.h"
#include "ipvs/timeouts.h"

struct kernel;

/* The kernel's values before lvsd, where lvsd has set others; otherwise 0. */
struct ipvs_timeouts timeouts_read_former(const char *run_dir);

/* Sets and restores timeouts as needed. Returns 0, or -errno, which is logged: the caller tries
 * again. */
int timeouts_settle(struct kernel *k);
void timeouts_restore(struct kernel *k);
/* Writes timeouts.json again, for a run dir that was made anew. */
void timeouts_keep(struct kernel *k);

/* Finds the values that would be set, and the present ones. Both stay untouched if the file does
 * not set any. */
int timeouts_plan(const struct conf *conf, struct ipvs_timeouts former,
		  struct ipvs_timeouts *ret_have, struct ipvs_timeouts *ret_change,
		  struct err *err);

#endif
