/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/sysctl.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int sysctl_refused(const char *path, const char *verb, int code, struct err *err)
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

static int read_value(const char *path, char value[static HOST_SYSCTL_MAX], struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return sysctl_refused(path, "read", -errno, err);
	len = read(fd, value, HOST_SYSCTL_MAX - 1);
	if (len < 0) {
		int code = -errno;

		close(fd);
		return sysctl_refused(path, "read", code, err);
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
		return sysctl_refused(path, "write", -errno, err);
	if (write(fd, value, strlen(value)) < 0)
		code = -errno;
	close(fd);
	return code ? sysctl_refused(path, "write", code, err) : 0;
}

/* Replaces blanks of any kind by single blanks, and removes those at both ends. */
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

int host_sysctl_read(const char *dir, const char *name, char ret_value[static HOST_SYSCTL_MAX],
		     struct err *err)
{
	char *path = mem_printf("%s/%s", dir, name), value[HOST_SYSCTL_MAX];
	int rc = read_value(path, value, err);

	free(path);
	if (rc < 0)
		return rc;
	normalize(value);
	strcpy(ret_value, value);
	return 0;
}

int host_sysctl_write(const char *dir, const char *name, const char *value, struct err *err)
{
	char *path = mem_printf("%s/%s", dir, name), present[HOST_SYSCTL_MAX];
	int rc = host_sysctl_read(dir, name, present, err);
	bool is_there = rc == 0 && !strcmp(present, value);

	if (rc == 0 && !is_there)
		rc = write_value(path, value, err);
	if (rc == 0 && !is_there)
		rc = host_sysctl_read(dir, name, present, err);
	if (rc == 0 && strcmp(present, value))
		rc = err_set(err, -ERANGE,
			     "%s does not take the value \"%s\": the kernel keeps \"%s\"", path,
			     value, present);
	free(path);
	return rc;
}
