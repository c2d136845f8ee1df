/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rundir_touch.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

int rundir_touch(const char *path, const char *name, int64_t wall_us)
{
	const struct timespec stamp = {.tv_sec = wall_us / 1000000,
				       .tv_nsec = wall_us % 1000000 * 1000};
	const struct timespec times[2] = {stamp, stamp};
	char *file = rundir_file(path, name);
	int code = utimensat(AT_FDCWD, file, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;

	free(file);
	return code;
}

int64_t rundir_touched(const char *path, const char *name)
{
	char *file = rundir_file(path, name);
	struct stat st;
	bool is_there = lstat(file, &st) == 0;

	free(file);
	return is_there ? (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000 : 0;
}
