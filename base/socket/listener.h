/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accepts the connections of a listening socket in a loop. A process without a free descriptor tries again after a
 * while: the socket stays readable, so that it would do nothing else. */
#ifndef LVSD_BASE_SOCKET_LISTENER_H
#define LVSD_BASE_SOCKET_LISTENER_H

#include "base/loop.h"

#include <stdbool.h>

/* How long a process waits that has no descriptor for a connection. */
#define LISTENER_PAUSE_MS 100

struct listener;

/* fd: a new connection, non-blocking and close-on-exec, the callee's. The listener may be freed there. */
typedef void listener_fn(int fd, void *arg);

/* fd: a listening socket, non-blocking, taken over. It does not accept yet. fn NULL: each connection is closed at
 * once. */
struct listener *listener_new(struct loop *loop, int fd, listener_fn *fn, void *arg);
/* listener may be NULL. */
void listener_free(struct listener *listener);
void listener_accept(struct listener *listener, bool is_accepting);
/* Accepts now who waits there, at most as many as in a turn. */
void listener_drain(struct listener *listener);

#endif
