/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/descriptors.h"

#include <errno.h>
#include <sys/resource.h>

int descriptors_ensure(struct err *err)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS_MIN)
		return 0;
	limit.rlim_cur = limit.rlim_max;
	if (limit.rlim_max >= DESCRIPTORS_MIN && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return 0;
	return err_set(err, -EMFILE,
		       "the limit of open files is %llu, but lvsd needs at least %d: raise it "
		       "(`ulimit -n` in a shell, LimitNOFILE= in a systemd unit)",
		       (unsigned long long)limit.rlim_max, DESCRIPTORS_MIN);
}

/* Raises the limit to wanted, beyond the hard limit if that is permitted, otherwise up to the hard
 * limit. Returns whether the limit is wanted then. */
static bool raise_limit(__rlimit_resource_t resource, rlim_t wanted)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0 || limit.rlim_cur >= wanted)
		return true;
	if (limit.rlim_max < wanted && setrlimit(resource, &(struct rlimit){wanted, wanted}) == 0)
		return true;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	return setrlimit(resource, &limit) == 0 && limit.rlim_cur >= wanted;
}

bool descriptors_raise(void)
{
	bool has_files = raise_limit(RLIMIT_NOFILE, DESCRIPTORS_MIN);
	bool has_memory = raise_limit(RLIMIT_AS, RLIM_INFINITY);

	return raise_limit(RLIMIT_DATA, RLIM_INFINITY) && has_files && has_memory;
}
