/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VRRP in the configuration (conf/conf.h): what is tracked, sync groups and instances. */
#ifndef LVSD_CONF_CONF_VRRP_H
#define LVSD_CONF_CONF_VRRP_H

#include "conf/conf_mail.h"
#include "conf/conf_item.h"

/* What an instance can track. */
enum conf_tracker {
	CONF_TRACKER_SCRIPT,
	CONF_TRACKER_FILE,
	CONF_TRACKER_PROCESS,
	CONF_TRACKER_VIRTUAL_SERVER, /* its name is the key of a service (base/svckey.h) */
	CONF_TRACKER_ROUTE,          /* a network; its name is "192.0.2.0/24" */
	CONF_TRACKER_INTERFACE, /* an interface besides the instance's own, which always counts */
	CONF_TRACKER_STATIC, /* a track_group: are its static addresses, routes and rules there? */
	CONF_TRACKERS,
};

/* The greatest weight of a tracker; and how many objects an instance may track. */
#define CONF_WEIGHT_MAX 254
#define CONF_TRACKS_MAX 100

/* A vrrp_script that some instance tracks. */
struct conf_vrrp_script {
	const char *name;
	struct conf_script *script; /* a file `<PATH` is the one word "<PATH" */
	uint64_t interval_us;       /* from the start of a run to the start of the next; not 0 */
	uint64_t timeout_us; /* time limit of a run; interval_us when absent, at most a day */
	uint32_t rise, fall; /* so many successes or failures in a row; at least 1 */
	bool is_init_fail;   /* before its first run: down, not unknown */
	struct conf_place place;
};

/* A track_file that some instance tracks: a file with a number. */
struct conf_track_file {
	const char *name;
	const char *path; /* absolute */
	/* init_file: when lvsd starts, number is written to the file, if there is no such file or
	 * if is_overwritten. */
	bool is_made;
	int32_t number;
	bool is_overwritten;
	struct conf_place place;
};

/* Which command lines count, compared with the arguments that the file gives. */
enum conf_param_match {
	CONF_PARAM_ANY,     /* all: the file gives no arguments, so the name alone counts */
	CONF_PARAM_EXACT,   /* those with the same arguments */
	CONF_PARAM_INITIAL, /* the same, but the last argument may be longer */
	CONF_PARAM_PARTIAL, /* those that begin with the same arguments */
};

#define CONF_QUORUM_MAX_NONE UINT32_MAX

/* A vrrp_track_process that some instance tracks. */
struct conf_track_process {
	const char *name;
	const char *const *argv; /* argc words: the name or path of the program, then arguments */
	size_t argc;             /* at least 1 */
	enum conf_param_match match;
	uint32_t quorum;     /* so many processes must run; 0 if quorum_max is 0 */
	uint32_t quorum_max; /* not more may run; CONF_QUORUM_MAX_NONE: any number */
	/* How long a change of the state must last before it counts: a change after a process
	 * began, and one after a process ended. */
	uint64_t fork_delay_us, terminate_delay_us;
	bool is_full_command; /* the first word of the command line counts, not the process's name */
	struct conf_place place;
};

/*
 * A tracker of one instance. Its values are those of the instance's line; for values that the line
 * does not give, those of the definition. An instance names a tracker once.
 */
struct conf_track {
	enum conf_tracker kind;
	const char *name;
	/* -CONF_WEIGHT_MAX..CONF_WEIGHT_MAX. 0: the instance is in FAULT while the tracker is down.
	 * Of a track_file: the number in the file is multiplied by it (vrrp/track.h). */
	int32_t weight;
	bool is_reverse;  /* weight has the opposite sign; with weight 0: FAULT while it is up */
	bool is_of_group; /* the instance has it from its sync group or from a track_group */
	struct conf_place place;
};

/*
 * A vrrp_sync_group with at least one member. Its members are the instances that name it
 * (conf_vrrp.sync_group); they change their state together.
 */
