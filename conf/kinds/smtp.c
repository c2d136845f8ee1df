/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK: lvsd reads it and does not run it. */
#include "conf/kind.h"

CONF_IDLE_KIND(SMTP_CHECK, smtp,
	       SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	       SCHEMA_PAUSING_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_SMTP_CHECK,
	.name = "SMTP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_SMTP_CHECK,
	.is_repeatable = true,
	.no_effect = schema_not_run,
	.dangerous = "not run",
	.help = "The server is up when it greets as a mail server.",
    },
    {
	.id = KW_SMTP_HELO_CHECK,
	.name = "helo_name",
	.in = {SCHEMA_SMTP_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.def = "smtpchecker.keepalived.org",
	.help = "Name with which the probe introduces itself in HELO.",
    },
    {
	.id = KW_SMTP_HOST,
	.name = "host",
	.in = {SCHEMA_SMTP_CHECK},
	.opens = SCHEMA_SMTP_HOST,
	.is_repeatable = true,
	.help = "A further address of the server to probe; keepalived calls it deprecated.",
    },
};

const struct schema_table schema_smtp = {rows, sizeof(rows) / sizeof(rows[0])};
