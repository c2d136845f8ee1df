/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two sockets of the sync process, which has no privilege to open the first one: it hears what the
 * kernel's master role sends, and says the same to others. Edge.
 */
#ifndef LVSD_SYNC_TAP_H
#define LVSD_SYNC_TAP_H

#include "base/err.h"
#include "sync/want.h"

struct sync_tap {
	/* A packet socket: IP packets with the datagrams that leave this machine for the group, except for
	 * those of the other socket. */
	int heard;
	int said; /* UDP: for the group, and it sends to others alone */
};

/*
 * Opens both for a daemon all of whose parameters are filled in, on the interface with this index. ttl: as
 * lvs_sync_daemon has it, 0: 1. Returns 0; or -errno with a sentence, and nothing is open. The caller
 * closes both.
 */
int sync_tap_open(const struct sync_daemon *daemon, unsigned index, unsigned ttl, struct sync_tap *ret_tap,
		  struct err *err);

/* The first socket alone: what leaves this machine on the interface for the daemon's group and port, except from
 * own_port. Returns it, or -errno. */
int sync_tap_hear(const struct sync_daemon *daemon, unsigned index, uint16_t own_port);

#endif
