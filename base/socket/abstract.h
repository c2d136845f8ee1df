/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unix sockets with abstract names, such as "@lvsd/vrrp/eth0/4/51" in the output of `ss -xl`. The kernel
 * gives a name once in a network namespace, whatever the file systems of the processes are, and takes it
 * back when the last descriptor of the socket is closed. Processes of any user may take a name or connect
 * to it: both ends look at the other one's user.
 */
#ifndef LVSD_BASE_SOCKET_ABSTRACT_H
#define LVSD_BASE_SOCKET_ABSTRACT_H

#include <stdint.h>
#include <sys/socket.h>

/* The longest name, without the "@". */
#define ABSTRACT_NAME_MAX 106

/* Returns a listening SOCK_SEQPACKET socket, non-blocking and close-on-exec, or -errno; -EADDRINUSE: the
 * name is taken. */
int abstract_listen(const char *name, int backlog);

/*
 * Returns a connection to the socket of that name, non-blocking and close-on-exec, or -errno; -ECONNREFUSED:
 * nobody listens; -EAGAIN: so many wait there that no place was free for wait_ms (0: at once).
 * *ret_listener: the process that listens (its pid is 0 in another PID namespace) and its user.
 */
int abstract_connect(const char *name, int64_t wait_ms, struct ucred *ret_listener);

#endif
