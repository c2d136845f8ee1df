/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/config_ids.h"
#include "base/arena.h"
#include "conf/text/out.h"

#include <stdlib.h>
#include <string.h>

/* How many ids a message names. */
#define SHOWN_MAX 8

static bool is_known(const struct source_ids *ids, const char *id, size_t len)
{
	for (size_t i = 0; i < ids->list.n; i++)
		if (strlen(ids->list.items[i]) == len && !memcmp(ids->list.items[i], id, len))
			return true;
	return false;
}

void config_ids_add(struct source_map *map, const char *id, size_t len,
		    const struct source_spot *spot, bool is_own)
{
	struct source_ids *ids = &map->ids;

	ids->has_own |= is_own;
	if (is_own || ids->list.n > SHOWN_MAX || is_known(ids, id, len))
		return;
	if (!ids->list.n)
		ids->first = *spot;
	*vec_push(&ids->list) = arena_strndup(map->arena, id, len);
}

/* Writes "dir1, dir2 and dir3", or a list that ends with "others". */
static char *list_text(const struct source_ids *ids)
{
	size_t n = ids->list.n > SHOWN_MAX ? SHOWN_MAX : ids->list.n;
	struct out out;

	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		bool is_last = i + 1 == n && n == ids->list.n;

		out_text(&out, !i ? "" : is_last ? " and " : ", ");
		out_text(&out, ids->list.items[i]);
	}
	out_text(&out, n < ids->list.n ? " and others" : "");
	return out_take(&out);
}

void config_ids_report(struct report *report, const char *own)
{
	const struct source_ids *ids = &report->map->ids;
	char *list;

	if (!ids->list.n || (ids->has_own && !report->is_lacking))
		return;
	list = list_text(ids);
	if (ids->has_own)
		report_spot(report, REPORT_WARNING, &ids->first,
			    "lines for %s are left out, because the id of this host is '%s'; what is "
			    "missing below may stand on them",
			    list, own);
	else
		report_spot(report, REPORT_WARNING, &ids->first,
			    "no @ line is for this host, whose id is '%s': the file has lines for "
			    "%s; write the host's id there, or start lvsd with --config-id ID",
			    own, list);
	free(list);
}
