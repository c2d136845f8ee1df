/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP_CHECK: lvsd reads it and does not run it. */
#include "conf/kind.h"

CONF_IDLE_KIND(UDP_CHECK, udp,
	       SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	       SCHEMA_PAUSING_CHECKS);

/* Payload and reply: what one datagram carries. */
#define DATAGRAM_MAX 65507

static const struct schema_keyword rows[] = {
    {
	.id = KW_UDP_CHECK,
	.name = "UDP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_UDP_CHECK,
	.is_repeatable = true,
	.no_effect = schema_not_run,
	.dangerous = "not run",
	.help = "The server is up unless it refuses a datagram.",
    },
    {
	.id = KW_UDP_PAYLOAD,
	.name = "payload",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_BYTES,
	.min = 1,
	.max = DATAGRAM_MAX,
	.help = "Bytes of the datagram, in hex. When absent, random bytes.",
    },
    {
	.id = KW_UDP_REQUIRE_REPLY,
	.name = "require_reply",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_PATTERN,
	.min = 1,
	.max = DATAGRAM_MAX,
	.is_value_optional = true,
	.help = "The server must reply, and the reply must begin with these bytes in hex; XX "
		"stands for any byte.",
	.example = "require_reply 4f4bXX",
    },
    {
	.id = KW_UDP_MIN_REPLY_LENGTH,
	.name = "min_reply_length",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 65535,
	.def = "0",
	.unit = "bytes",
	.help = "Least length of the reply in bytes; a shorter one is a failure.",
    },
    {
	.id = KW_UDP_MAX_REPLY_LENGTH,
	.name = "max_reply_length",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 65535,
	.def = "255",
	.unit = "bytes",
	.help = "Greatest length of the reply in bytes; a longer one is a failure.",
    },
};

const struct schema_table schema_udp = {rows, sizeof(rows) / sizeof(rows[0])};
