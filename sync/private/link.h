/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and changes the private interface (private.h) by rtnetlink. Edge: it decides nothing. The kernel answers while
 * a request is being sent, so nothing here waits for another process. */
#ifndef LVSD_SYNC_PRIVATE_LINK_H
#define LVSD_SYNC_PRIVATE_LINK_H

#include "base/err.h"
#include "sync/private/private.h"

/* Reads what the machine has under the name. Returns 0, or -errno with a sentence. */
int sync_private_read(const char *name, struct sync_private_seen *ret_seen, struct err *err);

/*
 * Carries out the operations of a plan that was made of seen. Returns 0, or -errno with a sentence; the operations
 * before the failed one are done. -EOPNOTSUPP: this kernel has no dummy interfaces.
 */
int sync_private_apply(const char *name, const struct sync_private_seen *seen, unsigned ops, struct err *err);

#endif
