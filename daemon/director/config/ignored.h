/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the file in force says and lvsd does not do, for as long as it is so: in the log each time
 * that a configuration comes into force, in status, and in what systemd shows.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_IGNORED_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_IGNORED_H

#include "conf/load.h"

#include <jansson.h>

struct director_args;

/* One warning for each keyword: "DNS_CHECK: not run (2 times, ...)". */
void ignored_log(const struct conf *conf);

/* The array `ignored` of the status object (doc/control.md). */
json_t *ignored_json(const struct conf *conf);

/* "DNS_CHECK, vrrp_script", for free(); "" when nothing is ignored. */
char *ignored_names(const struct conf *conf);

/*
 * Loads the file at the start as conf_load() does. A file that is refused is tried again with what
 * RUN_DIR/applied.conf ignores: an upgrade finds there what the older version did not refuse.
 * diags has what the last try found.
 */
struct conf *ignored_load_first(const struct director_args *args, struct diags *diags,
				char **ret_text, size_t *ret_len);

#endif
