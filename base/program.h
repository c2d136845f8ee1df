/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds programs by their name. */
#ifndef LVSD_BASE_PROGRAM_H
#define LVSD_BASE_PROGRAM_H

/* The folders in which an administrator's programs are. lvsd uses this list and not the PATH of
 * whoever started it. */
#define PROGRAM_PATH "/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin"

/*
 * Returns the path of the program, for free(), or NULL: the first regular file of this name with an
 * executable bit in the folders of path, which are separated by ':'. name contains no '/'. Example:
 * (PROGRAM_PATH, "nft") gives "/usr/sbin/nft".
 */
char *program_find(const char *path, const char *name);

#endif
