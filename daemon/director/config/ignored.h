/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keywords of the file in force that have no effect. They are reported as long as the file has
 * them: in the log each time that a configuration comes into force, in the status, and in what
 * systemd shows.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_IGNORED_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_IGNORED_H

#include "conf/load.h"

struct director_args;

/* Logs one warning for each keyword. Example: "DNS_CHECK: not run (2 times, ...)". */
void ignored_log(const struct conf *conf);

/* The keywords as a list, for free(). Example: "DNS_CHECK, vrrp_script"; "" if there are none. */
char *ignored_names(const struct conf *conf);

/*
 * Loads the file at a start, as conf_load() does. If the file is refused, it is tried again,
 * accepting the keywords that RUN_DIR/applied.conf has: after an upgrade these are keywords that
 * the older version did not refuse. diags has the findings of the last attempt.
 */
struct conf *ignored_load_first(const struct director_args *args,
				const struct conf_responder *responder, struct diags *diags,
				char **ret_text, size_t *ret_len);

#endif
