/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows for each address of a real server when a route that may lead to it last changed. Pure. On a
 * machine that learns routes by BGP some route changes all the time; only a change of a prefix that
 * contains the address, or of a default route, can change the path to it.
 */
#ifndef LVSD_HEALTHCHECK_PATH_TARGETS_H
#define LVSD_HEALTHCHECK_PATH_TARGETS_H

#include "base/addr.h"
#include "base/mono.h"
#include "base/vec.h"

/* An address of a real server, and the last change of a route that may lead to it. */
struct path_target {
	struct addr addr;
	struct mono changed; /* {0}: not since the start */
};

/* Begins as {0}. */
struct path_targets {
	VEC(struct path_target) items; /* sorted by address */
	struct mono all[2]; /* the last change that concerns all addresses (a default route, a rule,
			       an address of this machine): IPv4, IPv6 */
};

/* Sets the addresses, in any order, doubles allowed. Addresses that were there before keep their
 * times. */
void path_targets_set(struct path_targets *targets, const struct addr *addrs, size_t n);
void path_targets_fini(struct path_targets *targets);

/* A change: the route to net/prefix_len. net.family AF_UNSPEC: any route may have changed. */
struct path_change {
	struct addr net;
	unsigned prefix_len;
};

/*
 * Notes the change for the addresses that it concerns. Returns whether it concerns any.
 * Example: with 10.1.0.1 and 10.2.0.1, a change of 10.1.0.0/16 concerns the first alone.
 */
bool path_targets_change(struct path_targets *targets, const struct path_change *change,
			 struct mono now);

/* When a change last concerned addr, which must be one of the addresses; {0}: never. */
struct mono path_targets_changed(const struct path_targets *targets, const struct addr *addr);

#endif
