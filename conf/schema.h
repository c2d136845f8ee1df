/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every keyword of the language as data: where it may stand, what it takes, what it means without
 * it, and one line of help. Parsing, defaults, error texts and documentation all come from these
 * tables, so a keyword is added by adding a row (and the code that gives it its effect).
 *
 * A row without words of its own (is_item) stands for each line of a list block. Words that follow
 * a value on its line ("dev eth0") are rows too, in a block that exists only as such a place.
 */
#ifndef LVSD_CONF_SCHEMA_H
#define LVSD_CONF_SCHEMA_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places where keywords stand. */
enum schema_block {
	SCHEMA_NONE,
	SCHEMA_ROOT,
	SCHEMA_GLOBAL_DEFS,
	SCHEMA_SYNC_DAEMON_LINE, /* after lvs_sync_daemon IFACE */
	SCHEMA_TIMEOUTS_LINE,    /* after lvs_timeouts */
	SCHEMA_SSL,
	SCHEMA_VRRP_INSTANCE,
	SCHEMA_AUTHENTICATION,
	SCHEMA_UNICAST_PEER,
	SCHEMA_VIRTUAL_IPADDRESS,
	SCHEMA_VIP_LINE, /* after an address of virtual_ipaddress */
	SCHEMA_VIRTUAL_SERVER_GROUP,
	SCHEMA_VIRTUAL_SERVER,
	SCHEMA_TUNNEL_LINE, /* after lvs_method TUN */
	SCHEMA_REAL_SERVER,
	SCHEMA_TCP_CHECK,
	SCHEMA_HTTP_GET,
	SCHEMA_SSL_GET,
	SCHEMA_MISC_CHECK,
	SCHEMA_URL,
	/* what lvsd takes without effect, and lines of options there */
	SCHEMA_LINKBEAT_INTERFACES,
	SCHEMA_LINKBEAT_LINE, /* after an interface of linkbeat_interfaces */
	SCHEMA_UP_DOWN_DELAYS,
	SCHEMA_DELAY_LINE, /* after an interface of interface_up_down_delays */
	SCHEMA_GARP_GROUP,
	SCHEMA_GARP_INTERFACES,
	SCHEMA_TRACK_GROUP,
	SCHEMA_GROUP, /* names of instances */
	SCHEMA_STATIC_IPADDRESS,
	SCHEMA_STATIC_LINE, /* after an address of static_ipaddress */
	SCHEMA_STATIC_ROUTES,
	SCHEMA_STATIC_RULES,
	SCHEMA_ROUTE_LINE,
	SCHEMA_NEXTHOP_LINE, /* after nexthop */
	SCHEMA_ENCAP_LINE,   /* after encap KIND */
	SCHEMA_RULE_LINE,
	SCHEMA_NOTIFICATION_EMAIL,
	SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED,
	SCHEMA_EXCLUDED_LINE, /* after an address of virtual_ipaddress_excluded */
	SCHEMA_VIRTUAL_ROUTES,
	SCHEMA_VIRTUAL_RULES,
	SCHEMA_PEER_LINE, /* after an address of unicast_peer */
	SCHEMA_VMAC_LINE, /* after use_vmac */
	SCHEMA_IPVLAN_LINE,
	SCHEMA_AUTH_HMAC,
	SCHEMA_VRRP_SYNC_GROUP,
	SCHEMA_TRACK_INTERFACE,
	SCHEMA_TRACK_SCRIPT,
	SCHEMA_TRACK_FILES, /* track_file of an instance */
	SCHEMA_TRACK_PROCESS,
	SCHEMA_TRACK_BFD,
	SCHEMA_TRACK_LINE,      /* after the name of a script or a BFD session */
	SCHEMA_TRACK_WIDE_LINE, /* after that of an interface, a file or a process */
	SCHEMA_WEIGHT_LINE,     /* after the weight of a tracker */
	SCHEMA_VRRP_SCRIPT,
	SCHEMA_TRACK_FILE,
	SCHEMA_INIT_FILE_LINE,
	SCHEMA_VRRP_TRACK_PROCESS,
	SCHEMA_SMTP_CHECK,
	SCHEMA_SMTP_HOST,
	SCHEMA_DNS_CHECK,
	SCHEMA_UDP_CHECK,
	SCHEMA_PING_CHECK,
	SCHEMA_FILE_CHECK,
	SCHEMA_BFD_CHECK,
	SCHEMA_BFD_INSTANCE,
	SCHEMA_MATCH, /* in virtual_server */
	SCHEMA_N_BLOCKS,
};

/* The most places one row may name. */
#define SCHEMA_PLACES_MAX 16

