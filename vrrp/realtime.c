/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/realtime.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Above every ordinary process, below every other real-time one. */
#define PRIORITY 1

static bool is_unlimited(void)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		return true;
	return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

void vrrp_realtime_enter(void)
{
	struct sched_param param = {.sched_priority = PRIORITY};

	if (mlockall(is_unlimited() ? MCL_CURRENT | MCL_FUTURE : MCL_CURRENT) < 0)
		log_info("memory is not locked, a machine short of it may delay advertisements: %s",
			 err_errno(-errno));
	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &param) < 0)
		log_info("no real-time scheduling, a loaded machine may delay advertisements: %s",
			 err_errno(-errno));
}

void vrrp_realtime_leave(void)
{
	struct sched_param param = {.sched_priority = 0};

	/* Always allowed. */
	sched_setscheduler(0, SCHED_OTHER, &param);
}
