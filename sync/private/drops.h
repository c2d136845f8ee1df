/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many datagrams the kernel has dropped because the backup role was too slow: the number is in the line of the
 * role's socket in /proc/net/udp. Pure.
 */
#ifndef LVSD_SYNC_PRIVATE_DROPS_H
#define LVSD_SYNC_PRIVATE_DROPS_H

#include "base/addr.h"

#include <stdbool.h>

/* The line of a socket. */
struct sync_drops_row {
	uint64_t inode; /* another socket has another one */
	uint32_t drops; /* since the socket was made; it wraps */
};

/*
 * Finds the socket that is bound to local, the group and port of the backup role. uid: of the process that started
 * the role, whose sockets count, beside those of root; any user can bind a socket there. text: the content of
 * /proc/net/udp. Returns false if there is none.
 */
bool sync_drops_read(const char *text, const struct endpoint *local, uint32_t uid, struct sync_drops_row *ret_row);

/* What was counted. Begins as {0}. */
struct sync_drops {
	struct sync_drops_row last;
	uint64_t total; /* since the start of the role */
};

/* Takes a reading. A role that was restarted begins at 0. Returns how many are new.
 * Example: readings of 3, 5 and 5 drops return 3, 2 and 0. */
uint32_t sync_drops_take(struct sync_drops *drops, const struct sync_drops_row *row);

#endif
