/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/machine.h"
#include "conf/canon/print.h"
#include "conf/model/needs.h"
#include "conf/text/report.h"
#include "daemon/script/path.h"
#include "daemon/director/config/tls_files.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* For services on this port the kernel loads the connection tracking that rewriting FTP needs
 * (ip_vs_ctl.c). */
#define FTP_PORT   21
#define FTP_MODULE "/sys/module/ip_vs_ftp"

/* Each judge_ function returns 0, or -errno with the sentence of a warning. */

static int judge_interface(const char *name, struct err *err)
{
	if (if_nametoindex(name) != 0)
		return 0;
	return err_set(err, -ENODEV, "interface \"%s\" does not exist on this machine", name);
}

/* If the interface does not exist, that is reported as another need. */
static int judge_address(const struct conf_need *need, struct err *err)
{
	struct ifaddrs *list = NULL;
	char text[ADDR_TEXT_MAX];
	struct endpoint ep;
	bool is_there = false;

	if (if_nametoindex(need->text) == 0 || getifaddrs(&list) < 0)
		return 0;
	for (const struct ifaddrs *one = list; one && !is_there; one = one->ifa_next)
		is_there = one->ifa_addr && !strcmp(one->ifa_name, need->text) &&
			   endpoint_from_sockaddr(one->ifa_addr, &ep) == 0 &&
			   addr_cmp(&ep.addr, need->addr) == 0;
	freeifaddrs(list);
	if (is_there)
		return 0;
	return err_set(err, -EADDRNOTAVAIL,
		       "interface %s does not have the source address %s on this machine: the "
		       "instance is in state FAULT until it does",
		       need->text, addr_format(need->addr, text));
}

/* If the script's user does not exist, only the script's presence can be checked. The user is
 * another need. */
static int judge_script(const struct conf_need *need, bool is_secure_mode, struct err *err)
{
	struct script_user user, root = {0};
	int code;

	if (script_user_find(need->user, need->group, &user) == 0)
		return script_path_check(need->text, &user, is_secure_mode, err);
	code = script_path_check(need->text, &root, is_secure_mode, err);
	return code == -ENOENT || code == -ENOTDIR ? code : 0;
}

/* The judged name may not be a user or group, but an argument of the script. */
static int judge_owner(const struct conf_global *global, const struct conf_need *need,
		       struct err *err)
{
	bool is_group = need->kind == CONF_NEED_GROUP;
	const char *known = is_group ? global->script_group : global->script_user;
	struct script_user user;
	struct err found;
	int code = script_user_resolve(is_group ? "root" : need->text,
				       is_group ? need->text : NULL, &user, &found);

	if (code == 0)
		return 0;
	if (code != -ENOENT || !strcmp(need->text, known))
		return err_set(err, code, "%s", found.text);
	return err_set(err, code,
		       "%s, and the word%s behind the command of %s %s; a command with arguments "
		       "stands in quotes",
		       found.text, is_group ? "s" : "", need->what,
		       is_group ? "are its user and its group" : "is its user");
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

static int need_judge(const struct conf *conf, const struct conf_need *need, struct err *err)
{
	switch (need->kind) {
	case CONF_NEED_INTERFACE:
		return judge_interface(need->text, err);
	case CONF_NEED_SCRIPT:
		return judge_script(need, conf->global.is_script_security, err);
	case CONF_NEED_USER:
	case CONF_NEED_GROUP:
		return judge_owner(&conf->global, need, err);
	case CONF_NEED_FILE:
		return judge_file(&conf->global, need, err);
	case CONF_NEED_ADDRESS:
		return judge_address(need, err);
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

/* lvsd would run and do nothing. Usually an editor or a copy has failed. */
static void judge_empty(const struct conf *conf, struct report *report)
{
	const struct conf_place place = {.file = report->map->sources.items[0].file};

	if (!conf->n_virtual_servers && !conf->n_vrrps && !conf_has_lost(conf))
		report_warning(report, &place,
			       "the configuration has no virtual_server and no vrrp_instance: with "
			       "it lvsd does nothing");
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
		if (need_judge(conf, &needs[i], &err) < 0)
			report_warning(&report, &needs[i].place, "%s", err.text);
	judge_ftp(conf, &report);
	judge_empty(conf, &report);
	diags_sort(diags);
	free(needs);
}
