/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports when an interface or an address of the machine has changed, and reads the state of the
 * interface of connection sync: the edge of sync/bound.h. */
#ifndef LVSD_SYNC_WATCH_H
#define LVSD_SYNC_WATCH_H

#include "base/err.h"
#include "base/loop.h"
#include "sync/bound.h"

struct sync_watch;

/*
 * Runs fn when interfaces or addresses have changed. Changes within 100 ms cause one call, because
 * an interface that is created again gets its name, its addresses and its carrier one after the
 * other. Returns 0, or -errno with a sentence.
 */
int sync_watch_open(struct loop *loop, loop_fn *fn, void *arg, struct sync_watch **ret_watch,
		    struct err *err);
void sync_watch_close(struct sync_watch *watch);

/*
 * Reads the state of the interface of daemon, all of whose parameters must be filled in. n_own: how
 * many sockets of lvsd have joined the group there. bound: the index that a running role is bound
 * to, or 0 if unknown. Facts that cannot be read are reported as not known. If it
 * cannot be asked whether the interface exists, as no descriptor is left, *ret_seen is untouched.
 */
void sync_watch_read(const struct sync_daemon *daemon, unsigned n_own, unsigned bound,
		     struct sync_seen *ret_seen);

/* Returns the whole text of a file of /proc, for free(); NULL if it cannot be read. */
char *sync_proc_text(const char *path);

#endif
