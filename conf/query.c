/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file of this room that opens files. */
#include "conf/query.h"
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

void conf_answer_fini(struct conf_answer *answer)
{
	free(answer->note);
	free(answer->text);
	*answer = (struct conf_answer){0};
}

static void refuse(struct conf_answer *answer, int code, const struct err *err)
{
	answer->code = code;
	answer->note = mem_strdup(err->text);
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
static void file_answer(const char *path, const char *below_root, bool is_included,
			struct conf_answer *answer)
{
	struct stat status;
	struct err err;
	/* Without O_NONBLOCK, opening a FIFO would wait for a writer. */
	int fd = open(below_root, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), r = 0;

	if (fd < 0 || fstat(fd, &status) < 0) {
		r = -errno;
		err_set(&err, r, "the file cannot be opened: %s%s", err_errno(r),
			trust_way_to_open(r));
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
			: fd_read(fd, (size_t)status.st_size, &answer->text, &answer->len);
		if (r == -EFBIG)
			err_set(&err, r, "the file has more than %u bytes", CONF_FILE_MAX);
		else if (r < 0)
			err_set(&err, r, "the file cannot be read: %s", err_errno(r));
		else if (trust_judge(path, &status, &err) < 0)
			answer->note = mem_strdup(err.text);
	}
	if (r < 0)
		refuse(answer, r, &err);
	if (fd >= 0)
		close(fd);
}

/* A folder that does not exist, or that this process may not list, has no matches. */
static int on_glob_error(const char *path, int error)
{
	(void)path;
	return error != ENOENT && error != ENOTDIR && error != ELOOP && error != EACCES &&
	       error != EPERM;
}

static void matches_answer(const char *below_root, size_t root_len, struct conf_answer *answer)
{
	VEC(char) paths = {0};
	glob_t found = {0};
	struct err err;
	int r;

	errno = 0;
	r = glob(below_root, 0, on_glob_error, &found);
	if (r == GLOB_ABORTED || r == GLOB_NOSPACE) {
		r = r == GLOB_NOSPACE ? -ENOMEM : errno ? -errno : -EIO;
		err_set(&err, r, "the files that match cannot be found: %s", err_errno(r));
		refuse(answer, r, &err);
	}
	if (r == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			for (const char *at = found.gl_pathv[i] + root_len;; at++) {
				*vec_push(&paths) = *at;
				if (!*at)
					break;
			}
	globfree(&found);
	answer->len = paths.n;
	answer->text = paths.items;
}

static void environment_answer(const char *name, struct conf_answer *answer)
{
	const char *value = getenv(name);

	answer->code = value ? 0 : -ENOENT;
	answer->text = value ? mem_strdup(value) : NULL;
	answer->len = value ? strlen(value) : 0;
}

static void parents_answer(const char *path, struct conf_answer *answer)
{
	struct err err;
	int code = trust_judge_parents(path, &err);

	if (code < 0)
		refuse(answer, code, &err);
}

static void mode_answer(const char *path, struct conf_answer *answer)
{
	struct stat status;

	answer->code = stat(path, &status) == 0 ? (int)status.st_mode : -errno;
}

void conf_answer_here(void *root, enum conf_query_kind kind, const char *key,
		      struct conf_answer *ret_answer)
{
	char *below_root = mem_printf("%s%s", (const char *)root, key);

	*ret_answer = (struct conf_answer){0};
	if (kind == CONF_QUERY_FILE || kind == CONF_QUERY_INCLUDED)
		file_answer(key, below_root, kind == CONF_QUERY_INCLUDED, ret_answer);
	else if (kind == CONF_QUERY_MATCH)
		matches_answer(below_root, strlen(root), ret_answer);
	else if (kind == CONF_QUERY_ENVIRONMENT)
		environment_answer(key, ret_answer);
	else if (kind == CONF_QUERY_PARENTS)
		parents_answer(key, ret_answer);
	else if (kind == CONF_QUERY_MODE)
		mode_answer(key, ret_answer);
	free(below_root);
}
