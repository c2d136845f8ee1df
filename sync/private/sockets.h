/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of the sync process in relay mode. The director opens them: the first one needs CAP_NET_RAW, and the
 * packets of a socket have the user who made it as their owner, for whom alone the rules of host/owner.h let
 * packets through to the backup role. Where the sync process runs as nobody, others have that user too. Edge.
 */
#ifndef LVSD_SYNC_PRIVATE_SOCKETS_H
#define LVSD_SYNC_PRIVATE_SOCKETS_H

#include "base/err.h"
#include "sync/want.h"

/* The sockets on the private interface, which has this index. */
struct sync_private_sockets {
	int heard; /* a packet socket: IP packets with the datagrams of the master role */
	int said;  /* UDP, connected: what is sent reaches this kernel's backup role */
};

/* Both are non-blocking and close-on-exec. Returns 0; or -errno with a sentence, and nothing is open. The caller closes
 * both. When the interface was made again, they must be opened again. */
int sync_private_sockets_open(const struct sync_roles *roles, unsigned index, struct sync_private_sockets *ret_sockets,
			      struct err *err);

/*
 * Opens the UDP socket for the other directors, bound to an address and port of this machine; scope: the index of the
 * interface of an IPv6 link-local address, else 0. The address may be missing: then it works from the moment at which
 * the machine has it. Returns the socket for close(), or -errno with a sentence.
 */
int sync_wire_open(const struct endpoint *listen, unsigned scope, struct err *err);

#endif
