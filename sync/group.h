/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets that send on the group of connection sync. Edge. */
#ifndef LVSD_SYNC_GROUP_H
#define LVSD_SYNC_GROUP_H

#include "sync/want.h"

/*
 * Makes a UDP socket, non-blocking and close-on-exec, that sends to the group on the daemon's interface,
 * whose index is given, with this ttl, and not to this machine itself. Returns it, or -errno.
 */
int sync_group_socket(const struct sync_daemon *daemon, unsigned index, unsigned ttl);

#endif
