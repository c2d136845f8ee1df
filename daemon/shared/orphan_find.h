/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the vrrp process of an lvsd that died (vrrp/orphan/orphan.h) is found by those who know its run dir. */
#ifndef LVSD_DAEMON_SHARED_ORPHAN_FIND_H
#define LVSD_DAEMON_SHARED_ORPHAN_FIND_H

#include "base/err.h"
#include "base/socket/abstract_list.h"

#include <sys/types.h>

/*
 * The abstract name at which the vrrp process of an lvsd with this run dir listens (abstract_take()); free()
 * it. It depends on the real path, and on the file system that the directory above is on: a container that
 * has the host's network may have a run dir of that path too. The run dir itself may be missing.
 */
char *orphan_door_name(const char *run_dir);

/*
 * Connects to the orphan of the run dir, in which no lvsd runs. Returns a connection, or -errno; -ECONNREFUSED:
 * there is none in this network namespace. With any other error there may be one; -EAGAIN: it is there, and so many
 * others wait at its socket that there was no place for a second. *ret_pid: its process; 0: in another PID namespace.
 * Who it is is known from the kernel, so that no process of another user is taken for it, or hides it.
 */
int orphan_find(const char *run_dir, pid_t *ret_pid);

/* The same for the door and the names that the kernel has listed. Before Linux 5.3 the kernel does not list the users:
 * then a socket without a free place is taken for the orphan's only if a process in proc ("/proc") can be one. */
int orphan_find_listed(const struct abstract_list *list, const char *door, const char *proc, pid_t *ret_pid);

/* orphan_find() has returned code, another one than -ECONNREFUSED: sets a sentence that says so, and returns code. */
int orphan_busy(const char *run_dir, int code, struct err *err);

#endif
