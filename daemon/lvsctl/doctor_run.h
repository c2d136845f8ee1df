/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lvsctl doctor`: looks at this machine as a director, without asking the daemon. */
#ifndef LVSD_DAEMON_LVSCTL_DOCTOR_RUN_H
#define LVSD_DAEMON_LVSCTL_DOCTOR_RUN_H

#include <stdbool.h>

/*
 * Examines the machine for the configuration in file; NULL: the one in force of the daemon with
 * run_dir, else the usual file. Prints what it finds on stdout. Returns 0, or 1 when there is a
 * problem or no configuration that could be read (said on stderr).
 */
int doctor_run(const char *run_dir, const char *file, bool is_json);

#endif
