/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/rivals.h"
#include "base/mem.h"
#include "conf/load.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEEPALIVED_CONFIG "/etc/keepalived/keepalived.conf"

/* Reads a file of /proc into text, NUL-terminated. Returns its length, 0 when it cannot be read. */
static size_t proc_read(const char *pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t len = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.16s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, text, size - 1);
		close(fd);
	}
	text[len > 0 ? len : 0] = '\0';
	return len > 0 ? (size_t)len : 0;
}

/* In a namespace of its own it is nobody's rival; others than root may call a process anything. */
static bool is_here(const char *pid)
{
	char path[64];
	struct stat process, theirs, ours;

	snprintf(path, sizeof(path), "/proc/%.16s", pid);
	if (stat(path, &process) < 0 || process.st_uid != 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%.16s/ns/net", pid);
	return stat(path, &theirs) == 0 && stat("/proc/self/ns/net", &ours) == 0 &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/* The value of -f FILE, -fFILE, --use-file FILE or --use-file=FILE in a command line of words that
 * end with NUL. */
static const char *config_of(const char *words, size_t len)
{
	for (const char *word = words; word < words + len; word += strlen(word) + 1) {
		const char *next = word + strlen(word) + 1;

		if (!strcmp(word, "-f") || !strcmp(word, "--use-file"))
			return next < words + len ? next : KEEPALIVED_CONFIG;
		if (!strncmp(word, "--use-file=", strlen("--use-file=")))
			return word + strlen("--use-file=");
		if (!strncmp(word, "-f", 2))
			return word + 2;
	}
	return KEEPALIVED_CONFIG;
}

static void rival_add(struct rivals *rivals, const char *pid)
{
	char words[4096];
	size_t len = proc_read(pid, "cmdline", words, sizeof(words));
	const char *config = config_of(words, len);

	for (size_t i = 0; i < rivals->n; i++)
		if (!strcmp(rivals->items[i].config, config))
			return;
	if (rivals->n == RIVALS_MAX || strlen(config) >= RIVALS_PATH_MAX)
		return;
	rivals->items[rivals->n].pid = atoi(pid);
	strcpy(rivals->items[rivals->n++].config, config);
}

void rivals_find(struct rivals *ret_rivals)
{
	glob_t processes = {0};
	char name[32];

	*ret_rivals = (struct rivals){0};
	if (glob("/proc/[0-9]*", GLOB_NOSORT, NULL, &processes) != 0)
		processes.gl_pathc = 0;
	for (size_t i = 0; i < processes.gl_pathc; i++) {
		const char *pid = processes.gl_pathv[i] + strlen("/proc/");

		if (proc_read(pid, "comm", name, sizeof(name)) &&
		    !strncmp(name, "keepalived", strlen("keepalived")) && is_here(pid))
			rival_add(ret_rivals, pid);
	}
	globfree(&processes);
}

static bool has_service(const struct conf *conf, const struct svckey *key)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < conf_service_count(vs); j++)
			if (svckey_cmp(conf_service_key(vs, j), key) == 0)
				return true;
	}
	return false;
}

static char *common_service(const struct conf *conf, const struct conf *theirs)
{
	char text[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < conf_service_count(vs); j++)
			if (has_service(theirs, conf_service_key(vs, j)))
				return mem_printf("virtual_server %s",
						  svckey_format(conf_service_key(vs, j), text));
	}
	return NULL;
}

char *rivals_common(const struct conf *conf, const struct conf *theirs)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *a = &conf->vrrps[i];

		for (size_t j = 0; j < theirs->n_vrrps; j++) {
			const struct conf_vrrp *b = &theirs->vrrps[j];

			if (a->vrid == b->vrid && a->family == b->family &&
			    !strcmp(a->interface, b->interface))
				return mem_printf("vrrp_instance %s (virtual_router_id %u on %s)",
						  a->name, a->vrid, a->interface);
		}
	}
	return common_service(conf, theirs);
}

static int judge(const struct rival *rival, const struct conf *conf, struct err *err)
{
	const struct conf_load_how how = {.is_lenient = true,
					  .accepting = CONF_ACCEPTED_BY_OPTION};
	struct diags diags = {0};
	struct conf *theirs = conf_load(rival->config, &how, &diags, NULL, NULL);
	char *common = theirs ? rivals_common(conf, theirs) : NULL;
	int code = 0;

	if (common)
		code = err_set(err, -EBUSY,
			       "keepalived (pid %d, %s) runs here and has %s, too: both would "
			       "change the same addresses and the same IPVS table, each against "
			       "the other; stop keepalived first: `systemctl disable --now "
			       "keepalived`",
			       rival->pid, rival->config, common);
	free(common);
	conf_free(theirs);
	diags_free(&diags);
	return code;
}

int rivals_judge(const struct rivals *rivals, const struct conf *conf, struct err *err)
{
	int code = 0;

	for (size_t i = 0; i < rivals->n && code == 0; i++)
		code = judge(&rivals->items[i], conf, err);
	return code;
}
