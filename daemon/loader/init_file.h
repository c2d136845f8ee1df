/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the file of an init_file. The loader does this, because such a file usually belongs to
 * root, so the director may not write it. */
#ifndef LVSD_DAEMON_LOADER_INIT_FILE_H
#define LVSD_DAEMON_LOADER_INIT_FILE_H

#include <stddef.h>

/* The words of an entry of VOUCHED_INIT: the name of the track_file, the path, the number, and
 * whether a file that exists is overwritten. */
#define INIT_FILE_WORDS	    4
#define INIT_FILE_OVERWRITE "overwrite"

/* Writes the number. If the file cannot be written, that is logged. Without INIT_FILE_OVERWRITE a
 * file that exists stays as it is. */
void init_file_write(const char *const *words, size_t n, void *unused);

#endif
