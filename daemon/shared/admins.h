/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may command lvsd: root, and the members of a group. No process of lvsd but root's is in it. */
#ifndef LVSD_DAEMON_SHARED_ADMINS_H
#define LVSD_DAEMON_SHARED_ADMINS_H

#include <stdbool.h>

#define ADMINS_GROUP "lvsd-admin"

/* Lets the group connect to the socket file at path, which is root's alone before; without the group it stays so. */
void admins_let_in(const char *path);

/* Whether the peer of this connected unix socket may command, by what it was when it connected. */
bool admins_have_peer(int fd);

#endif
