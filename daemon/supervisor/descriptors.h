/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many files and sockets a process of lvsd may have open (RLIMIT_NOFILE). With very few, libraries
 * end the process without a sentence that names the cause, so lvsd looks first.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_DESCRIPTORS_H
#define LVSD_DAEMON_SUPERVISOR_DESCRIPTORS_H

#include "base/err.h"

#include <stdbool.h>

/* With fewer lvsd does not start. */
#define DESCRIPTORS_MIN 64

/*
 * If this process may open fewer than DESCRIPTORS_MIN, raises its soft limit to the hard one. Returns
 * 0, or -EMFILE with a sentence when that is too little as well.
 */
int descriptors_ensure(struct err *err);

/*
 * For a process that must work whatever limits somebody has set on lvsd meanwhile, such as prlimit(1): raises those of
 * open files and of memory as far as this process may. Returns whether it has enough of both.
 */
bool descriptors_raise(void);

#endif
