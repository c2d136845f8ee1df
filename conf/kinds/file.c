/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FILE_CHECK: lvsd reads it and does not run it. */
#include "conf/kind.h"

CONF_IDLE_KIND(FILE_CHECK, file, SCHEMA_NONE);

static const struct schema_keyword rows[] = {
    {
	.id = KW_FILE_CHECK,
	.name = "FILE_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_FILE_CHECK,
	.is_repeatable = true,
	.no_effect = schema_not_run,
	.dangerous = "not run",
	.help = "The server has the weight that a file says, and is down when that is below 0.",
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
	.help = "The number in the file is multiplied by it. When absent, the weight of the "
		"track_file counts.",
    },
};

const struct schema_table schema_file = {rows, sizeof(rows) / sizeof(rows[0])};
