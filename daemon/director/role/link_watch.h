/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports when an interface of the machine was made, deleted or renamed (edge, rtnetlink). */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_LINK_WATCH_H
#define LVSD_DAEMON_DIRECTOR_ROLE_LINK_WATCH_H

#include "base/loop.h"

struct link_watch;

/* Runs fn when interfaces have changed; changes within 20 ms cause one call. Never NULL: if the kernel refuses the
 * socket, fn is not run, and a warning says what that costs. */
struct link_watch *link_watch_new(struct loop *loop, loop_fn *fn, void *arg);
void link_watch_free(struct link_watch *watch);

#endif
