/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stamp of the wall clock that a file of the run dir has besides its text: storing the file sets it
 * to the present time (rundir_file.h). */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_TOUCH_H
#define LVSD_DAEMON_SHARED_RUNDIR_TOUCH_H

#include <stdint.h>

/* Sets the stamp without writing the file. 0 or -errno. */
int rundir_touch(const char *path, const char *name, int64_t wall_us);

/* Returns the stamp; 0 if there is no such file. */
int64_t rundir_touched(const char *path, const char *name);

#endif
