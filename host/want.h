/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What should be there outside of IPVS, from the configuration alone: the health of servers does
 * not decide about it, so a server that fails and returns costs no change here. Pure.
 *
 * Full NAT. For each address that sources are translated to there is a set with the addresses of
 * its real servers and one rule on that set. `-m ipvs` with direction and method keeps everything
 * away from the rule that IPVS did not translate itself, the director's own health checks among it;
 * a set of addresses without ports also serves services that stand for every port. A second rule
 * drops what a real server sends to that address on a connection that this machine does not know
 * yet: after a failover its own TCP would refuse it, and so end a connection that goes on as soon
 * as the client sends something.
 *
 * Marks. For each match block there is a set with its addresses, and one rule for each 15 ports. Of
 * several services that match a packet the one with the smallest mark gets it, wherever they stand
 * in the file.
 */
#ifndef LVSD_HOST_WANT_H
#define LVSD_HOST_WANT_H

#include "conf/conf.h"
#include "host/state.h"

/* The sysctl without which full NAT cannot be. */
#define HOST_CONNTRACK "conntrack"

/* Fills ret_want (empty before), sorted. */
void host_want(const struct conf *conf, struct host_state *ret_want);

/*
 * Likewise, for the time after lvsd has stopped, as keep_at_stop says. Connections by FNAT need
 * their rule even when they are old: without any rule that needs it, the kernel stops tracking.
 */
void host_want_at_stop(const struct conf *conf, struct host_state *ret_want);

/*
 * Keeps in wanted sets what present ones have of addresses, sorted by addr_cmp, whose connections
 * are still being served although the file has them no more: a persistent client of a server that
 * is being drained begins new connections. Addresses of which the file says otherwise go.
 */
void host_want_keep(const struct conf *conf, const struct host_state *have,
		    const struct addr *in_use, size_t n, struct host_state *want);

/* Which parts have chains or sets in state, as a set of 1 << part. */
unsigned host_state_parts(const struct host_state *state);

/* Which parts a service cannot do without, likewise. */
unsigned host_needs(const struct conf_virtual_server *vs);

#endif
