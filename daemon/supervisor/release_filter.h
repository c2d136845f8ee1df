/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes the table of no_accept (host/filter.h) of an lvsd that has died: it would drop what is sent to the
 * addresses, should they be on the machine again. */
#ifndef LVSD_DAEMON_SUPERVISOR_RELEASE_FILTER_H
#define LVSD_DAEMON_SUPERVISOR_RELEASE_FILTER_H

#include "base/err.h"

/* Returns 1 when the table was removed; 0 if there is none, or a kernel without nftables; or -errno with a
 * sentence. */
int release_filter(const char *table, struct err *err);

/* The same for the table of an lvsd with this run dir, the real path. Logs the result. */
void release_filter_of(const char *real_run_dir);

#endif
