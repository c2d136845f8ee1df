/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the top level that have no effect in lvsd, and keywords for interfaces. */
#include "conf/schema/schema.h"

/* keepalived: the longest that a change of a link may be held back. */
#define LINK_DELAY_MAX_US (int64_t)CONF_LINK_DELAY_MAX_US

static const char no_polling[] =
    "the kernel tells lvsd of each change of a carrier when it happens, so nothing is polled";

static const struct schema_table *const address_tables[] = {&schema_vrrp, &schema_address, NULL};
static const struct schema_table *const root_tables[] = {&schema_root, NULL};
static const struct schema_table *const route_tables[] = {&schema_route, &schema_address, NULL};
static const struct schema_table *const rule_tables[] = {&schema_rule, &schema_address, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_NET_NAMESPACE,
	.name = "net_namespace",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.replaced = "lvsd stays in the namespace that it was started in; `ip netns exec` or "
		    "NetworkNamespacePath= of its unit starts it in another",
	.dangerous = "not entered",
	.help = "Network namespace to run in.",
    },
    {
	.id = KW_NET_NAMESPACE_IPVS,
	.name = "net_namespace_ipvs",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.is_value_optional = true,
	.replaced = "lvsd uses the IPVS table of the namespace that it is started in",
	.dangerous = "not entered",
	.help = "Network namespace of the IPVS table.",
    },
    {
	.id = KW_NAMESPACE_WITH_IPSETS,
	.name = "namespace_with_ipsets",
	.in = {SCHEMA_ROOT},
	.no_effect = "it is for kernels before 3.13, whose ipsets knew no namespaces; the ipsets of lvsd "
		     "are those of the namespace that it is started in",
	.help = "Allows ipsets in namespaces of old kernels.",
    },
    {
	.id = KW_INSTANCE,
	.name = "instance",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.replaced = "--run-dir tells several lvsd of one host apart",
	.help = "Name of this daemon in the names of its files.",
    },
    {
	.id = KW_USE_PID_DIR,
	.name = "use_pid_dir",
	.in = {SCHEMA_ROOT},
	.replaced = "--run-dir says where lvsd.pid is",
	.help = "Keeps the pid files in a directory of their own.",
    },
    {
	.id = KW_ROOT_LINKBEAT_USE_POLLING,
	.name = "linkbeat_use_polling",
	.in = {SCHEMA_ROOT},
	.replaced = no_polling,
	.help = "Polls the state of links.",
    },
    {
	.id = KW_CHILD_WAIT_TIME,
	.name = "child_wait_time",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "5",
	.unit = "s",
	.no_effect = "each part of a stop has a time of its own, of which the scripts have 2 s",
	.help = "How long a stop waits for the processes.",
    },
    {
	.id = KW_LINKBEAT_INTERFACES,
	.name = "linkbeat_interfaces",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_LINKBEAT_INTERFACES,
	.is_merged = true,
	.replaced = no_polling,
	.help = "Interfaces whose link is polled.",
    },
    {
	.id = KW_LINKBEAT_INTERFACE,
	.name = "INTERFACE",
	.in = {SCHEMA_LINKBEAT_INTERFACES},
	.type = SCHEMA_TYPE_INTERFACE,
	.options = SCHEMA_LINKBEAT_LINE,
	.is_repeatable = true,
	.is_item = true,
	.help = "An interface, one a line, and how it is asked.",
    },
    {
	.id = KW_LINKBEAT_MII,
	.name = "MII",
	.in = {SCHEMA_LINKBEAT_LINE},
	.help = "Asks the MII registers.",
    },
    {
	.id = KW_LINKBEAT_ETHTOOL,
	.name = "ETHTOOL",
	.in = {SCHEMA_LINKBEAT_LINE},
	.help = "Asks as ethtool does.",
    },
    {
	.id = KW_LINKBEAT_IOCTL,
	.name = "IOCTL",
	.in = {SCHEMA_LINKBEAT_LINE},
	.help = "Asks for the flags of the interface.",
    },
    {
	.id = KW_UP_DOWN_DELAYS,
	.name = "interface_up_down_delays",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_UP_DOWN_DELAYS,
	.is_merged = true,
	.fields = {STATICS_LIST(delays, n_delays, CONF_OBJECT_LINK_DELAY, root_tables)},
	.help = "How long a change of an interface must last until it counts for the instances that "
		"use or track it. What changes back before does not count. Without delays a change "
		"counts at once. The first time that an interface is up after the start, and its "
		"removal, always count at once.",
	.example = "interface_up_down_delays { eth0 0.5 10 }",
    },
    {
	.id = KW_DELAYED_INTERFACE,
	.name = "INTERFACE",
	.in = {SCHEMA_UP_DOWN_DELAYS},
	.type = SCHEMA_TYPE_INTERFACE,
	.options = SCHEMA_DELAY_LINE,
	.is_repeatable = true,
	.is_item = true,
	.fields = {DELAY_FIELD(interface, .is_local = true)},
	.help = "An interface, one a line, and its delays.",
	.example = "eth0 0.5 2",
    },
    {
	.id = KW_DELAY_DOWN,
	.name = "DOWN",
	.in = {SCHEMA_DELAY_LINE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = LINK_DELAY_MAX_US,
	.unit = "s",
	.is_required = true,
	.is_item = true,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {DELAY_FIELD(down_us, .is_local = true, .is_always = true)},
	.help = "How long the interface must be down, or without a carrier. Where an instance sends "
		"its advertisements it is at most down_timer_adverts - 1 intervals, less 1/256 of an "
		"interval, so that no backup takes over before.",
    },
    {
	.id = KW_DELAY_UP,
	.name = "UP",
	.in = {SCHEMA_DELAY_LINE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = LINK_DELAY_MAX_US,
	.unit = "s",
	.is_item = true,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {DELAY_FIELD(up_us, .is_local = true, .is_always = true)},
	.help = "How long the interface must be up again. As DOWN when absent, as keepalived's manual "
		"says; keepalived 2.2.7 itself has no delay then.",
    },
    {
	.id = KW_GARP_GROUP,
	.name = "garp_group",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_GARP_GROUP,
	.is_repeatable = true,
	.fields = {STATICS_RULED(garp_groups)},
	.help = "Interfaces that share one pace of their announcements, as behind one switch. Other "
		"interfaces have each the pace of vrrp_garp_interval and vrrp_gna_interval, which do "
		"not count in the group.",
	.example = "garp_group { garp_interval 0.01 interfaces { eth0 eth1 } }",
    },
    {
	.id = KW_GROUP_GARP_INTERVAL,
	.name = "garp_interval",
	.in = {SCHEMA_GARP_GROUP},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.unit = "s",
	.help = "Least time between two gratuitous ARPs on these interfaces; none when absent.",
    },
    {
	.id = KW_GROUP_GNA_INTERVAL,
	.name = "gna_interval",
	.in = {SCHEMA_GARP_GROUP},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.unit = "s",
	.help = "Least time between two unsolicited neighbour advertisements; none when absent.",
    },
    {
	.id = KW_GARP_GROUP_INTERFACE,
	.name = "interface",
	.in = {SCHEMA_GARP_GROUP},
	.type = SCHEMA_TYPE_INTERFACE,
	.help = "The one interface of the group.",
    },
    {
	.id = KW_GARP_GROUP_INTERFACES,
	.name = "interfaces",
	.in = {SCHEMA_GARP_GROUP},
	.opens = SCHEMA_GARP_INTERFACES,
	.is_merged = true,
	.help = "The interfaces of the group.",
    },
    {
	.id = KW_GARP_INTERFACE,
	.name = "INTERFACE",
	.in = {SCHEMA_GARP_INTERFACES},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "INTERFACE ...",
	.are_interfaces = true,
	.min = 1,
	.max = INT32_MAX,
	.is_repeatable = true,
	.is_item = true,
	.help = "Interfaces, one or more a line.",
    },
    {
	.id = KW_TRACK_GROUP,
	.name = "track_group",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.opens = SCHEMA_TRACK_GROUP,
	.is_repeatable = true,
	.fields = {STATICS_RULED(groups)},
	.help = "Instances that are in FAULT while a static address, route or rule is missing which names the "
		"group with `track_group`. What somebody removes is put back at once, so that the "
		"instances notice nothing; they are in FAULT while that fails.",
	.example = "track_group uplink { group { V1 V2 } }",
    },
    {
	.id = KW_STATIC_IPADDRESS,
	.name = "static_ipaddress",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_STATIC_IPADDRESS,
	.is_merged = true,
	.fields = {STATICS_LIST(addresses, n_addresses, CONF_OBJECT_VIP, address_tables,
				.label = "address")},
	.help = "Addresses that the host holds while lvsd runs, in every state. They are added before the "
		"instances start. Those that somebody removes are put back; when lvsd stops, all are "
		"removed.",
    },
    {
	.id = KW_STATIC_ROUTES,
	.name = "static_routes",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_STATIC_ROUTES,
	.is_merged = true,
	.fields = {STATICS_LIST(routes, n_routes, CONF_OBJECT_ROUTE, route_tables,
				.label = "route")},
	.help = "Routes that the host has while lvsd runs, in every state. They are added before the instances "
		"start. Those that somebody removes are put back; when lvsd stops, all are removed.",
    },
    {
	.id = KW_STATIC_RULES,
	.name = "static_rules",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_STATIC_RULES,
	.is_merged = true,
	.fields = {STATICS_LIST(rules, n_rules, CONF_OBJECT_RULE, rule_tables, .label = "rule")},
	.help = "Rules of routing that the host has while lvsd runs, in every state. They are added before "
		"the instances start. Those that somebody removes are put back; when lvsd stops, all are "
		"removed.",
    },
};

const struct schema_table schema_root = {rows, sizeof(rows) / sizeof(rows[0])};
