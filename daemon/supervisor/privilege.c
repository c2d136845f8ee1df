/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/privilege.h"
#include "base/log.h"
#include "daemon/shared/apart.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define WAY_OUT                                                                                    \
	"add it to the service (CapabilityBoundingSet=) or to the container (--cap-add)"

static uint64_t bit(unsigned capability)
{
	return UINT64_C(1) << capability;
}

/* Whether this process has the capability. */
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
		       "lvsd may not direct traffic: %s is missing, and CAP_NET_ADMIN and "
		       "CAP_NET_RAW are needed; run lvsd as root%s",
		       has(CAP_NET_ADMIN) ? "CAP_NET_RAW" : "CAP_NET_ADMIN",
		       geteuid() == 0 ? ", in a container with --cap-add NET_ADMIN --cap-add NET_RAW"
				      : "");
}

struct rows {
	const struct privileges *const *items;
	size_t n;
};

static void find_user(const struct privileges *privileges, struct privilege_found *ret_found)
{
	for (uint8_t i = 0; i < PRIVILEGE_USERS_MAX && privileges->users[i]; i++) {
		const struct passwd *user = getpwnam(privileges->users[i]);

		if (!user)
			continue;
		*ret_found = (struct privilege_found){true, i, {user->pw_uid, user->pw_gid}};
		return;
	}
}

/* What a start waits for the name service. */
#define LOOKUP_MS 10000

static void find_users(const void *question, void *ret_found)
{
	const struct rows *rows = question;

	for (size_t i = 0; i < rows->n; i++)
		find_user(rows->items[i], (struct privilege_found *)ret_found + i);
}

int privilege_find(const struct privileges *const *rows, size_t n,
		   struct privilege_found *ret_found, struct err *err)
{
	const struct rows question = {rows, n};
	int code = apart_ask(find_users, &question, ret_found, n * sizeof(*ret_found), LOOKUP_MS);

	return code < 0 ? err_set(err, code,
				  "the users of lvsd's processes cannot be looked up: %s",
				  err_errno(code))
			: 0;
}

int privilege_user(const char *process, const struct privileges *privileges,
		   const struct privilege_found *found, struct privilege_user *ret_user,
		   struct err *err)
{
	const char *name = privileges->users[found->which];

	*ret_user = (struct privilege_user){geteuid(), getegid()};
	if (!privileges->users[0])
		return 0;
	if (found->is_there && found->which > 0)
		log_notice("there is no user '%s' (systemd-sysusers creates it): the %s process "
			   "runs as '%s'",
			   privileges->users[0], process, name);
	if (!found->is_there)
		return err_set(err, -ENOENT,
			       "the %s process needs a user of its own, and there is no user '%s' "
			       "(systemd-sysusers creates it)",
			       process, privileges->users[0]);
	if (geteuid() != 0)
		return 0; /* started by another user with capabilities: it cannot become another
			     user */
	if (!has(CAP_SETUID) || !has(CAP_SETGID))
		return err_set(err, -EPERM,
			       "the %s process never runs as root, and to become user '%s' lvsd "
			       "lacks %s: " WAY_OUT,
			       process, name, has(CAP_SETUID) ? "CAP_SETGID" : "CAP_SETUID");
	*ret_user = found->user;
	return 0;
}

static int become_user(const struct privilege_user *user, struct err *err)
{
	if (user->uid == geteuid())
		return 0;
	/* PR_SET_KEEPCAPS keeps the permitted capabilities; those that the process does not need
	 * are dropped afterwards. */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 ||
	    setgid(user->gid) < 0 || setuid(user->uid) < 0)
		return err_set(err, -errno, "cannot become the user with the number %u: %s",
			       user->uid, err_errno(errno));
	return 0;
}

static void log_lacks(const struct right *right, uint64_t permitted)
{
	for (; (right = rights_find_lack(right, permitted)); right++)
		log_warning("%s is missing: %s; " WAY_OUT, right->name, right->cost);
}

/* Keeps those capabilities of kept that this process has. */
static int keep_capabilities(uint64_t kept)
{
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (kept & bit(capability))
			capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
				     capability);
	return capng_apply(CAPNG_SELECT_CAPS);
}

static uint64_t in_hand(uint64_t capabilities)
{
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (!has(capability))
			capabilities &= ~bit(capability);
	return capabilities;
}

int privilege_drop(const char *process, const struct privileges *privileges,
		   const struct privilege_found *found, const struct privilege_user *known,
		   uint64_t permitted, struct err *err)
{
	uint64_t kept = in_hand(rights_kept(privileges->rights, permitted));
	struct privilege_user user;
	int code = known ? 0 : privilege_user(process, privileges, found, &user, err);

	if (code == 0)
		code = become_user(known ? known : &user, err);
	if ((code == -ENOENT || code == -EPERM) && privileges->may_stay) {
		log_warning("%s; it runs as the user of lvsd itself", err->text);
		code = 0;
	}
	if (code < 0)
		return code;
	if (keep_capabilities(kept) != 0)
		return err_set(err, -EPERM,
			       "the %s process cannot give up its privileges (capset failed)",
			       process);
	if (!privileges->may_gain && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, -errno, "no_new_privs cannot be set: %s", err_errno(errno));
	log_lacks(privileges->rights, permitted);
	return 0;
}

void privilege_read_as_loader(void)
{
	if (geteuid() != 0)
		return;
	capng_get_caps_process();
	capng_updatev(CAPNG_DROP, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_DAC_OVERRIDE,
		      CAP_DAC_READ_SEARCH, -1);
	capng_apply(CAPNG_SELECT_CAPS);
}

int privilege_confine(const char *process, const struct privileges *privileges,
		      const struct sandbox_filter *filter, struct err *err)
{
	int code = privileges->paths ? sandbox_paths(privileges->paths) : 0;

	if (code == -ENOSYS || code == -EOPNOTSUPP)
		log_info("this kernel has no Landlock: only file permissions keep the %s process "
			 "from reading files",
			 process);
	else if (code < 0)
		return err_set(err, code, "the %s process cannot give up its files (Landlock): %s",
			       process, err_errno(code));
	code = sandbox_calls(filter);
	if (code == -EINVAL || code == -ENOSYS)
		log_info("this kernel has no seccomp: the %s process may use every system call",
			 process);
	else if (code < 0)
		return err_set(err, code,
			       "the %s process cannot give up system calls (seccomp): %s", process,
			       err_errno(code));
	return 0;
}
