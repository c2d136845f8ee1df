/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/orphan_find.h"
#include "base/socket/abstract.h"
#include "base/hash.h"
#include "base/mem.h"
#include "daemon/shared/orphan_user.h"
#include "daemon/shared/rundir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Strangers may wait at its socket. An orphan turns each away as soon as it is one. */
#define CONNECT_MS 1000

/* 0: there is no directory above. */
static dev_t device_above(const char *real)
{
	char *above = mem_strdup(real), *slash = strrchr(above, '/');
	struct stat st = {0};

	if (slash)
		slash[slash == above] = '\0';
	if (!slash || stat(above, &st) < 0)
		st.st_dev = 0;
	free(above);
	return st.st_dev;
}

char *orphan_door_name(const char *run_dir)
{
	char *real = rundir_real(run_dir);
	uint64_t hash = hash_mix(hash_text(real), (uint64_t)device_above(real));

	free(real);
	return mem_printf("lvsd/door/%016llx", (unsigned long long)hash);
}

int orphan_find(const char *run_dir, pid_t *ret_pid)
{
	char *name = orphan_door_name(run_dir);
	struct ucred orphan;
	int fd = abstract_connect(name, CONNECT_MS, &orphan);

	free(name);
	if (fd < 0)
		return fd;
	if (!orphan_is_of_lvsd(orphan.uid)) {
		close(fd);
		return -ECONNREFUSED;
	}
	*ret_pid = orphan.pid;
	return fd;
}
