/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The edge of sync/rejoin.h and sync/heartbeat.h: says and hears hello and heartbeats on the group
 * and port of the kernel's sync daemons, beside them. A filter in the socket lets nothing else wake
 * this process, but for one datagram of a kernel after each heartbeat that is said.
 */
#ifndef LVSD_SYNC_HELLO_H
#define LVSD_SYNC_HELLO_H

#include "base/err.h"
#include "base/loop.h"
#include "sync/heartbeat.h"
#include "sync/want.h"

struct sync_hello;

typedef void sync_hello_fn(const struct addr *from, void *arg);

/*
 * Listens where daemon, with all parameters filled in, says; fn runs at each hello of another
 * director. file_ttl: the `ttl` of lvs_sync_daemon, 0 when the file has none (sync_ttl_is_near()).
 * 0, or -errno with a sentence.
 */
int sync_hello_open(struct loop *loop, const struct sync_daemon *daemon, unsigned file_ttl,
		    sync_hello_fn *fn, void *arg, struct sync_hello **ret_hello, struct err *err);
void sync_hello_close(struct sync_hello *hello);

/* Whether it is open for this daemon, and the interface is still the same one. */
bool sync_hello_fits(const struct sync_hello *hello, const struct sync_daemon *daemon,
		     unsigned file_ttl);

/* What else is heard; from is the sender's address. */
struct sync_ears {
	void (*on_heartbeat)(const struct addr *from, const struct sync_heartbeat *heartbeat,
			     void *arg);
	void (*on_entries)(const struct addr *from, void *arg); /* a kernel tells of connections */
	/* A hello or a heartbeat came with a TTL that nobody on this link sends: it was dropped. */
	void (*on_far)(const struct addr *from, unsigned ttl, void *arg);
	void *arg;
};

/* ears are copied. Returns false when there were some already, which stay. */
bool sync_hello_listen(struct sync_hello *hello, const struct sync_ears *ears);

/*
 * Says a heartbeat, and hears the next datagram in which a kernel tells of connections. 0, or
 * -errno when it could not be sent.
 */
int sync_hello_beat(struct sync_hello *hello, const struct sync_heartbeat *heartbeat);

/* Says hello now and twice more within a second, since a datagram may be lost. */
void sync_hello_say(struct sync_hello *hello);

#endif
