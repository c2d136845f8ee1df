/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The check process runs as the first of these that exists. */
static const char *const unprivileged_users[] = {"lvsd", "nobody"};

int privilege_check(struct err *err)
{
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) &&
	    capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW))
		return 0;
	return err_set(
	    err, -EPERM,
	    "not permitted to direct traffic: CAP_NET_ADMIN and CAP_NET_RAW are needed; run "
	    "lvsd as root");
}

static int become_unprivileged_user(struct err *err)
{
	struct passwd *user = NULL;

	for (size_t i = 0; !user && i < sizeof(unprivileged_users) / sizeof(char *); i++)
		user = getpwnam(unprivileged_users[i]);
	if (!user)
		return err_set(
		    err, -ENOENT,
		    "health checks need an unprivileged user: neither 'lvsd' nor 'nobody' exists");
	if (geteuid() != 0)
		return 0; /* started with capabilities alone: nobody to become */
	if (setgroups(0, NULL) < 0 || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)
		return err_set(err, -errno, "cannot become user '%s': %s", user->pw_name,
			       err_errno(errno));
	return 0;
}

static void keep(enum privilege_role role)
{
	static const struct {
		enum privilege_role role;
		unsigned capability;
	} kept[] = {
	    {PRIVILEGE_DIRECTOR, CAP_NET_ADMIN}, {PRIVILEGE_DIRECTOR, CAP_NET_RAW},
	    {PRIVILEGE_VRRP, CAP_NET_ADMIN},     {PRIVILEGE_VRRP, CAP_NET_RAW},
	    {PRIVILEGE_VRRP, CAP_SYS_NICE},      {PRIVILEGE_SCRIPT, CAP_SETUID},
	    {PRIVILEGE_SCRIPT, CAP_SETGID},      {PRIVILEGE_SCRIPT, CAP_KILL},
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (kept[i].role == role)
			capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
				     kept[i].capability);
}

int privilege_drop(enum privilege_role role, struct err *err)
{
	int code = 0;

	if (role == PRIVILEGE_CHECK || role == PRIVILEGE_LOG)
		code = become_unprivileged_user(err);
	if (code == -ENOENT && role == PRIVILEGE_LOG)
		code = 0; /* better a log than none */
	if (code < 0)
		return code;
	capng_clear(CAPNG_SELECT_CAPS);
	keep(role);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return err_set(err, -EPERM, "privileges cannot be given up");
	if (role != PRIVILEGE_SCRIPT && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, -errno, "no_new_privs cannot be set: %s", err_errno(errno));
	return 0;
}
