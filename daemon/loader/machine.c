/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/machine.h"
#include "base/dynamic/libraries.h"
#include "base/secret/key_file.h"
#include "conf/canon/print.h"
#include "conf/model/needs/needs.h"
#include "conf/text/report.h"
#include "daemon/script/path.h"
#include "daemon/loader/tls_files.h"
#include "daemon/script/user_query.h"
#include "daemon/shared/rights.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* For services on this port the kernel loads the connection tracking that rewriting FTP needs
 * (ip_vs_ctl.c). */
#define FTP_PORT   21
#define FTP_MODULE "/sys/module/ip_vs_ftp"

/* Each judge_ function returns 0, or -errno with the sentence of a warning. */

static int judge_interface(const char *name, bool is_vital, struct err *err)
{
	struct ifreq request = {0};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), code;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	code = fd < 0 || ioctl(fd, SIOCGIFINDEX, &request) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	if (code == 0)
		return 0;
	/* if_nametoindex() would not say that no descriptor is left. */
	if (code != -ENODEV)
		return err_set(err, code, "whether interface \"%s\" exists is not known: %s", name,
			       err_errno(code));
	return err_set(err, -ENODEV, "interface \"%s\" does not exist on this machine%s", name,
		       is_vital ? ": an instance is in FAULT until it does" : "");
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

/* A name behind a command may be meant as an argument of the script, not as a user or a group. */
static int judge_owner(const struct conf_responder *responder, const struct conf_global *global,
		       const struct conf_need *need, struct err *err)
{
	bool is_group = need->kind == CONF_NEED_GROUP;
	const char *known = is_group ? global->script_group : global->script_user;
	struct script_user user;
	struct err found;
	int code = script_user_ask(responder, is_group ? "root" : need->text,
				   is_group ? need->text : NULL, &user, &found);

	if (code == 0)
		return 0;
	if (code != -ENOENT)
		return err_set(err, code, "%s", found.text);
	if (!strcmp(need->text, known))
		return err_set(err, code,
			       "%s, so scripts that run with it are not run: create it, or name "
			       "another one",
			       found.text);
	return err_set(err, code,
		       "%s, so the script of %s is not run: create it, or name another one. If this "
		       "word is an argument of the command, put command and arguments in quotes",
		       found.text, need->what);
}

/* ---- questions whose answer another process may give ---- */

/* The key of a question is its values, with this between them. */
#define SEPARATOR "\n"

static int ask(const struct conf_responder *responder, enum conf_query_kind kind, char *key,
	       struct err *err)
{
	struct conf_answer answer = {0};
	int code;

	responder->fn(responder->arg, kind, key, &answer);
	code = answer.code;
	if (code < 0)
		err_set(err, code, "%s", answer.note);
	conf_answer_fini(&answer);
	free(key);
	return code;
}

static int judge_script(const struct conf_responder *responder, const struct conf_need *need,
			bool is_secure, struct err *err)
{
	return ask(responder, CONF_QUERY_SCRIPT,
		   mem_printf("%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR "%s", need->user,
			      need->group, is_secure ? "secure" : "", need->text),
		   err);
}

static int check_files(const struct conf_responder *responder, const char *ca,
		       const char *certificate, const char *key, const char *password,
		       struct err *err)
{
	return ask(responder, CONF_QUERY_TLS_FILES,
		   mem_printf("%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR "%s", ca, certificate,
			      key, password),
		   err);
}

static int judge_key(const struct conf_responder *responder, const struct conf_global *global,
		     struct err *err)
{
	const char *key = global->tls.key, *password = global->tls.password;
	int code = check_files(responder, "", "", key, password, err);
	struct err other;

	if (code < 0 || check_files(responder, "", global->tls.certificate, "", "", &other) < 0)
		return code;
	return check_files(responder, "", global->tls.certificate, key, password, err);
}

static int judge_file(const struct conf_responder *responder, const struct conf_global *global,
		      const struct conf_need *need, struct err *err)
{
	if (!strcmp(need->what, "key"))
		return judge_key(responder, global, err);
	return strcmp(need->what, "ca") ? check_files(responder, "", need->text, "", "", err)
					: check_files(responder, need->text, "", "", "", err);
}

