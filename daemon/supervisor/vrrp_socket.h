/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket in the run dir by which an lvsd finds the vrrp process of an lvsd that died
 * (vrrp/orphan/orphan.h). The socket gets its name when the vrrp process is at work. Until then the name
 * leads to the orphan, which an lvsd that dies during its start has not relieved.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_VRRP_SOCKET_H
#define LVSD_DAEMON_SUPERVISOR_VRRP_SOCKET_H

#include <stdbool.h>

/* Initialized with {.listen_fd = -1, .orphan_fd = -1}. */
struct vrrp_socket {
	char *path, *fresh_path; /* the name, and the one before the socket has that; NULL: not open */
	int listen_fd; /* for each vrrp process of this lvsd; -1: there is none */
	int orphan_fd; /* a connection to the orphan, for each director until it has taken over; -1: none */
	bool is_published; /* the name leads to listen_fd */
};

/* Finds an orphan, and makes the socket. The caller has locked the run dir. A failure is logged: then
 * nobody can take over from this lvsd. */
void vrrp_socket_open(struct vrrp_socket *door, const char *run_dir);
/* The vrrp process of this lvsd is at work: there is no orphan any more, and the process can become one. */
void vrrp_socket_publish(struct vrrp_socket *door);
void vrrp_socket_close(struct vrrp_socket *door);

/* Whether an orphan has the addresses of the run dir, in which no lvsd runs. */
bool vrrp_socket_has_orphan(const char *run_dir);

#endif
