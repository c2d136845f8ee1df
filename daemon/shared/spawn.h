/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Forks one of lvsd's own processes. The child keeps only the descriptors that the caller names. */
#ifndef LVSD_DAEMON_SHARED_SPAWN_H
#define LVSD_DAEMON_SHARED_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

/* Remembers where the process's title stands in memory. Call it once, at the start of main(). */
void spawn_init_title(int argc, char **argv);

/* Changes what ps(1) shows ("lvsd: vrrp"). */
void spawn_set_title(const char *title);

/* The most descriptors that a process keeps. */
#define SPAWN_KEEP_MAX 64

/*
 * Forks. In the child all descriptors but 0, 1, 2 and the n in keep are closed, signals are as
 * signals_block() has them and SIGINT is ignored, there is no controlling terminal to type into
 * (TIOCSTI), the child dies with its parent, and main's return value is the exit status. Returns the
 * child's pid, or -errno.
 */
pid_t spawn(const int *keep, size_t n, int (*main)(void *arg), void *arg);

/* What standard error is afterwards. */
enum spawn_stderr {
	SPAWN_STDERR_NULL, /* /dev/null */
	SPAWN_STDERR_KEPT, /* what it was */
	SPAWN_STDERR_LOG,  /* the log (log_take_stderr()) */
};

/*
 * Puts /dev/null in place of standard input and output. They are a terminal, a file or a journal of the
 * person who started lvsd, into which a process that was taken over must not write.
 */
void spawn_detach(enum spawn_stderr error);

#endif
