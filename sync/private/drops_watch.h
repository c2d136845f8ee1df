/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads once a second how many datagrams the kernel has dropped before its backup role took them (drops.h). The kernel
 * has no event for that. Edge. */
#ifndef LVSD_SYNC_PRIVATE_DROPS_WATCH_H
#define LVSD_SYNC_PRIVATE_DROPS_WATCH_H

#include "base/loop.h"
#include "sync/private/drops.h"

struct sync_drops_watch;

/* n_new: since the last call. total: since the start of the role. */
typedef void sync_drops_fn(uint32_t n_new, uint64_t total, void *arg);

/* fn is called after a reading that found new drops. local, uid: as of sync_drops_read(). Never NULL. */
struct sync_drops_watch *sync_drops_watch_new(struct loop *loop, const struct endpoint *local, uint32_t uid,
					      sync_drops_fn *fn, void *arg);
void sync_drops_watch_free(struct sync_drops_watch *watch);

#endif
