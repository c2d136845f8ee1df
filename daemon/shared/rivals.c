/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rivals.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/load.h"
#include "conf/text/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEEPALIVED_CONFIG "/etc/keepalived/keepalived.conf"
#define COMMAND_LINE_MAX  65536
#define WORDS_MAX	  256

/* Room for "/proc/PID/NAME". */
#define PROC_PATH_MAX 64

static const char *proc_path(const char *pid, const char *name, char path[static PROC_PATH_MAX])
{
	snprintf(path, PROC_PATH_MAX, "/proc/%.16s/%s", pid, name);
	return path;
}

/* Reads a file of /proc into text, with a terminating NUL. Returns its length; 0 if it cannot be
 * read. */
static size_t proc_read(const char *pid, const char *name, char *text, size_t size)
{
	char path[PROC_PATH_MAX];
	int fd = open(proc_path(pid, name, path), O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	while (fd >= 0 && len < size - 1 && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	if (fd >= 0)
		close(fd);
	text[len] = '\0';
	return len;
}

/* Reads a link of /proc, such as exe; "" if that is not allowed. */
static const char *proc_link(const char *pid, const char *name, char target[static PATH_MAX])
{
	char path[PROC_PATH_MAX];
	ssize_t len = readlink(proc_path(pid, name, path), target, PATH_MAX - 1);

	target[len > 0 ? len : 0] = '\0';
	return target;
}

/* Whether the program that a process executes is called keepalived, whatever name the process has.
 * The kernel puts " (deleted)" behind the name of a program that an upgrade has replaced. */
static bool is_keepalived(const char *pid)
{
	char target[PATH_MAX];
	const char *slash = strrchr(proc_link(pid, "exe", target), '/');

	return slash && (!strcmp(slash, "/keepalived") || !strcmp(slash, "/keepalived (deleted)"));
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A keepalived in another network namespace does not matter, nor does one that is not root's, as it
 * could not serve anything. */
static bool is_here(const char *pid)
{
	char path[PROC_PATH_MAX];
	struct stat process, theirs, ours;

	return stat(proc_path(pid, "", path), &process) == 0 && process.st_uid == 0 &&
	       stat(proc_path(pid, "ns/net", path), &theirs) == 0 &&
	       stat("/proc/self/ns/net", &ours) == 0 && is_same_file(&theirs, &ours);
}

bool rivals_read_command(int argc, char **argv, struct rival_command *ret_command)
{
	/* Only the long options that are needed here, or that have a value. */
	static const struct option longs[] = {{"use-file", required_argument, NULL, 'f'},
					      {"config-test", optional_argument, NULL, 't'},
					      {"version", no_argument, NULL, 't'},
					      {"help", no_argument, NULL, 't'},
					      {"genhash", no_argument, NULL, 't'},
					      {"signum", required_argument, NULL, 't'},
					      {"log-facility", required_argument, NULL, 'S'},
					      {"log-file", optional_argument, NULL, 'g'},
					      {"umask", required_argument, NULL, 'u'},
					      {"pid", required_argument, NULL, 'p'},
					      {"vrrp_pid", required_argument, NULL, 'r'},
					      {"checkers_pid", required_argument, NULL, 'c'},
					      {"bfd_pid", required_argument, NULL, 'b'},
					      {"snmp-agent-socket", required_argument, NULL, 'A'},
					      {"core-dump-pattern", optional_argument, NULL, 'M'},
					      {"namespace", required_argument, NULL, 's'},
					      {"config-id", required_argument, NULL, 'i'},
					      {0}};
	struct rival_command command = {.config = KEEPALIVED_CONFIG};
	int option;

	optind = 0; /* start at the first word */
	opterr = 0;
	while ((option = getopt_long(argc, argv,
				     "f:t::vhTS:g::u:p:r:c:b:A:M::s:i:PCBlDGXVIRndaxme", longs,
				     NULL)) != -1) {
		if (option == 'f')
			command.config = optarg;
		else if (option == 'i')
			command.config_id = optarg;
		else if (strchr("tvhT", option))
			return false;
	}
	*ret_command = command;
	return true;
}

/* Reads config, inside the root directory of the process, and config_id from the process's command
 * line. Returns false if the process is not a daemon. */
static bool read_command(const char *pid, struct rival *rival)
{
	char *words = mem_calloc(COMMAND_LINE_MAX, 1), *argv[WORDS_MAX + 1] = {NULL};
	size_t len = proc_read(pid, "cmdline", words, COMMAND_LINE_MAX);
	struct rival_command command;
	char directory[PATH_MAX];
	bool is_daemon;
	int argc = 0;

	for (char *word = words; word < words + len && argc < WORDS_MAX; word += strlen(word) + 1)
		argv[argc++] = word;
	is_daemon = argc && rivals_read_command(argc, argv, &command);
	if (is_daemon) {
		rival->config = *command.config == '/'
				    ? mem_strdup(command.config)
				    : mem_printf("%s/%s", proc_link(pid, "cwd", directory),
						 command.config);
		rival->config_id = command.config_id ? mem_strdup(command.config_id) : NULL;
	}
	free(words);
	return is_daemon;
}

static bool is_same_id(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : !a && !b;
}

static bool is_same_rival(const struct rival *a, const struct rival *b)
{
	return !strcmp(a->config, b->config) && is_same_id(a->config_id, b->config_id) &&
	       is_same_file(&a->root, &b->root) && is_same_file(&a->mounts, &b->mounts);
}

static void rival_free(struct rival *rival)
{
	free(rival->config);
	free(rival->config_id);
	free(rival->why);
	conf_free(rival->conf);
}

/* Reads the configuration below root_fd, the root directory of the rival. */
static void rival_read(struct rival *rival, int root_fd)
{
	char root[PROC_PATH_MAX], why[512];
	const struct conf_load_how how = {.is_lenient = true,
					  .accepting = CONF_ACCEPTED_BY_OPTION,
					  .root = root,
					  .config_id = rival->config_id};
	struct diags diags = {0};

	snprintf(root, sizeof(root), "/proc/self/fd/%d", root_fd);
	rival->conf = conf_load(rival->config, &how, &diags, NULL, NULL);
	if (!rival->conf)
		rival->why = mem_strdup(diags_first_error(&diags, why, sizeof(why)));
	diags_free(&diags);
}

static void rival_add(struct rivals *rivals, const char *pid)
{
	char path[PROC_PATH_MAX];
	struct rival rival = {.pid = atoi(pid)};
	bool is_known = rivals->n == RIVALS_MAX || !read_command(pid, &rival);
	int root_fd = -1;

	if (!is_known) {
		root_fd = open(proc_path(pid, "root", path), O_PATH | O_DIRECTORY | O_CLOEXEC);
		is_known = root_fd < 0 || fstat(root_fd, &rival.root) < 0 ||
			   stat(proc_path(pid, "ns/mnt", path), &rival.mounts) < 0;
	}
	for (size_t i = 0; i < rivals->n && !is_known; i++)
		is_known = is_same_rival(&rivals->items[i], &rival);
	if (is_known) {
		rival_free(&rival);
	} else {
		rival_read(&rival, root_fd);
		rivals->items[rivals->n++] = rival;
	}
	if (root_fd >= 0)
		close(root_fd);
}

void rivals_find(struct rivals *ret_rivals)
{
	glob_t processes = {0};

	*ret_rivals = (struct rivals){0};
	if (glob("/proc/[0-9]*", GLOB_NOSORT, NULL, &processes) != 0)
		processes.gl_pathc = 0;
	for (size_t i = 0; i < processes.gl_pathc; i++) {
		const char *pid = processes.gl_pathv[i] + strlen("/proc/");

		if (is_keepalived(pid) && is_here(pid))
			rival_add(ret_rivals, pid);
	}
	globfree(&processes);
}

void rivals_free(struct rivals *rivals)
{
	for (size_t i = 0; i < rivals->n; i++)
		rival_free(&rivals->items[i]);
	rivals->n = 0;
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

static int rival_judge(const struct rival *rival, const struct conf *conf, struct err *err)
{
	char *common = rival->conf ? rivals_common(conf, rival->conf) : NULL;
	int code = 0;

	if (common)
		code = err_set(err, -EBUSY,
			       "keepalived (pid %d, %s) runs here and has %s, too: each would undo "
			       "what the other does to the addresses and the IPVS table; stop "
			       "keepalived first: `systemctl disable --now keepalived`",
			       rival->pid, rival->config, common);
	else if (!rival->conf)
		log_warning("keepalived (pid %d) runs here, and lvsd cannot read its configuration "
			    "(%s), so lvsd does not know whether both serve the same addresses; if "
			    "they do, stop keepalived: `systemctl disable --now keepalived`",
			    rival->pid, rival->why);
	free(common);
	return code;
}

int rivals_judge(const struct rivals *rivals, const struct conf *conf, struct err *err)
{
	int code = 0;

	for (size_t i = 0; i < rivals->n && code == 0; i++)
		code = rival_judge(&rivals->items[i], conf, err);
	return code;
}
