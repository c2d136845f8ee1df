/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of VRRP instances that vary the protocol: where advertisements go, their form, and how
 * an instance treats those of others. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

/* Junos: the longest priority-hold-time. */
#define TRACK_HOLD_MAX_US (INT64_C(3600) * 1000000)

static const struct schema_keyword rows[] = {
    {
	.id = KW_GARP_LOWER_PRIO_DELAY,
	.name = "garp_lower_prio_delay",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "s",
	.def = "5",
	.fields = {INSTANCE_FIELD(garp_lower_prio_delay, .is_local = true, .is_crossing = true)},
	.help = "The same as garp_master_delay after an advertisement of lower priority. When absent, "
		"the value of vrrp_garp_lower_prio_delay, else of garp_master_delay.",
    },
    {
	.id = KW_GARP_LOWER_PRIO_REPEAT,
	.name = "garp_lower_prio_repeat",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "5",
	.fields = {INSTANCE_FIELD(garp_lower_prio_repeat, .is_local = true, .is_crossing = true)},
	.help = "How often a master announces each address when it hears a lower priority: neighbours "
		"may have learned them from the other router. 0: not at all. At most once a second "
		"such an announcement begins. When absent, the value of vrrp_garp_lower_prio_repeat, "
		"else of garp_master_repeat.",
    },
    {
	.id = KW_LOWER_PRIO_NO_ADVERT,
	.name = "lower_prio_no_advert",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.fields = {INSTANCE_FIELD(is_silent_to_lower, .is_local = true, .is_crossing = true)},
	.help = "A master does not answer an advertisement of lower priority (RFC 3768 section 6.4.3), "
		"but sends the next one at its usual time. When absent it answers at once (RFC 9568 "
		"section 6.4.3). In strict mode the version decides: 2 does not answer, 3 answers.",
    },
    {
	.id = KW_HIGHER_PRIO_SEND_ADVERT,
	.name = "higher_prio_send_advert",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.help = "A master that yields to a higher priority sends one last advertisement, so that the "
		"new master announces its addresses once more. So it is always; `off` changes "
		"nothing.",
    },
    {
	.id = KW_TIMER_EXPIRED_BACKUP,
	.name = "timer_expired_backup",
	.alias = "thread_timer_expired",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 254,
	.bare = "254",
	.help = "A master that was held up so long that another router may have taken over is silent "
		"for an interval and listens. With nopreempt it becomes BACKUP when it hears any "
		"other master, else when it hears a better one. So it is always, and for each "
		"priority that is written here.",
    },
    {
	.id = KW_OWNER_IGNORE_ADVERTS,
	.name = "owner_ignore_adverts",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.fields = {INSTANCE_FIELD(is_ignoring_adverts, .is_local = true, .is_crossing = true)},
	.help = "With priority 255: advertisements of others are logged and counted, and change "
		"nothing. When absent, of two owners the one with the higher source address stays "
		"master (RFC 9568 with erratum 8298). In strict mode it is on.",
    },
    {
	.id = KW_MCAST_DST_IP,
	.name = "mcast_dst_ip",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_ADDRESS,
	.fields = {INSTANCE_FIELD(group, .is_crossing = true, .is_late = true)},
	.help = "Multicast group of the advertisements; 224.0.0.18 or ff02::12 when absent. All "
		"directors of the instance need the same one. vrrp_mcast_group4 and vrrp_mcast_group6 "
		"in global_defs are for all instances that say nothing else. Without effect together "
		"with unicast_peer.",
    },
    {
	.id = KW_UNICAST_TTL,
	.name = "unicast_ttl",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.def = "255",
	.fields = {INSTANCE_FIELD(unicast_ttl, .is_local = true, .is_crossing = true)},
	.help = "TTL or hop limit of the advertisements to unicast_peer: how many routers they may "
		"pass.",
    },
    {
	.id = KW_UNICAST_FAULT_NO_PEER,
	.name = "unicast_fault_no_peer",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(needs_peer, .is_local = true, .is_crossing = true)},
	.help = "An instance with unicast_src_ip, unicast_ttl or unicast_peer, but without a usable "
		"peer, is in FAULT. When absent, its advertisements go by multicast.",
    },
    {
	.id = KW_DONT_TRACK_PRIMARY,
	.name = "dont_track_primary",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(ignores_link, .is_local = true, .is_crossing = true)},
	.help = "The instance goes on while its interface is down or has no carrier. When the cable "
		"between two directors is cut, both become master. When absent, it is in FAULT then. "
		"IPv6 loses its addresses when the interface is set down, and the instance its source.",
    },
    {
	.id = KW_TRACK_HOLD_TIME,
	.name = "track_hold_time",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = TRACK_HOLD_MAX_US,
	.def = "0",
	.unit = "s",
	.is_own = true,
	.fields = {INSTANCE_FIELD(track_hold_us, .is_local = true, .is_crossing = true)},
	.help = "How long a change of the trackers waits until it counts. What they say at the end of that "
		"time counts, so a tracker that has returned by then has changed nothing. The first state of "
		"a tracker counts at once. So does a fault of the instance's own interface. Give all "
		"instances of a vrrp_sync_group the same time.",
	.example = "track_hold_time 30",
    },
    {
	.id = KW_TRACK_HOLD_ASYMMETRIC,
	.name = "track_hold_asymmetric",
	.in = {SCHEMA_VRRP_INSTANCE},
	.is_own = true,
	.fields = {INSTANCE_FIELD(is_hold_asymmetric, .is_local = true, .is_crossing = true)},
	.help = "With track_hold_time: what causes a FAULT or lowers the priority counts at once, and only "
		"a recovery waits.",
    },
    {
	.id = KW_NATIVE_IPV6,
	.name = "native_ipv6",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_native_ip6, .is_late = true)},
	.help = "An instance without any address is one of IPv6. Else its addresses say it.",
    },
    {
	.id = KW_PEER_MIN_TTL,
	.name = "min_ttl",
	.in = {SCHEMA_PEER_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.fields = {FIELD(CONF_OBJECT_PEER, struct conf_peer, min_ttl, .is_local = true,
		   .is_crossing = true)},
	.help = "Advertisements of this peer with a smaller TTL are ignored: 255 lets none through "
		"that has passed a router.",
    },
    {
	.id = KW_PEER_MAX_TTL,
	.name = "max_ttl",
	.in = {SCHEMA_PEER_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.fields = {FIELD(CONF_OBJECT_PEER, struct conf_peer, max_ttl, .is_local = true,
		   .is_crossing = true)},
	.help = "Advertisements of this peer with a greater TTL are ignored; 0: any may be.",
    },
    {
	.id = KW_V3_CHECKSUM_AS_V2,
	.name = "v3_checksum_as_v2",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.fields = {INSTANCE_FIELD(is_checksum_plain, .is_crossing = true, .is_late = true)},
	.help = "Version 3 with IPv4: the checksum covers the message alone (RFC 9568 section 5.2.8), "
		"which Cisco and Juniper do. When absent it covers a pseudo-header too, as keepalived "
		"does. Both forms are accepted, `lvsctl status` shows which one the others send, and "
		"the log says when it is not this one.",
    },
    {
	.id = KW_STRICT_MODE,
	.name = "strict_mode",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.help = "By the RFCs alone, as keepalived does. Version 3 for IPv6 addresses, whatever is "
		"written. No authentication, no preempt_delay, three intervals in down_timer_adverts. "
		"`state MASTER` with priority 255 only. A virtual_ipaddress is required. See also "
		"lower_prio_no_advert and owner_ignore_adverts. Without `accept`, a master takes "
		"nothing that is sent to its addresses (no_accept). Unlike keepalived, lvsd announces "
		"its addresses again when it hears a lower priority.",
    },
};

const struct schema_table schema_protocol = {rows, sizeof(rows) / sizeof(rows[0])};
