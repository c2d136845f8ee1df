/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/rights.h"
#include "conf/model/needs/needs.h"
#include "daemon/shared/rights.h"
#include "daemon/script/user_query.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>

/* The user of a script. False: it is not known. */
static bool user_find(const struct conf_responder *responder, const struct conf_need *need,
		      struct script_user *ret_user)
{
	struct err err;

	if (*need->user)
		return script_user_ask(responder, need->user, need->group, ret_user, &err) == 0;
	if (script_user_ask(responder, SCRIPT_USER_DEFAULT, "", ret_user, &err) < 0)
		*ret_user = (struct script_user){0}; /* root */
	return true;
}

int script_rights_check(const struct conf *conf, uint64_t permitted,
			const struct conf_responder *responder, struct err *err)
{
	const uint64_t wanted = UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID;
	struct conf_need *needs;
	struct script_user user;
	int code = 0;
	size_t n;

	if ((permitted & wanted) == wanted)
		return 0;
	n = conf_needs(conf, &needs);
	for (size_t i = 0; i < n && code == 0; i++) {
		if (needs[i].kind != CONF_NEED_SCRIPT || !user_find(responder, &needs[i], &user) ||
		    script_user_is_own(&user))
			continue;
		code = err_set(err, -EPERM,
			       "%s:%u: the script %s is to run as uid %u, but lvsd lacks "
			       "CAP_SETUID or CAP_SETGID to become another user: add both to the "
			       "service or the container (--cap-add SETUID --cap-add SETGID), or "
			       "let scripts run as lvsd's own user (script_user root)",
			       needs[i].place.file, needs[i].place.line, needs[i].text, user.uid);
	}
	free(needs);
	return code;
}
