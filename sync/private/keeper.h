/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the private interface (private.h) on the machine while it is wanted: makes it, adopts it, corrects what
 * somebody changed, and makes it again at once when somebody deletes or renames it. Edge.
 *
 * The kernel's roles stay bound to an interface that is gone. So whoever runs the keeper restarts the roles when the
 * index has changed (sync/bound.h).
 */
#ifndef LVSD_SYNC_PRIVATE_KEEPER_H
#define LVSD_SYNC_PRIVATE_KEEPER_H

#include "base/loop.h"

struct sync_keeper;

/* Runs on_change when the index of the interface, or the fault, has changed after sync_keeper_new(). Never NULL.
 * The name is copied. */
struct sync_keeper *sync_keeper_new(struct loop *loop, const char *name, loop_fn *on_change, void *arg);
/* Leaves the interface as it is, as at a stop: the kernel's roles on it go on. */
void sync_keeper_free(struct sync_keeper *keeper);

/* The index of the interface; 0: it is not there, and sync_keeper_fault() says why. */
unsigned sync_keeper_index(const struct sync_keeper *keeper);
/* Why the interface is not there, or not as it should be, as a sentence; "": it is. */
const char *sync_keeper_fault(const struct sync_keeper *keeper);

/* Removes lvsd's interface of that name: the configuration does not want it any more. One of somebody else stays.
 * A failure is logged. Returns 0 or -errno. */
int sync_keeper_remove(const char *name);

#endif
