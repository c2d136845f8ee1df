/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon.h"
#include "conf/sorted.h"

#include <stdlib.h>

void canon_group_line_write(const struct conf_group_line *line, struct out *out)
{
	if (line->fwmark) {
		out_text(out, SCHEMA_FWMARK " ");
		out_number(out, line->fwmark);
		out_text(out, !line->family ? "" : line->family == AF_INET6 ? " inet6" : " inet");
		return;
	}
	out_addr(out, &line->first);
	if (addr_cmp(&line->first, &line->last)) {
		out_text(out, "-");
		out_addr(out, &line->last);
	}
	out_text(out, " ");
	out_number(out, line->port);
}

static void group_write(const struct conf_group *group, enum canon_part part, struct lines *lines)
{
	const void **list = sorted_list(group->lines, group->n_lines, sizeof(*group->lines),
					part == CANON_SHARED ? sorted_group_line_cmp : NULL);

	lines_open(lines, KW_VIRTUAL_SERVER_GROUP, group->name);
	for (size_t i = 0; i < group->n_lines; i++) {
		lines_indent(lines);
		canon_group_line_write(list[i], lines->out);
		lines_end(lines, false);
	}
	lines_close(lines);
	free(list);
}

void canon_write_groups(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	const void **list = sorted_list(conf->groups, conf->n_groups, sizeof(*conf->groups),
					part == CANON_SHARED ? sorted_group_cmp : NULL);

	for (size_t i = 0; i < conf->n_groups; i++) {
		const struct conf_group *group = list[i];

		if (group->is_used)
			group_write(group, part, lines);
	}
	free(list);
}
