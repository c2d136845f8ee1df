/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides from the configuration alone what the machine should have outside of IPVS. The health of
 * servers plays no part, so a server that fails and returns changes nothing here. Pure.
 *
 * Full NAT. For each address that sources are translated to, there is a set of the addresses of its
 * real servers, and one rule on that set. `-m ipvs` with direction and method restricts the rule to
 * packets that IPVS has translated, so that others, such as the director's own health checks, are
 * left alone. The set has addresses without ports, so it also serves services for all ports. A
 * second rule drops packets that a real server sends to that address on a connection that this
 * machine does not know yet. Otherwise, after a failover, this machine's TCP would refuse such a
 * packet and so end a connection that would go on with the client's next packet.
 *
 * Marks. For each match block there is a set of its addresses, and one rule for each 15 ports. If
 * several services match a packet, the one with the smallest mark gets it, wherever they stand in
 * the file.
 */
#ifndef LVSD_HOST_WANT_H
#define LVSD_HOST_WANT_H

#include "conf/conf.h"
#include "host/state.h"

/* The sysctl that full NAT needs. */
#define HOST_CONNTRACK "conntrack"

/* Fills ret_want, which is empty before, sorted. */
void host_want(const struct conf *conf, struct host_state *ret_want);

/* As host_want(), for the time after lvsd has stopped (keep_at_stop). Old FNAT connections need
 * their rule, too: without any rule that needs connection tracking, the kernel stops tracking. */
void host_want_at_stop(const struct conf *conf, struct host_state *ret_want);

/*
 * Keeps addresses in wanted sets that the file does not name any more, if the present sets have
 * them and their connections are still being served: a persistent client of a server that is being
 * drained begins new connections. The addresses of those connections are given sorted by
 * addr_cmp(). Addresses that the file now uses for something else are not kept.
 */
void host_want_keep(const struct conf *conf, const struct host_state *have,
		    const struct addr *in_use, size_t n, struct host_state *want);

/*
 * Adds to want, which is sorted, what no_accept needs where the kernel has no nftables: a chain of
 * rules for each family, and their sets. The chain INPUT comes before IPVS, so what is for a virtual
 * server is let through by its address, protocol and port, or by its mark.
 */
void host_want_filter(const struct conf *conf, struct host_state *want);

/* Appends a rule. condition and action are words of iptables; the comment between them, which has
 * what and a hash, identifies the rule. */
void host_want_rule(struct host_chain *chain, const char *what, const char *condition,
		    const char *action);

/* Sorts want, and has each chain that exists jumped to. */
void host_want_finish(struct host_state *want);

/* The parts that have chains or sets in state, as a set of 1 << enum host_part. */
unsigned host_state_parts(const struct host_state *state);

/* The parts that a service needs, as a set of 1 << enum host_part. */
unsigned host_needs(const struct conf_virtual_server *vs);

#endif
