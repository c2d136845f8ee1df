/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The edge of sync/rejoin.h: says and hears hello on the group and port of the kernel's sync
 * daemons, beside them. A filter in the socket lets nothing but a hello wake this process.
 */
#ifndef LVSD_SYNC_HELLO_H
#define LVSD_SYNC_HELLO_H

#include "base/err.h"
#include "base/loop.h"
#include "sync/want.h"

struct sync_hello;

typedef void sync_hello_fn(void *arg);

/*
 * Listens where daemon, with all parameters filled in, says; fn runs at each hello of another
 * director. 0, or -errno with a sentence.
 */
int sync_hello_open(struct loop *loop, const struct sync_daemon *daemon, sync_hello_fn *fn,
		    void *arg, struct sync_hello **ret_hello, struct err *err);
void sync_hello_close(struct sync_hello *hello);

/* Whether it is open for this daemon, and the interface is still the same one. */
bool sync_hello_fits(const struct sync_hello *hello, const struct sync_daemon *daemon);

/* Says hello now and twice more within a second, since a datagram may be lost. */
void sync_hello_say(struct sync_hello *hello);

#endif
