/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords on lines of addresses that came with IPv6 and later kernels. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

static const struct schema_choice forever[] = {{"forever", CONF_LIFETIME_FOREVER},
					       {"0", CONF_LIFETIME_NONE},
					       {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_VIP_PEER,
	.name = "peer",
	.in = {SCHEMA_VIP_LINE},
	.type = SCHEMA_TYPE_PREFIX,
	.fields = {NETWORK_FIELD(CONF_OBJECT_VIP, struct conf_vip, peer, peer_len,
		   .is_crossing = true, .is_late = true)},
	.help = "Address at the other end of a point-to-point link. Its prefix length is also "
		"that of the own address.",
    },
    {
	.id = KW_VIP_HOME,
	.name = "home",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(is_home, .is_crossing = true, .is_late = true)},
	.help = "Marks the home address of Mobile IPv6.",
    },
    {
	.id = KW_VIP_NODAD,
	.name = "-nodad",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(is_probed, .is_crossing = true, .is_late = true)},
	.help = "The kernel probes for duplicates of an IPv6 address before the address may be "
		"used, which takes a second and more. Without this word the kernel does not "
		"probe, and the address serves at once.",
    },
    {
	.id = KW_VIP_MNGTMPADDR,
	.name = "mngtmpaddr",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(is_managing_temporary, .is_crossing = true, .is_late = true)},
	.help = "The kernel makes temporary addresses from this IPv6 address.",
    },
    {
	.id = KW_VIP_NOPREFIXROUTE,
	.name = "noprefixroute",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(is_without_route, .is_crossing = true, .is_late = true)},
	.help = "The kernel adds no route for the prefix.",
    },
    {
	.id = KW_VIP_AUTOJOIN,
	.name = "autojoin",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(is_joining, .is_crossing = true, .is_late = true)},
	.help = "Of a multicast address in static_ipaddress or virtual_ipaddress_excluded: the kernel joins "
		"the group on the interface, for as long as the address is there.",
    },
    {
	.id = KW_VIP_PREFERRED_LFT,
	.name = "preferred_lft",
	.in = {SCHEMA_VIP_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "SECONDS | forever",
	.min = 1,
	.max = UINT32_MAX - 1,
	.choices = forever,
	.unit = "s",
	.fields = {VIP_FIELD(preferred_lft, .is_crossing = true, .is_late = true)},
	.help = "For how many seconds the address may be the source of new connections. Default: forever, "
		"but 0 for an IPv6 address with the prefix length 128.",
    },
    {
	.id = KW_VIP_NO_TRACK,
	.name = "no_track",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(is_untracked, .is_crossing = true, .is_late = true)},
	.help = "When somebody removes the address, lvsd does not add it again until the instance "
		"becomes master the next time; a static address, until lvsd starts again. The "
		"interface of dev may be missing or down; without no_track the instance is in "
		"FAULT then.",
    },
    {
	.id = KW_VIP_USE_VMAC,
	.name = "use_vmac",
	.in = {SCHEMA_VIP_LINE},
	.fields = {VIP_FIELD(uses_vmac, .is_crossing = true, .is_late = true)},
	.help = "Sets a virtual address on a macvlan interface with the hardware address of the virtual "
		"router, as use_vmac of the instance does.",
    },
    {
	.id = KW_STATIC_TRACK_GROUP,
	.name = "track_group",
	.in = {SCHEMA_VIP_LINE, SCHEMA_ROUTE_LINE, SCHEMA_RULE_LINE},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.refers = KW_TRACK_GROUP,
	.fields = {VIP_FIELD(track_group, .is_local = true, .is_crossing = true),
		   ROUTE_FIELD(track_group, .is_local = true, .is_crossing = true),
		   RULE_FIELD(track_group, .is_local = true, .is_crossing = true)},
	.help = "Of a static address, route or rule: the instances of this track_group are in FAULT while "
		"it is missing.",
    },
};

const struct schema_table schema_address = {rows, sizeof(rows) / sizeof(rows[0])};
