/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides who can read the memory of lvsd's processes. It contains passwords of VRRP, TLS keys and
 * the whole configuration. A core file would put them on a disk, and ptrace would show them to every
 * process of the same user.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_COREDUMP_H
#define LVSD_DAEMON_SUPERVISOR_COREDUMP_H

#include <stdbool.h>

/*
 * is_wanted (--core-dump): a crash leaves a core file. Otherwise this process leaves no core file,
 * and only a process with CAP_SYS_PTRACE can trace it or read its /proc/PID/mem. The children that it
 * forks inherit this until they execute another program. Call it again after a change of user, as the
 * kernel resets the setting then.
 */
void coredump_set(bool is_wanted);

/*
 * Sets the limit of core files in the same way. Children keep a limit also after exec, so it is for
 * processes that execute only programs of lvsd's choice. The process that starts an administrator's
 * scripts does not call it: they keep the limit that lvsd was started with.
 */
void coredump_limit(bool is_wanted);

#endif
