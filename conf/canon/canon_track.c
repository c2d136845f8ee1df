/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/tracker.h"

#include <stdio.h>

void canon_track_write(const struct conf_track *track, struct out *out)
{
	char weight[16];

	snprintf(weight, sizeof(weight), "%d", track->weight);
	lines_quote(out, track->name);
	out_text(out, " weight ");
	out_text(out, weight);
	out_text(out, track->is_reverse ? " reverse" : "");
}

void canon_tracks_write(const struct conf_vrrp *vrrp, enum conf_tracker kind, struct lines *lines)
{
	size_t n = 0;

	for (size_t i = 0; i < vrrp->n_tracks; i++) {
		if (vrrp->tracks[i].kind != kind)
			continue;
		if (!n++)
			lines_open(lines, tracker_kind(kind)->list, "");
		lines_indent(lines);
		canon_track_write(&vrrp->tracks[i], lines->out);
		lines_end(lines, false);
	}
	if (n)
		lines_close(lines);
}

static bool definition_rule(struct lines *lines, enum canon_part part,
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

static void definition_write(struct lines *lines, enum canon_part part,
			     const struct tracker_kind *kind, const void *definition)
{
	lines_open(lines, kind->definition, tracker_definition_name(definition));
	canon_fields(lines, part, kind->block, definition, definition_rule, definition);
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