enum schema_type {
	SCHEMA_TYPE_PLAIN,        /* nothing: a flag, or a block without a name */
	SCHEMA_TYPE_NUMBER,       /* decimal; min..max */
	SCHEMA_TYPE_TIMER,        /* decimal seconds, 6 decimals; min..max in microseconds */
	SCHEMA_TYPE_TEXT,         /* one word, 1..max bytes of printable UTF-8 */
	SCHEMA_TYPE_HEX,          /* exactly max hex digits */
	SCHEMA_TYPE_INTERFACE,    /* name of a network interface */
	SCHEMA_TYPE_ADDRESS,      /* IPv4 or IPv6 */
	SCHEMA_TYPE_PREFIX,       /* ADDRESS[/LENGTH] */
	SCHEMA_TYPE_BROADCAST,    /* IPv4 address, "+" (all host bits 1) or "-" (all 0) */
	SCHEMA_TYPE_ENDPOINT,     /* ADDRESS [PORT] */
	SCHEMA_TYPE_SERVICE,      /* ADDRESS [PORT], "fwmark" and a mark, or "group" and its name */
	SCHEMA_TYPE_MEMBER,       /* a range of addresses [PORT], or "fwmark", a mark [FAMILY] */
	SCHEMA_TYPE_SCRIPT,       /* a command line, then up to max - 1 of user and group */
	SCHEMA_TYPE_USER,         /* USER [GROUP] */
	SCHEMA_TYPE_PATH,         /* an absolute path of a file */
	SCHEMA_TYPE_CHOICE,       /* one of choices */
	SCHEMA_TYPE_STATUSES,     /* N or N-M, one or more; min..max */
	SCHEMA_TYPE_MILLISECONDS, /* decimal, 3 decimals; min..max in microseconds */
	SCHEMA_TYPE_SPAN,         /* decimal seconds, or milliseconds behind which "ms" stands */
	SCHEMA_TYPE_NUMBERS,      /* one or more; min..max */
	SCHEMA_TYPE_RANGE,        /* N or N-M; min..max */
	SCHEMA_TYPE_MARK,         /* N or N/MASK of 32 bits, also in hex */
	SCHEMA_TYPE_WORDS,        /* min..max words of 1..255 bytes of printable UTF-8 */
	SCHEMA_TYPE_HOST,         /* a name or an address, and a port */
	SCHEMA_TYPE_DESTINATION,  /* PREFIX, "default", "default6", "any" or "all" */
	SCHEMA_TYPE_MAC,          /* 5 or 6 octets in hex with colons between */
	SCHEMA_TYPE_COMMAND,      /* SCRIPT whose program is looked for in PATH, or "<PATH" */
	SCHEMA_TYPE_FIFO,         /* an absolute path of a FIFO, then up to 2 of user and group */
	SCHEMA_TYPE_UMASK,        /* octal, or names like IRWXG with '|' between */
	SCHEMA_TYPE_KEY,          /* number of min..max and a secret of 1..255 bytes */
	SCHEMA_TYPE_BYTES,        /* min..max bytes, each two hex digits */
	SCHEMA_TYPE_PATTERN,      /* BYTES with X for any digit */
	SCHEMA_TYPE_CLIENTS,      /* IPv4 netmask, or IPv6 prefix length of min..max */
};

/* A value as a row's type reads it; what a type does not use is zero. */
struct schema_value {
	/*
	 * NUMBER, TIMER (us), PREFIX, CLIENTS (length), CHOICE; ENDPOINT (port); SERVICE (port or mark).
	 * Types that only rows without effect have give nothing but what NUMBER and TEXT give.
	 */
	int64_t number;
	/* TEXT, HEX, INTERFACE, CHOICE, PATH; BROADCAST ("+", "-" or NULL); SCRIPT (the command);
	 * SERVICE (name of a group or NULL); MEMBER (the range, or NULL for a mark) */
	const char *text;
	/* ADDRESS, PREFIX, BROADCAST, ENDPOINT; SERVICE (AF_UNSPEC: a mark); CLIENTS (the netmask;
	 * AF_UNSPEC: a length) */
	struct addr addr;
};

/* number of an ENDPOINT or SERVICE without a port. */
#define SCHEMA_NO_PORT (-1)

/* The word that makes a SERVICE one by firewall mark. */
#define SCHEMA_FWMARK "fwmark"
/* And the one that makes it a group. */
#define SCHEMA_BY_GROUP "group"

struct schema_choice {
	const char *name;
	int64_t number;
};

