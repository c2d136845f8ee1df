/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sync process as an object in a loop: it keeps the mirror (mirror.h) of what the kernel says, and sends
 * all of it when the director asks (bulk.h). It has no privilege. If it dies, the mirror begins anew.
 */
#ifndef LVSD_SYNC_WORKER_H
#define LVSD_SYNC_WORKER_H

#include "base/loop.h"

/* The most connections in the mirror, about 80 MB. */
#define SYNC_MIRROR_MAX 1000000

struct sync_worker;

/* channel: to the director; sync_worker_free() closes it. list: where the kernel lists its connections
 * (SYNC_LISTING_PATH). */
struct sync_worker *sync_worker_new(struct loop *loop, int channel, const char *list);
void sync_worker_free(struct sync_worker *worker);

/* The process, until its director is gone for good. Returns its exit status. */
int sync_worker_run(int channel);

#endif
