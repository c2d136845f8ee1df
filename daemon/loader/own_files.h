/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that lvsd itself needs, which no dump may replace: those of the run directory, and those that the
 * configuration in force was read from. */
#ifndef LVSD_DAEMON_LOADER_OWN_FILES_H
#define LVSD_DAEMON_LOADER_OWN_FILES_H

#include "base/err.h"
#include "base/vec.h"

struct own_files {
	const char *run_dir;
	/* The configuration, the files that it includes, and those for TLS. The caller owns the texts. */
	VEC(const char *) read;
};

/*
 * May a file be put in the place path, where a file of that name is replaced? Folders are compared by
 * identity, so another way to the same place is recognized. 0, or -EPERM with a sentence. Example:
 * run_dir "/run/lvsd", path "/var/run/lvsd/lvsd.pid": -EPERM; "/run/lvsd/keepalived.data": 0.
 */
int own_files_judge(const struct own_files *own, const char *path, struct err *err);

#endif