static int need_judge(const struct conf *conf, const struct conf_responder *responder,
		      const struct conf_need *need, struct err *err)
{
	switch (need->kind) {
	case CONF_NEED_INTERFACE:
		return judge_interface(need->text, need->is_vital, err);
	case CONF_NEED_SCRIPT:
		return judge_script(responder, need, conf->global.is_script_security, err);
	case CONF_NEED_USER:
	case CONF_NEED_GROUP:
		return judge_owner(responder, &conf->global, need, err);
	case CONF_NEED_FILE:
		return judge_file(responder, &conf->global, need, err);
	case CONF_NEED_ADDRESS:
		return judge_address(need, err);
	case CONF_NEED_KEY_FILE:
		return ask(responder, CONF_QUERY_KEY_FILE, mem_strdup(need->text), err);
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
				       "virtual_server %s: FTP by NAT has no data connections "
				       "while the kernel module ip_vs_ftp is not loaded: run "
				       "`modprobe ip_vs_ftp`, and write its name into "
				       "/etc/modules-load.d/lvsd.conf for the next boot",
				       svckey_format(&vs->key, key));
	}
}

/* Warns of a file without any object, with which lvsd would run and do nothing. Usually an editor
 * or a copy has failed. */
static void judge_empty(const struct conf *conf, struct report *report)
{
	const struct conf_place place = {.file = report->map->sources.items[0].file};

	if (!conf->n_virtual_servers && !conf->n_vrrps && !conf_has_lost(conf) &&
	    conf_statics_are_empty(&conf->statics))
		report_warning(report, &place,
			       "the configuration has no virtual_server and no vrrp_instance, so "
			       "lvsd does nothing");
}

/* --- the files that the director reads --- */

#define ACL	       "system.posix_acl_access"

/* Whether user has these rights, as S_IROTH | S_IXOTH, of a file or a directory. If the file has an
 * access control list, which may grant more than the mode, the answer is yes. */
static bool has_rights(const char *path, const struct script_user *user, mode_t rights)
{
	struct stat st;
	unsigned shift;

	if (stat(path, &st) < 0)
		return errno != EACCES;
	shift = st.st_uid == user->uid ? 6 : st.st_gid == user->gid ? 3 : 0;
	return ((st.st_mode >> shift) & rights) == rights || getxattr(path, ACL, NULL, 0) > 0;
}

bool machine_may_read(const char *path, const struct script_user *user, char **ret_at)
{
	char *real = realpath(path, NULL), *slash;
	bool may = real ? has_rights(real, user, S_IROTH) : errno != EACCES;

	*ret_at = NULL;
	if (!may)
		*ret_at = mem_strdup(path);
	for (slash = real ? strrchr(real, '/') : NULL; may && slash && slash != real;
	     slash = strrchr(real, '/')) {
		*slash = '\0';
		may = has_rights(real, user, S_IXOTH);
		if (!may)
			*ret_at = mem_strdup(real);
	}
	free(real);
	return may;
}

/* A file that the director may not read has no verdict (daemon/director/track/files.h). A running
 * director finds that by itself. */
static void judge_track_files(const struct conf *conf, struct report *report)
{
	struct script_user user;
	char *at;

	if (!conf->n_track_files || script_user_resolve(DIRECTORS_USER, NULL, &user, NULL) < 0)
		return;
	for (size_t i = 0; i < conf->n_track_files; i++) {
		const struct conf_track_file *file = &conf->track_files[i];

		if (machine_may_read(file->path, &user, &at))
			continue;
		report_warning(report, &file->place,
			       "track_file=%s has no verdict: the director process runs as user "
			       DIRECTORS_USER ", who may not %s %s: run `chgrp " DIRECTORS_USER
			       " %s` and `chmod %s %s`",
			       file->name, strcmp(at, file->path) ? "pass" : "read", at, at,
			       strcmp(at, file->path) ? "g+rx" : "g+r", at);
		free(at);
	}
}

static const struct conf_responder here = {machine_answer_here, ""};

/* Without them the supervisor refuses (LOAD_LIBRARIES). */
static void judge_libraries(const struct conf *conf, struct report *report)
{
	const struct conf_place place = {.file = report->map->sources.items[0].file};
	struct err err;

	if (conf_needs_libraries(conf) && libraries_load(&err) < 0)
		report_warning(report, &place, "%s", err.text);
}

void machine_judge(const struct conf *conf, struct diags *diags)
{
	struct report report;

	if (!conf)
		return;
	machine_judge_by(conf, &here, diags);
	report_init(&report, diags, diags->map);
	judge_libraries(conf, &report);
	judge_track_files(conf, &report);
	diags_sort(diags);
}

void machine_judge_by(const struct conf *conf, const struct conf_responder *responder,
		      struct diags *diags)
{
	struct conf_need *needs;
	struct report report;
	struct err err;
	size_t n;

