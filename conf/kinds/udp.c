/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP_CHECK. */
#include "conf/kinds/rules.h"

#include <string.h>

CONF_KIND(UDP, UDP_CHECK, udp, CHECK, udp,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_PAUSING_CHECKS | SCHEMA_COUNTING_CHECKS | SCHEMA_PASSING_CHECKS);

/* The most bytes of payload and of reply: a check is sent to the check process in one frame, both as
 * hex digits. */
#define HEX_BYTES_MAX 15000

static const struct schema_keyword rows[] = {
    {
	.id = KW_UDP_CHECK,
	.name = "UDP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_UDP_CHECK,
	.is_repeatable = true,
	.help = "The server is up unless it refuses a datagram.",
    },
    {
	.id = KW_UDP_PAYLOAD,
	.name = "payload",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_BYTES,
	.min = 1,
	.max = HEX_BYTES_MAX,
	.is_sent = true,
	.fields = {CHECK_FIELD(payload, .is_crossing = true, .is_meaning = true)},
	.help = "Bytes of the datagram, in hex. When absent, random bytes.",
    },
    {
	.id = KW_UDP_REQUIRE_REPLY,
	.name = "require_reply",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_PATTERN,
	.min = 1,
	.max = HEX_BYTES_MAX,
	.bare = CONF_ANY_BYTES,
	.fields = {CHECK_FIELD(reply, .is_crossing = true, .is_meaning = true)},
	.help = "The server must reply, and the reply must begin with these bytes in hex; XX "
		"stands for any byte. `*`, or no value: any reply. When absent, a server that says "
		"nothing is up, and each probe takes all of connect_timeout.",
	.example = "require_reply 4f4bXX",
    },
    {
	.id = KW_UDP_MIN_REPLY_LENGTH,
	.name = "min_reply_length",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = CONF_REPLY_MAX,
	.def = "0",
	.unit = "bytes",
	.fields = {CHECK_FIELD(reply_min, .is_crossing = true, .is_meaning = true)},
	.help = "Least length of the reply in bytes; a shorter one is a failure.",
    },
    {
	.id = KW_UDP_MAX_REPLY_LENGTH,
	.name = "max_reply_length",
	.in = {SCHEMA_UDP_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = CONF_REPLY_MAX,
	.def = "255",
	.unit = "bytes",
	.fields = {CHECK_FIELD(reply_max, .is_crossing = true, .is_meaning = true)},
	.help = "Greatest length of the reply in bytes; a longer one is a failure. When absent, and "
		"require_reply has no pattern, any length is good.",
    },
};

const struct schema_table schema_udp = {rows, sizeof(rows) / sizeof(rows[0])};

static void udp_settle(struct draft *draft, const struct node *node,
		       const struct build_heritage *heritage, struct conf_check *check)
{
	(void)draft;
	(void)heritage;
	if (!strcmp(check->reply, CONF_ANY_BYTES) && !resolve_child(node, KW_UDP_MAX_REPLY_LENGTH))
		check->reply_max = CONF_REPLY_MAX;
}

static void udp_judge(struct draft *draft, const struct conf_check *check)
{
	if (check->reply_min > check->reply_max)
		report_error(draft->report, &check->place,
			     "UDP_CHECK: min_reply_length %u is greater than max_reply_length %u: no "
			     "reply is good",
			     (unsigned)check->reply_min, (unsigned)check->reply_max);
	else if (strlen(check->reply) / 2 > check->reply_max)
		report_error(draft->report, &check->place,
			     "UDP_CHECK: require_reply has %zu bytes, more than max_reply_length %u "
			     "allows",
			     strlen(check->reply) / 2, (unsigned)check->reply_max);
}

const struct conf_kind_rules conf_kind_udp = {
    .tables = {&schema_check, &schema_udp},
    .transport = CONF_TRANSPORT_UDP,
    .settle = udp_settle,
    .judge = udp_judge,
};
