/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/trust.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_owner_trusted(const struct stat *st, uid_t also)
{
	return st->st_uid == 0 || st->st_uid == geteuid() || st->st_uid == also;
}

/* Names those besides the owner who may write. NULL: nobody else. */
static const char *other_writers(const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return "everybody";
	if (st->st_mode & S_IWGRP && st->st_gid != 0)
		return "its group";
	return NULL;
}

int trust_judge(const char *path, const struct stat *st, struct err *err)
{
	return trust_judge_of(path, st, 0, err);
}

int trust_judge_of(const char *path, const struct stat *st, uid_t also, struct err *err)
{
	const char *writers = other_writers(st);

	if (!is_owner_trusted(st, also))
		return err_set(err, -EPERM,
			       "%s (owner uid %u, mode %04o) belongs to another user than root, "
			       "and lvsd does as root what this file says: run `chown root %s%s%s`",
			       path, st->st_uid, st->st_mode & 07777, path,
			       writers ? " && chmod go-w " : "", writers ? path : "");
	if (writers)
		return err_set(err, -EPERM,
			       "%s (owner uid %u, mode %04o) can be written by %s, and lvsd does "
			       "as root what this file says: run `chmod go-w %s`",
			       path, st->st_uid, st->st_mode & 07777, writers, path);
	return 0;
}

static int judge_parent(const char *path, const char *directory, struct err *err)
{
	const char *writers;
	struct stat st;

	if (stat(directory, &st) < 0)
		return 0;
	if (!is_owner_trusted(&st, 0))
		return err_set(err, -EPERM,
			       "%s (owner uid %u, mode %04o) belongs to another user than root, "
			       "who can replace %s in it: run `chown root %s`",
			       directory, st.st_uid, st.st_mode & 07777, path, directory);
	writers = st.st_mode & S_ISVTX ? NULL : other_writers(&st);
	if (writers)
		return err_set(err, -EPERM,
			       "%s (owner uid %u, mode %04o) can be written by %s, who can replace "
			       "%s in it: run `chmod go-w %s`",
			       directory, st.st_uid, st.st_mode & 07777, writers, path, directory);
	return 0;
}

int trust_judge_parents(const char *path, struct err *err)
{
	char *real = realpath(path, NULL), *slash;
	int code = 0;

	while (real && code == 0 && (slash = strrchr(real, '/'))) {
		*slash = '\0';
		code = judge_parent(path, *real ? real : "/", err);
	}
	free(real);
	return code;
}

const char *trust_way_to_open(int code)
{
	return code == -EACCES && geteuid() == 0
		   ? "; lvsd reads as root, but gives up the right to override permissions: make root the "
		     "owner, or let root read the file and pass each folder above it"
		   : "";
}
