/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords for interfaces of their own that an instance has its addresses on. */
#include "conf/schema/schema.h"

static const struct schema_choice groups[] = {{"default", 0}, {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_USE_VMAC,
	.name = "use_vmac",
	.in = {SCHEMA_VRRP_INSTANCE},
	.options = SCHEMA_VMAC_LINE,
	.fields = {INSTANCE_FIELD(uses_vmac, .is_late = true, .is_crossing = true)},
	.help = "Makes a macvlan interface with the hardware address of the virtual router (RFC 9568 "
		"section 7.3: 00:00:5e:00:01:VRID, in IPv6 00:00:5e:00:02:VRID), and sets the "
		"addresses on it. A neighbour that knows an address goes on after a failover, even if "
		"it ignores gratuitous ARP. Advertisements come and go by this interface.",
	.example = "use_vmac vrrp.51",
    },
    {
	.id = KW_VMAC_NAME,
	.name = "name",
	.in = {SCHEMA_VMAC_LINE},
	.type = SCHEMA_TYPE_INTERFACE,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {INSTANCE_FIELD(vmac_name, .is_local = true, .is_crossing = true, .label = "use_vmac name")},
	.help = "Name of the macvlan interface, with or without the word. Default: vmac_prefix, a dot, "
		"and the VRID; if another one has that name, 6 or a number follows the prefix.",
    },
    {
	.id = KW_VMAC_MAC,
	.name = "MAC",
	.in = {SCHEMA_VMAC_LINE},
	.type = SCHEMA_TYPE_MAC,
	.is_item = true,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {INSTANCE_FIELD(vmac_mac, .is_late = true, .is_crossing = true, .label = "use_vmac MAC")},
	.help = "Another hardware address, the same on both directors. Behind 5 octets the VRID is the "
		"sixth.",
    },
    {
	.id = KW_VMAC_NETLINK_NOTIFY_MSG,
	.name = "netlink_notify_msg",
	.in = {SCHEMA_VMAC_LINE},
	.fields = {INSTANCE_FIELD(is_vmac_announced, .is_local = true, .is_crossing = true,
				  .label = "use_vmac netlink_notify_msg")},
	.help = "Has the kernel tell other programs about the interface below, whose promiscuous mode "
		"may have changed without such a message.",
    },
    {
	.id = KW_VMAC_GROUP,
	.name = "group",
	.in = {SCHEMA_VMAC_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "NUMBER | default",
	.min = 0,
	.max = UINT32_MAX - 1,
	.choices = groups,
	.fields = {INSTANCE_FIELD(vmac_group, .is_local = true, .is_crossing = true, .is_one_more = true,
				  .label = "use_vmac group")},
	.help = "Group of the interface, for ip-link(8) and rules, as a number. Default: that of the "
		"interface below.",
    },
    {
	.id = KW_USE_VMAC_ADDR,
	.name = "use_vmac_addr",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_vmac_for_all, .is_late = true, .is_crossing = true)},
	.help = "The same as use_vmac behind each address that is on another interface than the "
		"instance (dev), or of the other family.",
    },
    {
	.id = KW_VMAC_XMIT_BASE,
	.name = "vmac_xmit_base",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_by_base, .is_local = true, .is_crossing = true)},
	.help = "With use_vmac: advertisements go by the interface below the macvlan, with its hardware "
		"address. Those of others are heard on both. With unicast_peer it is so always.",
    },
    {
	.id = KW_USE_IPVLAN,
	.name = "use_ipvlan",
	.in = {SCHEMA_VRRP_INSTANCE},
	.options = SCHEMA_IPVLAN_LINE,
	.fields = {INSTANCE_FIELD(uses_ipvlan, .is_local = true, .is_crossing = true)},
	.help = "Makes an ipvlan interface, and sets the addresses on it. It has the hardware address of the "
		"interface below, so that it works where a machine may send from one hardware address only. "
		"An interface has macvlans (use_vmac) or ipvlans, not both.",
	.example = "use_ipvlan vrrp.51 192.0.2.11/24",
    },
    {
	.id = KW_IPVLAN_ADDRESS,
	.name = "ADDRESS",
	.in = {SCHEMA_IPVLAN_LINE},
	.type = SCHEMA_TYPE_PREFIX,
	.is_item = true,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {NETWORK_FIELD(CONF_OBJECT_VRRP, struct conf_vrrp, ipvlan_address, ipvlan_len,
				 .is_local = true, .is_crossing = true, .label = "use_ipvlan address")},
	.help = "An address of this director alone, which the interface has in every state. It is the source "
		"of advertisements unless mcast_src_ip or unicast_src_ip is given. Without it they come from "
		"the interface below; keepalived requires it for IPv4.",
    },
    {
	.id = KW_IPVLAN_NAME,
	.name = "name",
	.in = {SCHEMA_IPVLAN_LINE},
	.type = SCHEMA_TYPE_INTERFACE,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {INSTANCE_FIELD(ipvlan_name, .is_local = true, .is_crossing = true,
				  .label = "use_ipvlan name")},
	.help = "Name of the ipvlan interface, with or without the word. Default: as for use_vmac.",
    },
    {
	.id = KW_IPVLAN_BRIDGE,
	.name = "bridge",
	.in = {SCHEMA_IPVLAN_LINE},
	.fields = {INSTANCE_FIELD(is_ipvlan_bridge, .is_local = true, .is_crossing = true,
				  .label = "use_ipvlan bridge")},
	.help = "The ipvlan interfaces of one interface reach each other. This is the default.",
    },
    {
	.id = KW_IPVLAN_PRIVATE,
	.name = "private",
	.in = {SCHEMA_IPVLAN_LINE},
	.fields = {INSTANCE_FIELD(is_ipvlan_private, .is_local = true, .is_crossing = true,
				  .label = "use_ipvlan private")},
	.help = "The ipvlan interfaces of one interface do not reach each other.",
    },
    {
	.id = KW_IPVLAN_VEPA,
	.name = "vepa",
	.in = {SCHEMA_IPVLAN_LINE},
	.fields = {INSTANCE_FIELD(is_ipvlan_vepa, .is_local = true, .is_crossing = true,
				  .label = "use_ipvlan vepa")},
	.help = "The ipvlan interfaces of one interface reach each other by the switch (IEEE 802.1Qbg).",
    },
    {
	.id = KW_IPVLAN_GROUP,
	.name = "group",
	.in = {SCHEMA_IPVLAN_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "NUMBER | default",
	.min = 0,
	.max = UINT32_MAX - 1,
	.choices = groups,
	.fields = {INSTANCE_FIELD(ipvlan_group, .is_local = true, .is_crossing = true, .is_one_more = true,
				  .label = "use_ipvlan group")},
	.help = "As group of use_vmac.",
    },
};

const struct schema_table schema_vmac = {rows, sizeof(rows) / sizeof(rows[0])};
