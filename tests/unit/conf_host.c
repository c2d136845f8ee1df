/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf_host.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

static void match(void *arg, const char *pattern, struct expand_paths *paths)
{
	for (const struct host_file *file = arg; file->path; file++)
		if (fnmatch(pattern, file->path, FNM_PATHNAME) == 0)
			*vec_push(&paths->list) = mem_strdup(file->path);
}

static int read_file(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	const struct host_file *file = arg;

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

static const char *environment(void *arg, const char *name)
{
	(void)arg;
	if (!strcmp(name, "NET"))
		return "192.0.2";
	if (!strcmp(name, "PASS"))
		return "a#b!c";
	if (!strcmp(name, "EMPTY"))
		return "";
	return strcmp(name, "ESCAPE") ? NULL : "\x1b[2J";
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
