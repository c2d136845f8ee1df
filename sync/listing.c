/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* So many pages are read in a turn: the datagrams of the kernel wait meanwhile. */
#define PAGES_PER_TURN 8

void sync_listing_begin(struct sync_listing *listing, const char *path, struct mono now)
{
	listing->fd = open(path, O_RDONLY | O_CLOEXEC);
	listing->n_kept = 0;
	listing->end = mono_add_ms(now, SYNC_LISTING_MAX_MS);
}

void sync_listing_end(struct sync_listing *listing)
{
	if (listing->fd >= 0)
		close(listing->fd);
	listing->fd = -1;
}

/* Hands over the lines that have ended, and keeps the rest. A line that does not end is no line. */
static void lines_take(struct sync_listing *listing, size_t n_new, sync_line_fn *fn, void *arg)
{
	char *begin = listing->text, *end;
	size_t left = listing->n_kept + n_new;

	while ((end = memchr(begin, '\n', left))) {
		*end = '\0';
		fn(begin, arg);
		left -= (size_t)(end + 1 - begin);
		begin = end + 1;
	}
	if (left == sizeof(listing->text))
		left = 0;
	memmove(listing->text, begin, left);
	listing->n_kept = left;
}

bool sync_listing_step(struct sync_listing *listing, struct mono now, sync_line_fn *fn, void *arg)
{
	for (int i = 0; i < PAGES_PER_TURN; i++) {
		ssize_t n;

		if (listing->fd < 0 || mono_reached(now, listing->end))
			break;
		n = read(listing->fd, listing->text + listing->n_kept, sizeof(listing->text) - listing->n_kept);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		lines_take(listing, (size_t)n, fn, arg);
		if (i == PAGES_PER_TURN - 1)
			return true;
	}
	sync_listing_end(listing);
	return false;
}

