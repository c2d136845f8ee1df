/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the end of a check's script: what it means for the real server. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_SCRIPT_H
#define LVSD_DAEMON_DIRECTOR_CHECK_SCRIPT_H

#include "daemon/script/wire.h"
#include "healthcheck/health.h"

/*
 * Sets the probe's result. Exit status 0 is a success. With is_dynamic (misc_dynamic) 2 to 255 is a
 * success, too, and sets the weight to that number minus 2: 102 gives weight 100. A script that
 * could not be started gives no verdict, unless the script is missing or cannot be executed. done
 * NULL: the script process has died; no verdict.
 */
void check_script_judge(const struct script_done *done, bool is_dynamic,
			struct probe_result *ret_result);

#endif
