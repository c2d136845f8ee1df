/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The edge of sync/bound.h: says when an interface or an address of the machine has changed, and
 * looks at the interface of connection sync.
 */
#ifndef LVSD_SYNC_WATCH_H
#define LVSD_SYNC_WATCH_H

#include "base/err.h"
#include "base/loop.h"
#include "sync/bound.h"

struct sync_watch;

/*
 * Runs fn when interfaces or addresses have changed: once for all changes within 100 ms, since an
 * interface that is made again gets its name, its addresses and its carrier one after the other.
 * 0, or -errno with a sentence.
 */
int sync_watch_open(struct loop *loop, loop_fn *fn, void *arg, struct sync_watch **ret_watch,
		    struct err *err);
void sync_watch_close(struct sync_watch *watch);

/*
 * Looks at the interface of daemon, with all parameters filled in. n_own: sockets of lvsd itself
 * that are in the group there. bound: the index that a running role is known to have, or 0. What
 * cannot be read counts as not known.
 */
void sync_watch_look(const struct sync_daemon *daemon, unsigned n_own, unsigned bound,
		     struct sync_seen *ret_seen);

#endif
