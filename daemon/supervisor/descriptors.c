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
		       "the limit of open files is %llu, and lvsd needs %d at least: raise it "
		       "(`ulimit -n` in a shell, LimitNOFILE= in a systemd unit)",
		       (unsigned long long)limit.rlim_max, DESCRIPTORS_MIN);
}
