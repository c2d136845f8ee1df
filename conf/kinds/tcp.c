/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_CHECK. */
#include "conf/kinds/steps.h"

CONF_KIND(TCP, TCP_CHECK, tcp, CHECK, tcp,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_PAUSING_CHECKS | SCHEMA_COUNTING_CHECKS | SCHEMA_PASSING_CHECKS);

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
    {
	.id = KW_DIALOGUE,
	.name = "dialogue",
	.in = {SCHEMA_TCP_CHECK},
	.opens = SCHEMA_DIALOGUE,
	.is_own = true,
	.fields = {CHECK_LIST(steps, n_steps, CONF_OBJECT_STEP, steps_tables, .is_ordered = true,
		   .is_crossing = true, .is_meaning = true)},
	.help = "What the probe says once it is connected, and what the server must say, one step a "
		"line, in this order. The server is up when the last step is done, all within "
		"connect_timeout.",
	.example = "dialogue { send \"PING\\r\\n\" }",
    },
};

const struct schema_table schema_tcp = {rows, sizeof(rows) / sizeof(rows[0])};

const struct conf_kind_rules conf_kind_tcp = {
    .tables = {&schema_check, &schema_tcp, &schema_steps},
    .settle = steps_settle,
    .judge = steps_judge,
};
