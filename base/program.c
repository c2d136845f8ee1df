/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/program.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_program(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0111);
}

char *program_find(const char *path, const char *name)
{
	while (*path) {
		int len = (int)strcspn(path, ":");
		char *file = mem_printf("%.*s/%s", len, path, name);

		if (is_program(file))
			return file;
		free(file);
		path += len + (path[len] == ':');
	}
	return NULL;
}
