/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the path of a script, while a configuration is read and before the script is run: whether
 * the script could be executed, and whether somebody other than root could change it. The caller
 * decides whether that is a warning or an error.
 */
#ifndef LVSD_DAEMON_SCRIPT_PATH_H
#define LVSD_DAEMON_SCRIPT_PATH_H

#include "daemon/script/user.h"

#include <stdbool.h>

/* The folders in which a program without a directory in its name is looked up. It is also the PATH
 * of scripts. */
#define SCRIPT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/*
 * The path of a command's first word, for free(): the word itself if it contains '/', otherwise the
 * first regular file of this name with an executable bit in the folders of SCRIPT_PATH. NULL with a
 * sentence in err if there is none.
 */
char *script_path_find(const char *program, struct err *err);

/*
 * Follows path, or the result of script_path_find() for it, as the kernel would, with symbolic
 * links. Returns 0 if user can execute the script and it is safe; -EPERM if user can execute it but
 * it is not safe (its group or everyone can write it; or it runs as root, and somebody else can
 * change it or a directory of its path); another -errno if user cannot execute it: missing, not a
 * regular file, not executable. Except for 0, err has a sentence. is_secure_mode
 * (enable_script_security) changes only the wording of the sentence.
 */
int script_path_check(const char *path, const struct script_user *user, bool is_secure_mode,
		      struct err *err);

/*
 * For a script that is to be run now: the absolute path of its program, for free(). NULL with a
 * sentence in err if there is none or, with is_secure_mode, if script_path_check() finds a fault.
 */
char *script_path_admit(const char *program, const struct script_user *user, bool is_secure_mode,
			struct err *err);

#endif
