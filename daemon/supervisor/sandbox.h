/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process that reads strangers' bytes may ask of the kernel at all: system calls (seccomp, by libseccomp) and
 * files (Landlock). Both need no privilege but no_new_privs, cannot be undone, and hold for threads and children.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_SANDBOX_H
#define LVSD_DAEMON_SUPERVISOR_SANDBOX_H

#include <stdbool.h>

struct sock_filter;

/* A directory below which a process may read files, and write them. */
struct sandbox_path {
	const char *path; /* NULL ends a list */
	bool is_writable;
};

/* The lists of the table of processes; NULL ends them. A call that this machine does not know is left out. */
extern const char *const sandbox_vrrp_calls[], *const sandbox_check_calls[];
extern const struct sandbox_path sandbox_vrrp_paths[];

/* A list of calls as the kernel takes it: made once, since a process that replaces another has no time for it. */
struct sandbox_filter {
	struct sock_filter *items; /* NULL: all calls are allowed */
	unsigned short n;
};

/* 0, or -errno; the filter is the caller's to free. */
int sandbox_filter_make(const char *const *calls, struct sandbox_filter *ret_filter);
void sandbox_filter_fini(struct sandbox_filter *filter);

/*
 * From now on every call that is not in the list fails with EPERM. 0, or -errno: -EINVAL when the
 * kernel has no seccomp.
 */
int sandbox_calls(const struct sandbox_filter *filter);

/*
 * From now on no file can be opened, made or removed but below these paths. Open descriptors go on. 0, or -errno:
 * -ENOSYS and -EOPNOTSUPP when the kernel has no Landlock.
 */
int sandbox_paths(const struct sandbox_path *paths);

#endif
