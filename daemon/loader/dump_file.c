/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/dump_file.h"
#include "base/mem.h"
#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define DUMP_MODE 0600

/* How often a name that somebody makes again and again is removed. */
#define TRIES 10

/* Judges one folder on the way, which may be a symbolic link: nobody but root may lead the way
 * elsewhere, or exchange the file. In a sticky folder nobody can do that with what is root's. */
static int folder_judge(const char *folder, struct err *err)
{
	struct stat own, st;
	uid_t self = geteuid();

	if (lstat(folder, &own) < 0 || stat(folder, &st) < 0)
		return err_set(err, -errno, "the folder %s cannot be used: %s", folder,
			       err_errno(errno));
	if ((own.st_uid && own.st_uid != self) || (st.st_uid && st.st_uid != self))
		return err_set(err, -EPERM,
			       "%s belongs to uid %u, who could lead the file elsewhere: name a file in a "
			       "folder of root's, or run `chown root %s`",
			       folder, own.st_uid ? own.st_uid : st.st_uid, folder);
	if (st.st_mode & (S_IWGRP | S_IWOTH) && !(st.st_mode & S_ISVTX))
		return err_set(err, -EPERM,
			       "%s (mode %04o) can be written by others than its owner, who could lead the "
			       "file elsewhere: run `chmod go-w %s`, or name another folder",
			       folder, st.st_mode & 07777, folder);
	return 0;
}

static int folders_judge(const char *path, struct err *err)
{
	char *folder = mem_strdup(path);
	int code = folder_judge("/", err);

	for (char *at = folder + 1; code == 0 && (at = strchr(at, '/')); at++) {
		*at = '\0';
		code = folder_judge(folder, err);
		/* What a link leads to has folders above it, too. */
		if (code == 0)
			code = trust_judge_parents(folder, err);
		*at = '/';
	}
	free(folder);
	return code;
}

/* Makes an own file beside path. What a loader left that was killed is removed. */
static int make(const char *path)
{
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		unlink(path);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, DUMP_MODE);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static int copy(int to, int from)
{
	struct stat st;
	off_t at = 0;
	ssize_t n;

	if (fstat(from, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > DUMP_FILE_MAX)
		return -EFBIG;
	while (at < st.st_size) {
		n = sendfile(to, from, &at, (size_t)(st.st_size - at));
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
	}
	return 0;
}

/* Puts the text into path by way of beside. */
static int put_dump(const char *path, const char *beside, int from, struct err *err)
{
	int to = make(beside), code = to;

	if (to >= 0) {
		code = copy(to, from);
		if (close(to) < 0 && code == 0)
			code = -errno;
		if (code == 0 && rename(beside, path) < 0)
			code = -errno;
		if (code < 0)
			unlink(beside);
	}
	if (code < 0)
		return err_set(err, code,
			       "%s cannot be written: %s", path, err_errno(code));
	return 0;
}

int dump_file_write(const char *path, int from, const struct own_files *own, struct err *err)
{
	char *beside = mem_printf("%s.new", path);
	int code = folders_judge(path, err);

	if (code == 0)
		code = own_files_judge(own, path, err);
	if (code == 0)
		code = own_files_judge(own, beside, err);
	if (code == 0)
		code = put_dump(path, beside, from, err);
	free(beside);
	return code;
}
