/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into lvsd by a test: while the file that LAB_NOFORK names exists, no process can be
 * made, as on a machine with too many of them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

pid_t fork(void)
{
	const char *path = getenv("LAB_NOFORK");

	if (path && access(path, F_OK) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return ((pid_t(*)(void))dlsym(RTLD_NEXT, "fork"))();
}
