/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a real server, a virtual server, a VRRP instance or a sync group is as it is: the chain of causes
 * with their times, made from the status object. Pure.
 */
#ifndef LVSD_DAEMON_LVSCTL_EXPLAIN_EXPLAIN_H
#define LVSD_DAEMON_LVSCTL_EXPLAIN_EXPLAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Explains each object of the status that name means: a virtual server, an instance or a group by its
 * name in the status, a real server by its name there, without its port too, and with "@SERVICE" in one
 * service alone. now_us: wall time, for "3 min ago". Returns an array of texts, one for each line, for
 * json_decref(); a line that explains the one above has two more spaces before it. The array is empty if
 * nothing has that name.
 */
json_t *explain(json_t *status, const char *name, int64_t now_us);

/* Whether the real server `key` of service is what name means. For explain() and its tests. */
bool explain_means_server(const char *name, const char *key, const char *service);

#endif
