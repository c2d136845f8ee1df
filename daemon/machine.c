/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/machine.h"
#include "conf/report.h"
#include "daemon/script_path.h"
#include "daemon/tls_files.h"

#include <net/if.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Whom scripts run as that name nobody, when such a user exists. */
#define DEFAULT_USER "keepalived_script"

/* What was warned of, so that a thing used a thousand times is looked at once. */
struct judge {
	struct report report;
	bool is_secure_mode;
	void *seen; /* tree of strings (search.h) */
};

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* True the first time that name of a kind is met. */
static bool is_new(struct judge *judge, const char *kind, const char *name)
{
	char *key = mem_printf("%s %s", kind, name);
	char **node = tsearch(key, &judge->seen, by_text);

	if (!node)
		mem_exhausted(sizeof(*node));
	if (*node == key)
		return true;
	free(key);
	return false;
}

static void judge_interface(struct judge *judge, const char *name, const struct conf_place *place)
{
	if (is_new(judge, "interface", name) && if_nametoindex(name) == 0)
		report_warning(&judge->report, place,
			       "interface \"%s\" does not exist on this machine", name);
}

/* 0, or -errno after a warning about the user. */
static int script_user(struct judge *judge, const struct conf_script *script,
		       struct script_user *ret_user)
{
	struct err err;
	int code;

	if (!*script->user && script_user_resolve(DEFAULT_USER, NULL, ret_user, NULL) == 0)
		return 0;
	code = script_user_resolve(*script->user ? script->user : "root", script->group, ret_user,
				   &err);
	if (code < 0 && is_new(judge, "user", err.text))
		report_warning(&judge->report, &script->place, "%s", err.text);
	return code;
}

static void judge_script(struct judge *judge, const struct conf_script *script)
{
	struct script_user user;
	struct err err;
	char *key;

	if (!script->argv)
		return;
	key = mem_printf("%s %s %s", script->argv[0], script->user, script->group);
	if (is_new(judge, "script", key) && script_user(judge, script, &user) == 0 &&
	    script_path_check(script->argv[0], &user, judge->is_secure_mode, &err) < 0)
		report_warning(&judge->report, &script->place, "%s", err.text);
	free(key);
}

static void judge_global(struct judge *judge, const struct conf_global *global)
{
	struct err err;

	if (global->sync_daemon.is_on)
		judge_interface(judge, global->sync_daemon.interface, &global->sync_daemon.place);
	if (tls_files_check(global->tls.ca, global->tls.certificate, global->tls.key,
			    global->tls.password, &err) < 0)
		report_warning(&judge->report, &global->tls.place, "%s", err.text);
}

static void judge_vrrp(struct judge *judge, const struct conf_vrrp *vrrp)
{
	judge_interface(judge, vrrp->interface, &vrrp->place);
	for (size_t i = 0; i < vrrp->n_vips; i++)
		judge_interface(judge, vrrp->vips[i].interface, &vrrp->vips[i].place);
	judge_script(judge, &vrrp->notify_master);
	judge_script(judge, &vrrp->notify_backup);
	judge_script(judge, &vrrp->notify_fault);
	judge_script(judge, &vrrp->notify_stop);
	judge_script(judge, &vrrp->notify);
}

static void judge_real_server(struct judge *judge, const struct conf_real_server *rs)
{
	judge_script(judge, &rs->notify_up);
	judge_script(judge, &rs->notify_down);
	for (size_t i = 0; i < rs->n_checks; i++)
		judge_script(judge, &rs->checks[i].script);
}

void machine_judge(const struct conf *conf, const char *text, size_t len, struct diags *diags)
{
	struct judge judge = {0};

	if (!conf)
		return;
	judge.is_secure_mode = conf->global.is_script_security;
	report_init(&judge.report, diags, text, len);
	judge_global(&judge, &conf->global);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		judge_vrrp(&judge, &conf->vrrps[i]);
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		judge_script(&judge, &vs->quorum_up);
		judge_script(&judge, &vs->quorum_down);
		for (size_t j = 0; j < vs->n_real_servers; j++)
			judge_real_server(&judge, &vs->real_servers[j]);
	}
	report_fini(&judge.report);
	diags_sort(diags);
	tdestroy(judge.seen, free);
}