struct conf_sync_group {
	const char *name;
	bool has_weights; /* sync_group_tracking_weight: trackers of members may have weights */
	struct conf_track *tracks; /* those of the group, by kind; its members have them too */
	size_t n_tracks;
	struct conf_script *notify_master, *notify_backup, *notify_fault, *notify_stop;
	struct conf_script *notify; /* gets GROUP, name, state, 0 as further words */
	bool is_notifying_all;      /* notify_all_states */
	bool is_notifying_priority; /* notify_priority_changes, for all its members */
	uint8_t alert; /* enum conf_alert */
	struct conf_place place;
};

/* A line of unicast_peer. */
struct conf_peer {
	struct addr addr;
	/* The TTLs that an advertisement of this peer may have. max_ttl 0: no bound. */
	uint8_t min_ttl, max_ttl;
};

/* After so many intervals of silence a master is down (RFC 9568 section 6.1). */
#define CONF_DOWN_ADVERTS 3

/* The longest preempt_delay. */
#define CONF_PREEMPT_DELAY_MAX_US (INT64_C(1000) * 1000000)

/* `garp_extra_if all SECONDS`: on all further interfaces, not on macvlans alone. */
#define CONF_GARP_EXTRA_ALL (UINT64_C(1) << 32)

/* The authentication of version 2. */
enum conf_auth {
	CONF_AUTH_PASS, /* the password stands in each advertisement */
	CONF_AUTH_AH,   /* each advertisement is signed with it; IPv4 only */
};

