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
	a = track_text(older);
	b = track_text(newer);
	field_element(&walk->fields->out, walk->label, a ? a : "", b ? b : "");
	free(a);
	free(b);
}

void fields_tracks(struct fields *fields, enum conf_tracker kind, const char *label,
		   const struct conf_vrrp *older, const struct conf_vrrp *newer)
{
	struct tracks_walk walk = {fields, kind, label};

	sorted_walk(older->tracks, older->n_tracks, newer->tracks, newer->n_tracks,
		    sizeof(*older->tracks), sorted_track_cmp, visit_track, &walk);
}
