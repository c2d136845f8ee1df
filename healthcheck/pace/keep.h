/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the end of a held connection (KEEP_CHECK) is worth. A server may end idle connections itself,
 * after a while or at once; that is no crash, and must not become a storm of connections and probes.
 * Pure.
 */
#ifndef LVSD_HEALTHCHECK_PACE_KEEP_H
#define LVSD_HEALTHCHECK_PACE_KEEP_H

#include "base/mono.h"

#include <stddef.h>

/* A connection that ends before this time ended soon. */
#define KEEP_SOON_MS 1000
/* So many of those are reported, one after the other. A process that is killed may end its
 * connections before it ends its listening socket: then the next connection ends soon too. */
#define KEEP_SOON_TOLD 2
/* So many bytes may one connection bring. They are thrown away. */
#define KEEP_BYTES_MAX 65536
/* An idle machine is asked for a sign of life after connect_timeout, and then so often. */
#define KEEP_ALIVE_COUNT 3

/* The connections to one target. Begins as {0}. */
struct keep {
	unsigned n_soon; /* that ended soon, one after the other; at most KEEP_SOON_TOLD + 1 */
	bool is_chatty;  /* the last one brought more than KEEP_BYTES_MAX */
};

/*
 * Notes that a connection has ended after lived_ns. is_chatty: this machine has ended it, since it
 * brought too much. Returns whether the end is reported, so that the server is probed and a new
 * connection made at once. Else the next one is made when the next probe is due anyway (delay_loop).
 * Example: ends after 60 s, 60 s, 0.1 s, 0.1 s, 0.1 s, 60 s: yes, yes, yes, yes, no, yes.
 */
bool keep_ended(struct keep *keep, int64_t lived_ns, bool is_chatty);

/* Notes that the present connection has lasted for lived_ns: after KEEP_SOON_MS all is well again. */
void keep_lasts(struct keep *keep, int64_t lived_ns);

/* What the reason of a success says about earlier connections; "": nothing. */
const char *keep_complaint(const struct keep *keep);

/* The socket options TCP_KEEPIDLE and TCP_KEEPINTVL, in seconds. Together, a machine that is silent
 * is found within about twice connect_timeout. Example: 5 s: 5, 2. */
void keep_alive_times(uint64_t connect_timeout_us, int *ret_idle, int *ret_interval);

/* How many connections a process may hold that has so many descriptors, and also probes: at least
 * half of them are left. */
size_t keep_max(size_t n_descriptors, size_t n_probes);

/* How many probes such a process makes at a time, at most n_probes: each has a descriptor, and further
 * checks wait until one is free. At least 1. */
size_t keep_probes_max(size_t n_descriptors, size_t n_probes);

#endif
