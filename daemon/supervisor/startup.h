/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides when a start of lvsd has failed, since a process that the configuration needs cannot run.
 * Only for the time before lvsd is ready: afterwards every process is started again, however often it
 * dies. Pure.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_STARTUP_H
#define LVSD_DAEMON_SUPERVISOR_STARTUP_H

#include <stdbool.h>

/* How often one process may die before lvsd is ready; then the start has failed. */
#define STARTUP_DEATHS_MAX 3

/*
 * wait_status is what waitpid() gave for the n-th death of one process. A process that exits with
 * EXIT_STATUS_MACHINE has said on stderr why it cannot run: the start has failed at once. Any other
 * end may be an accident, so the process gets STARTUP_DEATHS_MAX attempts.
 * Example: (SIGKILL, 1) is false, (SIGKILL, 3) is true, (exit status 3, 1) is true.
 */
bool startup_has_failed(int wait_status, unsigned n_deaths);

#endif
