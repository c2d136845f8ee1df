/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_CHECK. */
#include "conf/kinds/steps.h"

CONF_KIND(TCP, TCP_CHECK, tcp, CHECK, tcp,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_PAUSING_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_TCP_CHECK,
	.name = "TCP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_TCP_CHECK,
	.is_repeatable = true,
	.help = "The server is up when it accepts a TCP connection, and answers as its dialogue "
		"says, if there is one.",
    },
};

const struct schema_table schema_tcp = {rows, sizeof(rows) / sizeof(rows[0])};

const struct conf_kind_rules conf_kind_tcp = {
    .tables = {&schema_check, &schema_tcp, &schema_steps},
    .settle = steps_settle,
    .judge = steps_judge,
};
