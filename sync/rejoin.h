/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a returning director sends to the other director, and what the other one does then. Pure.
 *
 * A kernel announces a connection in use at most once in sync_refresh_period. A director whose
 * backup role has just started has missed earlier announcements. It would not learn of a session
 * with only one packet in that period, and would cut the session when it takes its address back. It
 * therefore sends a hello, and the other director makes its kernel announce anew each connection
 * that has a packet: first for every packet, then with a refresh period that grows with the time
 * since the hello. The period is always shorter than that time, so a connection that was last
 * announced before the hello is announced again.
 */
#ifndef LVSD_SYNC_REJOIN_H
#define LVSD_SYNC_REJOIN_H

#include "base/mono.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The size of a hello: a datagram of the kernel's own sync protocol without an entry
 * (ip_vs_sync_mesg of net/netfilter/ipvs/ip_vs_sync.c, version 1). Kernels that receive it find
 * nothing in it.
 */
#define SYNC_HELLO_SIZE 8

/* Writes a hello for the directors of this syncid. */
void sync_hello_encode(uint32_t syncid, uint8_t hello[static SYNC_HELLO_SIZE]);

/*
 * Whether data is a hello for a director of this syncid; 0 takes those of all, as the kernel does.
 */
bool sync_hello_is(const void *data, size_t len, uint32_t syncid);

/* The answer to a hello while it is under way. All zero: no director has returned. */
struct sync_rejoin {
	bool is_on;
	struct mono began; /* when the hello came; valid with is_on */
};

/*
 * Begins the answer, also while another hello is being answered. To be called when a hello counts
 * (sync/calls.h), and when our own master role was restarted, since earlier announcements may never
 * have been sent.
 */
void sync_rejoin_begin(struct sync_rejoin *rejoin, struct mono now);

/* How long a director that has sent a hello does not preempt a master of lower priority: the usual
 * refresh period, and the 3 s for which the other kernel may keep an entry back. */
#define SYNC_HOLD_MS 13000

/* Ends the answer when its time is over. Returns when the sysctls change next; MONO_NEVER: they do
 * not. */
struct mono sync_rejoin_step(struct sync_rejoin *rejoin, struct mono now);

/* A sysctl of net.ipv4.vs, by its name there, and its value. The texts are static. */
struct sync_rejoin_sysctl {
	const char *name, *value;
};
#define SYNC_REJOIN_N_SYSCTLS 2

/*
 * The values that sync_threshold and sync_refresh_period are to have now: the usual ones when no
 * answer is under way. They must be written in the order of the result, so that the kernel is never
 * at "0 0" without a period: then it would announce no connection at all.
 */
void sync_rejoin_sysctls(const struct sync_rejoin *rejoin, struct mono now,
			 struct sync_rejoin_sysctl ret_sysctls[static SYNC_REJOIN_N_SYSCTLS]);

#endif
