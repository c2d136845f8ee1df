/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/memlock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The beginnings of the file names of the libraries that VRRP uses. */
static const char *const libraries[] = {"ld-", "libc-", "libc.", "libevent", "libnl-"};

static bool is_library(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		if (!strncmp(name, libraries[i], strlen(libraries[i])))
			return true;
	return false;
}

bool memlock_wants(const char *line, const char *program, struct memlock_region *ret_region)
{
	char access[8];
	int at = 0;

	if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s %*s %*s %*s %n", &ret_region->start,
		   &ret_region->end, access, &at) < 3 ||
	    !at || access[0] != 'r')
		return false;
	line += at;
	if (*line == '/')
		return (!strncmp(line, program, strlen(program)) &&
			strchr("\n", line[strlen(program)])) ||
		       is_library(line);
	/* Special mappings of the kernel ([vdso], [vvar]) are always there. */
	return !strncmp(line, "[heap]", 6) || !strncmp(line, "[stack]", 7) || *line == '\n' || !*line;
}
