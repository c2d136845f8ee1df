/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/path.h"
#include "base/mem.h"
#include "base/program.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* How many symbolic links are followed on one path: as many as the kernel follows
 * (path_resolution(7)). */
#define LINKS_MAX 40

struct walk {
	const char *path; /* as in the configuration */
	const struct script_user *user;
	struct err *err;
	char *at;   /* the directories passed so far, without links; "" for the root */
	char *rest; /* the rest of the path: "", or "/..." after the first component */
	unsigned n_links;
	bool is_judged; /* the file was reached and judged */
	bool is_unsafe;
	struct err unsafe; /* the first reason why it is not safe */
};

static bool is_in_group(const struct script_user *user, gid_t gid)
{
	for (size_t i = 0; i < user->n_groups; i++)
		if (user->groups[i] == gid)
			return true;
	return user->gid == gid;
}

/* Whether user may execute a file, or search a directory. */
static bool may_execute(const struct stat *st, const struct script_user *user)
{
	if (user->uid == 0)
		return S_ISDIR(st->st_mode) || st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
	if (user->uid == st->st_uid)
		return st->st_mode & S_IXUSR;
	if (is_in_group(user, st->st_gid))
		return st->st_mode & S_IXGRP;
	return st->st_mode & S_IXOTH;
}

static const char *writers(const struct stat *st)
{
	return st->st_mode & S_IWOTH ? "everyone" : "its group";
}

static void find_unsafe(struct walk *walk, const char *kind, const char *name,
			const struct stat *st)
{
	bool is_root = walk->user->uid == 0, is_dir = S_ISDIR(st->st_mode);
	/* In a sticky directory others can neither replace nor rename files of root. */
	bool is_writable = st->st_mode & (S_IWGRP | S_IWOTH) && !(is_dir && st->st_mode & S_ISVTX);

	if (walk->is_unsafe || (is_dir && !is_root))
		return;
	if (is_root && st->st_uid != 0)
		err_set(&walk->unsafe, -EPERM,
			"the script %s would run as root, but the %s %s belongs to uid %u",
			walk->path, kind, name, st->st_uid);
	else if (is_writable)
		err_set(&walk->unsafe, -EPERM,
			"the script %s would run as uid %u, but the %s %s can be written by %s",
			walk->path, walk->user->uid, kind, name, writers(st));
	else
		return;
	walk->is_unsafe = true;
}

static int enter_directory(struct walk *walk, const char *name, const struct stat *st)
{
	if (!S_ISDIR(st->st_mode))
		return err_set(walk->err, -ENOTDIR,
			       "the script %s does not exist: %s is not a directory", walk->path,
			       name);
	if (!may_execute(st, walk->user))
		return err_set(
		    walk->err, -EACCES,
		    "the script %s cannot be run by uid %u, who may not enter the directory %s",
		    walk->path, walk->user->uid, name);
	find_unsafe(walk, "directory", name, st);
	return 0;
}

static int check_file(struct walk *walk, const char *name, const struct stat *st)
{
	struct statvfs fs;

	walk->is_judged = true;
	if (!S_ISREG(st->st_mode))
		return err_set(
		    walk->err, -EINVAL,
		    "the script %s is a device, socket or FIFO, not a file that can be run",
		    walk->path);
	if (!may_execute(st, walk->user))
		return err_set(
		    walk->err, -EACCES,
		    "the script %s is not executable by uid %u (its mode is %04o); chmod +x helps",
		    walk->path, walk->user->uid, st->st_mode & 07777);
	if (statvfs(name, &fs) == 0 && fs.f_flag & ST_NOEXEC)
		return err_set(walk->err, -EACCES,
			       "the script %s is on a file system that is mounted noexec",
			       walk->path);
	find_unsafe(walk, "file", name, st);
	return 0;
}

static int follow_link(struct walk *walk, const char *name)
{
	char target[PATH_MAX];
	ssize_t len = readlink(name, target, sizeof(target) - 1);
	char *rest;

	if (len < 0)
		return err_set(walk->err, -errno, "the script %s: the link %s cannot be read: %s",
			       walk->path, name, err_errno(errno));
	if (++walk->n_links > LINKS_MAX)
		return err_set(walk->err, -ELOOP, "the script %s: symbolic links lead in a circle",
			       walk->path);
	target[len] = '\0';
	rest = mem_printf("%s%s", target, walk->rest);
	free(walk->rest);
	walk->rest = rest;
	if (*target == '/')
		*walk->at = '\0';
	return 0;
}

