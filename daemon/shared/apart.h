/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the name service (nsswitch.conf) in a process of its own, which ends with the answer. A module
 * of the name service, such as that of systemd, stays with its libraries in whatever process has used
 * it, and in all that are forked from there.
 */
#ifndef LVSD_DAEMON_SHARED_APART_H
#define LVSD_DAEMON_SHARED_APART_H

#include <stddef.h>

/* Fills *ret_result, which has zeros. It is copied, so it has no pointer to what is made here. */
typedef void apart_fn(const void *question, void *ret_result);

/* Calls ask in a process of its own and waits for it. Returns 0 with its result of size bytes in
 * *ret_result, or -errno if there can be no such process, or it has ended without a result. -ETIMEDOUT:
 * there was none within timeout_ms, as of a name service that hangs; the process is killed. */
int apart_ask(apart_fn *ask, const void *question, void *ret_result, size_t size, int timeout_ms);

#endif
