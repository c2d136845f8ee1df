/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets that the director has passed for one probe (healthcheck/talk/sockets.h). */
#ifndef LVSD_HEALTHCHECK_PROBES_PASSED_H
#define LVSD_HEALTHCHECK_PROBES_PASSED_H

#include "base/vec.h"

#include <stdbool.h>

/* Begins as {0}: none. */
struct passed_sockets {
	VEC(int) fds;
	size_t n_given; /* of fds: so many are the probe's */
	size_t n_awaited; /* so many are to come before the probe can begin */
};

/* Takes a descriptor. Returns true when it was the last one that was awaited. One that is not awaited
 * is closed. */
bool passed_sockets_take(struct passed_sockets *sockets, int fd);
/* The socket that came first, which is the caller's from now on; -1: there is none left. The director
 * has closed its own copy of it before it passed the next one. So a fixed port is free again when this
 * socket is closed. */
int passed_sockets_give(struct passed_sockets *sockets);
/* Closes those that are left, and awaits none. */
void passed_sockets_clear(struct passed_sockets *sockets);

#endif
