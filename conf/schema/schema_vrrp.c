/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of VRRP instances. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

#include <linux/rtnetlink.h>

static const struct schema_choice states[] = {{"BACKUP", 0}, {"MASTER", 1}, {0}};

static const struct schema_choice auth_types[] = {
    {"PASS", CONF_AUTH_PASS}, {"AH", CONF_AUTH_AH}, {0}};

static const struct schema_choice scopes[] = {
    {"global", RT_SCOPE_UNIVERSE}, {"site", RT_SCOPE_SITE},       {"link", RT_SCOPE_LINK},
    {"host", RT_SCOPE_HOST},       {"nowhere", RT_SCOPE_NOWHERE}, {0},
};

/* The tables that have the fields of list elements. */
static const struct schema_table *const element_tables[] = {&schema_vrrp, &schema_address, NULL};

static const struct schema_table *const peer_tables[] = {&schema_vrrp, &schema_protocol, NULL};

static const struct schema_table *const route_tables[] = {&schema_route, &schema_address, NULL};
static const struct schema_table *const rule_tables[] = {&schema_rule, &schema_address, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_VRRP_INSTANCE,
	.name = "vrrp_instance",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = CONF_NAME_MAX - 1,
	.opens = SCHEMA_VRRP_INSTANCE,
	.is_repeatable = true,
	.help = "A virtual router: addresses that one of several directors has at a time. The "
		"directors elect this master by VRRP.",
    },
    {
	.id = KW_STATE,
	.name = "state",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = states,
	.fields = {INSTANCE_FIELD(wants_master, .is_local = true, .is_crossing = true,
		   .is_at_start = true)},
	.help = "The role that the file expects, MASTER or BACKUP. The election decides, not this "
		"keyword. When absent BACKUP, with priority 255 MASTER.",
    },
    {
	.id = KW_INTERFACE,
	.name = "interface",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_INTERFACE,
	.is_required = true,
	.fields = {INSTANCE_FIELD(interface, .is_local = true, .is_crossing = true,
		   .is_restart = true, .remark = FIELD_ELECTED)},
	.help = "Interface that carries the advertisements, and the addresses without a dev.",
    },
    {
	.id = KW_VIRTUAL_ROUTER_ID,
	.name = "virtual_router_id",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.is_required = true,
	.fields = {INSTANCE_FIELD(vrid, .is_crossing = true, .is_restart = true,
		   .remark = FIELD_ELECTED)},
	.help = "VRID, 1 to 255: the same on all directors of this instance, and used by no other "
		"instance on the same network.",
    },
    {
	.id = KW_PRIORITY,
	.name = "priority",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.def = "100",
	.fields = {INSTANCE_FIELD(priority, .is_local = true, .is_crossing = true)},
	.help = "The director with the highest priority becomes master. 255 is for the owner, "
		"whose interfaces have the addresses as their own. `lvsd -t` warns if an interface of "
		"this machine has one of them and the priority is less.",
    },
    {
	.id = KW_VERSION,
	.name = "version",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 2,
	.max = 3,
	.fields = {INSTANCE_FIELD(version, .is_crossing = true, .remark = FIELD_TOGETHER)},
	.help = "Version of the VRRP protocol: 2 or 3. When absent, 2 for IPv4 and 3 for IPv6 "
		"addresses. Version 2 with IPv6 addresses is what keepalived makes of it.",
    },
    {
	.id = KW_ADVERT_INT,
	.name = "advert_int",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 10000,
	.max = 255000000,
	.def = "1",
	.unit = "s",
	.fields = {INSTANCE_FIELD(advert_int_us, .is_crossing = true)},
	.help = "Time between advertisements: whole seconds in version 2, 10 ms steps up to "
		"40.95 s in version 3.",
    },
    {
	.id = KW_ADVERT_INT_MAX,
	.name = "advert_int_max",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 10000,
	.max = 40950000,
	.def = "40.95",
	.unit = "s",
	.fields = {INSTANCE_FIELD(advert_int_max_us, .is_local = true, .is_crossing = true)},
	.help = "The longest interval that a backup adopts from a master, in version 3. There the "
		"master's advertisement says when the next one comes (RFC 9568 section 6.1), so a "
		"wrong or forged one can make a backup wait three times 40.95 s; the default "
		"bounds nothing, as the RFC wants it. Not below advert_int, nor below that of "
		"any other router.",
    },
    {
	.id = KW_PREEMPT_DELAY,
	.name = "preempt_delay",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = CONF_PREEMPT_DELAY_MAX_US,
	.def = "0",
	.unit = "s",
	.fields = {INSTANCE_FIELD(preempt_delay_us, .is_local = true, .is_crossing = true)},
	.help = "How long a master of lower priority is left alone, from its first advertisement "
		"on; one of higher priority begins that time anew. Without a master there is "
		"nothing to wait for. With state BACKUP and preemption only. With lvs_sync_daemon "
		"the longer of this and the 13 s for connection sync counts.",
    },
    {
	.id = KW_DOWN_TIMER_ADVERTS,
	.name = "down_timer_adverts",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 100,
	.def = "3",
	.fields = {INSTANCE_FIELD(down_timer_adverts, .is_local = true, .is_crossing = true)},
	.help = "After how many intervals of silence a backup takes the master for dead, and the skew "
		"time. RFC 9568 section 6.1 says three. Fewer fail over faster, and by mistake when "
		"advertisements are lost or late; with 1 a single loss is enough. In strict mode it "
		"is three.",
    },
    {
	.id = KW_GARP_MASTER_DELAY,
	.name = "garp_master_delay",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "s",
	.def = "5",
	.fields = {INSTANCE_FIELD(garp_master_delay, .is_local = true, .is_crossing = true)},
	.help = "When a new master announces its addresses a second time, after the first burst: a "
		"switch may have begun to forward late. 0: never. vrrp_garp_master_delay in "
		"global_defs is for all instances that say nothing else, as with the four keywords "
		"below.",
    },
    {
	.id = KW_GARP_MASTER_REPEAT,
	.name = "garp_master_repeat",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "5",
	.fields = {INSTANCE_FIELD(garp_master_repeat, .is_local = true, .is_crossing = true)},
	.help = "How often each address is announced in a burst. The first time all addresses are "
		"announced at once, the others follow 100 ms apart, so that one short loss does not "
		"take them all.",
    },
    {
	.id = KW_GARP_MASTER_REFRESH,
	.name = "garp_master_refresh",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "s",
	.def = "0",
	.fields = {INSTANCE_FIELD(garp_master_refresh, .is_local = true, .is_crossing = true)},
	.help = "How often a master announces its addresses again while nothing changes; 0: never. For "
		"switches and neighbours that forget. The first time is this time after it "
		"became master, whenever the second burst is.",
    },
    {
	.id = KW_GARP_MASTER_REFRESH_REPEAT,
	.name = "garp_master_refresh_repeat",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.def = "1",
	.fields = {INSTANCE_FIELD(garp_master_refresh_repeat, .is_local = true, .is_crossing = true)},
	.help = "How often each address is announced in such a refresh.",
    },
    {
	.id = KW_GARP_EXTRA_IF,
	.name = "garp_extra_if",
	.alias = "vmac_garp_intvl",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "[all] SECONDS",
	.lead = "all",
	.min = 0,
	.max = 86400,
	.unit = "s",
	.fields = {INSTANCE_FIELD(garp_extra, .is_local = true, .is_crossing = true)},
	.help = "With `all`: time between announcements, as long as the instance is MASTER, on each "
		"further interface that has an address of the instance, of one address each, so that "
		"switches do not forget where the MAC address is. 0: none. Without `all` it is for "
		"interfaces of use_vmac by which no advertisements go.",
	.example = "garp_extra_if all 100",
    },
    {
	.id = KW_NOPREEMPT,
	.name = "nopreempt",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_preempting, .is_local = true, .is_crossing = true,
		   .label = "preemption")},
	.help = "A router of lower priority that is master stays master, also when this router is "
		"back.",
    },
    {
	.id = KW_PREEMPT,
	.name = "preempt",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_preempting, .is_spelling = true, .is_local = true)},
	.help = "This router takes over from a master of lower priority. This is the default.",
    },
    {
	.id = KW_AUTHENTICATION,
	.name = "authentication",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_AUTHENTICATION,
	.fields = {INSTANCE_RULED(auth_pass)},
	.help = "A password in each advertisement of version 2. Everyone on the network can read "
		"it: it guards against mistakes, not against attackers.",
    },
    {
	.id = KW_AUTH_TYPE,
	.name = "auth_type",
	.in = {SCHEMA_AUTHENTICATION},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = auth_types,
	.is_required = true,
	.fields = {INSTANCE_FIELD(auth_type, .is_crossing = true, .remark = FIELD_TOGETHER)},
	.help = "PASS: the password itself. AH: a signature with it (RFC 2402, HMAC-MD5-96), in IPv4, "
		"as keepalived has it. A packet whose number was heard already is ignored. Whoever "
		"hears one packet may try passwords on it, so it does not guard against attackers "
		"either. A firewall must let the protocol 51 through.",
    },
    {
	.id = KW_AUTH_PASS,
	.name = "auth_pass",
	.in = {SCHEMA_AUTHENTICATION},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "PASSWORD",
	.max = 255,
	.is_required = true,
	.is_secret = true,
	.fields = {INSTANCE_FIELD(auth_pass, .is_crossing = true, .remark = FIELD_TOGETHER)},
	.help = "The password, of which 8 bytes count.",
    },
    {
	.id = KW_SOURCE,
	.name = "unicast_src_ip",
	.alias = "mcast_src_ip",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_ADDRESS,
	.fields = {INSTANCE_FIELD(source, .is_local = true, .is_crossing = true,
		   .label = "source")},
	.help = "Source address of the advertisements. When absent, the first address of the "
		"interface.",
    },
    {
	.id = KW_UNICAST_PEER,
	.name = "unicast_peer",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_UNICAST_PEER,
	.is_merged = true,
	.fields = {INSTANCE_LIST(peers, n_peers, CONF_OBJECT_PEER, peer_tables,
		   .is_crossing = true, .label = "peer", .remark = FIELD_TOGETHER)},
	.help = "The other directors, each of which gets the advertisements by unicast, where "
		"multicast does not pass.",
    },
    {
	.id = KW_PEER,
	.name = "ADDRESS",
	.in = {SCHEMA_UNICAST_PEER},
	.type = SCHEMA_TYPE_ADDRESS,
	.options = SCHEMA_PEER_LINE,
	.is_forgiving = true,
	.is_item = true,
	.is_repeatable = true,
	.is_required = true,
	.fields = {FIELD(CONF_OBJECT_PEER, struct conf_peer, addr, .is_local = true,
		   .is_crossing = true)},
	.help = "Address of another director, one a line.",
    },
    {
	.id = KW_VIRTUAL_IPADDRESS,
	.name = "virtual_ipaddress",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_VIRTUAL_IPADDRESS,
	.is_merged = true,
	.fields = {INSTANCE_LIST(vips, n_vips, CONF_OBJECT_VIP, element_tables,
		   .is_crossing = true, .label = "address")},
	.help = "The addresses that lvsd adds to the machine while the instance is master. The "
		"advertisement lists them. An instance of version 2 may have none.",
    },
    {
	.id = KW_VIRTUAL_IPADDRESS_EXCLUDED,
	.name = "virtual_ipaddress_excluded",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED,
	.is_merged = true,
	.fields = {INSTANCE_LIST(excluded, n_excluded, CONF_OBJECT_VIP, element_tables,
		   .is_crossing = true, .is_late = true, .label = "excluded address")},
	.help = "Further addresses of the master, which the advertisement does not list. They may "
		"be of the other family, and there may be more of them than an advertisement has "
		"room for.",
    },
    {
	.id = KW_VIRTUAL_ROUTES,
	.name = "virtual_routes",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_VIRTUAL_ROUTES,
	.is_merged = true,
	.fields = {INSTANCE_LIST(routes, n_routes, CONF_OBJECT_ROUTE, route_tables,
		   .is_crossing = true, .is_late = true, .label = "route")},
	.help = "Routes that lvsd adds while the instance is master, and removes afterwards.",
    },
    {
	.id = KW_VIRTUAL_RULES,
	.name = "virtual_rules",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_VIRTUAL_RULES,
	.is_merged = true,
	.fields = {INSTANCE_LIST(rules, n_rules, CONF_OBJECT_RULE, rule_tables,
		   .is_crossing = true, .is_late = true, .label = "rule")},
	.help = "Rules of policy routing that lvsd adds while the instance is master, behind its routes, "
		"and removes afterwards.",
    },
    {
	.id = KW_PROMOTE_SECONDARIES,
	.name = "promote_secondaries",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_promoting, .is_local = true, .is_crossing = true)},
	.help = "The kernel keeps the other IPv4 addresses of a network when the first one goes. It is "
		"set on the instance's interface, and put back when lvsd stops.",
    },
    {
	.id = KW_NO_VIRTUAL_IPADDRESS,
	.name = "no_virtual_ipaddress",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(may_be_empty, .is_crossing = true, .is_late = true)},
	.help = "Lets the instance be without virtual_ipaddress, in version 3 too: it elects a "
		"master that advertises no address. The other director needs it too.",
    },
    {
	.id = KW_VIP,
	.name = "ADDRESS",
	.in = {SCHEMA_VIRTUAL_IPADDRESS, SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED, SCHEMA_STATIC_IPADDRESS},
	.type = SCHEMA_TYPE_PREFIX,
	.options = SCHEMA_VIP_LINE,
	.is_forgiving = true,
	.is_item = true,
	.is_repeatable = true,
	.fields = {NETWORK_FIELD(CONF_OBJECT_VIP, struct conf_vip, addr, prefix_len,
		   .is_crossing = true)},
	.help = "An address with its prefix length; 32 or 128 when absent.",
    },
    {
	.id = KW_VIP_DEV,
	.name = "dev",
	.in = {SCHEMA_VIP_LINE},
	.type = SCHEMA_TYPE_INTERFACE,
	.is_vital = true, /* on another interface the address would do harm */
	.fields = {VIP_FIELD(interface, .is_local = true, .is_crossing = true)},
	.help = "Interface that gets the address; the instance's when absent. For a static address: "
		"default_interface when absent.",
    },
    {
	.id = KW_VIP_SCOPE,
	.name = "scope",
	.in = {SCHEMA_VIP_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.choices = scopes,
	.def = "global",
	.fields = {VIP_FIELD(scope, .is_crossing = true)},
	.help = "Where the address is valid.",
    },
    {
	.id = KW_VIP_LABEL,
	.name = "label",
	.in = {SCHEMA_VIP_LINE},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "LABEL",
	.max = CONF_IFNAME_MAX - 1,
	.fields = {VIP_FIELD(label, .is_crossing = true)},
	.help = "Label of an IPv4 address, as ifconfig shows it.",
    },
    {
	.id = KW_VIP_BRD,
	.name = "brd",
	.alias = "broadcast",
	.in = {SCHEMA_VIP_LINE},
	.type = SCHEMA_TYPE_BROADCAST,
	.argument = "ADDRESS | + | -",
	.fields = {VIP_FIELD(broadcast, .is_crossing = true)},
	.help = "Broadcast address of an IPv4 address; '+' sets all host bits, '-' clears them.",
    },
};

const struct schema_table schema_vrrp = {rows, sizeof(rows) / sizeof(rows[0])};
