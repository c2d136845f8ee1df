/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK. */
#include "conf/kind.h"

CONF_KIND(SMTP, SMTP_CHECK, smtp, CHECK, smtp,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_PAUSING_CHECKS | SCHEMA_COUNTING_CHECKS | SCHEMA_PASSING_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_SMTP_CHECK,
	.name = "SMTP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_SMTP_CHECK,
	.is_repeatable = true,
	.help = "The server is up when it greets as a mail server (220), and answers HELO with 250.",
    },
    {
	.id = KW_SMTP_HELO_CHECK,
	.name = "helo_name",
	.in = {SCHEMA_SMTP_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.def = "smtpchecker.keepalived.org",
	.fields = {CHECK_FIELD(helo_name, .is_crossing = true, .is_meaning = true)},
	.help = "Name with which the probe introduces itself in HELO.",
    },
    {
	.id = KW_SMTP_HOST,
	.name = "host",
	.in = {SCHEMA_SMTP_CHECK},
	.opens = SCHEMA_SMTP_HOST,
	.is_repeatable = true,
	.help = "An address to probe in place of the server's. With several blocks, each is a check of "
		"its own. keepalived calls it deprecated: write several SMTP_CHECK.",
    },
};

const struct schema_table schema_smtp = {rows, sizeof(rows) / sizeof(rows[0])};

const struct conf_kind_rules conf_kind_smtp = {
    .tables = {&schema_check, &schema_smtp},
    .target = KW_SMTP_HOST,
};
