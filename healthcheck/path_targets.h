/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For each address of a real server, when a route changed that may lead to it. Pure. A machine that
 * learns routes by BGP changes some all the time: only a change of a prefix that contains the
 * address, or of a default route, can move the way to it.
 */
#ifndef LVSD_HEALTHCHECK_PATH_TARGETS_H
#define LVSD_HEALTHCHECK_PATH_TARGETS_H

#include "base/addr.h"
#include "base/mono.h"
#include "base/vec.h"

struct path_target {
	struct addr addr;
	struct mono changed; /* {0}: not since the start */
};

/* Begins as {0}. */
struct path_targets {
	VEC(struct path_target) items; /* sorted by address */
	struct mono all[2];            /* default routes, rules, addresses: IPv4, IPv6 */
};

/* The addresses are these n from now on, in any order, doubles allowed. Those that stay keep their times. */
void path_targets_set(struct path_targets *targets, const struct addr *addrs, size_t n);
void path_targets_fini(struct path_targets *targets);

/* What has changed: the route to net/prefix_len. family AF_UNSPEC: anything may have. */
struct path_change {
	struct addr net;
	unsigned prefix_len;
};

/*
 * Returns whether the change concerns one of the addresses at all.
 * Example: of 10.1.0.1 and 10.2.0.1 a change of 10.1.0.0/16 concerns the first alone.
 */
bool path_targets_change(struct path_targets *targets, const struct path_change *change,
			 struct mono now);

/* When a change last concerned addr, which is one of the addresses; {0}: never. */
struct mono path_targets_changed(const struct path_targets *targets, const struct addr *addr);

#endif
