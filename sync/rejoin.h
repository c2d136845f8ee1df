/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A director comes back: what it says to the other, and what the other does about it. Pure.
 *
 * A kernel tells of a connection in use at most once in sync_refresh_period. A director whose
 * backup role has just started missed what was told before, so a session with but one packet in
 * that period would stay unknown to it, and be cut when it takes its address back. It therefore
 * says hello, and the other's kernel is made to tell anew of each connection that has a packet: of
 * every packet at first, then with a refresh period that grows as the time since the hello does.
 * At each moment the period is shorter than that time, so what was told last before the hello is
 * told again.
 */
#ifndef LVSD_SYNC_REJOIN_H
#define LVSD_SYNC_REJOIN_H

#include "base/mono.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The hello is a datagram of the kernel's own protocol without an entry (ip_vs_sync_mesg of
 * net/netfilter/ipvs/ip_vs_sync.c, version 1): kernels that hear it too find nothing in it.
 */
#define SYNC_HELLO_SIZE 8

void sync_hello_encode(uint32_t syncid, uint8_t hello[static SYNC_HELLO_SIZE]);

/* Whether data is a hello for a director of this syncid; 0 listens to all, as in the kernel. */
bool sync_hello_is(const void *data, size_t len, uint32_t syncid);

/* All zero: nobody has come back. */
struct sync_rejoin {
	bool is_on;
	struct mono began;
};

/*
 * A hello came that counts (sync/calls.h), or our own master role was made anew, and what it told before may
 * never have left: the time counts from now, also when another hello was being answered.
 */
void sync_rejoin_begin(struct sync_rejoin *rejoin, struct mono now);

/*
 * How long a director that has said hello leaves a master of lower priority alone: the usual
 * refresh period, and the three seconds that the other's kernel may keep an entry back.
 */
#define SYNC_HOLD_MS 13000

/* When the sysctls change next, MONO_NEVER when no more; ends what is over. */
struct mono sync_rejoin_step(struct sync_rejoin *rejoin, struct mono now);

/* A sysctl of net.ipv4.vs. */
struct sync_rejoin_sysctl {
	const char *name, *value;
};
#define SYNC_REJOIN_N_SYSCTLS 2

/*
 * sync_threshold and sync_refresh_period as they are to be now, the usual values when nobody comes
 * back, in the order in which they must be written: the kernel is never at "0 0" without a period,
 * where it tells of no connection at all.
 */
void sync_rejoin_sysctls(const struct sync_rejoin *rejoin, struct mono now,
			 struct sync_rejoin_sysctl ret_sysctls[static SYNC_REJOIN_N_SYSCTLS]);

#endif
