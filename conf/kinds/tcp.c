/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_CHECK. */
#include "conf/kind.h"

static const struct schema_keyword rows[] = {
    {
	.id = KW_TCP_CHECK,
	.name = "TCP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_TCP_CHECK,
	.is_repeatable = true,
	.help = "The server is up when it accepts a TCP connection.",
    },
};

const struct schema_table schema_tcp = {rows, sizeof(rows) / sizeof(rows[0])};

const struct conf_kind conf_kind_tcp = {
    .facts = {.name = "TCP_CHECK", .runner = CONF_RUNNER_CHECK},
    .keyword = KW_TCP_CHECK,
    .block = SCHEMA_TCP_CHECK,
    .tables = {&schema_check, &schema_tcp},
};
