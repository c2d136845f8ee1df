/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of BFD sessions. */
#include "conf/schema/schema.h"

/* A second, and the longest that 32 bits of microseconds hold. */
#define IDLE_MIN_US 1000000
#define BFD_MAX_US  UINT32_MAX

static const struct schema_keyword rows[] = {
    {
	.id = KW_BFD_INSTANCE,
	.name = "bfd_instance",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 31,
	.opens = SCHEMA_BFD_INSTANCE,
	.is_repeatable = true,
	.no_effect =
	    "the neighbour finds the session down, and nothing here learns of a lost neighbour",
	.dangerous = "not run",
	.help = "A BFD session (RFC 5880) with a neighbour.",
    },
    {
	.id = KW_BFD_NEIGHBOR_IP,
	.name = "neighbor_ip",
	.alias = "neighbour_ip",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_ADDRESS,
	.is_required = true,
	.help = "Address of the neighbour.",
    },
    {
	.id = KW_BFD_SOURCE_IP,
	.name = "source_ip",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_ADDRESS,
	.help = "Address of this end.",
    },
    {
	.id = KW_BFD_MIN_RX,
	.name = "min_rx",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_MILLISECONDS,
	.min = 1000,
	.max = BFD_MAX_US,
	.def = "10",
	.unit = "ms",
	.help = "Shortest interval at which this end is ready to receive packets of the "
		"neighbour.",
    },
    {
	.id = KW_BFD_MIN_TX,
	.name = "min_tx",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_MILLISECONDS,
	.min = 1000,
	.max = BFD_MAX_US,
	.def = "10",
	.unit = "ms",
	.help = "Shortest interval at which this end wants to send packets.",
    },
    {
	.id = KW_BFD_IDLE_TX,
	.name = "idle_tx",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_MILLISECONDS,
	.min = IDLE_MIN_US,
	.max = BFD_MAX_US,
	.def = "1000",
	.unit = "ms",
	.help = "Interval between packets while the session is not up.",
    },
    {
	.id = KW_BFD_MULTIPLIER,
	.name = "multiplier",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.def = "5",
	.help = "The session is down after so many lost packets in a row.",
    },
    {
	.id = KW_BFD_PASSIVE,
	.name = "passive",
	.in = {SCHEMA_BFD_INSTANCE},
	.help = "This end sends no packet until the first packet of the neighbour has come.",
    },
    {
	.id = KW_BFD_TTL,
	.name = "ttl",
	.alias = "hoplimit",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.help = "TTL of packets; 255 for IPv4 and 64 for IPv6 when absent.",
    },
    {
	.id = KW_BFD_MAX_HOPS,
	.name = "max_hops",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -1,
	.max = 255,
	.def = "0",
	.help = "Routers that packets may pass; 255 for any number.",
    },
    {
	.id = KW_BFD_MULTIHOP,
	.name = "multihop",
	.in = {SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.help = "The neighbour is behind routers (RFC 5883).",
    },
    {
	.id = KW_BFD_VRRP,
	.name = "vrrp",
	.in = {SCHEMA_BFD_INSTANCE},
	.help = "Instances learn of the session; so do checks unless only this is given.",
    },
    {
	.id = KW_BFD_CHECKER,
	.name = "checker",
	.in = {SCHEMA_BFD_INSTANCE},
	.help = "Checks learn of the session; so do instances unless only this is given.",
    },
};

const struct schema_table schema_bfd = {rows, sizeof(rows) / sizeof(rows[0])};
