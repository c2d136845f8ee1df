/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/own_files.h"
#include "base/mem.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder that path stands in, for free(), and the name there. */
static char *split(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	*ret_name = slash ? slash + 1 : path;
	if (!slash)
		return mem_strdup(".");
	return mem_printf("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static bool is_same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_same_folder(const char *a, const char *b)
{
	struct stat of_a, of_b;

	return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && is_same_inode(&of_a, &of_b);
}

/* Is path the name of file, or of what file leads to as a link? */
static bool is_name_of(const char *path, const char *file)
{
	struct stat of_path, of_file;
	const char *name, *file_name;
	char *folder = split(path, &name), *file_folder = split(file, &file_name);
	bool is_same = !strcmp(name, file_name) && is_same_folder(folder, file_folder);

	free(folder);
	free(file_folder);
	return is_same || (lstat(path, &of_path) == 0 && stat(file, &of_file) == 0 &&
			   is_same_inode(&of_path, &of_file));
}

/* An older lvsd had the files of the folder state beside that folder, and they are still read there. */
static bool is_of_run_dir(const char *name)
{
	static const char *const others[] = {RUNDIR_STATE, RUNDIR_CONTROL, RUNDIR_PID};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(name, others[i]))
			return true;
	for (const char *const *file = rundir_state_files; *file; file++)
		if (!strcmp(name, *file + strlen(RUNDIR_STATE "/")))
			return true;
	return false;
}

static bool is_in_run_dir(const char *run_dir, const char *path)
{
	const char *name;
	char *folder = split(path, &name), *state = rundir_file(run_dir, RUNDIR_STATE);
	bool is_own = is_same_folder(folder, state) ||
		      (is_of_run_dir(name) && is_same_folder(folder, run_dir));

	free(folder);
	free(state);
	return is_own;
}

int own_files_judge(const struct own_files *own, const char *path, struct err *err)
{
	if (own->run_dir && is_in_run_dir(own->run_dir, path))
		return err_set(err, -EPERM,
			       "%s is not written, as lvsd keeps a file of its own there, in its run directory "
			       "%s: name another file",
			       path, own->run_dir);
	for (size_t i = 0; i < own->read.n; i++)
		if (is_name_of(path, own->read.items[i]))
			return err_set(err, -EPERM,
				       "%s is not written, as it would replace %s, which lvsd reads: name another "
				       "file",
				       path, own->read.items[i]);
	return 0;
}
