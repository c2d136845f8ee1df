/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of health checks, and those that give their defaults further out. */
#include "conf/conf.h"
#include "conf/schema.h"

/* Longer than any connection lives; keeps sums of times far from their types' limits. */
#define TIMER_MAX_US (INT64_C(4294967) * 1000000)

#define NETWORK_CHECKS SCHEMA_TCP_CHECK, SCHEMA_HTTP_GET

static const struct schema_choice http_versions[] = {{"1.0", CONF_HTTP_1_0},
						     {"1.0C", CONF_HTTP_1_0C},
						     {"1.1", CONF_HTTP_1_1},
						     {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_TCP_CHECK,
	.name = "TCP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_TCP_CHECK,
	.is_repeatable = true,
	.help = "The server is up when it accepts a TCP connection.",
    },
    {
	.id = KW_HTTP_GET,
	.name = "HTTP_GET",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_HTTP_GET,
	.is_repeatable = true,
	.help = "The server is up when each url answers as it should.",
    },
    {
	.id = KW_DELAY_LOOP,
	.name = "delay_loop",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, NETWORK_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = TIMER_MAX_US,
	.def = "60",
	.unit = "s",
	.help = "Time between two probes; further out, the default of the checks inside.",
    },
    {
	.id = KW_CONNECT_TIMEOUT,
	.name = "connect_timeout",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, NETWORK_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = TIMER_MAX_US,
	.def = "5",
	.unit = "s",
	.help = "Time after which a probe has failed; further out, the default of the checks inside.",
    },
    {
	.id = KW_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, NETWORK_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = TIMER_MAX_US,
	.unit = "s",
	.help = "Time from a failure to the next probe while retries are left; 1 s, HTTP 3 s.",
    },
    {
	.id = KW_VIRTUALHOST,
	.name = "virtualhost",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, SCHEMA_HTTP_GET, SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.max = 255,
	.help = "Host header of HTTP probes; address and port of the server when absent.",
    },
    {
	.id = KW_CHECK_RETRY,
	.name = "retry",
	.in = {NETWORK_CHECKS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "1",
	.help = "Further probes after the first failure of a check that is up.",
    },
    {
	.id = KW_CHECK_CONNECT_IP,
	.name = "connect_ip",
	.in = {NETWORK_CHECKS},
	.type = SCHEMA_TYPE_ADDRESS,
	.help = "Address to probe; the real server's when absent.",
    },
    {
	.id = KW_CHECK_CONNECT_PORT,
	.name = "connect_port",
	.in = {NETWORK_CHECKS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.help = "Port to probe; the real server's when absent.",
    },
    {
	.id = KW_CHECK_BINDTO,
	.name = "bindto",
	.in = {NETWORK_CHECKS},
	.type = SCHEMA_TYPE_ADDRESS,
	.help = "Source address of the probes; the kernel's choice when absent.",
    },
    {
	.id = KW_CHECK_BIND_PORT,
	.name = "bind_port",
	.in = {NETWORK_CHECKS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.help = "Source port of the probes; the kernel's choice when absent.",
    },
    {
	.id = KW_HTTP_PROTOCOL,
	.name = "http_protocol",
	.in = {SCHEMA_HTTP_GET},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = http_versions,
	.is_any_case = true,
	.def = "1.0",
	.help = "Version of HTTP; 1.0C asks to close the connection.",
    },
    {
	.id = KW_URL,
	.name = "url",
	.in = {SCHEMA_HTTP_GET},
	.opens = SCHEMA_URL,
	.is_repeatable = true,
	.is_required = true,
	.help = "One thing to fetch, and what it must answer.",
    },
    {
	.id = KW_URL_PATH,
	.name = "path",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.max = 2048,
	.is_required = true,
	.help = "Path to fetch, from the first slash on.",
    },
    {
	.id = KW_URL_STATUS_CODE,
	.name = "status_code",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_STATUSES,
	.min = 100,
	.max = 599,
	.def = "200-299",
	.is_repeatable = true,
	.help = "Status codes that mean success: numbers and ranges.",
    },
    {
	.id = KW_URL_DIGEST,
	.name = "digest",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_HEX,
	.max = 32,
	.help = "MD5 that the body must have, in hex.",
    },
};

const struct schema_table schema_check = {rows, sizeof(rows) / sizeof(rows[0])};
