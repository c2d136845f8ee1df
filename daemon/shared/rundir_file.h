/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file of the run directory (rundir.h). A file is replaced as a whole by rename, so that a full disk
 * or a crash leaves the old file. For files that are JSON see rundir_json.h. */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_FILE_H
#define LVSD_DAEMON_SHARED_RUNDIR_FILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Replaces the file name in the run dir whole. 0 or -errno with a sentence. */
int rundir_store(const char *path, const char *name, const char *text, size_t len, struct err *err);

/*
 * Reads the file name of the run dir; *ret_text is NUL-terminated, the caller frees it. If an older
 * version of lvsd ran last, the file is still beside the folder state, and is read there. Returns 0 or
 * -errno: -ENOENT when there is no such file; -EPERM when others can write it, which is logged.
 */
int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len);

/* Removes a file of the run dir, also that of an older version. Returns true when no such file is left,
 * also when there was none. */
bool rundir_remove(const char *path, const char *name);

#endif
