/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The errors and warnings of a load, as lines of the log. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_DIAGS_LOG_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_DIAGS_LOG_H

#include "conf/text/diag.h"

/*
 * Logs the errors of a file at level err, then its warnings at level warning, one line each, with
 * "NAME: file:line:column: " in front. At most 200 of each are logged, then the number of the
 * others. Source lines are only for terminals. Accepted entries of conf->ignored are left out:
 * ignored_log() logs them when conf comes into force. conf may be NULL.
 */
void diags_log(const struct diags *diags, const struct conf *conf, const char *name);

#endif
