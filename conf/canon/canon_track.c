/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trackers, and the sync groups that have them. */
#include "conf/canon/canon.h"
#include "conf/model/sorted.h"
#include "conf/schema/tracker.h"

#include <stdio.h>
#include <stdlib.h>

void canon_track_write(const struct conf_track *track, enum canon_part part, struct out *out)
{
	char weight[16];

	snprintf(weight, sizeof(weight), "%d", track->weight);
	lines_quote(out, part == CANON_SHARED ? track->name : conf_track_label(track));
	out_text(out, " weight ");
	out_text(out, weight);
	out_text(out, track->is_reverse ? " reverse" : "");
}

void canon_tracks_write(const struct conf_track *tracks, size_t n_tracks, enum conf_tracker kind,
			enum canon_part part, struct lines *lines)
{
	size_t n = 0;

	for (size_t i = 0; i < n_tracks; i++) {
		if (tracks[i].kind != kind || tracks[i].is_of_group)
			continue;
		if (!n++)
			lines_open(lines, tracker_kind(kind)->list, "");
		lines_indent(lines);
		canon_track_write(&tracks[i], part, lines->out);
		lines_end(lines, false);
	}
	if (n)
		lines_close(lines);
}

static bool script_rule(struct lines *lines, enum canon_part part,
			const struct schema_keyword *row, const void *arg)
{
	const struct conf_vrrp_script *script = arg;

	(void)part;
	if (row->id != KW_TRACKER_TIMEOUT)
		return false;
	lines_begin(lines, row->id);
	out_seconds(lines->out, script->timeout_us);
	lines_end(lines, script->timeout_us == script->interval_us);
	return true;
}

void canon_init_file_write(const struct conf_track_file *file, struct out *out)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", file->number);
	out_text(out, number);
	out_text(out, file->is_overwritten ? " overwrite" : "");
}

static bool file_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		      const void *arg)
{
	const struct conf_track_file *file = arg;

	(void)part;
	if (row->id != KW_TRACK_FILE_INIT)
		return false;
	if (!file->is_made)
		return true;
	lines_begin(lines, row->id);
	canon_init_file_write(file, lines->out);
	lines_end(lines, false);
	return true;
}

void canon_process_write(const struct conf_track_process *process, struct out *out)
{
	for (size_t i = 0; i < process->argc; i++) {
		out_text(out, i ? " " : "");
		lines_quote(out, process->argv[i]);
	}
}

const char *canon_match_word(const struct conf_track_process *process)
{
	if (process->match == CONF_PARAM_INITIAL)
		return "initial";
	return process->match == CONF_PARAM_PARTIAL ? "partial" : "";
}

static bool process_rule(struct lines *lines, enum canon_part part,
			 const struct schema_keyword *row, const void *arg)
{
	const struct conf_track_process *process = arg;

	(void)part;
	switch (row->id) {
	case KW_PROCESS_COMMAND:
		lines_begin(lines, row->id);
		canon_process_write(process, lines->out);
		break;
	case KW_PROCESS_PARAM_MATCH:
		if (process->match == CONF_PARAM_EXACT)
			lines_flag(lines, row->id, false);
		else if (process->match != CONF_PARAM_ANY)
			lines_word(lines, row->id, canon_match_word(process));
		return true;
	case KW_PROCESS_QUORUM:
		if (process->quorum)
			return false;
		return true; /* it follows from quorum_max 0 */
	case KW_PROCESS_QUORUM_MAX:
		if (process->quorum_max == CONF_QUORUM_MAX_NONE)
			return true;
		lines_begin(lines, row->id);
		out_number(lines->out, process->quorum_max);
		break;
	default:
		return false;
	}
	lines_end(lines, false);
	return true;
}

static void definition_write(struct lines *lines, enum canon_part part,
			     const struct tracker_kind *kind, const void *definition)
{
	canon_rule_fn *rule = kind->definition == KW_VRRP_SCRIPT  ? script_rule
			      : kind->definition == KW_TRACK_FILE ? file_rule
								  : process_rule;

	lines_open(lines, kind->definition, tracker_definition_name(definition));
	canon_fields(lines, part, kind->block, definition, rule, definition);
	lines_close(lines);
}

void canon_write_trackers(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	/* Each director of a pair may have trackers of its own. */
	if (part == CANON_SHARED)
		return;
	for (enum conf_tracker k = 0; k < CONF_TRACKERS; k++) {
		const struct tracker_kind *kind = tracker_kind(k);
		size_t n;
		const char *list = tracker_definitions(conf, kind, &n);

		for (size_t i = 0; i < n; i++)
			definition_write(lines, part, kind, list + i * kind->size);
	}
}

/* --- sync groups --- */

static void members_write(const void **vrrps, size_t n, const char *group, struct lines *lines)
{
	lines_open(lines, KW_SYNC_GROUP_MEMBERS, "");
	for (size_t i = 0; i < n; i++) {
		const struct conf_vrrp *vrrp = vrrps[i];

		if (!vrrp->sync_group || strcmp(vrrp->sync_group, group))
			continue;
		lines_indent(lines);
		lines_quote(lines->out, vrrp->name);
		lines_end(lines, false);
	}
	lines_close(lines);
}

static bool sync_group_rule(struct lines *lines, enum canon_part part,
			    const struct schema_keyword *row, const void *arg)
{
	const struct conf_sync_group *group = arg;
	enum conf_tracker kind;

	if (!tracker_kind_of_list(row->id, &kind))
		return false;
	canon_tracks_write(group->tracks, group->n_tracks, kind, part, lines);
	return true;
}

void canon_write_sync_groups(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	bool is_sorted = part == CANON_SHARED;
	const void **groups = sorted_list(conf->sync_groups, conf->n_sync_groups,
					  sizeof(*conf->sync_groups),
					  is_sorted ? sorted_sync_group_cmp : NULL);
	const void **vrrps = sorted_list(conf->vrrps, conf->n_vrrps, sizeof(*conf->vrrps),
					 is_sorted ? sorted_vrrp_cmp : NULL);

	for (size_t i = 0; i < conf->n_sync_groups; i++) {
		const struct conf_sync_group *group = groups[i];

		lines_open(lines, KW_VRRP_SYNC_GROUP, group->name);
		members_write(vrrps, conf->n_vrrps, group->name, lines);
		canon_fields(lines, part, SCHEMA_VRRP_SYNC_GROUP, group, sync_group_rule, group);
		lines_close(lines);
	}
	free(groups);
	free(vrrps);
}
