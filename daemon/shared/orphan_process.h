/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Can a process be an orphan (vrrp/orphan/orphan.h)? For kernels that do not say who listens at a socket. */
#ifndef LVSD_DAEMON_SHARED_ORPHAN_PROCESS_H
#define LVSD_DAEMON_SHARED_ORPHAN_PROCESS_H

#include <stdbool.h>

/*
 * Whether there may be one: a vrrp process of a user of lvsd (orphan_is_of_lvsd()) whose parent is no supervisor of
 * lvsd. proc: "/proc". Returns true too if the processes cannot be seen, as with hidepid. A stranger can have the name
 * of such a process, but not its user. Processes of other PID namespaces are not seen.
 */
bool orphan_process_may_run(const char *proc);

#endif