/* Takes the next component from rest, for free(); NULL if there is none. */
static char *next_component(struct walk *walk)
{
	size_t skip = strspn(walk->rest, "/"), len = strcspn(walk->rest + skip, "/");
	char *component = len ? strndup(walk->rest + skip, len) : NULL;

	if (len && !component)
		mem_exhausted(len);
	memmove(walk->rest, walk->rest + skip + len, strlen(walk->rest + skip + len) + 1);
	return component;
}

/* Goes into the directory name, or judges name if it is the script. */
static int step_to(struct walk *walk, char *name)
{
	struct stat st;
	int code = lstat(name, &st) < 0 ? -errno : 0;

	if (code == -ENOENT)
		return err_set(walk->err, code, "the script %s does not exist: there is no %s",
			       walk->path, name);
	if (code < 0)
		return err_set(walk->err, code, "the script %s cannot be looked at: %s: %s",
			       walk->path, name, err_errno(code));
	if (S_ISLNK(st.st_mode))
		return follow_link(walk, name);
	if (!*walk->rest && !S_ISDIR(st.st_mode))
		return check_file(walk, name, &st);
	code = enter_directory(walk, name, &st);
	if (code < 0)
		return code;
	free(walk->at);
	walk->at = mem_strdup(name);
	return 0;
}

static int take_step(struct walk *walk, const char *component)
{
	char *name, *slash;
	int code;

	if (!strcmp(component, "."))
		return 0;
	if (!strcmp(component, "..")) {
		slash = strrchr(walk->at, '/');
		if (slash)
			*slash = '\0';
		return 0;
	}
	name = mem_printf("%s/%s", walk->at, component);
	code = step_to(walk, name);
	free(name);
	return code;
}

static int walk_all(struct walk *walk)
{
	struct stat st;
	char *component;
	int code = lstat("/", &st) < 0 ? -errno : enter_directory(walk, "/", &st);

	while (code == 0 && !walk->is_judged && (component = next_component(walk))) {
		code = take_step(walk, component);
		free(component);
	}
	if (code == 0 && !walk->is_judged)
		return err_set(walk->err, -EISDIR,
			       "the script %s is a directory, not a file that can be run",
			       walk->path);
	return code;
}

char *script_path_find(const char *program, struct err *err)
{
	char *path =
	    strchr(program, '/') ? mem_strdup(program) : program_find(SCRIPT_PATH, program);

	if (!path)
		err_set(err, -ENOENT, "the program %s is in none of " SCRIPT_PATH, program);
	return path;
}

static int not_absolute(const char *path, struct err *err)
{
	return err_set(err, -EINVAL, "the script '%s' needs an absolute path, which begins with '/'",
		       path);
}

static int absolute_check(const char *path, const struct script_user *user, bool is_secure_mode,
			  struct err *err)
{
	struct walk walk = {.path = path, .user = user, .err = err};
	int code;

	if (*path != '/')
		return not_absolute(path, err);
	walk.at = mem_strdup("");
	walk.rest = mem_strdup(path);
	code = walk_all(&walk);
	free(walk.at);
	free(walk.rest);
	if (code < 0 || !walk.is_unsafe)
		return code;
	return err_set(err, -EPERM, "%s; %s", walk.unsafe.text,
		       is_secure_mode ? "enable_script_security forbids this"
				      : "enable_script_security would forbid this");
}

int script_path_check(const char *path, const struct script_user *user, bool is_secure_mode,
		      struct err *err)
{
	char *found = script_path_find(path, err);
	int code = found ? absolute_check(found, user, is_secure_mode, err) : -ENOENT;

	free(found);
	return code;
}

char *script_path_admit(const char *program, const struct script_user *user, bool is_secure_mode,
			struct err *err)
{
	char *found = script_path_find(program, err);
	int code = 0;

	if (found && *found != '/')
		code = not_absolute(found, err);
	else if (found && is_secure_mode)
		code = absolute_check(found, user, true, err);
	if (code == 0)
		return found;
	free(found);
	return NULL;
}
