/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_DIAGS_LOG_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_DIAGS_LOG_H

#include "conf/text/diag.h"

/*
 * Logs what was found in a file: errors at err, then warnings at warning, one line each, with
 * "NAME: file:line:column: " in front; 200 of each at most, then how many more there are. Source
 * lines are for terminals. Accepted entries of conf->ignored are left to ignored_log(), which says
 * them when conf is committed. conf may be NULL.
 */
void diags_log(const struct diags *diags, const struct conf *conf, const char *name);

#endif
