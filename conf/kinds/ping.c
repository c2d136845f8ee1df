/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PING_CHECK: lvsd reads it and does not run it. */
#include "conf/kind.h"

CONF_IDLE_KIND(PING_CHECK, ping,
	       SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	       SCHEMA_PAUSING_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_PING_CHECK,
	.name = "PING_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_PING_CHECK,
	.is_repeatable = true,
	.no_effect = schema_not_run,
	.dangerous = "not run",
	.help = "The server is up when it answers a ping.",
    },
};

const struct schema_table schema_ping = {rows, sizeof(rows) / sizeof(rows[0])};
