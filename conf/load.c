/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a configuration (conf/load.h). The only file of this room that opens files. */
#include "conf/load.h"
#include "conf/text/expand.h"
#include "conf/text/report.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/trust.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads fd to its end. Returns 0, -EFBIG, or -errno. */
static int fd_read(int fd, size_t size, char **ret_text, size_t *ret_len)
{
	size_t cap = size + 1, len = 0;
	char *text = mem_calloc(cap, 1);
	ssize_t n;

	while ((n = read(fd, text + len, cap - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		len += n > 0 ? (size_t)n : 0;
		if (n < 0 || len > CONF_FILE_MAX) {
			n = n < 0 ? -errno : -EFBIG;
			free(text);
			return (int)n;
		}
		/* The file grows while it is read. The bound above limits the result in this case,
		 * too. */
		if (len == cap)
			text = mem_realloc(text, cap *= 2, 1);
	}
	*ret_text = text;
	*ret_len = len;
	return 0;
}

static const char *kind_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

/* The files that others than root could change, noted while they were open; their paths are below
 * root. */
struct untrusted {
	const char *root; /* put before each path; usually "" */
	enum conf_trust trust;
	VEC(char *) sentences; /* one for each such file */
};

static void trust_note(struct untrusted *untrusted, const char *path, const struct stat *status)
{
	struct err err;

	if (untrusted->trust == CONF_TRUST_ANY || trust_judge(path, status, &err) == 0)
		return;
	*vec_push(&untrusted->sentences) = mem_strdup(err.text);
}

/*
 * Reports the files that others could change, at path, the file that the caller asked for. A
 * directory that others can write is never more than a warning: many containers mount their
 * configuration into one. Returns false when the configuration must not be used. Frees the
 * sentences.
 */
static bool trust_report(struct untrusted *untrusted, const char *path, struct diags *diags)
{
	bool is_refused = untrusted->trust == CONF_TRUST_DEMAND && untrusted->sentences.n;
	const struct conf_place place = {.file = path};
	struct report report;
	struct err err;

	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < untrusted->sentences.n; i++) {
		const char *sentence = untrusted->sentences.items[i];

		if (is_refused)
			report_error(&report, &place, "%s", sentence);
		else
			report_warning(&report, &place,
				       "a start and a reload refuse this configuration: %s",
				       sentence);
		free(untrusted->sentences.items[i]);
	}
	vec_free(&untrusted->sentences);
	if (untrusted->trust != CONF_TRUST_ANY && trust_judge_parents(path, &err) < 0)
		report_warning(&report, &place, "%s", err.text);
	diags_sort(diags);
	return !is_refused;
}

/* Returns the whole file, or -errno with a sentence. */
static int file_read(const char *path, bool is_included, struct untrusted *untrusted,
		     char **ret_text, size_t *ret_len, struct err *err)
{
	struct stat status;
	char *below_root = mem_printf("%s%s", untrusted->root, path);
	/* Without O_NONBLOCK opening a FIFO would wait for a writer. */
	int fd = open(below_root, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), r = 0;

	if (fd < 0 || fstat(fd, &status) < 0) {
		r = err_set(err, -errno, "the file cannot be opened: %s", err_errno(errno));
	} else if (!S_ISREG(status.st_mode)) {
		r = err_set(err, -EINVAL, "this is %s; a configuration is a regular file",
			    kind_name(status.st_mode));
	} else if (is_included && status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) {
		r = err_set(err, -EACCES,
			    "this file is executable, which keepalived takes for no configuration");
	} else {
		r = status.st_size > CONF_FILE_MAX
			? -EFBIG
			: fd_read(fd, (size_t)status.st_size, ret_text, ret_len);
		if (r == -EFBIG)
			err_set(err, r, "the file has more than %u bytes", CONF_FILE_MAX);
		else if (r < 0)
			err_set(err, r, "the file cannot be read: %s", err_errno(r));
		else
			trust_note(untrusted, path, &status);
	}
	free(below_root);
	if (fd >= 0)
		close(fd);
	return r;
}

static void host_match(void *arg, const char *pattern, struct expand_paths *paths)
{
	const struct untrusted *untrusted = arg;
	char *below_root = mem_printf("%s%s", untrusted->root, pattern);
	glob_t found = {0};

	if (glob(below_root, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			*vec_push(&paths->list) =
			    mem_strdup(found.gl_pathv[i] + strlen(untrusted->root));
	globfree(&found);
	free(below_root);
}

static int host_read(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	return file_read(path, true, arg, ret_text, ret_len, err);
}

static const char *host_environment(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

/* Warns if others can read a file with passwords. Only the director and the file's owner need to
 * read it. */
static void modes_check(const struct conf *conf, struct diags *diags)
{
	struct report report;
	struct stat status;

	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < conf->n_secrets; i++)
		if (stat(conf->secrets[i].file, &status) == 0 && status.st_mode & S_IROTH)
			report_warning(
			    &report, &conf->secrets[i],
			    "a password or a key stands here, and everybody on this host can read "
			    "%s; `chmod o-r` ends that",
			    conf->secrets[i].file);
	if (conf->global.tls.key[0] && stat(conf->global.tls.key, &status) == 0 &&
	    status.st_mode & S_IROTH)
		report_warning(&report, &conf->global.tls.key_place,
			       "everybody on this host can read the private key %s; `chmod o-r` "
			       "ends that",
			       conf->global.tls.key);
	diags_sort(diags);
}

struct conf *conf_load(const char *path, const struct conf_load_how *how, struct diags *diags,
		       char **ret_text, size_t *ret_len)
{
	char name[HOST_NAME_MAX + 1] = "", directory[PATH_MAX] = "/", *text;
	struct untrusted untrusted = {.root = how && how->root ? how->root : "",
				      .trust = how ? how->trust : CONF_TRUST_ANY};
	struct expand_host host = {.arg = &untrusted,
				   .match = host_match,
				   .read = host_read,
				   .environment = host_environment,
				   .directory = directory,
				   .config_id = name};
	struct report report;
	struct err err;
	struct conf *conf = NULL;
	size_t len;

	if (file_read(path, false, &untrusted, &text, &len, &err) < 0) {
		report_init(&report, diags, NULL);
		report_error(&report, &(struct conf_place){.file = path}, "%s", err.text);
		if (ret_text)
			*ret_text = NULL;
		if (ret_len)
			*ret_len = 0;
		return NULL;
	}
	gethostname(name, sizeof(name) - 1);
	host.seed = hash_text(name);
	name[strcspn(name, ".")] = '\0';
	if (how && how->config_id)
		host.config_id = how->config_id;
	if (!getcwd(directory, sizeof(directory)))
		strcpy(directory, "/");
	conf = conf_load_from(path, text, len, &host, how, diags, ret_text, ret_len);
	if (conf)
		modes_check(conf, diags);
	if (!trust_report(&untrusted, path, diags)) {
		diags_set_map(diags, NULL); /* the map points into the snapshot */
		conf_free(conf);
		conf = NULL;
	}
	/* diags points to the arena of the snapshot. */
	if (diags->map)
		diags->map->sources.items[0].owned = text;
	else
		free(text);
	return conf;
}
