/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lvsctl doctor`: examines this machine as a director. It works without a running lvsd. */
#ifndef LVSD_DAEMON_LVSCTL_DOCTOR_RUN_H
#define LVSD_DAEMON_LVSCTL_DOCTOR_RUN_H

#include <stdbool.h>

/*
 * Examines the machine for the configuration in file. NULL: for the one that the lvsd with run_dir
 * has in force, otherwise for the usual file. Prints the findings on stdout. Returns 0, or 1 if
 * there is a problem or no configuration could be read (reported on stderr).
 */
int doctor_run(const char *run_dir, const char *file, bool is_json);

#endif
