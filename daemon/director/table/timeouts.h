/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvs_timeouts: brings the kernel's timeouts to what the file says, looks again whenever the table
 * is looked at, and puts back what was there when the file no longer says it and when lvsd stops.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_TIMEOUTS_H
#define LVSD_DAEMON_DIRECTOR_TABLE_TIMEOUTS_H

#include "base/err.h"
#include "conf/conf.h"
#include "ipvs/timeouts.h"

struct kernel;

/* What the kernel had before lvsd, where lvsd has set another value; else 0. */
struct ipvs_timeouts timeouts_read_former(const char *run_dir);

/* 0, or -errno, which was logged: to be tried again. */
int timeouts_settle(struct kernel *k);
void timeouts_restore(struct kernel *k);
/* Writes timeouts.json again when the run dir was made anew. */
void timeouts_keep(struct kernel *k);

/* What would be set, and what is there now; both stay as they are when there is nothing to ask. */
int timeouts_plan(const struct conf *conf, struct ipvs_timeouts former,
		  struct ipvs_timeouts *ret_have, struct ipvs_timeouts *ret_change,
		  struct err *err);

#endif
