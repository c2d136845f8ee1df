/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/orphan_user.h"

#include <pwd.h>
#include <unistd.h>

bool orphan_is_of_lvsd(uid_t uid)
{
	const struct passwd *user;

	if (uid == 0 || uid == geteuid())
		return true;
	user = getpwnam(ORPHAN_USER);
	return user && user->pw_uid == uid;
}
