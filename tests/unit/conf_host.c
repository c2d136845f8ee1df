/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf_host.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

static void match(void *arg, const char *pattern, struct expand_paths *paths)
{
	if (!strncmp(pattern, "broken", 6))
		paths->code = err_set(&paths->err, -EMFILE, "Too many open files");
	for (const struct host_file *file = arg; file->path; file++)
		if (fnmatch(pattern, file->path, FNM_PATHNAME) == 0)
			*vec_push(&paths->list) = mem_strdup(file->path);
}

static int read_file(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	const struct host_file *file = arg;

	if (!strncmp(path, "broken", 6))
		return err_set(err, -EIO, "the file cannot be read: Input/output error");
	while (file->path && strcmp(file->path, path) != 0)
		file++;
	if (!file->path)
		return err_set(err, -ENOENT, "the file cannot be opened: No such file or directory");
	if (!file->text)
		return err_set(err, -EINVAL,
			       "this is a directory; a configuration is a regular file");
	*ret_text = mem_strdup(file->text);
	*ret_len = strlen(file->text);
	return 0;
}

static int environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	(void)arg;
	if (!strcmp(name, "SECRET"))
		return err_set(err, -EACCES, "the value of SECRET is not for you");
	if (!strcmp(name, "NET"))
		*ret_value = "192.0.2";
	else if (!strcmp(name, "PASS"))
		*ret_value = "a#b!c";
	else if (!strcmp(name, "EMPTY"))
		*ret_value = "";
	else
		*ret_value = strcmp(name, "ESCAPE") ? NULL : "\x1b[2J";
	return 0;
}

struct expand_host host_of_files(const struct host_file *files)
{
	return (struct expand_host){.match = match,
				    .read = read_file,
				    .environment = environment,
				    .arg = (void *)files,
				    .directory = "/etc/dir",
				    .config_id = "lb1",
				    .seed = 1};
}
