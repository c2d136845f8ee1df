/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS_CHECK: lvsd reads it and does not run it. */
#include "conf/kind.h"

CONF_IDLE_KIND(DNS_CHECK, dns, SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS);

static const struct schema_choice dns_types[] = {{"A", 1},   {"NS", 2},   {"CNAME", 5}, {"SOA", 6},
						 {"MX", 15}, {"TXT", 16}, {"AAAA", 28}, {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_DNS_CHECK,
	.name = "DNS_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_DNS_CHECK,
	.is_repeatable = true,
	.no_effect = schema_not_run,
	.dangerous = "not run",
	.help = "The server is up when it answers a question of DNS.",
    },
    {
	.id = KW_DNS_RETRY,
	.name = "retry",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "3",
	.help = "Further probes after the first failure of a check that is up.",
    },
    {
	.id = KW_DNS_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.unit = "s",
	.help =
	    "Time from a failure to the next probe while retries are left; delay_loop when absent.",
    },
    {
	.id = KW_DNS_TYPE,
	.name = "type",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = dns_types,
	.def = "SOA",
	.help = "Record type to ask for, as A or MX.",
    },
    {
	.id = KW_DNS_NAME,
	.name = "name",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.def = ".",
	.help = "Domain name to ask for. When absent, the root.",
    },
};

const struct schema_table schema_dns = {rows, sizeof(rows) / sizeof(rows[0])};
