/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/model/sorted.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* "5 overwrite", for free(); "" without init_file. */
static char *init_file_text(const struct conf_track_file *file)
{
	struct out out;

	out_init(&out, NULL, NULL);
	if (file->is_made)
		canon_init_file_write(file, &out);
	return out.len ? out_take(&out) : mem_strdup("");
}

static bool file_rule(struct fields *fields, const struct schema_keyword *row, const void *older,
		      const void *newer)
{
	char *a, *b;

	if (row->id != KW_TRACK_FILE_INIT)
		return false;
	a = init_file_text(older);
	b = init_file_text(newer);
	field_text(&fields->out, row->name, a, b);
	free(a);
	free(b);
	return true;
}

static char *process_text(const struct conf_track_process *process)
{
	struct out out;

	out_init(&out, NULL, NULL);
	canon_process_write(process, &out);
	return out_take(&out);
}

/* The word for the match; "any" if the name alone counts. */
static const char *match_text(const struct conf_track_process *process)
{
	return process->match == CONF_PARAM_ANY     ? "any"
	       : process->match == CONF_PARAM_EXACT ? "exact"
						    : canon_match_word(process);
}

static void quorum_max_text(const struct conf_track_process *process, char text[static 16])
{
	snprintf(text, 16, "%u", process->quorum_max);
	if (process->quorum_max == CONF_QUORUM_MAX_NONE)
		text[0] = '\0';
}

static bool process_rule(struct fields *fields, const struct schema_keyword *row,
			 const void *older, const void *newer)
{
	char from[16], to[16], *a, *b;

	switch (row->id) {
	case KW_PROCESS_COMMAND:
		a = process_text(older);
		b = process_text(newer);
		field_text(&fields->out, row->name, a, b);
		free(a);
		free(b);
		return true;
	case KW_PROCESS_PARAM_MATCH:
		field_text(&fields->out, row->name, match_text(older), match_text(newer));
		return true;
	case KW_PROCESS_QUORUM_MAX:
		quorum_max_text(older, from);
		quorum_max_text(newer, to);
		field_text(&fields->out, row->name, from, to);
		return true;
	default:
		return false;
	}
}

void fields_tracker(struct fields *fields, const struct tracker_kind *kind, const void *older,
		    const void *newer)
{
	fields_walk(fields, kind->block, older, newer,
		    kind->definition == KW_TRACK_FILE		? file_rule
		    : kind->definition == KW_VRRP_TRACK_PROCESS ? process_rule
								: NULL);
}

/* Writes "chk_haproxy weight -20 reverse", for free(); NULL: there is no tracker. */
static char *track_text(const struct conf_track *track)
{
	struct out out;

	if (!track)
		return NULL;
	out_init(&out, NULL, NULL);
	canon_track_write(track, CANON_BRIEF, &out);
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
