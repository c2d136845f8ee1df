/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/realtime.h"
#include "base/err.h"
#include "base/log.h"
#include "vrrp/machine/memlock.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Above every ordinary process, below every other real-time one. */
#define PRIORITY 1
/* Heap that is reserved in advance, so that the memory of ordinary work is locked already. */
#define HEAP_RESERVE (256 * 1024)

/* Does a limit apply to locked memory? Then *ret_limit is its size. */
static bool is_limited(rlim_t *ret_limit)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		return false;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		limit.rlim_max = 0;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &limit);
	*ret_limit = limit.rlim_cur;
	return limit.rlim_cur != RLIM_INFINITY;
}

/* Grows the heap now: memory can be locked in advance only after the heap has grown to it. */
static void reserve_heap(void)
{
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_TOP_PAD, HEAP_RESERVE);
	free(malloc(HEAP_RESERVE));
}

/* Locks each mapping that VRRP touches. Returns their size in bytes; 0 with errno when the kernel
 * refused to lock one of them. */
static size_t lock_what_is_touched(FILE *maps, const char *program)
{
	struct memlock_region region;
	size_t total = 0, room = 0;
	char *line = NULL;
	bool is_good = true;
	int code = 0;

	while (is_good && getline(&line, &room, maps) > 0) {
		if (!memlock_wants(line, program, &region))
			continue;
		is_good = mlock((void *)region.start, region.end - region.start) == 0;
		code = errno;
		total += region.end - region.start;
	}
	free(line);
	if (is_good)
		return total;
	munlockall();
	errno = code;
	return 0;
}

/* Under a limit, which may be too low for all memory but enough for the memory that VRRP uses. */
static void lock_within(rlim_t limit)
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	FILE *maps = len > 0 ? fopen("/proc/self/maps", "re") : NULL;
	size_t locked = 0;
	int code = errno;

	if (maps) {
		program[len] = '\0';
		reserve_heap();
		locked = lock_what_is_touched(maps, program);
		code = errno;
		fclose(maps);
	}
	if (locked)
		log_info("%zu KiB of memory are locked, what VRRP uses: the limit of %llu KiB does "
			 "not allow all of it",
			 locked / 1024, (unsigned long long)limit / 1024);
	else
		log_warning("memory cannot be locked (%s; the limit is %llu KiB), so a machine "
			    "short of memory may send advertisements late: allow it by "
			    "LimitMEMLOCK=infinity in the unit, `ulimit -l unlimited`, or "
			    "--ulimit memlock=-1 of a container",
			    err_errno(-code), (unsigned long long)limit / 1024);
}

static void lock_memory(void)
{
	rlim_t limit = 0;

	if (!is_limited(&limit)) {
		if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
			log_warning("memory cannot be locked, so a machine short of memory may send "
				    "advertisements late: mlockall: %s",
				    err_errno(-errno));
	} else if (mlockall(MCL_CURRENT) < 0) {
		lock_within(limit);
	}
}

void vrrp_realtime_enter(void)
{
	struct sched_param param = {.sched_priority = PRIORITY};

	lock_memory();
	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &param) < 0)
		log_info("no real-time scheduling, a loaded machine may delay advertisements: %s",
			 err_errno(-errno));
}

static void set_priority(unsigned priority)
{
	struct sched_param param = {.sched_priority = priority ? (int)priority : PRIORITY};

	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &param) < 0)
		log_warning("vrrp_rt_priority %d is refused by the kernel (%s), so the vrrp process "
			    "goes on as it was: allow it by CAP_SYS_NICE, or by LimitRTPRIO= of the "
			    "unit",
			    param.sched_priority, err_errno(-errno));
}

static void set_cpus(const struct vrrp_schedule *schedule)
{
	cpu_set_t sets[VRRP_CPUS_MAX / CPU_SETSIZE];
	bool is_all = !vrrp_schedule_has_cpus(schedule);

	CPU_ZERO_S(sizeof(sets), sets);
	for (unsigned cpu = 0; cpu < VRRP_CPUS_MAX; cpu++)
		if (is_all || schedule->cpus[cpu / 8] & 1u << cpu % 8)
			CPU_SET_S(cpu, sizeof(sets), sets);
	if (sched_setaffinity(0, sizeof(sets), sets) < 0)
		log_warning("vrrp_cpu_affinity is refused by the kernel (%s), so the vrrp process "
			    "runs where it did: name processors that the machine has, and that "
			    "CPUAffinity= or AllowedCPUs= of the unit allows",
			    err_errno(-errno));
}

void vrrp_realtime_set(const struct vrrp_schedule *older, const struct vrrp_schedule *newer)
{
	if (older->rt_priority != newer->rt_priority)
		set_priority(newer->rt_priority);
	if (memcmp(older->cpus, newer->cpus, sizeof(newer->cpus)) != 0)
		set_cpus(newer);
}

void vrrp_realtime_leave(void)
{
	struct sched_param param = {.sched_priority = 0};

	/* A process may always give up real-time scheduling. */
	sched_setscheduler(0, SCHED_OTHER, &param);
}
