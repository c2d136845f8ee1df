/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* getpwnam(3) and getgrnam(3) report in all these ways that there is no such entry. */
static bool is_absence(int code)
{
	return code == 0 || code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
}

static int lookup_failed(const char *what, const char *name, int code, struct err *err)
{
	if (is_absence(code))
		return err_set(err, -ENOENT, "there is no %s '%s' on this machine", what, name);
	return err_set(err, -code, "the %s '%s' cannot be looked up: %s", what, name,
		       err_errno(code));
}

static int find_group(const char *name, gid_t *ret_gid, struct err *err)
{
	const struct group *group;

	errno = 0;
	group = getgrnam(name);
	if (!group)
		return lookup_failed("group", name, errno, err);
	*ret_gid = group->gr_gid;
	return 0;
}

static int add_groups(const char *name, struct script_user *user, struct err *err)
{
	int n = SCRIPT_GROUPS_MAX;

	if (getgrouplist(name, user->gid, user->groups, &n) < 0)
		return err_set(err, -E2BIG,
			       "the user '%s' is in %d groups, but a script can have at most %d: "
			       "remove the ':' to run it with one group",
			       name, n, SCRIPT_GROUPS_MAX);
	user->n_groups = (size_t)n;
	return 0;
}

int script_user_resolve(const char *name, const char *group, struct script_user *ret_user,
			struct err *err)
{
	struct script_user user = {0};
	bool is_all_groups = group && *group == ':';
	const struct passwd *entry;
	int code = 0;

	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		return lookup_failed("user", name, errno, err);
	user.uid = entry->pw_uid;
	user.gid = entry->pw_gid;
	if (is_all_groups)
		group++;
	if (group && *group)
		code = find_group(group, &user.gid, err);
	if (code == 0 && is_all_groups)
		code = add_groups(name, &user, err);
	if (code == 0)
		*ret_user = user;
	return code;
}

int script_user_find(const char *user, const char *group, struct script_user *ret_user)
{
	if (*user)
		return script_user_resolve(user, group, ret_user, NULL);
	if (script_user_resolve(SCRIPT_USER_DEFAULT, NULL, ret_user, NULL) == 0)
		return 0;
	return script_user_resolve("root", NULL, ret_user, NULL);
}

static bool is_in(gid_t gid, gid_t own, const gid_t *groups, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (groups[i] == gid)
			return true;
	return gid == own;
}

bool script_user_is_own(const struct script_user *user)
{
	gid_t groups[SCRIPT_GROUPS_MAX + 1];
	int n;

	if (geteuid() != user->uid || getuid() != user->uid || getegid() != user->gid ||
	    getgid() != user->gid)
		return false;
	n = getgroups(SCRIPT_GROUPS_MAX + 1, groups);
	if (n < 0)
		return false;
	for (int i = 0; i < n; i++)
		if (!is_in(groups[i], user->gid, user->groups, user->n_groups))
			return false;
	for (size_t i = 0; i < user->n_groups; i++)
		if (!is_in(user->groups[i], user->gid, groups, (size_t)n))
			return false;
	return true;
}
