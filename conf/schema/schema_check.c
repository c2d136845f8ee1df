/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords that kinds of checks share (those of one kind are in conf/kinds), and those that give their
 * defaults further out. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

#define HTTP_CHECKS SCHEMA_HTTP_GET, SCHEMA_SSL_GET

/* Those that lvsd does not run, which take the same words. */
#define OTHER_CHECKS SCHEMA_SMTP_CHECK, SCHEMA_DNS_CHECK, SCHEMA_UDP_CHECK, SCHEMA_PING_CHECK

static const struct schema_keyword rows[] = {
    {
	.id = KW_DELAY_LOOP,
	.name = "delay_loop",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, SCHEMA_ALL_CHECKS OTHER_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "60",
	.unit = "s",
	.fields = {SERVICE_FIELD(delay_loop_us), CHECK_FIELD(delay_loop_us)},
	.help = "Time between two probes; further out, the default of checks inside.",
    },
    {
	.id = KW_CONNECT_TIMEOUT,
	.name = "connect_timeout",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, SCHEMA_PROBED_CHECKS OTHER_CHECKS,
	       SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "5",
	.unit = "s",
	.fields = {CHECK_FIELD(connect_timeout_us, .is_crossing = true, .is_meaning = true)},
	.help = "Time after which a probe has failed; further out, the default of checks inside.",
    },
    {
	.id = KW_SERVER_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.unit = "s",
	.fields = {CHECK_FIELD(delay_before_retry_us, .is_spelling = true)},
	.help = "Default of the checks' delay_before_retry.",
    },
    {
	.id = KW_TCP_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_TCP_CHECK, SCHEMA_MISC_CHECK, SCHEMA_SMTP_CHECK, SCHEMA_UDP_CHECK,
	       SCHEMA_PING_CHECK},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "1",
	.unit = "s",
	.fields = {CHECK_FIELD(delay_before_retry_us)},
	.help = "Time from a failure to the next probe while retries are left.",
    },
    {
	.id = KW_VIRTUALHOST,
	.name = "virtualhost",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, HTTP_CHECKS, SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "HOST",
	.max = 255,
	.fields = {URL_FIELD(host, .is_crossing = true)},
	.help = "Host header of HTTP probes. When absent, the address and port that are probed.",
    },
    {
	.id = KW_CHECK_RETRY,
	.name = "retry",
	.in = {SCHEMA_PROBED_CHECKS SCHEMA_SMTP_CHECK, SCHEMA_UDP_CHECK, SCHEMA_PING_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "1",
	.fields = {CHECK_FIELD(retry)},
	.help = "How many further probes a check that is up gets after a failure. It is down when "
		"all of them have failed too.",
    },
    {
	.id = KW_ALPHA,
	.name = "alpha",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, SCHEMA_ALL_CHECKS OTHER_CHECKS,
	       SCHEMA_BFD_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.fields = {SERVICE_FIELD(is_alpha), CHECK_FIELD(is_alpha)},
	.help = "A check counts as down until its first success; further out, the default of "
		"checks inside.",
    },
    {
	.id = KW_CHECK_CONNECT_IP,
	.name = "connect_ip",
	.in = {SCHEMA_PROBED_CHECKS OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_ADDRESS,
	.fields = {CHECK_FIELD(target.addr, .is_crossing = true, .is_meaning = true)},
	.help = "Address to probe. When absent, the address of the real server.",
    },
    {
	.id = KW_CHECK_CONNECT_PORT,
	.name = "connect_port",
	.in = {SCHEMA_PROBED_CHECKS OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.fields = {CHECK_FIELD(target.port, .is_crossing = true, .is_meaning = true)},
	.help = "Port to probe; when absent, the port that the file gives the real server, also "
		"where its packets keep the service's port (DR, TUN, firewall marks).",
    },
    {
	.id = KW_CHECK_BINDTO,
	.name = "bindto",
	.in = {SCHEMA_PROBED_CHECKS OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_ADDRESS,
	.fields = {CHECK_FIELD(bind.addr, .is_local = true, .is_crossing = true,
		   .is_meaning = true)},
	.help = "Source address of the probes; the kernel's choice when absent.",
    },
    {
	.id = KW_CHECK_BIND_PORT,
	.name = "bind_port",
	.in = {SCHEMA_PROBED_CHECKS OTHER_CHECKS, SCHEMA_SMTP_HOST},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.fields = {CHECK_FIELD(bind.port, .is_crossing = true, .is_meaning = true)},
	.help = "Source port of the probes; the kernel's choice when absent.",
    },
};

const struct schema_table schema_check = {rows, sizeof(rows) / sizeof(rows[0])};
