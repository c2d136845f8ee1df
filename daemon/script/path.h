/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the path of a script when a configuration is read: whether it could be run, and whether
 * somebody else could change what it does. It decides nothing: the caller warns or refuses.
 */
#ifndef LVSD_DAEMON_SCRIPT_PATH_H
#define LVSD_DAEMON_SCRIPT_PATH_H

#include "daemon/script/user.h"

#include <stdbool.h>

/* Where a program that is named without a directory is looked for; PATH of scripts, too. */
#define SCRIPT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/*
 * The path of a command's first word, for free(): the word itself when there is a '/' in it, else
 * the first regular file of SCRIPT_PATH that has this name and an executable bit. NULL with a
 * sentence in err when there is none.
 */
char *script_path_find(const char *program, struct err *err);

/*
 * Follows path, or what script_path_find() makes of it, as the kernel would, symbolic links and
 * all. Returns 0; -EPERM when the script could be run but is not safe (it can be written by its
 * group or by everyone; or it runs as root, and it or a directory on the way can be changed by
 * somebody else); or another -errno when it cannot be run by user: missing, not a regular file, not
 * executable. With an error there is one sentence in err; is_secure_mode (enable_script_security)
 * changes its wording alone, not what is found.
 */
int script_path_check(const char *path, const struct script_user *user, bool is_secure_mode,
		      struct err *err);

#endif
