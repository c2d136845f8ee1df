/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/privilege.h"
#include "base/log.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The check process runs as the first of these that exists. */
static const char *const unprivileged_users[] = {"lvsd", "nobody"};

#define WAY_OUT                                                                                    \
	"add it to the service (CapabilityBoundingSet=) or to the container (--cap-add)"

static uint64_t bit(unsigned capability)
{
	return UINT64_C(1) << capability;
}

/* A capability that is in hand. */
static bool has(unsigned capability)
{
	return capng_have_capability(CAPNG_PERMITTED, capability) &&
	       capng_have_capability(CAPNG_EFFECTIVE, capability);
}

int privilege_check(uint64_t *ret_permitted, struct err *err)
{
	struct rlimit priority = {0};

	*ret_permitted = 0;
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (has(capability))
			*ret_permitted |= bit(capability);
	if (getrlimit(RLIMIT_RTPRIO, &priority) == 0 && priority.rlim_cur > 0)
		*ret_permitted |= bit(CAP_SYS_NICE);
	if (has(CAP_NET_ADMIN) && has(CAP_NET_RAW))
		return 0;
	return err_set(err, -EPERM,
		       "not permitted to direct traffic: %s is missing, and CAP_NET_ADMIN and "
		       "CAP_NET_RAW are needed; run lvsd as root%s",
		       has(CAP_NET_ADMIN) ? "CAP_NET_RAW" : "CAP_NET_ADMIN",
		       geteuid() == 0 ? ", in a container with --cap-add NET_ADMIN --cap-add NET_RAW"
				      : "");
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
	if (!has(CAP_SETUID) || !has(CAP_SETGID))
		return err_set(err, -EPERM,
			       "health checks never run as root, and to become user '%s' lvsd "
			       "lacks %s: " WAY_OUT,
			       user->pw_name, has(CAP_SETUID) ? "CAP_SETGID" : "CAP_SETUID");
	if (setgroups(0, NULL) < 0 || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)
		return err_set(err, -errno, "cannot become user '%s': %s", user->pw_name,
			       err_errno(errno));
	return 0;
}

static void log_lacks(enum privilege_role role, uint64_t permitted)
{
	const struct rights_lack *lacks[RIGHTS_LACKS_MAX];
	size_t n = rights_lacks(role, permitted, lacks);

	for (size_t i = 0; i < n; i++)
		log_warning("%s is missing: %s; " WAY_OUT, lacks[i]->name, lacks[i]->cost);
}

int privilege_drop(enum privilege_role role, uint64_t permitted, struct err *err)
{
	uint64_t kept = rights_kept(role, permitted);
	int code = 0;

	if (role == PRIVILEGE_CHECK || role == PRIVILEGE_LOG)
		code = become_unprivileged_user(err);
	if ((code == -ENOENT || code == -EPERM) && role == PRIVILEGE_LOG)
		code = 0; /* better a log than none */
	if (code < 0)
		return code;
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (!has(capability))
			kept &= ~bit(capability);
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (kept & bit(capability))
			capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
				     capability);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return err_set(err, -EPERM,
			       "the %s process cannot give up its privileges (capset failed)",
			       rights_role_name(role));
	if (role != PRIVILEGE_SCRIPT && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, -errno, "no_new_privs cannot be set: %s", err_errno(errno));
	log_lacks(role, permitted);
	return 0;
}
