/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/machine.h"
#include "conf/model/needs.h"
#include "conf/text/report.h"
#include "daemon/script/path.h"
#include "daemon/director/config/tls_files.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The port whose services the kernel gives the conntrack that rewriting needs (ip_vs_ctl.c). */
#define FTP_PORT   21
#define FTP_MODULE "/sys/module/ip_vs_ftp"

/* Each of these returns 0, or -errno with the sentence of the warning. */

static int judge_interface(const char *name, struct err *err)
{
	if (if_nametoindex(name) != 0)
		return 0;
	return err_set(err, -ENODEV, "interface \"%s\" does not exist on this machine", name);
}

/* Without its user nothing can be said of a script; the user is a need of its own. */
static int judge_script(const struct conf_need *need, bool is_secure_mode, struct err *err)
{
	struct script_user user;

	if (script_user_find(need->user, need->group, &user) < 0)
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

static bool is_ftp_by_nat(const struct conf_virtual_server *vs)
{
	bool is_ftp = false, is_nat = false;

	for (size_t i = 0; i < conf_service_count(vs); i++)
		is_ftp |= conf_service_key(vs, i)->protocol == IPPROTO_TCP &&
			  conf_service_key(vs, i)->ep.port == FTP_PORT;
	for (size_t i = 0; i < vs->n_real_servers; i++)
		is_nat |= vs->real_servers[i].method == CONF_METHOD_NAT;
	return is_ftp && is_nat;
}

/* lvsd may not load modules, and the kernel does not load this one by itself. */
static void judge_ftp(const struct conf *conf, struct report *report)
{
	char key[SVCKEY_TEXT_MAX];

	if (access(FTP_MODULE, F_OK) == 0)
		return;
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		if (is_ftp_by_nat(vs))
			report_warning(report, &vs->place,
				       "virtual_server %s: FTP by NAT has no data connections while "
				       "the kernel module ip_vs_ftp is not loaded: `modprobe "
				       "ip_vs_ftp`, and its name in /etc/modules-load.d/lvsd.conf "
				       "for the next boot",
				       svckey_format(&vs->key, key));
	}
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
	judge_ftp(conf, &report);
	diags_sort(diags);
	free(needs);
}
