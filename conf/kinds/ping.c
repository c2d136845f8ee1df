/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PING_CHECK. */
#include "conf/kind.h"

CONF_KIND(PING, PING_CHECK, ping, CHECK, ping,
	  SCHEMA_TIMED_CHECKS | SCHEMA_PORTLESS_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_PAUSING_CHECKS | SCHEMA_COUNTING_CHECKS);

#define PORTLESS "ICMP has no ports, so a ping uses none, with keepalived as with lvsd"

static const struct schema_keyword rows[] = {
    {
	.id = KW_PING_CHECK,
	.name = "PING_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_PING_CHECK,
	.is_repeatable = true,
	.help = "The server is up when it answers a ping (ICMP echo). It shows that the machine is "
		"there, not that it serves.",
    },
    {
	.id = KW_PING_CONNECT_PORT,
	.name = "connect_port",
	.in = {SCHEMA_PING_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.no_effect = PORTLESS,
	.help = "A port to ping.",
    },
    {
	.id = KW_PING_BIND_PORT,
	.name = "bind_port",
	.in = {SCHEMA_PING_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.no_effect = PORTLESS,
	.help = "A port to ping from.",
    },
};

const struct schema_table schema_ping = {rows, sizeof(rows) / sizeof(rows[0])};

const struct conf_kind_rules conf_kind_ping = {
    .tables = {&schema_check, &schema_ping},
    .transport = CONF_TRANSPORT_ICMP,
};
