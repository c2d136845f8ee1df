/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of health checks, and those that give their defaults further out. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

/* Longer than any connection lives; keeps sums of times far from their types' limits. */
#define TIMER_MAX_US (INT64_C(4294967) * 1000000)

/* A day: a script that may run longer is none that checks anything. */
#define SCRIPT_TIMER_MAX_US (INT64_C(86400) * 1000000)

#define HTTP_CHECKS    SCHEMA_HTTP_GET, SCHEMA_SSL_GET
#define NETWORK_CHECKS SCHEMA_TCP_CHECK, HTTP_CHECKS
#define ALL_CHECKS     NETWORK_CHECKS, SCHEMA_MISC_CHECK

/* Those that lvsd does not run, which take the same words. */
#define OTHER_CHECKS SCHEMA_SMTP_CHECK, SCHEMA_DNS_CHECK, SCHEMA_UDP_CHECK, SCHEMA_PING_CHECK

static const struct schema_choice http_versions[] = {
    {"1.0", CONF_HTTP_1_0}, {"1.0C", CONF_HTTP_1_0C}, {"1.1", CONF_HTTP_1_1}, {0}};

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
	.id = KW_SSL_GET,
	.name = "SSL_GET",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_SSL_GET,
	.is_repeatable = true,
	.help = "HTTP_GET over TLS.",
    },
    {
	.id = KW_MISC_CHECK,
	.name = "MISC_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_MISC_CHECK,
	.is_repeatable = true,
	.help = "The server is up when a script exits with 0.",
    },
    {
	.id = KW_DELAY_LOOP,
	.name = "delay_loop",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, ALL_CHECKS, OTHER_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = TIMER_MAX_US,
	.def = "60",
	.unit = "s",
	.help = "Time between two probes; further out, the default of checks inside.",
    },
    {
	.id = KW_CONNECT_TIMEOUT,
	.name = "connect_timeout",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, NETWORK_CHECKS, OTHER_CHECKS,
	       SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = TIMER_MAX_US,
	.def = "5",
	.unit = "s",
	.help = "Time after which a probe has failed; further out, the default of checks inside.",
    },
    {
	.id = KW_SERVER_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = TIMER_MAX_US,
	.unit = "s",
	.help = "Default of the checks' delay_before_retry.",
    },
    {
	.id = KW_TCP_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_TCP_CHECK, SCHEMA_MISC_CHECK, SCHEMA_SMTP_CHECK, SCHEMA_UDP_CHECK,
	       SCHEMA_PING_CHECK},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = TIMER_MAX_US,
	.def = "1",
	.unit = "s",
	.help = "Time from a failure to the next probe while retries are left.",
    },
    {
	.id = KW_HTTP_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {HTTP_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = TIMER_MAX_US,
	.def = "3",
	.unit = "s",
	.help = "Time from a failure to the next probe while retries are left.",
    },
    {
	.id = KW_VIRTUALHOST,
	.name = "virtualhost",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, HTTP_CHECKS, SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "HOST",
	.max = 255,
	.help = "Host header of HTTP probes; address and port of the server when absent.",
    },
    {
	.id = KW_CHECK_RETRY,
	.name = "retry",
	.in = {NETWORK_CHECKS, SCHEMA_SMTP_CHECK, SCHEMA_UDP_CHECK, SCHEMA_PING_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "1",
	.help = "Further probes after the first failure of a check that is up.",
    },
    {
	.id = KW_MISC_RETRY,
	.name = "retry",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "0",
	.help = "Further runs after the first failure of a check that is up.",
    },
    {
	.id = KW_ALPHA,
	.name = "alpha",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, ALL_CHECKS, OTHER_CHECKS,
	       SCHEMA_BFD_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.help = "A check counts as down until its first success; further out, the default of "
		"checks inside.",
    },
    {
	.id = KW_CHECK_CONNECT_IP,
	.name = "connect_ip",
	.in = {NETWORK_CHECKS, OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_ADDRESS,
	.help = "Address to probe; the real server's when absent.",
    },
    {
	.id = KW_CHECK_CONNECT_PORT,
	.name = "connect_port",
	.in = {NETWORK_CHECKS, OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.help = "Port to probe; when absent, the port that the file gives the real server, also "
		"where its packets keep the service's port (DR, TUN, firewall marks).",
    },
    {
	.id = KW_CHECK_BINDTO,
	.name = "bindto",
	.in = {NETWORK_CHECKS, OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_ADDRESS,
	.help = "Source address of the probes; the kernel's choice when absent.",
    },
    {
	.id = KW_CHECK_BIND_PORT,
	.name = "bind_port",
	.in = {NETWORK_CHECKS, OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.help = "Source port of the probes; the kernel's choice when absent.",
    },
    {
	.id = KW_HTTP_PROTOCOL,
	.name = "http_protocol",
	.in = {HTTP_CHECKS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = http_versions,
	.is_any_case = true,
	.def = "1.0",
	.help = "Version of HTTP; 1.0C asks to close the connection.",
    },
    {
	.id = KW_ENABLE_SNI,
	.name = "enable_sni",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.help = "The TLS handshake names the server it wants: sni_name, else virtualhost.",
    },
    {
	.id = KW_SNI_NAME,
	.name = "sni_name",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "HOST",
	.max = 255,
	.help = "Name for enable_sni, which it switches on.",
    },
    {
	.id = KW_MISC_PATH,
	.name = "misc_path",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = 1,
	.is_required = true,
	.help = "The script.",
    },
    {
	.id = KW_MISC_TIMEOUT,
	.name = "misc_timeout",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCRIPT_TIMER_MAX_US,
	.unit = "s",
	.help =
	    "Time after which the script is ended and has failed; delay_loop of the service when "
	    "absent.",
    },
    {
	.id = KW_MISC_DYNAMIC,
	.name = "misc_dynamic",
	.in = {SCHEMA_MISC_CHECK},
	.help = "Exit status 2 to 255 means up, with a weight of 0 to 253. After a restart of lvsd the "
		"server keeps the weight that it has until its script has spoken.",
    },
    {
	.id = KW_MISC_USER,
	.name = "user",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_USER,
	.help =
	    "Who runs the script: a user, and a group other than the user's own; as script_user "
	    "says when absent.",
    },
    {
	.id = KW_URL,
	.name = "url",
	.in = {HTTP_CHECKS},
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
	.argument = "PATH",
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
