/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the lines of /proc/net/ip_vs_conn in slices, with a bound in time: before Linux 6.14 the kernel looks
 * for the beginning of each page from the first connection on, so that 100,000 connections take seconds.
 * Edge.
 */
#ifndef LVSD_SYNC_LISTING_H
#define LVSD_SYNC_LISTING_H

#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>

#define SYNC_LISTING_PATH "/proc/net/ip_vs_conn"
/* A reading that takes longer ends there. */
#define SYNC_LISTING_MAX_MS 3000
/* Likewise before a planned handover, which waits for SYNC_FLUSH_MAX_MS at most. */
#define SYNC_FLUSH_LIST_MS 700
#define SYNC_FLUSH_MAX_MS  1000

struct sync_listing {
	int fd; /* -1: none is under way */
	struct mono end;
	size_t n_kept; /* bytes of a line that has not ended */
	char text[16384];
};

typedef void sync_line_fn(const char *line, void *arg);

/* Begins. Without the file, as without IPVS, the listing has no line. */
void sync_listing_begin(struct sync_listing *listing, const char *path, struct mono now);
/* Reads some more, and calls fn for each line. Returns whether the listing goes on. */
bool sync_listing_step(struct sync_listing *listing, struct mono now, sync_line_fn *fn, void *arg);
void sync_listing_end(struct sync_listing *listing);

#endif
