/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/model/sorted.h"

#include <stdlib.h>

void fields_tracker(struct fields *fields, const struct tracker_kind *kind, const void *older,
		    const void *newer)
{
	fields_walk(fields, kind->block, older, newer, NULL);
}

/* Writes "chk_haproxy weight -20 reverse", for free(); NULL: there is no tracker. */
static char *track_text(const struct conf_track *track)
{
	struct out out;

	if (!track)
		return NULL;
	out_init(&out, NULL, NULL);
	canon_track_write(track, &out);
	return out_take(&out);
}

/* What is needed while the trackers of two instances are compared. */
struct tracks_walk {
	struct fields *fields;
	enum conf_tracker kind;
	const char *label;
};

static void visit_track(const void *left, const void *right, void *arg)
{
	const struct conf_track *older = left, *newer = right;
	const struct tracks_walk *walk = arg;
	char *a, *b;

	if ((older ? older : newer)->kind != walk->kind)
		return;
	older = older && !older->is_of_group ? older : NULL;
	newer = newer && !newer->is_of_group ? newer : NULL;
	a = track_text(older);
	b = track_text(newer);
	field_element(&walk->fields->out, walk->label, a ? a : "", b ? b : "");
	free(a);
	free(b);
}

void fields_tracks(struct fields *fields, enum conf_tracker kind, const char *label,
		   struct fields_tracked older, struct fields_tracked newer)
{
	struct tracks_walk walk = {fields, kind, label};

	sorted_walk(older.tracks, older.n, newer.tracks, newer.n, sizeof(*older.tracks),
		    sorted_track_cmp, visit_track, &walk);
}

static bool sync_group_differs(struct fields *fields, const struct schema_keyword *row,
			       const void *left, const void *right)
{
	const struct conf_sync_group *older = left, *newer = right;
	enum conf_tracker kind;

	if (!tracker_kind_of_list(row->id, &kind))
		return false;
	fields_tracks(fields, kind, row->name,
		      (struct fields_tracked){older->tracks, older->n_tracks},
		      (struct fields_tracked){newer->tracks, newer->n_tracks});
	return true;
}

void fields_sync_group(struct fields *fields, const struct conf_sync_group *older,
		       const struct conf_sync_group *newer)
{
	fields_walk(fields, SCHEMA_VRRP_SYNC_GROUP, older, newer, sync_group_differs);
}
