/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the configuration asks the machine to have (conf/conf.h): addresses, routes and rules, which
 * an instance holds while it is master, or which are static.
 */
#ifndef LVSD_CONF_CONF_ITEM_H
#define LVSD_CONF_CONF_ITEM_H

#include "base/addr.h"
#include "conf/conf_base.h"

#include <stdbool.h>

struct conf_vip {
	struct addr addr;
	uint8_t prefix_len;    /* 32 or 128 when absent */
	const char *interface; /* when absent, the interface of the instance */
	uint8_t scope;         /* RT_SCOPE_* of rtnetlink */
	const char *label;     /* "": none; IPv4 only */
	struct addr broadcast; /* AF_UNSPEC: none; IPv4 only */
	struct addr peer;      /* AF_UNSPEC: none, and prefix_len belongs to addr */
	uint8_t peer_len;      /* with a peer: the prefix length that the kernel gets */
	/* The kernel's IFA_F_HOMEADDRESS, IFA_F_MANAGETEMPADDR and IFA_F_NOPREFIXROUTE; the first
	 * two are for IPv6 only. */
	bool is_home, is_managing_temporary, is_without_route;
	bool is_joining; /* autojoin: if the address is for a group (multicast), the kernel joins it */
	bool is_probed; /* the kernel looks for duplicates first (not `-nodad`); IPv6 only */
	/* Lifetimes: seconds, CONF_LIFETIME_NONE or CONF_LIFETIME_FOREVER. 0: absent, which means
	 * forever, but none for an IPv6 address with the prefix length 128. */
	uint64_t preferred_lft;
	bool is_untracked; /* `no_track`: while master, its loss is neither repaired nor counted */
	const char *track_group; /* of a static address: a conf_track_group; "": none */
	bool uses_vmac;          /* use_vmac behind the address, or use_vmac_addr */
	/* the macvlan or ipvlan on interface that has the address; NULL: none, interface has it */
	const char *vmac;
	struct conf_place place;
};

/* The interface that the address is set on. */
static inline const char *conf_vip_holder(const struct conf_vip *vip)
{
	return vip->vmac ? vip->vmac : vip->interface;
}

/* The prefix length that the kernel has for the address. */
static inline uint8_t conf_vip_len(const struct conf_vip *vip)
{
	return vip->peer.family == AF_UNSPEC ? vip->prefix_len : vip->peer_len;
}

/* The preferred lifetime of an address from which no new connection shall be opened. */
#define CONF_LIFETIME_NONE    (UINT64_C(1) << 32)
#define CONF_LIFETIME_FOREVER UINT32_MAX

/* A hardware address whose last octet is the VRID (RFC 9568 section 7.3); used while the snapshot is
 * made. */
#define CONF_MAC_OPEN (UINT64_C(1) << 48)

#define CONF_MAC_TEXT_MAX 18

/* Writes "00:00:5e:00:01:33" into text and returns it; of 0 it writes "". */
const char *conf_mac_format(uint64_t mac, char text[static CONF_MAC_TEXT_MAX]);

/* How ipvlan interfaces of one parent reach each other: the flags of the kernel (IPVLAN_F_*). */
enum conf_ipvlan_mode {
	CONF_IPVLAN_BRIDGE = 0,
	CONF_IPVLAN_PRIVATE = 1,
	CONF_IPVLAN_VEPA = 2,
};

/* A macvlan interface with the hardware address of a virtual router; or an ipvlan interface, which has
 * the hardware address of its parent. */
struct conf_vmac {
	const char *name;
	const char *parent; /* the interface below it */
	uint16_t family;    /* of the addresses on it */
	uint64_t mac;       /* the octets, the last one in the lowest 8 bits; 0: it is an ipvlan */
	uint32_t group;     /* of interfaces, + 1; 0: that of the parent */
	bool is_announced;  /* netlink_notify_msg */
	bool is_own;        /* of use_vmac or use_ipvlan of the instance, not of a single address */
	/* Of an ipvlan: */
	uint8_t mode;          /* enum conf_ipvlan_mode */
	struct addr address;   /* that it has while lvsd runs, in every state; AF_UNSPEC: none */
	uint8_t address_len;
};

static inline bool conf_vmac_is_ipvlan(const struct conf_vmac *vmac)
{
	return !vmac->mac;
}

/* What packets on a route are wrapped in: the kernel's LWTUNNEL_ENCAP_*. */
enum conf_encap_kind {
	CONF_ENCAP_MPLS = 1,
	CONF_ENCAP_IP = 2,
	CONF_ENCAP_ILA = 3,
	CONF_ENCAP_IP6 = 4,
};

/* The most labels of MPLS on a packet. */
#define CONF_LABELS_MAX 30
#define CONF_LABEL_MAX	0xfffff

/* The tunnel of a route, or of one of its next hops (`encap`). */
struct conf_encap {
	uint8_t kind;	   /* enum conf_encap_kind */
	const char *label; /* MPLS: "100/200", the outermost first; ILA: the locator "1:2:3:4"; else "" */
	uint64_t id;	   /* the key of the tunnel + 1; 0: absent */
	struct addr dst, src; /* AF_UNSPEC: absent */
	uint32_t tos, ttl; /* 0: absent; in IPv6 traffic class and hop limit */
	uint32_t flags;	   /* 16 bits, as the kernel has them */
};

/* One of several next hops of a route (`nexthop`). */
struct conf_hop {
	struct addr gateway;   /* AF_UNSPEC: none */
	const char *interface; /* "": the kernel finds the interface */
	uint32_t weight;       /* 0: absent, which is 1 */
	bool is_onlink;
	uint32_t realms; /* as the kernel has them: FROM << 16 | TO */
	struct conf_encap *encaps; /* one at most */
	size_t n_encaps;
	struct conf_place place;
};