	if (!conf)
		return;
	n = conf_needs(conf, &needs);
	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < n; i++) {
		int code = need_judge(conf, responder, &needs[i], &err);

		/* -EACCES: this user cannot know. */
		if (code < 0 && code != -EACCES && needs[i].kind == CONF_NEED_KEY_FILE)
			report_error(&report, &needs[i].place, "%s", err.text);
		else if (code < 0)
			report_warning(&report, &needs[i].place, "%s", err.text);
	}
	judge_ftp(conf, &report);
	judge_empty(conf, &report);
	diags_sort(diags);
	free(needs);
}

bool machine_unanswered_report(const struct conf *conf, const struct conf_responder *responder,
			       const char *sentence, struct diags *diags)
{
	bool is_found = false;
	struct conf_need *needs;
	struct report report;
	struct err err;
	size_t n = conf_needs(conf, &needs);

	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < n && !is_found; i++) {
		is_found =
		    need_judge(conf, responder, &needs[i], &err) < 0 && !strcmp(err.text, sentence);
		if (is_found)
			report_error(&report, &needs[i].place, "%s", sentence);
	}
	diags_sort(diags);
	free(needs);
	return is_found;
}

char *machine_tls_key(const char *what, const char *path)
{
	return mem_printf("%s" SEPARATOR "%s", what, path);
}

int machine_tls_text(const struct conf_responder *responder, const char *what, const char *path,
		     char **ret_text, struct err *err)
{
	char *key = machine_tls_key(what, path);
	struct conf_answer answer = {0};
	int code;

	responder = responder ? responder : &here;
	responder->fn(responder->arg, CONF_QUERY_TLS_TEXT, key, &answer);
	code = answer.code;
	if (code < 0) {
		err_set(err, code, "%s", answer.note);
	} else {
		*ret_text = answer.text;
		answer.text = NULL;
	}
	conf_answer_fini(&answer);
	free(key);
	return code;
}

/* ---- the answers of this process ---- */

/* Splits key into n values; the last value gets the rest. */
static char *key_split(const char *key, char **ret_values, size_t n)
{
	char *copy = mem_strdup(key), *at = copy;

	for (size_t i = 0; i < n; i++)
		ret_values[i] = i + 1 < n && at ? strsep(&at, SEPARATOR) : at;
	for (size_t i = 0; i < n; i++)
		if (!ret_values[i])
			ret_values[i] = "";
	return copy;
}

/* If the script's user does not exist, only the script's presence can be checked. The user is
 * another need. */
static int script_judge(const char *user_name, const char *group, bool is_secure_mode,
			const char *path, struct err *err)
{
	struct script_user user, root = {0};
	int code;

	if (script_user_find(user_name, group, &user) == 0)
		return script_path_check(path, &user, is_secure_mode, err);
	code = script_path_check(path, &root, is_secure_mode, err);
	return code == -ENOENT || code == -ENOTDIR ? code : 0;
}

/* Reads a key of the relay as a text in hex. */
static int key_hex_read(const char *path, char **ret_text, struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[KEY_FILE_MAX];
	size_t len;
	char *text;
	int code = key_file_read(path, bytes, &len, err);

	if (code < 0)
		return code;
	text = mem_calloc(2 * len + 1, 1);
	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	explicit_bzero(bytes, sizeof(bytes));
	*ret_text = text;
	return 0;
}

void machine_answer_here(void *root, enum conf_query_kind kind, const char *key,
			 struct conf_answer *ret_answer)
{
	char *values[4], *copy;
	struct err err;
	int code = 0;

	if (kind <= CONF_QUERY_MODE) {
		conf_answer_here(root, kind, key, ret_answer);
		return;
	}
	*ret_answer = (struct conf_answer){0};
	if (kind == CONF_QUERY_KEY_FILE) {
		ret_answer->code = key_file_check(key, &err);
		ret_answer->note = ret_answer->code < 0 ? mem_strdup(err.text) : NULL;
		return;
	}
	copy = key_split(key, values, kind == CONF_QUERY_TLS_TEXT ? 2 : 4);
	if (kind == CONF_QUERY_USER)
		code = script_user_answer(key, &ret_answer->text, &err);
	else if (kind == CONF_QUERY_SCRIPT)
		code = script_judge(values[0], values[1], values[2][0], values[3], &err);
	else if (kind == CONF_QUERY_TLS_FILES)
		code = tls_files_check(values[0], values[1], values[2], values[3], &err);
	else if (!strcmp(values[0], KEY_FILE_WHAT))
		code = key_hex_read(values[1], &ret_answer->text, &err);
	else
		code = tls_files_read(values[0], values[1], &ret_answer->text, &err);
	free(copy);
	ret_answer->code = code;
	if (code < 0)
		ret_answer->note = mem_strdup(err.text);
	if (ret_answer->text)
		ret_answer->len = strlen(ret_answer->text);
}
