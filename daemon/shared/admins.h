/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may command lvsd: root, and the members of the group lvsd-admin. lvsd's own processes that do
 * not run as root are not members of it. */
#ifndef LVSD_DAEMON_SHARED_ADMINS_H
#define LVSD_DAEMON_SHARED_ADMINS_H

#include <stdbool.h>

#define ADMINS_GROUP "lvsd-admin"

/* Lets the group connect to the socket file at path. Before, and where no such group exists, only
 * root can connect. */
void admins_let_in(const char *path);

/* Whether the peer of this connected unix socket may command lvsd. The user and groups count that
 * the peer had when it connected. */
bool admins_have_peer(int fd);

#endif
