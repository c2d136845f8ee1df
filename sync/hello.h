/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends and receives hellos and heartbeats on the group and port of the kernel's sync daemons: the
 * edge of sync/rejoin.h and sync/heartbeat.h. A filter in the socket drops everything else, so that
 * it does not wake this process; only after each heartbeat that is sent, the filter lets one
 * datagram of a kernel through.
 */
#ifndef LVSD_SYNC_HELLO_H
#define LVSD_SYNC_HELLO_H

#include "base/err.h"
#include "base/loop.h"
#include "sync/heartbeat.h"
#include "sync/want.h"

struct sync_hello;

/* Gets the sender of a hello. */
typedef void sync_hello_fn(const struct addr *from, void *arg);

/*
 * Opens the socket for daemon, all of whose parameters must be filled in. fn runs for each hello of
 * another director. file_ttl: the ttl of lvs_sync_daemon, 0 if the file has none
 * (sync_ttl_is_near()). Returns 0, or -errno with a sentence.
 */
int sync_hello_open(struct loop *loop, const struct sync_daemon *daemon, unsigned file_ttl,
		    sync_hello_fn *fn, void *arg, struct sync_hello **ret_hello, struct err *err);
void sync_hello_close(struct sync_hello *hello);

/* Whether the socket was opened for this daemon, and the interface has not been replaced since. */
bool sync_hello_fits(const struct sync_hello *hello, const struct sync_daemon *daemon,
		     unsigned file_ttl);

/* Callbacks for datagrams other than hellos. from is the sender's address. */
struct sync_ears {
	void (*on_heartbeat)(const struct addr *from, const struct sync_heartbeat *heartbeat,
			     void *arg);
	void (*on_entries)(const struct addr *from, void *arg); /* A datagram with sync entries
								   of a kernel arrived. */
	/* A hello or heartbeat was dropped: its TTL shows that it does not come from this link. */
	void (*on_far)(const struct addr *from, unsigned ttl, void *arg);
	void *arg;
};

/*
 * Sets the callbacks; ears is copied. Returns false if callbacks were set before, which then stay.
 */
bool sync_hello_listen(struct sync_hello *hello, const struct sync_ears *ears);

/* Sends a heartbeat. Afterwards the next datagram with sync entries is received, too. Returns 0, or
 * -errno if the heartbeat could not be sent. */
int sync_hello_beat(struct sync_hello *hello, const struct sync_heartbeat *heartbeat);

/* Sends a hello now and twice more within a second, since a datagram may be lost. */
void sync_hello_send(struct sync_hello *hello);

#endif
