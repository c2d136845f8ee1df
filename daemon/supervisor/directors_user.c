/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/directors_user.h"
#include "base/mem.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether user may pass through the directory. */
static bool may_pass(const char *directory, const struct privilege_user *user)
{
	struct stat st;

	if (stat(directory, &st) < 0)
		return false;
	return st.st_mode & (st.st_uid == user->uid   ? S_IXUSR
			     : st.st_gid == user->gid ? S_IXGRP
						      : S_IXOTH);
}

/* The real path of the run dir, or, as long as there is none, of the nearest directory above. */
static char *nearest_existing(const char *path)
{
	char *above = mem_strdup(path), *real, *slash;

	while (!(real = realpath(above, NULL)) && (slash = strrchr(above, '/')))
		*slash = '\0';
	free(above);
	return real ? real : mem_strdup("/");
}

/* A run dir below a directory of mode 0700, such as /root, is for root alone. */
static int find_way(const char *path, const struct privilege_user *user, const char *name,
		    struct err *err)
{
	char *at = nearest_existing(path), *slash;
	int code = 0;

	while (code == 0 && *at) {
		if (!may_pass(at, user))
			code = err_set(err, -EACCES,
				       "the director process needs a user of its own, and user '%s' cannot "
				       "reach the run dir %s: run `chmod o+x %s`",
				       name, path, at);
		slash = strrchr(at, '/');
		*slash = '\0';
	}
	free(at);
	return code;
}

int directors_user_open(const char *path, const struct privileges *privileges,
			const struct privilege_found *found, struct directors_user *ret_user,
			struct rundir *ret_dir, struct err *err)
{
	const struct privilege_user own = {geteuid(), getegid()};
	int code;

	ret_user->lacks.text[0] = '\0';
	privilege_user("director", privileges, found, &ret_user->user, &ret_user->lacks);
	if (ret_user->user.uid != own.uid &&
	    find_way(path, &ret_user->user, privileges->users[0], &ret_user->lacks) < 0)
		ret_user->user = own;
	code = rundir_open(path, ret_user->user.uid, ret_dir, err);
	if (code == 0 && ret_dir->director != ret_user->user.uid) {
		err_set(&ret_user->lacks, -EPERM,
			"the director process needs a user of its own, and lvsd cannot give %s/%s to "
			"user '%s': CAP_CHOWN is missing; add it to the service "
			"(CapabilityBoundingSet=) or to the container (--cap-add)",
			path, RUNDIR_STATE, privileges->users[0]);
		ret_user->user = own;
	}
	return code;
}
