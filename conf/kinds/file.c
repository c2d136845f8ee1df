/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FILE_CHECK. */
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/kinds/rules.h"

#include <stdio.h>

CONF_KIND(FILE, FILE_CHECK, file, DIRECTOR, none, SCHEMA_NONE);

static const struct schema_keyword rows[] = {
    {
	.id = KW_FILE_CHECK,
	.name = "FILE_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_FILE_CHECK,
	.is_repeatable = true,
	.help = "The number in a track_file, multiplied by a weight, is added to the weight of the "
		"real server. With weight 0 the server is down while the number is not 0, with weight 0 "
		"reverse while it is 0. A product of -2147483648 or less is down too.",
    },
    {
	.id = KW_FILE_CHECK_FILE,
	.name = "track_file",
	.in = {SCHEMA_FILE_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.refers = KW_TRACK_FILE,
	.is_required = true,
	.fields = {CHECK_FIELD(file, .is_meaning = true)},
	.help = "The track_file that has the number.",
    },
    {
	.id = KW_FILE_CHECK_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_FILE_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -INT32_MAX,
	.max = INT32_MAX,
	.options = SCHEMA_WEIGHT_LINE,
	.fields = {CHECK_RULED(file_weight)},
	.help = "The number in the file is multiplied by it; `reverse` gives it the other sign. When "
		"absent, the weight of the track_file counts.",
	.example = "weight -10",
    },
};

const struct schema_table schema_file = {rows, sizeof(rows) / sizeof(rows[0])};

/* A track_file that is not defined is reported elsewhere (check_names.c). */
static void file_check_settle(struct draft *draft, const struct node *node,
			      const struct build_heritage *heritage, struct conf_check *check)
{
	const struct node *weight = resolve_child(node, KW_FILE_CHECK_WEIGHT);
	struct build_tracker *tracker = build_tracker_find(draft, CONF_TRACKER_FILE, check->file);

	(void)heritage;
	if (tracker) {
		tracker->is_used = true;
		check->file_weight = tracker->weight;
		check->is_file_reverse = tracker->is_reverse;
	}
	build_weight_take(weight, &check->file_weight, &check->is_file_reverse);
}

/* Returns text: "-10 reverse". */
static const char *weight_format(const struct conf_check *check, char text[static 24])
{
	snprintf(text, 24, "%d%s", (int)check->file_weight, check->is_file_reverse ? " reverse" : "");
	return text;
}

static bool weight_write(struct lines *lines, const struct schema_keyword *row,
			 const struct canon_check *check)
{
	char text[24];

	if (row->id != KW_FILE_CHECK_WEIGHT)
		return false;
	lines_begin(lines, row->id);
	out_text(lines->out, weight_format(check->check, text));
	lines_end(lines, false);
	return true;
}

static bool weight_compare(struct fields *fields, const struct schema_keyword *row,
			   const struct conf_check *older, const struct conf_check *newer)
{
	char left[24], right[24];

	if (row->id != KW_FILE_CHECK_WEIGHT)
		return false;
	field_text(&fields->out, row->name, weight_format(older, left), weight_format(newer, right));
	return true;
}

const struct conf_kind_rules conf_kind_file = {
    .tables = {&schema_file},
    .settle = file_check_settle,
    .write = weight_write,
    .compare = weight_compare,
};
