/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the file of an init_file, which belongs to root as a rule, so the director may not. */
#ifndef LVSD_DAEMON_LOADER_INIT_FILE_H
#define LVSD_DAEMON_LOADER_INIT_FILE_H

#include <stddef.h>

/* The words of an entry of VOUCHED_INIT: the name of the track_file, the path, the number, and
 * whether a file that exists is overwritten. */
#define INIT_FILE_WORDS	    4
#define INIT_FILE_OVERWRITE "overwrite"

/* Writes the number. A file that cannot be written is logged; without INIT_FILE_OVERWRITE one that
 * exists stays as it is. */
void init_file_write(const char *const *words, size_t n, void *unused);

#endif
