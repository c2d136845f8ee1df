/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether this process can be looked into. Passwords of VRRP, TLS keys and the whole configuration
 * are in the memory of lvsd's processes. A core file would put them on a disk, and ptrace would
 * show them to every process of the same user.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_COREDUMP_H
#define LVSD_DAEMON_SUPERVISOR_COREDUMP_H

#include <stdbool.h>

/*
 * Without is_wanted: no core file, no ptrace and no /proc/PID/mem but for CAP_SYS_PTRACE, for this
 * process and what it forks until that executes another program. With is_wanted (--core-dump): a
 * crash leaves a core file. Must be called again after a change of user, which the kernel answers
 * with a setting of its own.
 */
void coredump_set(bool is_wanted);

/*
 * The same by a limit, which children inherit over exec as well: for processes whose children are
 * lvsd's matter alone. Scripts of an administrator keep the limit that lvsd was started with.
 */
void coredump_limit(bool is_wanted);

#endif