/* One for each row; KW_NONE for none. */
enum schema_id {
	KW_NONE,
	/* the top level */
	KW_GLOBAL_DEFS,
	KW_VRRP_INSTANCE,
	KW_VIRTUAL_SERVER,
	KW_VIRTUAL_SERVER_GROUP,
	KW_SERVICE_MEMBER,
	KW_SSL,
	/* global_defs, SSL */
	KW_ROUTER_ID,
	KW_SCRIPT_USER,
	KW_ENABLE_SCRIPT_SECURITY,
	KW_STARTUP_GATE,
	KW_SSL_CA,
	KW_SSL_CERTIFICATE,
	KW_SSL_KEY,
	KW_SSL_PASSWORD,
	KW_LVS_SYNC_DAEMON,
	KW_SYNC_INST,
	KW_SYNC_ID,
	KW_SYNC_MAXLEN,
	KW_SYNC_PORT,
	KW_SYNC_TTL,
	KW_SYNC_GROUP,
	KW_LVS_TIMEOUTS,
	KW_TIMEOUT_TCP,
	KW_TIMEOUT_TCPFIN,
	KW_TIMEOUT_UDP,
	KW_LVS_FLUSH,
	KW_LVS_FLUSH_ON_STOP,
	KW_DRAIN_TIMEOUT,
	KW_RECONCILE_INTERVAL,
	KW_EXCLUSIVE,
	/* vrrp_instance */
	KW_STATE,
	KW_INTERFACE,
	KW_VIRTUAL_ROUTER_ID,
	KW_PRIORITY,
	KW_VERSION,
	KW_ADVERT_INT,
	KW_NOPREEMPT,
	KW_PREEMPT,
	KW_AUTHENTICATION,
	KW_AUTH_TYPE,
	KW_AUTH_PASS,
	KW_SOURCE,
	KW_UNICAST_PEER,
	KW_PEER,
	KW_NOTIFY_MASTER,
	KW_NOTIFY_BACKUP,
	KW_NOTIFY_FAULT,
	KW_NOTIFY_STOP,
	KW_NOTIFY,
	KW_VIRTUAL_IPADDRESS,
	KW_VIP,
	KW_VIP_DEV,
	KW_VIP_SCOPE,
	KW_VIP_LABEL,
	KW_VIP_BRD,
	/* virtual_server, real_server */
	KW_LVS_SCHED,
	KW_LVS_METHOD,
	KW_PROTOCOL,
	KW_IP_FAMILY,
	KW_TUNNEL_TYPE,
	KW_TUNNEL_PORT,
	KW_TUNNEL_NOCSUM,
	KW_TUNNEL_CSUM,
	KW_TUNNEL_REMCSUM,
	KW_OPS,
	KW_FLAG_1,
	KW_FLAG_2,
	KW_FLAG_3,
	KW_SH_PORT,
	KW_SH_FALLBACK,
	KW_MH_PORT,
	KW_MH_FALLBACK,
	KW_HASHED,
	KW_PERSISTENCE_TIMEOUT,
	KW_PERSISTENCE_GRANULARITY,
	KW_PERSISTENCE_ENGINE,
	KW_HA_SUSPEND,
	KW_SNMP_NAME,
	KW_SMTP_ALERT,
	KW_QUORUM,
	KW_HYSTERESIS,
	KW_QUORUM_UP,
	KW_QUORUM_DOWN,
	KW_OMEGA,
	KW_SERVICE_DRAIN_TIMEOUT,
	KW_DRAIN_ON_FAILURE,
	KW_SLOW_START,
	KW_SORRY_SERVER,
	KW_SORRY_SERVER_INHIBIT,
	KW_SORRY_SERVER_LVS_METHOD,
	KW_REAL_SERVER,
	KW_SERVICE_WEIGHT,
	KW_WEIGHT,
	KW_UTHRESHOLD,
	KW_LTHRESHOLD,
	KW_INHIBIT_ON_FAILURE,
	KW_NOTIFY_UP,
	KW_NOTIFY_DOWN,
	KW_SERVER_RETRY,
	/* checks, and their defaults in virtual_server and real_server */
	KW_DELAY_LOOP,
	KW_WARMUP,
	KW_CONNECT_TIMEOUT,
	KW_SERVER_DELAY_BEFORE_RETRY,
	KW_TCP_DELAY_BEFORE_RETRY,
	KW_HTTP_DELAY_BEFORE_RETRY,
	KW_VIRTUALHOST,
	KW_ALPHA,
	KW_CHECK_RETRY,
	KW_MISC_RETRY,
	KW_CHECK_CONNECT_IP,
	KW_CHECK_CONNECT_PORT,
	KW_CHECK_BINDTO,
	KW_CHECK_BIND_PORT,
	KW_TCP_CHECK,
	KW_HTTP_GET,
	KW_SSL_GET,
	KW_MISC_CHECK,
	KW_HTTP_PROTOCOL,
	KW_ENABLE_SNI,
	KW_SNI_NAME,
	KW_MISC_PATH,
	KW_MISC_TIMEOUT,
	KW_MISC_DYNAMIC,
	KW_MISC_USER,
	KW_URL,
	KW_URL_PATH,
	KW_URL_STATUS_CODE,
	KW_URL_DIGEST,
	/* schema_root.c */
	KW_NET_NAMESPACE,
	KW_NET_NAMESPACE_IPVS,
	KW_NAMESPACE_WITH_IPSETS,
	KW_INSTANCE,
	KW_USE_PID_DIR,
	KW_ROOT_LINKBEAT_USE_POLLING,
	KW_CHILD_WAIT_TIME,
	KW_LINKBEAT_INTERFACES,
	KW_LINKBEAT_INTERFACE,
	KW_LINKBEAT_MII,
	KW_LINKBEAT_ETHTOOL,
	KW_LINKBEAT_IOCTL,
	KW_UP_DOWN_DELAYS,
	KW_DELAYED_INTERFACE,
	KW_DELAY_DOWN,
	KW_DELAY_UP,
	KW_GARP_GROUP,
	KW_GROUP_GARP_INTERVAL,
	KW_GROUP_GNA_INTERVAL,
	KW_GARP_GROUP_INTERFACE,
	KW_GARP_GROUP_INTERFACES,
	KW_GARP_INTERFACE,
	KW_TRACK_GROUP,
	KW_STATIC_IPADDRESS,
	KW_STATIC_ROUTES,
	KW_STATIC_RULES,
	/* schema_global_more.c */
	KW_PROCESS_NAMES,
	KW_PROCESS_NAME,
	KW_VRRP_PROCESS_NAME,
	KW_CHECKER_PROCESS_NAME,
	KW_BFD_PROCESS_NAME,
	KW_NOTIFICATION_EMAIL,
	KW_NOTIFICATION_EMAIL_ADDRESS,
	KW_NOTIFICATION_EMAIL_FROM,
	KW_SMTP_SERVER,
	KW_SMTP_HELO_NAME,
	KW_SMTP_CONNECT_TIMEOUT,
	KW_GLOBAL_SMTP_ALERT,
	KW_SMTP_ALERT_VRRP,
	KW_SMTP_ALERT_CHECKER,
	KW_NO_EMAIL_FAULTS,
	KW_NO_CHECKER_EMAILS,
	KW_RS_INIT_NOTIFIES,
	KW_CHECKER_LOG_ALL_FAILURES,
	KW_DEFAULT_INTERFACE,
	KW_UMASK,
	KW_RANDOM_SEED,
	KW_INCLUDE_CHECK,
	KW_CONFIG_SAVE_DIR,
	KW_TMP_CONFIG_DIRECTORY,
	KW_RELOAD_CHECK_CONFIG,
	KW_RELOAD_TIME_FILE,
	KW_RELOAD_REPEAT,
	KW_RELOAD_FILE,
	KW_DATA_USE_INSTANCE,
	KW_STATE_DUMP_FILE,
	KW_STATS_DUMP_FILE,
	KW_JSON_DUMP_FILE,
	KW_JSON_VERSION,
	KW_IPROUTE_USR_DIR,
	KW_IPROUTE_ETC_DIR,
	KW_DYNAMIC_INTERFACES,
	KW_DISABLE_LOCAL_IGMP,
	KW_SET_SUPPLEMENTARY_GROUPS,
	KW_USE_SYMLINK_PATHS,
	KW_STARTUP_SCRIPT,
	KW_SHUTDOWN_SCRIPT,
	KW_STARTUP_SCRIPT_TIMEOUT,
	KW_SHUTDOWN_SCRIPT_TIMEOUT,
	KW_NOTIFY_FIFO,
	KW_NOTIFY_FIFO_SCRIPT,
	KW_VRRP_NOTIFY_FIFO,
	KW_VRRP_NOTIFY_FIFO_SCRIPT,
	KW_LVS_NOTIFY_FIFO,
	KW_LVS_NOTIFY_FIFO_SCRIPT,
	KW_FIFO_WRITE_VRRP_STATES,
	KW_VRRP_NOTIFY_PRIORITY_CHANGES,
	/* schema_global_vrrp.c */
	KW_VRRP_MCAST_GROUP4,
	KW_VRRP_MCAST_GROUP6,
	KW_VRRP_VERSION,
	KW_VRRP_GARP_MASTER_DELAY,
	KW_VRRP_GARP_MASTER_REPEAT,
	KW_VRRP_GARP_LOWER_PRIO_DELAY,
	KW_VRRP_GARP_LOWER_PRIO_REPEAT,
	KW_VRRP_GARP_MASTER_REFRESH,
	KW_VRRP_GARP_MASTER_REFRESH_REPEAT,
	KW_VRRP_GARP_INTERVAL,
	KW_VRRP_GNA_INTERVAL,
	KW_VRRP_MIN_GARP,
	KW_VRRP_GARP_EXTRA_IF,
	KW_VRRP_DOWN_TIMER_ADVERTS,
	KW_VRRP_LOWER_PRIO_NO_ADVERT,
	KW_VRRP_HIGHER_PRIO_SEND_ADVERT,
	KW_VRRP_OWNER_IGNORE_ADVERTS,
	KW_GLOBAL_V3_CHECKSUM_AS_V2,
	KW_VRRP_CHECK_UNICAST_SRC,
	KW_VRRP_SKIP_CHECK_ADV_ADDR,
	KW_VRRP_STRICT,
	KW_VRRP_STARTUP_DELAY,
	KW_VRRP_DELAY_AFTER_BOOT,
	KW_LOG_UNKNOWN_VRIDS,
	KW_VMAC_PREFIX,
	KW_VMAC_ADDR_PREFIX,
	KW_VRRP_IPTABLES,
	KW_VRRP_IPSETS,
	KW_NFTABLES,
	KW_NFTABLES_PRIORITY,
	KW_NFTABLES_COUNTERS,
	KW_NFTABLES_IFINDEX,
	KW_NFTABLES_IPVS,
	KW_NFTABLES_IPVS_PRIORITY,
	KW_NFTABLES_IPVS_START_FWMARK,
	/* schema_global_system.c */
	KW_MAX_AUTO_PRIORITY,
	KW_MIN_AUTO_PRIORITY_DELAY,
	KW_VRRP_PRIORITY,
	KW_VRRP_RT_PRIORITY,
	KW_VRRP_RLIMIT_RTTIME,
	KW_VRRP_CPU_AFFINITY,
	KW_VRRP_NO_SWAP,
	KW_CHECKER_PRIORITY,
	KW_CHECKER_RT_PRIORITY,
	KW_CHECKER_RLIMIT_RTTIME,
	KW_CHECKER_CPU_AFFINITY,
	KW_CHECKER_NO_SWAP,
	KW_BFD_PRIORITY,
	KW_BFD_RT_PRIORITY,
	KW_BFD_RLIMIT_RTTIME,
	KW_BFD_CPU_AFFINITY,
	KW_BFD_NO_SWAP,
	KW_VRRP_NETLINK_CMD_RCV_BUFS,
	KW_VRRP_NETLINK_CMD_RCV_BUFS_FORCE,
	KW_VRRP_NETLINK_MONITOR_RCV_BUFS,
	KW_VRRP_NETLINK_MONITOR_RCV_BUFS_FORCE,
	KW_LVS_NETLINK_CMD_RCV_BUFS,
	KW_LVS_NETLINK_CMD_RCV_BUFS_FORCE,
	KW_LVS_NETLINK_MONITOR_RCV_BUFS,
	KW_LVS_NETLINK_MONITOR_RCV_BUFS_FORCE,
	KW_PROCESS_MONITOR_RCV_BUFS,
	KW_PROCESS_MONITOR_RCV_BUFS_FORCE,
	KW_VRRP_RX_BUFS_POLICY,
	KW_VRRP_RX_BUFS_MULTIPLIER,
	KW_SNMP_SOCKET,
	KW_ENABLE_SNMP_VRRP,
	KW_ENABLE_SNMP_CHECKER,
	KW_ENABLE_SNMP_RFC,
	KW_ENABLE_SNMP_RFCV2,
	KW_ENABLE_SNMP_RFCV3,
	KW_ENABLE_TRAPS,
	KW_SNMP_VS_STATS_UPDATE_INTERVAL,
	KW_SNMP_RS_STATS_UPDATE_INTERVAL,
	KW_ENABLE_DBUS,
	KW_DBUS_SERVICE_NAME,
	KW_DBUS_NO_INTERFACE_NAME,
	/* schema_address.c */
	KW_VIRTUAL_IPADDRESS_EXCLUDED,
	KW_EXCLUDED_VIP,
	KW_STATIC_ADDRESS,
	KW_VIP_PEER,
	KW_VIP_HOME,
	KW_VIP_NODAD,
	KW_VIP_MNGTMPADDR,
	KW_VIP_NOPREFIXROUTE,
	KW_VIP_AUTOJOIN,
	KW_VIP_PREFERRED_LFT,
	KW_VIP_NO_TRACK,
	KW_VIP_USE_VMAC,
	KW_STATIC_TRACK_GROUP,
	/* schema_route.c */
	KW_VIRTUAL_ROUTES,
	KW_ROUTE,
	KW_ROUTE_TYPE,
	KW_ROUTE_TO,
	KW_ROUTE_SRC,
	KW_ROUTE_FROM,
	KW_ROUTE_VIA,
	KW_ROUTE_OR,
	KW_ROUTE_DEV,
	KW_ROUTE_TOS,
	KW_ROUTE_TABLE,
	KW_ROUTE_PROTOCOL,
	KW_ROUTE_SCOPE,
	KW_ROUTE_METRIC,
	KW_ROUTE_ONLINK,
	KW_ROUTE_ENCAP,
	KW_ENCAP_LABEL,
	KW_ENCAP_ID,
	KW_ENCAP_DST,
	KW_ENCAP_SRC,
	KW_ENCAP_TOS,
	KW_ENCAP_TC,
	KW_ENCAP_TTL,
	KW_ENCAP_HOPLIMIT,
	KW_ENCAP_FLAGS,
	KW_ROUTE_NEXTHOP,
	KW_NEXTHOP_WEIGHT,
	KW_ROUTE_REALMS,
	KW_ROUTE_EXPIRES,
	KW_ROUTE_MTU,
	KW_ROUTE_ADVMSS,
	KW_ROUTE_HOPLIMIT,
	KW_ROUTE_REORDERING,
	KW_ROUTE_WINDOW,
	KW_ROUTE_CWND,
	KW_ROUTE_SSTHRESH,
	KW_ROUTE_INITCWND,
	KW_ROUTE_INITRWND,
	KW_ROUTE_RTT,
	KW_ROUTE_RTTVAR,
	KW_ROUTE_RTO_MIN,
	KW_ROUTE_FEATURES,
	KW_ROUTE_QUICKACK,
	KW_ROUTE_CONGCTL,
	KW_ROUTE_PREF,
	KW_ROUTE_TTL_PROPAGATE,
	KW_ROUTE_FASTOPEN_NO_COOKIE,
	KW_ROUTE_VRF,
	KW_ROUTE_AS,
	KW_ROUTE_INET,
	KW_ROUTE_INET6,
	KW_ROUTE_ADD,
	KW_ROUTE_PREPEND,
	KW_ROUTE_APPEND,
	KW_ROUTE_NO_TRACK,
	/* schema_rule.c */
	KW_VIRTUAL_RULES,
	KW_RULE,
	KW_RULE_NOT,
	KW_RULE_FROM,
	KW_RULE_TO,
	KW_RULE_TABLE,
	KW_RULE_PREFERENCE,
	KW_RULE_TOS,
	KW_RULE_FWMARK,
	KW_RULE_REALMS,
	KW_RULE_SUPPRESS_PREFIXLENGTH,
	KW_RULE_SUPPRESS_IFGROUP,
	KW_RULE_IIF,
	KW_RULE_OIF,
	KW_RULE_TUNNEL_ID,
	KW_RULE_UIDRANGE,
	KW_RULE_L3MDEV,
	KW_RULE_PROTOCOL,
	KW_RULE_IPPROTO,
	KW_RULE_SPORT,
	KW_RULE_DPORT,
	KW_RULE_TYPE,
	KW_RULE_GOTO,
	KW_RULE_NOP,
	KW_RULE_NO_TRACK,
	KW_RULE_INET,
	KW_RULE_INET6,
	/* schema_instance.c */
	KW_VRF,
	KW_NO_VIRTUAL_IPADDRESS,
	KW_PROMOTE_SECONDARIES,
	KW_USE_VMAC,
	KW_VMAC_MAC,
	KW_VMAC_NAME,
	KW_VMAC_NETLINK_NOTIFY_MSG,
	KW_VMAC_GROUP,
	KW_USE_VMAC_ADDR,
	KW_VMAC_XMIT_BASE,
	KW_USE_IPVLAN,
	KW_IPVLAN_ADDRESS,
	KW_IPVLAN_NAME,
	KW_IPVLAN_BRIDGE,
	KW_IPVLAN_PRIVATE,
	KW_IPVLAN_VEPA,
	KW_NATIVE_IPV6,
	KW_DONT_TRACK_PRIMARY,
	KW_MCAST_DST_IP,
	KW_TRACK_SRC_IP,
	KW_PEER_MIN_TTL,
	KW_PEER_MAX_TTL,
	KW_UNICAST_FAULT_NO_PEER,
	KW_UNICAST_TTL,
	KW_CHECK_UNICAST_SRC,
	KW_OLD_UNICAST_CHECKSUM,
	KW_V3_CHECKSUM_AS_V2,
	KW_GARP_MASTER_DELAY,
	KW_GARP_MASTER_REPEAT,
	KW_GARP_LOWER_PRIO_DELAY,
	KW_GARP_LOWER_PRIO_REPEAT,
	KW_GARP_MASTER_REFRESH,
	KW_GARP_MASTER_REFRESH_REPEAT,
	KW_GARP_EXTRA_IF,
	KW_DOWN_TIMER_ADVERTS,
	KW_TIMER_EXPIRED_BACKUP,
	KW_LOWER_PRIO_NO_ADVERT,
	KW_HIGHER_PRIO_SEND_ADVERT,
	KW_OWNER_IGNORE_ADVERTS,
	KW_PREEMPT_DELAY,
	KW_ACCEPT,
	KW_NO_ACCEPT,
	KW_SKIP_CHECK_ADV_ADDR,
	KW_STRICT_MODE,
	KW_AUTH_HMAC,
	KW_HMAC_KEY,
	KW_HMAC_ACTIVE_KEY,
	KW_HMAC_ANTI_REPLAY,
	KW_HMAC_TIME_WINDOW,
	KW_HMAC_MODE,
	KW_KERNEL_RX_BUF_SIZE,
	KW_INSTANCE_DEBUG,
	KW_LINKBEAT_USE_POLLING,
	KW_LVS_SYNC_DAEMON_INTERFACE,
	KW_NOTIFY_DELETED,
	KW_NOTIFY_MASTER_RX_LOWER_PRI,
	KW_NOTIFY_PRIORITY_CHANGES,
	KW_VRRP_SMTP_ALERT,
	/* schema_track.c */
	KW_VRRP_SYNC_GROUP,
	KW_SYNC_GROUP_MEMBERS,
	KW_GROUP_MEMBER,
	KW_SYNC_GROUP_TRACKING_WEIGHT,
	KW_GLOBAL_TRACKING,
	KW_TRACK_INTERFACE,
	KW_TRACKED_INTERFACE,
	KW_TRACK_SCRIPT,
	KW_TRACKED_SCRIPT,
	KW_TRACK_FILE_LIST,
	KW_TRACKED_FILE,
	KW_TRACK_PROCESS,
	KW_TRACKED_PROCESS,
	KW_TRACK_BFD,
	KW_TRACKED_BFD,
	KW_TRACK_WEIGHT,
	KW_TRACK_WIDE_WEIGHT,
	KW_TRACK_REVERSE,
	KW_TRACK_NOREVERSE,
	KW_VRRP_SCRIPT,
	KW_TRACKER_SCRIPT,
	KW_TRACKER_INTERVAL,
	KW_TRACKER_TIMEOUT,
	KW_TRACKER_WEIGHT,
	KW_TRACKER_RISE,
	KW_TRACKER_FALL,
	KW_TRACKER_USER,
	KW_TRACKER_INIT_FAIL,
	KW_TRACK_FILE,
	KW_TRACK_FILE_PATH,
	KW_TRACK_FILE_WEIGHT,
	KW_TRACK_FILE_INIT,
	KW_INIT_FILE_NUMBER,
	KW_INIT_FILE_OVERWRITE,
	KW_VRRP_TRACK_PROCESS,
	KW_PROCESS_COMMAND,
	KW_PROCESS_PARAM_MATCH,
	KW_PROCESS_WEIGHT,
	KW_PROCESS_QUORUM,
	KW_PROCESS_QUORUM_MAX,
	KW_PROCESS_FORK_DELAY,
	KW_PROCESS_TERMINATE_DELAY,
	KW_PROCESS_DELAY,
	KW_PROCESS_FULL_COMMAND,
	/* schema_checker.c */
	KW_SMTP_CHECK,
	KW_DNS_CHECK,
	KW_UDP_CHECK,
	KW_PING_CHECK,
	KW_FILE_CHECK,
	KW_BFD_CHECK,
	KW_CHECK_BIND_IF,
	KW_CHECK_FWMARK,
	KW_CHECK_WARMUP,
	KW_CHECK_LOG_ALL_FAILURES,
	KW_HTTP_FAST_RECOVERY,
	KW_HTTP_NB_GET_RETRY,
	KW_TLS_COMPLIANT,
	KW_URL_REGEX,
	KW_URL_REGEX_NO_MATCH,
	KW_URL_REGEX_OPTIONS,
	KW_URL_REGEX_STACK,
	KW_URL_REGEX_MIN_OFFSET,
	KW_URL_REGEX_MAX_OFFSET,
	KW_SMTP_HELO_CHECK,
	KW_SMTP_HOST,
	KW_DNS_RETRY,
	KW_DNS_DELAY_BEFORE_RETRY,
	KW_DNS_TYPE,
	KW_DNS_NAME,
	KW_UDP_PAYLOAD,
	KW_UDP_REQUIRE_REPLY,
	KW_UDP_MIN_REPLY_LENGTH,
	KW_UDP_MAX_REPLY_LENGTH,
	KW_FILE_CHECK_FILE,
	KW_FILE_CHECK_WEIGHT,
	KW_BFD_CHECK_NAME,
	/* schema_bfd.c */
	KW_BFD_INSTANCE,
	KW_BFD_NEIGHBOR_IP,
	KW_BFD_SOURCE_IP,
	KW_BFD_MIN_RX,
	KW_BFD_MIN_TX,
	KW_BFD_IDLE_TX,
	KW_BFD_MULTIPLIER,
	KW_BFD_PASSIVE,
	KW_BFD_TTL,
	KW_BFD_MAX_HOPS,
	KW_BFD_MULTIHOP,
	KW_BFD_VRRP,
	KW_BFD_CHECKER,
	/* what is kept outside of IPVS */
	KW_KEEP_AT_STOP,
	KW_FNAT_SOURCE,
	KW_MATCH,
	KW_MATCH_ADDRESS,
	KW_MATCH_PROTOCOL,
	KW_MATCH_PORTS,
	KW_N,
};

