/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/coredump.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void coredump_set(bool is_wanted)
{
	prctl(PR_SET_DUMPABLE, is_wanted ? 1 : 0, 0, 0, 0);
}

void coredump_limit(bool is_wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) < 0)
		return;
	limit.rlim_cur = is_wanted ? limit.rlim_max : 0;
	setrlimit(RLIMIT_CORE, &limit);
}
