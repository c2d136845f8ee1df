/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On whose behalf a file is only looked at (`lvsctl plan FILE`). Every member of lvsd-admin may ask
 * for any path, and diagnostics quote lines of the file: so the file is opened with the rights of the
 * caller, and the kernel decides. The director hands over its end of the caller's connection, whose
 * user the kernel noted when the caller connected. A director in the hands of a stranger can only use
 * a connection that somebody has made to the control socket. It cannot use a connection that it makes
 * itself to a daemon of root's, as the peer of that one has a name, nor one of its channels, which
 * the supervisor has made.
 *
 * A limit: such a director can keep the connection of a client. From the first command of root's on
 * (`lvsctl` as root), it can read any file as root, until lvsd ends.
 */
#ifndef LVSD_DAEMON_LOADER_CALLER_H
#define LVSD_DAEMON_LOADER_CALLER_H

#include "base/err.h"

#include <sys/types.h>

/* Facts about lvsd that the loader has from the supervisor, not from the director. */
struct caller_known {
	const char *socket; /* the control socket, by the name that it was bound to */
	pid_t supervisor;   /* the process that has made the director's channels */
};

/* The director: sends connection, the caller's, over the loader's socket fd. 0 or -errno. */
int caller_send(int fd, int connection);

/*
 * The loader: takes the connection that comes over fd, and becomes its user and groups for good. It
 * must have been accepted at the control socket, from another process than the supervisor. A caller
 * who is root, or this process's own user, changes nothing. Returns 1 when the process has become
 * another user, 0 when nothing has changed, or -errno with a sentence.
 */
int caller_become(int fd, const struct caller_known *known, struct err *err);

#endif