struct schema_keyword {
	enum schema_id id;
	const char *name;  /* of an item: what stands for it in texts ("ADDRESS") */
	const char *alias; /* keepalived's other spelling, or NULL */
	const char *second_alias;
	enum schema_block in[SCHEMA_PLACES_MAX]; /* ends with SCHEMA_NONE when not full */
	enum schema_type type;
	const char *argument; /* how texts name the argument; NULL: as the type says */
	const char *lead;     /* of a NUMBER: a word that may stand before it, or NULL */
	int64_t min, max;
	/* Ends with a NULL name. Of a NUMBER: words that stand for one. */
	const struct schema_choice *choices;
	const char *def;           /* in force without it; NULL: nothing, or said in help */
	const char *bare;          /* in force without its argument; NULL: it needs one */
	const char *unit;          /* of the argument, or NULL */
	enum schema_block opens;   /* what its block holds */
	enum schema_block options; /* what may follow its value on the line */
	enum schema_id refers;     /* its words name objects that this row defines */
	bool is_required;          /* its block cannot do without */
	bool is_repeatable;        /* each occurrence is an object of its own */
	bool is_merged;            /* later blocks go on where the first one ended */
	/* Its words stand for themselves: a line of a block, or with may_omit_name an option. */
	bool is_item;
	bool may_omit_name;       /* on a line of options its value may stand alone, first */
	bool is_unnamed_anywhere; /* likewise, wherever a word stands that can be its value */
	bool is_value_optional;   /* may stand alone; what that means is said in help */
	bool is_any_case;         /* of choices */
	bool is_own;              /* keepalived does not know it */
	bool is_secret;           /* its value is shown to nobody */
	/*
	 * The class of the row. Neither: implemented. no_effect: it is read and checked like any
	 * other, and has no effect here; the reason, as the warning says it. replaced: likewise,
	 * and the text names the way that lvsd has instead. What stands in such a block has the
	 * block's class and gets no warning of its own.
	 */
	const char *no_effect, *replaced;
	const char *help;
	const char *example; /* a line of a file, or NULL */
};

