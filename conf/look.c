/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file of this room that opens files. */
#include "conf/look.h"
#include "conf/load.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/trust.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void conf_looked_fini(struct conf_looked *looked)
{
	free(looked->note);
	free(looked->text);
	*looked = (struct conf_looked){0};
}

static void refuse(struct conf_looked *looked, int code, const struct err *err)
{
	looked->code = code;
	looked->note = mem_strdup(err->text);
}

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
		/* The file may grow while it is read; CONF_FILE_MAX bounds that too. */
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

/* Reads a file. path is its name for messages; below_root is the name by which it is opened. */
static void look_at_file(const char *path, const char *below_root, bool is_included,
			 struct conf_looked *looked)
{
	struct stat status;
	struct err err;
	/* Without O_NONBLOCK, opening a FIFO would wait for a writer. */
	int fd = open(below_root, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), r = 0;

	if (fd < 0 || fstat(fd, &status) < 0) {
		r = -errno;
		err_set(&err, r, "the file cannot be opened: %s%s", err_errno(r), trust_way_to_open(r));
	} else if (!S_ISREG(status.st_mode)) {
		r = err_set(&err, -EINVAL, "this is %s; a configuration is a regular file",
			    kind_name(status.st_mode));
	} else if (is_included && status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) {
		r = err_set(&err, -EACCES,
			    "this file is executable, and keepalived reads no executable file as a "
			    "configuration");
	} else {
		r = status.st_size > CONF_FILE_MAX
			? -EFBIG
			: fd_read(fd, (size_t)status.st_size, &looked->text, &looked->len);
		if (r == -EFBIG)
			err_set(&err, r, "the file has more than %u bytes", CONF_FILE_MAX);
		else if (r < 0)
			err_set(&err, r, "the file cannot be read: %s", err_errno(r));
		else if (trust_judge(path, &status, &err) < 0)
			looked->note = mem_strdup(err.text);
	}
	if (r < 0)
		refuse(looked, r, &err);
	if (fd >= 0)
		close(fd);
}

static void look_for_matches(const char *below_root, size_t root_len, struct conf_looked *looked)
{
	VEC(char) paths = {0};
	glob_t found = {0};

	if (glob(below_root, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			for (const char *at = found.gl_pathv[i] + root_len;; at++) {
				*vec_push(&paths) = *at;
				if (!*at)
					break;
			}
	globfree(&found);
	looked->len = paths.n;
	looked->text = paths.items;
}

static void look_at_environment(const char *name, struct conf_looked *looked)
{
	const char *value = getenv(name);

	looked->code = value ? 0 : -ENOENT;
	looked->text = value ? mem_strdup(value) : NULL;
	looked->len = value ? strlen(value) : 0;
}

static void look_at_parents(const char *path, struct conf_looked *looked)
{
	struct err err;
	int code = trust_judge_parents(path, &err);

	if (code < 0)
		refuse(looked, code, &err);
}

static void look_at_mode(const char *path, struct conf_looked *looked)
{
	struct stat status;

	looked->code = stat(path, &status) == 0 ? (int)status.st_mode : -errno;
}

void conf_look_here(void *root, enum conf_look_kind kind, const char *key,
		    struct conf_looked *ret_looked)
{
	char *below_root = mem_printf("%s%s", (const char *)root, key);

	*ret_looked = (struct conf_looked){0};
	if (kind == CONF_LOOK_FILE || kind == CONF_LOOK_INCLUDED)
		look_at_file(key, below_root, kind == CONF_LOOK_INCLUDED, ret_looked);
	else if (kind == CONF_LOOK_MATCH)
		look_for_matches(below_root, strlen(root), ret_looked);
	else if (kind == CONF_LOOK_ENVIRONMENT)
		look_at_environment(key, ret_looked);
	else if (kind == CONF_LOOK_PARENTS)
		look_at_parents(key, ret_looked);
	else if (kind == CONF_LOOK_MODE)
		look_at_mode(key, ret_looked);
	free(below_root);
}
