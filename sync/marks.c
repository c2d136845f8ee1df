/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/marks.h"
#include "base/vec.h"

#include <string.h>

/* The index of the first item whose service is not smaller. */
static size_t mark_place(const struct sync_marks *marks, const struct svckey *service)
{
	size_t low = 0, high = marks->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (svckey_cmp(&marks->items[middle].service, service) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct sync_marks *marks, size_t at, const struct svckey *service)
{
	return at < marks->n && !svckey_cmp(&marks->items[at].service, service);
}

void sync_marks_take(struct sync_marks *marks, const struct sync_entry *entry)
{
	const struct svckey service = {.family = entry->virtual_server.addr.family,
				       .protocol = entry->protocol,
				       .ep = entry->virtual_server};
	size_t at;

	if (!entry->fwmark || entry->is_template)
		return;
	at = mark_place(marks, &service);
	if (!is_at(marks, at, &service)) {
		if (marks->n >= SYNC_MARKS_MAX)
			return;
		vec_push(marks)->fwmark = 0;
		memmove(&marks->items[at + 1], &marks->items[at], (marks->n - 1 - at) * sizeof(*marks->items));
		marks->items[at].service = service;
	}
	marks->items[at].fwmark = entry->fwmark;
}

uint32_t sync_mark_of(const struct sync_marks *marks, const struct svckey *service)
{
	size_t at = mark_place(marks, service);

	return is_at(marks, at, service) ? marks->items[at].fwmark : 0;
}

void sync_marks_free(struct sync_marks *marks)
{
	vec_free(marks);
}
