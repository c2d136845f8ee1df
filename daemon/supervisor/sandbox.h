/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits what a process that reads bytes from the network can ask of the kernel: system calls
 * (seccomp, by libseccomp) and files (Landlock). Both need only no_new_privs, cannot be undone, and
 * hold for threads and children.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_SANDBOX_H
#define LVSD_DAEMON_SUPERVISOR_SANDBOX_H

#include <stdbool.h>

struct sock_filter;

/* A directory below which a process may read files, and write files if is_writable. */
struct sandbox_path {
	const char *path; /* NULL ends a list */
	bool is_writable;
};

/* The lists for the table of processes; each ends with NULL. A system call that this machine does not
 * have is skipped. */
extern const char *const sandbox_vrrp_calls[], *const sandbox_check_calls[], *const sandbox_sync_calls[];
extern const struct sandbox_path sandbox_vrrp_paths[];

/* A list of system calls as a program for the kernel. It is made once, when lvsd starts, as a process
 * that replaces another has no time for it. */
struct sandbox_filter {
	struct sock_filter *items; /* NULL: all calls are allowed */
	unsigned short n;
};

/* 0, or -errno. The caller frees the filter with sandbox_filter_fini(). */
int sandbox_filter_make(const char *const *calls, struct sandbox_filter *ret_filter);
void sandbox_filter_fini(struct sandbox_filter *filter);

/*
 * From now on every system call that is not in the list fails with EPERM. Returns 0 or -errno:
 * -EINVAL when the kernel has no seccomp.
 */
int sandbox_calls(const struct sandbox_filter *filter);

/*
 * From now on files can be opened, made and removed only below these paths. Descriptors that are open
 * already stay usable. Returns 0 or -errno: -ENOSYS or -EOPNOTSUPP when the kernel has no Landlock.
 */
int sandbox_paths(const struct sandbox_path *paths);

#endif
