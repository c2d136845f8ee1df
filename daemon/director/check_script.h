/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the end of a check's script says of the real server. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_SCRIPT_H
#define LVSD_DAEMON_DIRECTOR_CHECK_SCRIPT_H

#include "daemon/script/wire.h"
#include "healthcheck/health.h"

/*
 * Exit status 0 is success. With is_dynamic (misc_dynamic) 2 to 255 is one too and sets the
 * weight, that number less 2: 102 gives weight 100. A script that could not be started has no
 * verdict, unless it is missing or may not be run. done NULL: the script process died with it.
 */
void check_script_judge(const struct script_done *done, bool is_dynamic,
			struct probe_result *ret_result);

#endif