struct conf_vrrp {
	const char *name;
	uint16_t family;   /* the family of the advertised addresses */
	bool wants_master; /* `state MASTER`: a hint; only an address owner begins as MASTER */
	const char *interface;
	struct conf_place interface_place;
	uint8_t priority;      /* 1..CONF_PRIORITY_OWNER */
	bool is_preempting;    /* false with `nopreempt` */
	bool is_refusing;      /* no_accept: not with priority 255 */
	bool is_dropped;       /* used while the snapshot is made: the instance is to be left out */
	const char *sync_group; /* the name of its vrrp_sync_group; NULL: none */
	uint16_t sync_at;       /* its place in the list of that group */
	struct addr source;    /* mcast_src_ip or unicast_src_ip; AF_UNSPEC: the interface's own */
	struct conf_place source_place;
	uint32_t preempt_delay_us;  /* 0..1000 s */
	uint32_t advert_int_max_us; /* v3: the longest interval that a master may have; v2: 0 */
	uint8_t vrid;               /* 1..255 */
	uint8_t version;            /* 2 or 3 */
	uint32_t advert_int_us;     /* a multiple of 10 ms (v3, 10 ms..40.95 s) or of 1 s (v2) */
	uint8_t down_timer_adverts; /* 1..100 intervals of silence, then the master is down */
	/* Announcements (gratuitous ARP, unsolicited neighbour advertisements) of a new master:
	 * rounds in a burst (0 counts as 1), seconds to a second burst (0: none); then seconds
	 * between refreshes (0: none), and rounds in each refresh. */
	uint32_t garp_master_repeat, garp_master_delay;
	uint32_t garp_master_refresh, garp_master_refresh_repeat;
	uint64_t garp_extra; /* garp_extra_if, in seconds, with CONF_GARP_EXTRA_ALL; 0: none */
	/* The same when a router of lower priority has advertised. Repeat 0: no announcement
	 * then. */
	uint32_t garp_lower_prio_repeat, garp_lower_prio_delay;
	bool is_silent_to_lower;  /* lower_prio_no_advert */
	bool is_ignoring_adverts; /* owner_ignore_adverts; with priority 255 only */
	struct addr group;        /* that gets the advertisements; AF_UNSPEC: that of VRRP */
	bool is_checksum_plain;   /* v3_checksum_as_v2: without a pseudo-header; v3 with IPv4 only */
	uint8_t unicast_ttl;      /* the TTL of advertisements to peers; 0 counts as 255 */
	bool ignores_link;        /* dont_track_primary: no fault while its interface is down */
	bool is_logging_unknown;  /* log_unknown_vrids of global_defs */
	uint64_t garp_interval_us, gna_interval_us; /* of global_defs; 0: no pause */
	bool needs_peer;       /* unicast_fault_no_peer: with no peer the instance is in FAULT */
	uint8_t auth_type;     /* enum conf_auth; means something only with an auth_pass */
	const char *auth_pass; /* v2: at most 8 bytes; "" without authentication */
	struct conf_peer *peers; /* unicast_peer; none: multicast */
	size_t n_peers;
	struct conf_vip *vips; /* advertised, in file order */
	size_t n_vips;
	struct conf_vip *excluded; /* held and not advertised; of both families */
	size_t n_excluded;
	struct conf_route *routes; /* virtual_routes, in file order */
	size_t n_routes;
	struct conf_rule *rules; /* virtual_rules, in file order */
	size_t n_rules;
	/* promote_secondaries: when the first address of a network is removed, the kernel keeps the
	 * others. */
	bool is_promoting;
	bool uses_vmac;        /* use_vmac; its options follow */
	const char *vmac_name; /* "": lvsd makes one */
	uint64_t vmac_mac;     /* as conf_vmac.mac; 0: that of RFC 9568 */
	bool is_vmac_announced;
	uint32_t vmac_group;
	bool is_vmac_for_all; /* use_vmac_addr: for addresses of other interfaces and families too */
	bool is_by_base;      /* vmac_xmit_base: advertisements go by interface itself */
	bool uses_ipvlan;     /* use_ipvlan, not together with uses_vmac; its options follow */
	const char *ipvlan_name;    /* "": lvsd makes one */
	struct addr ipvlan_address; /* AF_UNSPEC: none */
	uint8_t ipvlan_len;
	bool is_ipvlan_bridge, is_ipvlan_private, is_ipvlan_vepa; /* one at most */
	uint32_t ipvlan_group;
	/* What follows from these: a macvlan for each interface and family, or an ipvlan. The own one is the
	 * first. */
	struct conf_vmac *vmacs;
	size_t n_vmacs;
	bool may_be_empty;  /* no_virtual_ipaddress: an instance of version 3 may have no address */
	bool is_native_ip6; /* native_ipv6: IPv6, if no address, source or peer says the family */
	/* Sorted by kind, then in the order of the file; those of its sync group come last. */
	struct conf_track *tracks;
	size_t n_tracks;
	/* How long a change of the trackers waits until it counts; 0: it counts at once. */
	uint64_t track_hold_us;
	bool is_hold_asymmetric; /* a loss counts at once, only a recovery waits */
	struct conf_script *notify_master, *notify_backup, *notify_fault, *notify_stop;
	struct conf_script *notify; /* gets INSTANCE, name, state, priority as further words */
	bool is_notifying_all;      /* notify_all_states: superseded states are notified too */
	/* When a reload removes the instance, its state is DELETED, and this script runs. A script
	 * without words runs nothing, but the state is DELETED all the same. NULL: the state is
	 * FAULT. */
	struct conf_script *notify_deleted;
	struct conf_script *notify_lower; /* notify_master_rx_lower_pri */
	bool is_notifying_priority;	  /* notify_priority_changes: to the FIFOs */
	uint8_t alert;			  /* enum conf_alert */
	struct conf_place place;
};

/* The addresses that the master holds: first those that it advertises, then the others. i must be
 * less than conf_n_held(). */
static inline size_t conf_n_held(const struct conf_vrrp *vrrp)
{
	return vrrp->n_vips + vrrp->n_excluded;
}

static inline const struct conf_vip *conf_held(const struct conf_vrrp *vrrp, size_t i)
{
	return i < vrrp->n_vips ? &vrrp->vips[i] : &vrrp->excluded[i - vrrp->n_vips];
}

/* The version of an instance without a version keyword: 2 for IPv4, 3 for IPv6. */
static inline uint8_t conf_vrrp_version(uint16_t family)
{
	return family == AF_INET6 ? 3 : 2;
}

/* The word for a kind of trackers: "script", "interface". */
const char *conf_tracker_name(enum conf_tracker kind);
/* The name of the tracked object as the file and ip(8) have it. Example: of the route "0.0.0.0/0":
 * "default". */
const char *conf_track_label(const struct conf_track *track);

#endif
