/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"

#include <stdio.h>

const char *conf_tracker_name(enum conf_tracker kind)
{
	static const char *const names[] = {[CONF_TRACKER_SCRIPT] = "script",
					    [CONF_TRACKER_INTERFACE] = "interface"};

	return names[kind];
}

void canon_track_write(const struct conf_track *track, struct out *out)
{
	char weight[16];

	snprintf(weight, sizeof(weight), "%d", track->weight);
	lines_quote(out, track->name);
	out_text(out, " weight ");
	out_text(out, weight);
	out_text(out, track->is_reverse ? " reverse" : "");
}

void canon_tracks_write(const struct conf_vrrp *vrrp, enum conf_tracker kind, enum schema_id id,
			struct lines *lines)
{
	size_t n = 0;

	for (size_t i = 0; i < vrrp->n_tracks; i++) {
		if (vrrp->tracks[i].kind != kind)
			continue;
		if (!n++)
			lines_open(lines, id, "");
		lines_indent(lines);
		canon_track_write(&vrrp->tracks[i], lines->out);
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

void canon_write_vrrp_scripts(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	/* Each director of a pair may have trackers of its own. */
	if (part == CANON_SHARED)
		return;
	for (size_t i = 0; i < conf->n_vrrp_scripts; i++) {
		const struct conf_vrrp_script *script = &conf->vrrp_scripts[i];

		lines_open(lines, KW_VRRP_SCRIPT, script->name);
		canon_fields(lines, part, SCHEMA_VRRP_SCRIPT, script, script_rule, script);
		lines_close(lines);
	}
}
