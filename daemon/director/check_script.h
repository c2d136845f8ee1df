/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the end of a check's script: what it means for the real server. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_SCRIPT_H
#define LVSD_DAEMON_DIRECTOR_CHECK_SCRIPT_H

#include "daemon/script/wire.h"
#include "healthcheck/health.h"

/*
 * Sets the probe's result. conf: the check; NULL: the script of a tracker, whose exit status 0 is a
 * success. The answer of a script that ended by itself is judged by the check's misc_protocol:
 * - keepalived: exit status 0 is a success. With misc_dynamic 2 to 255 is a success, too, and sets
 *   the weight to that number minus 2: 102 gives weight 100.
 * - nagios: exit status 0 is a success, 1 a success with a warning, 2 a failure; others are no
 *   verdict. done->line is the first line; what follows | in it (performance data) is dropped.
 * - json: the last line has an agent's words (answer.h), which are the result's `said`. Any other
 *   line is no verdict. The exit status does not count.
 * With every protocol, a script that was killed has failed, and so has a late one without `on_timeout
 * unknown`. A script that could not be started gives no verdict, unless the script is missing or
 * cannot be executed. done NULL: the script process has died; no verdict.
 */
void check_script_judge(const struct script_done *done, const struct conf_check *conf,
			struct probe_result *ret_result);

#endif
