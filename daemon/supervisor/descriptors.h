/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks how many files and sockets a process of lvsd may open (RLIMIT_NOFILE). With a very small
 * number, libraries would end the process without naming the cause.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_DESCRIPTORS_H
#define LVSD_DAEMON_SUPERVISOR_DESCRIPTORS_H

#include "base/err.h"

#include <stdbool.h>

/* With fewer descriptors lvsd does not start. */
#define DESCRIPTORS_MIN 64

/*
 * If this process may open fewer than DESCRIPTORS_MIN, raises its soft limit to the hard limit.
 * Returns 0, or -EMFILE with a sentence when the hard limit is too small as well.
 */
int descriptors_ensure(struct err *err);

/*
 * For a process that must work even if somebody has lowered lvsd's limits, for example with
 * prlimit(1): raises the limits of open files and of memory as far as this process may. Returns
 * whether both are enough then.
 */
bool descriptors_raise(void);

#endif
