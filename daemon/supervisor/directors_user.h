/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user as whom the director runs. This user owns the folder state of the run dir, so the user
 * is chosen once, when lvsd starts: a director that replaces another one must be able to write
 * there. */
#ifndef LVSD_DAEMON_SUPERVISOR_DIRECTORS_USER_H
#define LVSD_DAEMON_SUPERVISOR_DIRECTORS_USER_H

#include "base/err.h"
#include "daemon/shared/rundir.h"
#include "daemon/supervisor/privilege.h"

struct directors_user {
	struct privilege_user user;
	struct err lacks; /* why the director runs as the user of lvsd itself; "": it does not, or
			     lvsd is not root */
};

/*
 * Chooses the user of the director (privilege_user()), and opens the run dir path with a folder that
 * belongs to this user (rundir_open()). The director runs as the user of lvsd itself if there is no
 * such user, if that user cannot reach the run dir, or if lvsd may not become that user or give the
 * folder away. Returns 0, or -errno with a sentence if the run dir cannot be opened.
 */
int directors_user_open(const char *path, const struct privileges *privileges,
			const struct privilege_found *found, struct directors_user *ret_user,
			struct rundir *ret_dir, struct err *err);

#endif
