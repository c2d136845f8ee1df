/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BFD_CHECK: lvsd reads it and does not run it. */
#include "conf/kind.h"

CONF_IDLE_KIND(BFD_CHECK, bfd_check, SCHEMA_NONE);

static const struct schema_keyword rows[] = {
    {
	.id = KW_BFD_CHECK,
	.name = "BFD_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_BFD_CHECK,
	.is_repeatable = true,
	.no_effect = schema_not_run,
	.dangerous = "not run",
	.help = "The server is up while a BFD session is.",
    },
    {
	.id = KW_BFD_CHECK_NAME,
	.name = "name",
	.in = {SCHEMA_BFD_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 31,
	.refers = KW_BFD_INSTANCE,
	.is_required = true,
	.help = "Name of the bfd_instance.",
    },
    {
	.id = KW_BFD_CHECK_ALPHA,
	.name = "alpha",
	.in = {SCHEMA_BFD_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.help = "The check counts as down until its first success.",
    },
};

const struct schema_table schema_bfd_check = {rows, sizeof(rows) / sizeof(rows[0])};
