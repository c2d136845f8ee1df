/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a dump file. The loader does this, because such a file belongs to root, and because writing
 * may wait for a disk.
 */
#ifndef LVSD_DAEMON_LOADER_DUMP_FILE_H
#define LVSD_DAEMON_LOADER_DUMP_FILE_H

#include "daemon/loader/own_files.h"

/* The most bytes of a dump; what is longer is not written. */
#define DUMP_FILE_MAX (64L * 1024 * 1024)

/*
 * Puts the text that the file from holds, from its beginning, into path: mode 0600, as in
 * keepalived. path is replaced in one step, whatever it was, so no symbolic link is followed there,
 * and nobody who has the old file open sees the new text. Folders of path that somebody other than
 * root may change are refused, but for sticky ones such as /tmp. So is a file of own, whose place path or
 * "PATH.new", where the text is written first, would take. Returns 0, or -errno with a sentence.
 */
int dump_file_write(const char *path, int from, const struct own_files *own, struct err *err);

#endif
