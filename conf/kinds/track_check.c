/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TRACK_CHECK. */
#include "conf/kind.h"

CONF_KIND(TRACK, TRACK_CHECK, track_check, MODEL, none, SCHEMA_NONE);

static const struct schema_keyword rows[] = {
    {
	.id = KW_TRACK_CHECK,
	.name = "TRACK_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_TRACK_CHECK,
	.is_repeatable = true,
	.is_own = true,
	.help = "The server has the verdict of another real server or of a service's quorum, at the same "
		"moment and without a probe of its own.",
    },
    {
	.id = KW_TRACK_CHECK_TARGET,
	.name = "track",
	.in = {SCHEMA_TRACK_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "[REAL_SERVER@]SERVICE",
	.max = 255,
	.is_required = true,
	.is_own = true,
	.fields = {CHECK_FIELD(track, .is_meaning = true)},
	.help = "What is tracked, by the keys that `lvsctl status` shows.",
	.example = "track 10.0.0.21:80@tcp:192.0.2.80:80",
    },
};

const struct schema_table schema_track_check = {rows, sizeof(rows) / sizeof(rows[0])};

/* Whether the target exists is decided when all services are built (model/tracked/). */
const struct conf_kind_rules conf_kind_track_check = {
    .tables = {&schema_track_check},
};