/* Numbers of the choices of auth_type. */
enum schema_auth {
	SCHEMA_AUTH_PASS,
	SCHEMA_AUTH_AH,
};

/* The rows of one area. */
struct schema_table {
	const struct schema_keyword *rows;
	size_t n;
};

/* All areas. */
extern const struct schema_table *const schema_tables[];
extern const size_t schema_n_tables;

extern const struct schema_table schema_global;
extern const struct schema_table schema_vrrp;
extern const struct schema_table schema_notify;
extern const struct schema_table schema_lvs;
extern const struct schema_table schema_check;
extern const struct schema_table schema_global_more;
extern const struct schema_table schema_global_vrrp;
extern const struct schema_table schema_global_system;
extern const struct schema_table schema_root;
extern const struct schema_table schema_address;
extern const struct schema_table schema_route;
extern const struct schema_table schema_rule;
extern const struct schema_table schema_instance;
extern const struct schema_table schema_track;
extern const struct schema_table schema_checker;
extern const struct schema_table schema_bfd;
extern const struct schema_table schema_host;

/* BOOL of keepalived: on, true, yes, off, false, no. */
extern const struct schema_choice schema_switch[];

/* Its class: no_effect or replaced. */
bool schema_is_idle(const struct schema_keyword *row);

/* How a block is named in texts: "vrrp_instance", "the top level". */
const char *schema_block_name(enum schema_block block);

#endif
