/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/conf_files.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#define SEPARATOR 0x1e

static void match(void *arg, const char *pattern, struct expand_paths *paths)
{
	const struct fuzz_files *files = arg;

	for (size_t i = 1; i < files->n; i++) {
		char path[] = {(char)('a' + i - 1), '\0'};

		if (fnmatch(pattern, path, FNM_PATHNAME) == 0)
			*vec_push(&paths->list) = mem_strdup(path);
	}
}

static int read_file(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	const struct fuzz_files *files = arg;
	const char *name = strncmp(path, "d/", 2) ? path : path + 2;
	size_t i = name[0] >= 'a' && name[0] <= 'z' && !name[1] ? (size_t)(name[0] - 'a') + 1 : 0;

	if (!i || i >= files->n)
		return err_set(err, -ENOENT, "there is none");
	if (files->list[i].len && files->list[i].text[0] == '\x7f')
		return err_set(err, -EISDIR, "this is a directory");
	*ret_len = files->list[i].len;
	*ret_text = mem_calloc(*ret_len + 1, 1);
	memcpy(*ret_text, files->list[i].text, *ret_len);
	return 0;
}

static int environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	(void)arg;
	if (name[0] == 'R')
		return err_set(err, -EACCES, "not for you");
	*ret_value = name[0] == 'N' ? NULL : name[0] == 'C' ? "a\nb" : "v#\"{ 1";
	return 0;
}

struct expand_host fuzz_files_of(const uint8_t *data, size_t size, struct fuzz_files *files)
{
	const char *at = (const char *)data, *end = at + size;

	files->n = 0;
	while (files->n < sizeof(files->list) / sizeof(files->list[0])) {
		const char *next = at < end ? memchr(at, SEPARATOR, (size_t)(end - at)) : NULL;

		files->list[files->n].text = at;
		files->list[files->n++].len = (size_t)((next ? next : end) - at);
		if (!next)
			break;
		at = next + 1;
	}
	return (struct expand_host){.match = match,
				    .read = read_file,
				    .environment = environment,
				    .arg = files,
				    .directory = "/",
				    .config_id = "id",
				    .seed = size,
				    .bytes_max = 20000,
				    .lines_max = 200};
}
