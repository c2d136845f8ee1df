/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection as /proc/net/ip_vs_conn lists it (net/netfilter/ipvs/ip_vs_conn.c, ip_vs_conn_seq_show()), made
 * into the sync entry that the kernel would send of it. Pure.
 *
 * "TCP 0A090001 9C40 0A090064 0050 0A090015 0050 ESTABLISHED     899"
 */
#ifndef LVSD_SYNC_LISTED_H
#define LVSD_SYNC_LISTED_H

#include "sync/entry.h"
#include "sync/routes.h"

/* Room for an entry that was made of a line: IPv6, and what a persistence engine knows. */
#define SYNC_LISTED_MAX (SYNC_ENTRY_SIZE_MIN + 36 + 2 * (2 + 255))

/*
 * Writes the entry to raw and returns its length. 0: there is none, since the line is no connection, or in a
 * state of which kernels say nothing, or its route is not sure, or nothing shows what has become of its
 * segments (FTP). A connection has the seconds that are left as its timeout, a template the whole time.
 */
size_t sync_listed_entry(const char *line, const struct sync_routes *routes, const struct sync_marks *marks,
			 uint8_t raw[static SYNC_LISTED_MAX]);

#endif
