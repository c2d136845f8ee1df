/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "daemon/shared/rundir_names.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const rundir_state_files[] = {
    RUNDIR_APPLIED,  RUNDIR_PREVIOUS, RUNDIR_ROLLBACK, RUNDIR_OWNED,	 RUNDIR_HOST,	  RUNDIR_DRAIN,
    RUNDIR_ROLES,    RUNDIR_TIMEOUTS, RUNDIR_SYNC,     RUNDIR_ADDRESSES, RUNDIR_TRACKERS, RUNDIR_VERDICTS,
    RUNDIR_THROUGH,  NULL,
};

char *rundir_file(const char *path, const char *name)
{
	return mem_printf("%s/%s", path, name);
}

char *rundir_former_file(const char *path, const char *name)
{
	size_t len = strlen(RUNDIR_STATE "/");

	return strncmp(name, RUNDIR_STATE "/", len) ? NULL : rundir_file(path, name + len);
}

char *rundir_found(const char *path, const char *name)
{
	char *former = rundir_former_file(path, name);

	if (former && access(former, F_OK) == 0)
		return former;
	free(former);
	return rundir_file(path, name);
}
