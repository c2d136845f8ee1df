/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/kernel.h"

#include "base/mem.h"
#include "sync/want.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int explain(const char *path, const char *verb, int code, struct err *err)
{
	const char *hint = "";

	if (code == -ENOENT)
		hint = ": this kernel has no IPVS, or its module ip_vs is not loaded";
	else if (code == -EROFS)
		hint = ": /proc/sys is read-only here, as in a container: set it on the host";
	else if (code == -EACCES || code == -EPERM)
		hint = ": lvsd must be started by root";
	return err_set(err, code, "cannot %s %s: %s%s", verb, path, err_errno(code), hint);
}

static int read_value(const char *path, char value[static SYNC_VALUE_MAX], struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return explain(path, "read", -errno, err);
	len = read(fd, value, SYNC_VALUE_MAX - 1);
	if (len < 0) {
		int code = -errno;

		close(fd);
		return explain(path, "read", code, err);
	}
	close(fd);
	value[len] = '\0';
	return 0;
}

static int write_value(const char *path, const char *value, struct err *err)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int code = 0;

	if (fd < 0)
		return explain(path, "write", -errno, err);
	if (write(fd, value, strlen(value)) < 0)
		code = -errno;
	close(fd);
	return code ? explain(path, "write", code, err) : 0;
}

/* The same words; the kernel separates them by tabs and ends with a newline. */
static bool has_same_words(const char *a, const char *b)
{
	static const char blanks[] = " \t\n";

	for (;;) {
		size_t len_a, len_b;

		a += strspn(a, blanks);
		b += strspn(b, blanks);
		len_a = strcspn(a, blanks);
		len_b = strcspn(b, blanks);
		if (len_a != len_b || memcmp(a, b, len_a))
			return false;
		if (!len_a)
			return true;
		a += len_a;
		b += len_b;
	}
}

/* 1: written, 0: it had the value. The kernel drops a value that it refuses without an error. */
static int apply_one(const char *path, const char *value, struct err *err)
{
	char present[SYNC_VALUE_MAX];
	int rc = read_value(path, present, err);

	if (rc < 0 || has_same_words(present, value))
		return rc;
	rc = write_value(path, value, err);
	if (rc < 0)
		return rc;
	rc = read_value(path, present, err);
	if (rc < 0)
		return rc;
	if (!has_same_words(present, value))
		return err_set(err, -ERANGE,
			       "%s does not take the value \"%s\": the kernel keeps \"%.*s\"", path,
			       value, (int)strcspn(present, "\n"), present);
	return 1;
}

int sync_kernel_write(const char *dir, const char *name, const char *value, struct err *err)
{
	char *path = mem_printf("%s/%s", dir, name);
	int rc = apply_one(path, value, err);

	free(path);
	return rc;
}

int sync_kernel_apply(const char *dir, struct err *err)
{
	int n = 0;

	for (const struct sync_sysctl *sysctl = sync_sysctls; sysctl->name; sysctl++) {
		int rc = sync_kernel_write(dir, sysctl->name, sysctl->value, err);

		if (rc < 0)
			return rc;
		n += rc;
	}
	return n;
}

/* Blanks of any kind become single ones, none at the ends. */
static void normalize(char *value)
{
	char *to = value;

	for (const char *at = value; *at; at++) {
		if (!strchr(" \t\n", *at))
			*to++ = *at;
		else if (to > value && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > value && to[-1] == ' ')
		to--;
	*to = '\0';
}

int sync_kernel_read(const char *dir, const char *name, char ret_value[static SYNC_VALUE_MAX],
		     struct err *err)
{
	char *path = mem_printf("%s/%s", dir, name), value[SYNC_VALUE_MAX];
	int rc = read_value(path, value, err);

	free(path);
	if (rc < 0)
		return rc;
	normalize(value);
	strcpy(ret_value, value);
	return 0;
}