/* Set in the value of a metric: the metric is locked (`lock`). */
#define CONF_ROUTE_LOCK (UINT64_C(1) << 32)

/* The number by which the kernel and other programs know lvsd's routes and rules: that of VRRP's
 * IP protocol. */
#define CONF_ROUTE_PROTOCOL 112

/* A route. 0, "" and AF_UNSPEC mean that the word is absent; the kernel then uses its default. */
struct conf_route {
	struct addr dst; /* never AF_UNSPEC: the family of the route */
	uint8_t dst_len;
	uint8_t type;  /* RTN_* */
	uint8_t scope; /* RT_SCOPE_* + 1; 0: absent */
	struct addr from; /* IPv6 only: the route is for packets with this source */
	uint8_t from_len;
	struct addr source, gateway;
	const char *interface;
	uint32_t tos, table, protocol, metric;
	const char *vrf; /* the interface of the VRF in whose table it is; "": table says it */
	bool is_onlink;
	struct conf_hop *hops; /* instead of gateway and interface */
	size_t n_hops;
	uint32_t realms;
	uint32_t expires; /* seconds; IPv6 only */
	/* Metrics for TCP and IP on this route; each may have CONF_ROUTE_LOCK in it. */
	uint64_t mtu, advmss, hoplimit, reordering, window, cwnd, ssthresh, initcwnd, initrwnd;
	uint64_t rtt_us, rttvar_us, rto_min_us;
	uint32_t features;                    /* 1: ecn */
	uint32_t quickack, fastopen_no_cookie; /* 0 or 1 */
	const char *congctl;
	uint8_t pref;          /* ICMPV6_ROUTER_PREF_* + 1; 0: absent; IPv6 only */
	uint8_t ttl_propagate; /* 1: yes; 2: no */
	bool is_exclusive;     /* `add`: refused if there is a route to the destination */
	bool is_appended;      /* `append`: it goes behind an equal route instead of before it */
	bool is_untracked;     /* `no_track`: while master, its loss is not repaired */
	const char *track_group; /* of a static route: a conf_track_group; "": none */
	struct conf_encap *encaps; /* one at most; none if there are hops, which have their own */
	size_t n_encaps;
	struct conf_place place;
};

/* A type of rule beside FR_ACT_*: the kernel looks in the table of the VRF to which the packets
 * belong. */
#define CONF_RULE_L3MDEV 100

/*
 * A rule of policy routing. 0, "" and AF_UNSPEC: absent; then the rule is for all packets. What the
 * rule does is given by one of table, type and goto_preference.
 */
struct conf_rule {
	uint8_t family;      /* AF_INET or AF_INET6 */
	uint32_t preference; /* the kernel tries rules in this order */
	bool has_preference; /* used while the snapshot is made: the file gives the preference */
	bool is_inverted;    /* `not` */
	struct addr from, to;
	uint8_t from_len, to_len; /* not 0, unless the address is absent */
	const char *iif, *oif;
	uint32_t tos;
	uint64_t fwmark; /* the mark in the lower half, and its mask in the upper half */
	uint32_t ip_protocol;
	struct conf_range source_ports, destination_ports;
	uint64_t users; /* 1 + (the last user << 32 | the first user) */
	uint64_t tunnel_id;
	uint32_t table;
	uint8_t suppress_prefix_len; /* the length + 1; 0: absent */
	uint32_t suppress_group;     /* the number + 1; 0: absent */
	uint32_t realms;             /* as the kernel has them: FROM << 16 | TO */
	uint8_t type; /* FR_ACT_BLACKHOLE, _UNREACHABLE, _PROHIBIT, _NOP, or CONF_RULE_L3MDEV */
	uint32_t goto_preference;
	uint32_t protocol;
	bool is_untracked;       /* `no_track`: while master, its loss is not repaired */
	const char *track_group; /* of a static rule: a conf_track_group; "": none */
	struct conf_place place;
};

/* A track_group. Its instances are in FAULT while a static item that names the group is missing.
 * They have the group among their trackers (CONF_TRACKER_STATIC). */
struct conf_track_group {
	const char *name;
	const char **members; /* names of instances */
	size_t n_members;
	struct conf_place place;
};

/* The most that a delay of a link may be. */
#define CONF_LINK_DELAY_MAX_US (UINT64_C(255) * 1000000)

/* A line of interface_up_down_delays: how long a change of the interface must last until it counts. */
struct conf_link_delay {
	const char *interface;
	uint64_t down_us, up_us; /* 0..CONF_LINK_DELAY_MAX_US */
	struct conf_place place;
};

/* A garp_group: interfaces that share one pace of announcements. 0: announcements of that family have
 * no pace, whatever global_defs says. */
struct conf_garp_group {
	uint64_t garp_interval_us, gna_interval_us;
	const char **interfaces;
	size_t n_interfaces;
	struct conf_place place;
};

/* What the machine has while lvsd runs, whoever is master, and what holds for its interfaces. Items are
 * in file order, groups are sorted by name. */
struct conf_statics {
	struct conf_vip *addresses; /* static_ipaddress */
	size_t n_addresses;
	struct conf_route *routes; /* static_routes */
	size_t n_routes;
	struct conf_rule *rules; /* static_rules */
	size_t n_rules;
	struct conf_track_group *groups; /* track_group */
	size_t n_groups;
	struct conf_link_delay *delays; /* interface_up_down_delays; each interface once */
	size_t n_delays;
	struct conf_garp_group *garp_groups; /* an interface is in one at most */
	size_t n_garp_groups;
};

/* Does the machine have nothing of the file? */
static inline bool conf_statics_are_empty(const struct conf_statics *statics)
{
	return !statics->n_addresses && !statics->n_routes && !statics->n_rules;
}

#endif
