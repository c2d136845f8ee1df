/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/machine.h"
#include "conf/needs.h"
#include "conf/report.h"
#include "daemon/script_path.h"
#include "daemon/tls_files.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

/* Whom scripts run as that name nobody, when such a user exists. */
#define DEFAULT_USER "keepalived_script"

/* Each of these returns 0, or -errno with the sentence of the warning. */

static int judge_interface(const char *name, struct err *err)
{
	if (if_nametoindex(name) != 0)
		return 0;
	return err_set(err, -ENODEV, "interface \"%s\" does not exist on this machine", name);
}

static int find_user(const struct conf_need *need, struct script_user *ret_user)
{
	if (*need->user)
		return script_user_resolve(need->user, need->group, ret_user, NULL);
	if (script_user_resolve(DEFAULT_USER, NULL, ret_user, NULL) == 0)
		return 0;
	return script_user_resolve("root", NULL, ret_user, NULL);
}

/* Without its user nothing can be said of a script; the user is a need of its own. */
static int judge_script(const struct conf_need *need, bool is_secure_mode, struct err *err)
{
	struct script_user user;

	if (find_user(need, &user) < 0)
		return 0;
	return script_path_check(need->text, &user, is_secure_mode, err);
}

static int judge_key(const struct conf_global *global, struct err *err)
{
	const char *key = global->tls.key, *password = global->tls.password;
	int code = tls_files_check("", "", key, password, err);

	if (code < 0 || tls_files_check("", global->tls.certificate, "", "", NULL) < 0)
		return code;
	return tls_files_check("", global->tls.certificate, key, password, err);
}

static int judge_file(const struct conf_global *global, const struct conf_need *need,
		      struct err *err)
{
	if (!strcmp(need->what, "key"))
		return judge_key(global, err);
	return strcmp(need->what, "ca") ? tls_files_check("", need->text, "", "", err)
					: tls_files_check(need->text, "", "", "", err);
}

static int judge(const struct conf *conf, const struct conf_need *need, struct err *err)
{
	struct script_user user;

	switch (need->kind) {
	case CONF_NEED_INTERFACE:
		return judge_interface(need->text, err);
	case CONF_NEED_SCRIPT:
		return judge_script(need, conf->global.is_script_security, err);
	case CONF_NEED_USER:
		return script_user_resolve(need->text, NULL, &user, err);
	case CONF_NEED_GROUP:
		return script_user_resolve("root", need->text, &user, err);
	case CONF_NEED_FILE:
		return judge_file(&conf->global, need, err);
	}
	return 0;
}

void machine_judge(const struct conf *conf, struct diags *diags)
{
	struct conf_need *needs;
	struct report report;
	struct err err;
	size_t n;

	if (!conf)
		return;
	n = conf_needs(conf, &needs);
	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < n; i++)
		if (judge(conf, &needs[i], &err) < 0)
			report_warning(&report, &needs[i].place, "%s", err.text);
	diags_sort(diags);
	free(needs);
}
