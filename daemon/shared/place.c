/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/place.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct place place_of_folder(const char *path)
{
	struct stat info;

	if (stat(path, &info) < 0 || !S_ISDIR(info.st_mode))
		return (struct place){0};
	return (struct place){.device = info.st_dev, .inode = info.st_ino};
}

struct place place_of_file(const char *path)
{
	char *resolved = realpath(path, NULL), *slash;
	struct place place;

	if (!resolved)
		resolved = mem_strdup(path);
	slash = strrchr(resolved, '/');
	if (slash)
		slash[slash == resolved] = '\0';
	place = place_of_folder(slash ? resolved : ".");
	free(resolved);
	return place;
}
