/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of lines of addresses beside those of virtual_ipaddress that lvsd sets, and of the
 * blocks of such lines. */
#include "conf/schema/schema.h"

static const struct schema_choice forever[] = {{"forever", UINT32_MAX}, {0}};

static const char plain_address[] = "lvsd adds the address without it";

static const struct schema_keyword rows[] = {
    {
	.id = KW_VIRTUAL_IPADDRESS_EXCLUDED,
	.name = "virtual_ipaddress_excluded",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED,
	.is_merged = true,
	.no_effect = "nobody holds these addresses; in virtual_ipaddress of this instance, or for "
		     "the other family of an instance of its own, a master does",
	.dangerous = "not set",
	.help = "Addresses that the master holds and does not advertise.",
    },
    {
	.id = KW_EXCLUDED_VIP,
	.name = "ADDRESS",
	.in = {SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED},
	.type = SCHEMA_TYPE_PREFIX,
	.options = SCHEMA_EXCLUDED_LINE,
	.is_repeatable = true,
	.is_item = true,
	.help = "An address with its prefix length; 32 or 128 when absent.",
    },
    {
	.id = KW_STATIC_ADDRESS,
	.name = "ADDRESS",
	.in = {SCHEMA_STATIC_IPADDRESS},
	.type = SCHEMA_TYPE_PREFIX,
	.options = SCHEMA_STATIC_LINE,
	.is_repeatable = true,
	.is_item = true,
	.help = "An address with its prefix length; 32 or 128 when absent.",
    },
    {
	.id = KW_VIP_PEER,
	.name = "peer",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.type = SCHEMA_TYPE_PREFIX,
	.no_effect = plain_address,
	.help = "Address at the other end of the link.",
    },
    {
	.id = KW_VIP_HOME,
	.name = "home",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.no_effect = plain_address,
	.help = "Marks the home address of Mobile IPv6.",
    },
    {
	.id = KW_VIP_NODAD,
	.name = "-nodad",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.no_effect = "lvsd never lets the kernel look for duplicates of the address, so that it "
		     "serves at once",
	.help = "Looks for no duplicate of an IPv6 address.",
    },
    {
	.id = KW_VIP_MNGTMPADDR,
	.name = "mngtmpaddr",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.no_effect = plain_address,
	.help = "The kernel makes temporary IPv6 addresses of it.",
    },
    {
	.id = KW_VIP_NOPREFIXROUTE,
	.name = "noprefixroute",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.no_effect = plain_address,
	.help = "The kernel adds no route for the prefix.",
    },
    {
	.id = KW_VIP_AUTOJOIN,
	.name = "autojoin",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.no_effect = plain_address,
	.help = "Joins multicast groups on the link.",
    },
    {
	.id = KW_VIP_PREFERRED_LFT,
	.name = "preferred_lft",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE, SCHEMA_STATIC_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "SECONDS | forever",
	.min = 0,
	.max = UINT32_MAX,
	.choices = forever,
	.unit = "s",
	.no_effect = plain_address,
	.help = "How long the address may be the source of new connections.",
    },
    {
	.id = KW_VIP_NO_TRACK,
	.name = "no_track",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE},
	.no_effect = "lvsd puts back an address that somebody else removes",
	.help = "Does not give the role up when the address is lost.",
    },
    {
	.id = KW_VIP_USE_VMAC,
	.name = "use_vmac",
	.in = {SCHEMA_VIP_LINE, SCHEMA_EXCLUDED_LINE},
	.no_effect = "the address has the hardware address of the interface: a neighbour that "
		     "misses the gratuitous ARP of a failover sends to the old master",
	.dangerous = "not used",
	.help = "Puts the address on a macvlan interface of its own.",
    },
    {
	.id = KW_STATIC_TRACK_GROUP,
	.name = "track_group",
	.in = {SCHEMA_STATIC_LINE, SCHEMA_ROUTE_LINE, SCHEMA_RULE_LINE},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.refers = KW_TRACK_GROUP,
	.help = "The track_group that fails when this is lost.",
    },
};

const struct schema_table schema_address = {rows, sizeof(rows) / sizeof(rows[0])};
