/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs by name. */
#ifndef LVSD_BASE_PROGRAM_H
#define LVSD_BASE_PROGRAM_H

/* Where programs of an administrator are; the environment of who started lvsd does not count. */
#define PROGRAM_PATH "/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin"

/*
 * The path of the first regular file with this name and an executable bit in the folders of path,
 * between which stands ':'; for free(). NULL when there is none. name has no '/' in it.
 */
char *program_find(const char *path, const char *name);

#endif
