/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration as the rest of the program sees it: a snapshot that never changes. conf_load()
 * makes it as a whole or not at all. Every field has the value in force, defaults filled in. There
 * is no run-time state in it. All memory belongs to the snapshot's arena and is freed with it.
 *
 * Terms and defaults are those of keepalived.conf(5). Durations are microseconds unless a comment
 * says otherwise. Texts are never NULL unless a comment says so. Members that are values of
 * keywords stand in the order of the canonical text (schema/field.h).
 */
#ifndef LVSD_CONF_CONF_H
#define LVSD_CONF_CONF_H

#include "base/addr.h"
#include "base/svckey.h"
#include "conf/conf_mail.h"
#include "conf/conf_relay.h"
#include "conf/conf_vrrp.h"
#include "conf/kinds/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

/* The granularity of persistence without the keyword: each client address is a client of its
 * own. */
#define CONF_EACH_IPV4 UINT32_MAX
#define CONF_EACH_IPV6 128

/* The highest priority of SCHED_RR. */
#define CONF_RT_PRIORITY_MAX 99

/* How many marks from global.through_vip_marks on are for checks with through_vip. */
#define CONF_THROUGH_MARKS (UINT32_C(1) << 24)

/* The flags that a scheduler may have (IP_VS_SVC_F_SCHED1..3). */
#define CONF_SCHEDULER_FLAGS 3

/* lvs_sync_daemon IFACE [inst NAME] [id N] [maxlen N] [port N] [ttl N] [group ADDR], or the same in a sync block
 * of mode kernel */
struct conf_sync_daemon {
	bool is_on;
	const char *interface;
	const char *instance; /* the instance that gives the default of syncid; "": none */
	uint8_t syncid;       /* 0..255; when absent, the VRID of instance, or 0 without one */
	uint16_t maxlen;      /* bytes of one datagram; 0: the kernel's default */
	uint16_t port;        /* 0: the kernel's default (8848) */
	uint8_t ttl;          /* 0: the kernel's default (1) */
	struct addr group;    /* AF_UNSPEC: the kernel's default (224.0.0.81) */
	struct conf_place place;
};

/* Which services are removed from the kernel when lvsd stops. */
enum conf_flush {
	CONF_FLUSH_NONE,
	CONF_FLUSH_OWN, /* lvs_flush_on_stop VS */
	CONF_FLUSH_ALL, /* lvs_flush_on_stop */
};

/* Which sysctls, sets and rules of lvsd stay when lvsd stops. */
enum conf_keep {
	CONF_KEEP_CONNECTIONS, /* those that connections by FNAT need in order to go on */
	CONF_KEEP_NOTHING,
	CONF_KEEP_ALL,
};

struct conf_global {
	const char *router_id; /* "": absent; lvsd then uses the host's name */
	/* folders with the names of iproute2; "": the usual ones */
	const char *iproute_usr_dir, *iproute_etc_dir;
	struct conf_sync_daemon sync_daemon;
	struct conf_relay relay;
	/* lvs_timeouts, in seconds; 0: the kernel's value stays as it is. */
	struct {
		uint32_t tcp, tcp_fin, udp;
	} timeouts;
	uint32_t drain_timeout; /* seconds, for services without a drain_timeout; 300 when absent */
	bool is_flushing; /* lvs_flush: services that are not in the file are deleted at the start */
	enum conf_flush flush_on_stop;
	uint32_t reconcile_interval; /* seconds within which drift is repaired */
	const char *maintenance_dir; /* a folder; "": none (daemon/director/maint/) */
	uint32_t verdict_max_age; /* seconds that verdicts count after a restart; 0: they do not */
	bool is_exclusive;           /* services of others are deleted from the kernel */
	uint32_t through_vip_marks;  /* the first of CONF_THROUGH_MARKS marks for through_vip */
	/* script_user and its group; "": absent. Scripts of the file that name no user have these
	 * in their own user and group. */
	const char *script_user, *script_group;
	struct conf_place script_user_place, script_group_place;
	bool is_script_security; /* enable_script_security */
	/* startup_gate (lvsd's own): how long after the start VRRP waits at most for the first verdicts,
	 * or for a table to adopt, before it may claim an address. 5 s when absent; 0: no wait. */
	uint64_t startup_gate_us;
	/* vrrp_startup_delay and vrrp_delay_after_boot: how long after lvsd's start, and after the
	 * boot, instances begin at the earliest. */
	uint64_t startup_delay_us, delay_after_boot_us;
	bool is_logging_unknown; /* log_unknown_vrids: log VRIDs that no instance has */
	const char *vmac_prefix;      /* of names of macvlan interfaces; "": vrrp */
	const char *vmac_addr_prefix; /* of those of single addresses; "": vmac_prefix */
	uint64_t garp_interval_us, gna_interval_us; /* vrrp_garp_interval, vrrp_gna_interval */
	/* How the vrrp process is scheduled: vrrp_rt_priority (1..CONF_RT_PRIORITY_MAX; 0: absent), and
	 * vrrp_cpu_affinity (processors; none: all). */
	uint8_t vrrp_rt_priority;
	struct conf_range *vrrp_cpus;
	size_t n_vrrp_cpus;
	enum conf_keep keep_at_stop;                /* keep_at_stop (lvsd's own) */
	bool is_notifying_all; /* notify_all_states, for objects without a setting of their own */
	/*
	 * The FIFOs that report events: notify_fifo all events, the others those of instances and
	 * sync groups, and those of services and real servers. The one word of a FIFO is its path;
	 * its user and group own it. The reader of a FIFO (..._script, or NULL) is started with the
	 * path as its last word.
	 */
	struct conf_script *notify_fifo, *notify_fifo_script;
	struct conf_script *vrrp_notify_fifo, *vrrp_notify_fifo_script;
	struct conf_script *lvs_notify_fifo, *lvs_notify_fifo_script;
	bool writes_states_on_reload; /* fifo_write_vrrp_states_on_reload */
	bool is_notifying_priority;   /* vrrp_notify_priority_changes */
	uint32_t nft_priority; /* nftables_priority: 100..2^31-1; 0: absent */
	bool is_nft_counting;  /* nftables_counters */
	/*
	 * The files that a signal to lvsd writes for programs that know keepalived's (daemon/shared/dump.h
	 * says where a name without a folder is); "": none. json_version is 2, or else it counts as 1.
	 */
	const char *state_dump_file, *stats_dump_file, *json_dump_file;
	uint8_t json_version;
	struct conf_mail mail;
	/* The client side of TLS checks (the SSL block); "" where absent. */
	struct {
		const char *ca, *certificate, *key, *password;
		struct conf_place ca_place, certificate_place, key_place;
	} tls;
};

enum conf_method {
	CONF_METHOD_NAT,
	CONF_METHOD_DR,
	CONF_METHOD_TUN,
	CONF_METHOD_FNAT, /* IPVS NAT, and the source translated too */
};

/* How packets to a tunnelled server are encapsulated; the kernel's IP_VS_CONN_F_TUNNEL_TYPE_*. */
enum conf_tunnel_type {
	CONF_TUNNEL_IPIP,
	CONF_TUNNEL_GUE,
	CONF_TUNNEL_GRE,
};

/* The kernel's IP_VS_TUNNEL_ENCAP_FLAG_*. */
enum conf_tunnel_checksum {
	CONF_TUNNEL_NOCSUM,
	CONF_TUNNEL_CSUM,    /* GUE and GRE */
	CONF_TUNNEL_REMCSUM, /* GUE */
};

/* The tunnel to a server. All zero (plain ipip) unless the method is TUN. */
struct conf_tunnel {
	enum conf_tunnel_type type;
	enum conf_tunnel_checksum checksum;
	uint16_t port; /* GUE: the port on which the servers listen; else 0 */
};

#define CONF_CHECK_TYPE(name, ...) CONF_CHECK_##name,
enum conf_check_type {
	CONF_KINDS(CONF_CHECK_TYPE) /* CONF_CHECK_TCP, ... */
	CONF_CHECK_KINDS,
};
#undef CONF_CHECK_TYPE

/* The process that runs a check. */
enum conf_runner {
	CONF_RUNNER_CHECK,  /* the check process, over the network */
	CONF_RUNNER_SCRIPT, /* the script process */
	CONF_RUNNER_DIRECTOR, /* none: the director hears of each change of the outcome */
	CONF_RUNNER_MODEL, /* none: the health model itself has the outcome of another object */
};

/* The facts that are the same for all checks of a kind. */
struct conf_check_kind {
	const char *name; /* its keyword: "TCP_CHECK" */
	enum conf_runner runner;
	bool has_urls; /* its checks have at least one URL */
	bool is_tls;   /* its checks need the files of the SSL block */
};

enum conf_http_version {
	CONF_HTTP_1_0,  /* "1.0" */
	CONF_HTTP_1_0C, /* "1.0C": with "Connection: close" */
	CONF_HTTP_1_1,  /* "1.1" */
	CONF_HTTP_2,    /* "2" */
};

/* How a script says what it found. */
enum conf_misc_protocol {
	CONF_MISC_KEEPALIVED, /* exit status 0 is success; with misc_dynamic 2..255 too */
	CONF_MISC_NAGIOS,     /* exit status 0..3 and the first line of output, as Nagios plugins */
	CONF_MISC_JSON,       /* the last line of output is an object of JSON */
};

/* A word of a list. */
struct conf_word {
	const char *text;
};

struct conf_url {
	const char *path;
	struct conf_range *statuses; /* the statuses of success, 100..599; 200-299 when absent */
	size_t n_statuses;
	const char *digest; /* 32 lower-case hex digits (MD5 of the body), or "" */
	/* The Host header: virtualhost of the url, checker, server or service; "": address:port. */
	const char *host;
	const char *regex;     /* of PCRE2: it must match the body; "": absent */
	bool is_regex_refused; /* regex_no_match: it must not match */
	struct conf_word *regex_options;
	size_t n_regex_options;
	uint32_t *regex_stack; /* none, or two: bytes at first and at most */
	size_t n_regex_stack;
	/* Where in the body a match may begin, at the earliest and at the latest; the latter + 1, and 0
	 * when absent. */
	uint64_t regex_min_offset, regex_max_offset;
	bool is_tls_compliant;
	const char *method;        /* "": GET, or POST with a body */
	struct conf_word *headers; /* each "Name: value" */
	size_t n_headers;
	const char *body, *body_hex; /* at most one of them; the second one in hex digits */
	bool is_grpc;              /* grpc_health: the body is the question of gRPC's health service */
	const char *grpc_service;  /* the service that it asks for; "": the whole server */
	struct conf_place place;
};

/* What a step of a dialogue does. */
enum conf_step_verb {
	CONF_STEP_SEND,	    /* text, with the escapes of conf/text/escaped.h */
	CONF_STEP_SEND_HEX, /* pairs of hex digits */
	CONF_STEP_EXPECT,   /* as SEND: the beginning of the server's next line */
	CONF_STEP_EXPECT_HEX, /* pairs of hex digits, or X for any: the server's next bytes */
	CONF_STEP_EXPECT_REGEX,
	CONF_STEP_EXPECT_BYTES, /* a number: conf_step_bytes() */
	CONF_STEP_START_TLS,	/* the name of the server that is asked for, or "" */
	CONF_STEP_VERBS,
};

/* The longest text of a step, in bytes. */
#define CONF_STEP_TEXT_MAX 1024

/* The most bytes that a server may have said before a step of a dialogue is done. */
#define CONF_DIALOGUE_REPLY_MAX 4096

struct conf_step {
	uint32_t verb; /* enum conf_step_verb */
	const char *text;
	struct conf_place place;
};

/* How many bytes a step CONF_STEP_EXPECT_BYTES waits for. */
static inline size_t conf_step_bytes(const struct conf_step *step)
{
	size_t n = 0;

	for (const char *at = step->text; *at >= '0' && *at <= '9' && n < 100000; at++)
		n = n * 10 + (size_t)(*at - '0');
	return n;
}

/* A pattern of bytes that any bytes fit. */
#define CONF_ANY_BYTES "*"

/* The most bytes that the reply of a UDP_CHECK may have. */
#define CONF_REPLY_MAX 65535

struct conf_check {
	enum conf_check_type type;
	unsigned ordinal; /* from 1, among the checks of its kind in the real server: "http#1" */
	/* Where the check connects to: connect_ip and connect_port, else the address of the real
	 * server and conf_server_check_port(). Of MISC the port is 0. */
	struct endpoint target;
	struct endpoint bind;        /* bindto and bind_port; AF_UNSPEC / 0 when absent */
	const char *bind_if;         /* the interface by which its packets come and go; "": any */
	uint32_t fwmark;             /* the mark that its packets carry (SO_MARK); 0: none */
	/* through_vip: the probe goes to a virtual address (target), through the service of the kernel for
	 * fwmark, whose only server is the real server. fwmark is lvsd's own choice then. */
	bool is_through_vip;
	uint64_t connect_timeout_us; /* 0 of MISC, whose time limit is script_timeout_us */
	struct conf_script *script;  /* MISC: misc_path */
	uint64_t script_timeout_us;  /* MISC: misc_timeout, else the service's delay_loop */
	/* AGENT: set */
	bool is_dynamic;             /* MISC: misc_dynamic: exit status 2..255 means weight 0..253 */
	enum conf_misc_protocol misc_protocol;
	bool is_timeout_unknown; /* MISC: on_timeout unknown: a time-out is no verdict */
	uint32_t retry; /* how many failures in a row a check that is up survives */
	uint32_t rise;  /* how many successes in a row take a check up that is down; 0: absent, 1 */
	uint64_t delay_before_retry_us; /* without effect beside fast_us */
	uint64_t fast_us; /* fast_interval: between two probes of a check that counts; 0: absent */
	uint64_t down_us; /* down_interval: between two probes of a check that is down; 0: absent */
	uint64_t delay_loop_us;
	uint64_t warmup_us; /* the first probe comes within this time; 500 ms when absent */
	bool is_alpha;      /* counts as down until its first success */
	bool is_logging_failures; /* log_all_failures: failures that change no state are logged too */
	enum conf_http_version http_version;
	bool is_recovering_fast; /* fast_recovery */
	bool is_tls_compliant;   /* SSL: tls_compliant, of all urls */
	const char *tls_name;    /* SSL: the name that the certificate must have; "": any */
	const char *tls_pin;     /* SSL: hashes of the public keys that the server may have; "": any */
	uint32_t tls_days;       /* SSL: days of validity below which there is a warning; 0: none */
	const char *sni;       /* SSL: server name sent; "" for none */
	const char *helo_name; /* SMTP: the name in HELO */
	const char *payload;   /* UDP: the bytes of the datagram in hex; "": random ones */
	/* UDP: "": silence is success; else the first bytes of the reply in hex, with X for any digit,
	 * or CONF_ANY_BYTES */
	const char *reply;
	uint32_t reply_min, reply_max; /* UDP: bounds of a reply's length in bytes */
	uint32_t dns_type;             /* DNS: the type of the record asked for, such as 6 (SOA) */
	const char *dns_name;          /* DNS: the domain asked for */
	const char *file;              /* FILE: the name of its track_file */
	int32_t file_weight;           /* FILE: by which the number in the file is multiplied */
	bool is_file_reverse; /* FILE: the product has the other sign; with weight 0, see file_judge.h */
	struct conf_url *urls; /* HTTP and SSL: at least one */
	size_t n_urls;
	struct conf_step *steps; /* TCP: the dialogue; none: a connection is success */
	size_t n_steps;
	bool is_agent;          /* AGENT: an agent says what the server can bear (talk/agent.h) */
	uint16_t agent_port;    /* AGENT: target.port too; 0: the agent speaks by lvsctl alone */
	const char *agent_send; /* AGENT: as a step CONF_STEP_SEND; "": nothing */
	/* TRACK: what is tracked, as in the file; then the index of the service, and of the real server in
	 * it. CONF_TRACK_SERVICE: the quorum of the service itself. */
	const char *track;
	size_t track_vs, track_rs;
	/* KEEP: it holds a connection, whose end has the other checks of the server probed at once. */
	bool is_watch;
	bool is_helper; /* KEEP: the server has other checks, so this one decides nothing */
	struct conf_place place;
};

#define CONF_TRACK_SERVICE SIZE_MAX

/* Can an outcome of the check set the weight of its server? */
static inline bool conf_check_gives_weight(const struct conf_check *check)
{
	return check->is_dynamic || check->misc_protocol == CONF_MISC_JSON || check->file_weight;
}

struct conf_real_server {
	/*
	 * The address and port as in the file. They name the server to people and over reloads,
	 * whatever changes in its service. If the file gives no port, the port is 0 in a group and
	 * with a mark. In other services it is the service's port, which cannot change, since it
	 * belongs to the name of the service.
	 */
	struct endpoint id;
	struct endpoint ep; /* for the kernel (DR: the port of the service; mark: port 0) */
	/* In a group: the kernel's destinations have the port of each member. ep then has the port
	 * of the file, or the port that all members share, or 0. */
	bool has_port_of_member;
	uint32_t weight; /* 0..2147483647 */
	enum conf_method method;
	struct conf_tunnel tunnel;
	/* uthreshold and lthreshold: connections; 0: none. The lower one is at most the upper
	 * one. */
	uint32_t upper_threshold, lower_threshold;
	bool is_inhibiting; /* inhibit_on_failure: weight 0 instead of removal */
	bool is_passive;    /* passive: connections without an answer have the checks probed early */
	uint32_t backup;    /* the group of backup servers that it is in, 1..255; 0: none */
	uint32_t checks_required; /* of its checks, so that it is up: 1..n_checks; 0: all */
	bool is_dropped;    /* used while the snapshot is made: the server is to be left out */
	struct conf_script *notify_up, *notify_down;
	uint8_t alert; /* enum conf_alert */
	struct conf_check *checks;
	size_t n_checks;
	/* The first check in the file that lvsd does not run, such as "SMTP_CHECK"; or NULL. */
	const char *ignored_check;
	struct conf_place place;
};

/* How many checks of the server decide its state: all but helpers. */
static inline size_t conf_server_n_deciding(const struct conf_real_server *rs)
{
	size_t n = 0;

	for (size_t i = 0; i < rs->n_checks; i++)
		n += !rs->checks[i].is_helper;
	return n;
}

/* A line of a virtual_server_group: a mark, or all addresses from first to last. */
struct conf_group_line {
	uint32_t fwmark; /* 0: the line has addresses */
	uint16_t family; /* the family of a mark; AF_UNSPEC: that of the service's other members */
	struct addr first, last;
	uint16_t port; /* 0: every port */
	struct conf_place place;
};

struct conf_group {
	const char *name;
	struct conf_group_line *lines; /* in file order */
	size_t n_lines;
	bool is_used; /* some virtual server names it; otherwise it has no effect */
	struct conf_place place;
};

/* The most members of all virtual servers of groups together. */
#define CONF_MEMBERS_MAX 65536

struct conf_member {
	struct svckey key; /* the service in the kernel */
	const struct conf_group_line *line;
};

struct conf_prefix {
	struct addr addr; /* the bits after the prefix are 0 */
	uint8_t len;      /* at least 1 */
	struct conf_place place;
};

/* Packets that get the firewall mark of the service (`match` in its block). */
struct conf_match {
	struct conf_prefix *prefixes;
	size_t n_prefixes;
	uint16_t protocol; /* IPPROTO_TCP, _UDP or _SCTP */
	struct conf_range *ports; /* none: every port */
	size_t n_ports;
	struct conf_place place;
};

/* flap_damping: a server that goes down `times` times within window_us is held down for hold_us, and for
 * twice as long each further time, up to max_us. The numbers are set even when it is off. */
struct conf_flap {
	bool is_on;
	uint32_t times; /* 2..CONF_FLAP_TIMES_MAX */
	uint64_t window_us, hold_us, max_us; /* hold_us is at most max_us */
};

#define CONF_FLAP_TIMES_MAX 10

struct conf_virtual_server {
	struct svckey key;
	/* If the service names a group: the services in the kernel. Otherwise NULL and 0, and key
	 * is the only service. */
	const struct conf_group *group;
	struct conf_member *members;
	size_t n_members;
	bool has_ipv4, has_ipv6; /* whether the service, or a member, is of the family */
	bool is_dropped;         /* used while the snapshot is made: the service is left out */
	uint64_t delay_loop_us;  /* 60 s when absent */
	const char *scheduler;   /* as in ipvsadm -s: "wlc" when absent */
	bool scheduler_flags[CONF_SCHEDULER_FLAGS]; /* flag-1.. or the scheduler's names for them */
	bool is_one_packet;                         /* ops: UDP and firewall marks */
	enum conf_method method; /* method, tunnel and weight are defaults for its real servers */
	struct conf_tunnel tunnel;
	uint32_t weight;
	uint32_t persistence_timeout; /* seconds; 0: not persistent */
	/* Clients of one network count as one client for persistence: an IPv4 netmask in network
	 * order, and an IPv6 prefix length. When absent, each address is a client of its own. */
	uint32_t granularity_ipv4;
	uint8_t granularity_ipv6;
	const char *persistence_engine; /* "sip"; "" for none */
	uint32_t quorum;                /* the weight that must be up: 1 to the total weight */
	uint32_t hysteresis;            /* less than quorum */
	struct conf_script *quorum_up, *quorum_down;
	uint8_t alert; /* enum conf_alert: about the quorum */
	bool is_alpha, is_omega;    /* `alpha` and `omega` */
	uint32_t drain_timeout;     /* seconds until the deadline of a drain; 0: servers do not drain */
	bool is_drained_on_failure; /* drain_on_failure: a failed server drains too */
	uint32_t slow_start; /* seconds in which a returning server's weight rises; 0: at once */
	/* Which servers serve when some are down (healthcheck/judge/). 0: the default of the keyword. */
	uint32_t min_active, panic_threshold, panic_window, depool_threshold;
	bool is_fail_open, is_fail_closed; /* not both */
	struct conf_flap flap;
	bool has_sorry_server;
	bool is_sorry_inhibiting;             /* sorry_server_inhibit */
	struct conf_real_server sorry_server; /* without checks, weight 1 */
	/* The address that FNAT servers see as the client. AF_UNSPEC: no server uses FNAT. */
	struct addr fnat_source;
	struct conf_place fnat_source_place;
	struct conf_match *matches; /* only of a service with a firewall mark */
	size_t n_matches;
	struct conf_real_server *real_servers; /* in file order */
	size_t n_real_servers;
	struct conf_place place;
};

/* Why a file with a dangerous keyword (schema.h) is in force all the same. */
enum conf_acceptance {
	CONF_ACCEPTED_NOT,       /* the file is not in force; no snapshot has this value */
	CONF_ACCEPTED_IN_FILE,   /* accept_ignored in the file names it */
	CONF_ACCEPTED_BY_OPTION, /* --accept-ignored was given */
	CONF_ACCEPTED_IN_FORCE,  /* it was in force before, for example with an older version */
};

/* A dangerous keyword that the file has and that lvsd does not act on. */
struct conf_ignored {
	const char *keyword; /* "DNS_CHECK" */
	const char *what;    /* what lvsd does with the statement: "not run" */
	const char *reason;  /* what that means: a sentence without its full stop */
	size_t n;            /* how often the file has it */
	enum conf_acceptance acceptance;
	struct conf_place place; /* the first statement */
};

struct conf {
	struct arena *arena;
	struct conf_global global;
	struct conf_vrrp_script *vrrp_scripts; /* that instances track, in file order */
	size_t n_vrrp_scripts;
	struct conf_sync_group *sync_groups; /* in file order */
	size_t n_sync_groups;
	struct conf_track_file *track_files; /* likewise */
	size_t n_track_files;
	struct conf_track_process *track_processes; /* likewise */
	size_t n_track_processes;
	struct conf_statics statics;
	struct conf_vrrp *vrrps;
	size_t n_vrrps;
	struct conf_group *groups;
	size_t n_groups;
	struct conf_virtual_server *virtual_servers;
	size_t n_virtual_servers;
	struct conf_place *secrets; /* the first secret of each file that has any */
	size_t n_secrets;
	struct conf_ignored *ignored; /* an entry for each keyword */
	size_t n_ignored;
	/* With --lenient: how many objects of the file are not in the snapshot. */
	size_t n_lost_vrrps, n_lost_virtual_servers;
	size_t n_lost_addrs; /* VIPs and peers of instances that are in the snapshot */
	size_t n_lost_real_servers;
	/*
	 * SHA-256, in hex, of a canonical text of what both directors of a pair must agree on. The
	 * text is sorted, so that the order in the file does not matter. These values are left out:
	 * router_id; state, interface, priority, nopreempt, source, trackers and peers of instances
	 * (but not whether there are peers); trackers of sync groups; vrrp_script; interfaces of
	 * VIPs and of lvs_sync_daemon; all of a sync block of mode relay but syncid; static addresses,
	 * routes and rules; bindto of checks; and
	 * passwords, which a digest could give away. If the digests are equal, both directors serve
	 * the same.
	 */
	char digest[65];
};

void conf_free(struct conf *conf);

static inline enum conf_sync_mode conf_sync_mode(const struct conf_global *global)
{
	if (global->relay.is_on)
		return CONF_SYNC_RELAY;
	return global->sync_daemon.is_on ? CONF_SYNC_KERNEL : CONF_SYNC_OFF;
}

/* How many services vs is in the kernel: one, or as many as its group has members. */
static inline size_t conf_service_count(const struct conf_virtual_server *vs)
{
	return vs->key.group[0] ? vs->n_members : 1;
}

/* The key of service i of vs in the kernel; i is less than conf_service_count(). */
static inline const struct svckey *conf_service_key(const struct conf_virtual_server *vs, size_t i)
{
	return vs->key.group[0] ? &vs->members[i].key : &vs->key;
}

/* The destination that a real server of vs, or its sorry server, is in service i of the kernel.
 */
static inline struct endpoint conf_service_server(const struct conf_virtual_server *vs, size_t i,
						  const struct conf_real_server *rs)
{
	struct endpoint ep = rs->ep;

	if (rs->has_port_of_member)
		ep.port = conf_service_key(vs, i)->ep.port;
	return ep;
}

/*
 * The port that checks of a real server connect to without connect_port: the port that the file
 * gives the server, as in keepalived, although with DR and TUN the kernel gets the service's port.
 * If the file gives none, the port that the kernel gets. 0: no port is known. Example: "real_server
 * 10.0.0.1 80" in a DR service of every port: 80.
 */
static inline uint16_t conf_server_check_port(const struct conf_real_server *rs)
{
	return rs->id.port ? rs->id.port : rs->ep.port;
}

/*
 * Are a real server of vs and its sorry server one destination in the kernel, in at least one of
 * the services of vs? False without a sorry server.
 */
static inline bool conf_server_is_sorry(const struct conf_virtual_server *vs,
					const struct conf_real_server *rs)
{
	const struct conf_real_server *sorry = &vs->sorry_server;

	if (!vs->has_sorry_server || memcmp(&sorry->ep.addr, &rs->ep.addr, sizeof(rs->ep.addr)))
		return false;
	if (rs->has_port_of_member == sorry->has_port_of_member)
		return rs->has_port_of_member || rs->ep.port == sorry->ep.port;
	/* One of the two has the port of each member. Is there a member with the port of the other
	 * one? */
	for (size_t i = 0; i < conf_service_count(vs); i++)
		if (conf_service_server(vs, i, rs).port == conf_service_server(vs, i, sorry).port)
			return true;
	return false;
}

/* The check with through_vip whose service of the kernel leads to the real server; NULL: there is none. All
 * such checks of a real server that probe addresses of one family have one mark. */
static inline const struct conf_check *conf_server_through(const struct conf_real_server *rs,
							   uint16_t family)
{
	for (size_t i = 0; i < rs->n_checks; i++)
		if (rs->checks[i].is_through_vip && rs->checks[i].target.addr.family == family)
			return &rs->checks[i];
	return NULL;
}

/* The key of the service of the kernel for the mark of a check with through_vip. */
static inline struct svckey conf_through_key(const struct conf_check *check)
{
	return (struct svckey){.family = check->target.addr.family, .fwmark = check->fwmark};
}

/* Does a real server or the sorry server of the service have lvs_method FNAT? */
static inline bool conf_service_has_full_nat(const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (vs->real_servers[i].method == CONF_METHOD_FNAT)
			return true;
	return vs->has_sorry_server && vs->sorry_server.method == CONF_METHOD_FNAT;
}

/* The name of a method: "NAT", "DR", "TUN" or "FNAT". */
const char *conf_method_name(enum conf_method method);
bool conf_tunnel_is_same(const struct conf_tunnel *a, const struct conf_tunnel *b);
/* The name of a type of tunnel: "ipip", "gue" or "gre". */
const char *conf_tunnel_name(enum conf_tunnel_type type);
/* The value of keep_at_stop: "connections", "nothing" or "all". */
const char *conf_keep_name(enum conf_keep keep);
/* The reason as part of a sentence, such as "accepted by --accept-ignored"; "" for
 * CONF_ACCEPTED_NOT. */
const char *conf_acceptance_text(enum conf_acceptance acceptance);
/* The reason as a word for JSON: "file", "option" or "in_force"; "" for CONF_ACCEPTED_NOT. */
const char *conf_acceptance_name(enum conf_acceptance acceptance);
/* The facts of the check's kind; static memory. */
const struct conf_check_kind *conf_check_kind(const struct conf_check *check);
/* Does a dialogue begin TLS? */
static inline bool conf_check_starts_tls(const struct conf_check *check)
{
	for (size_t i = 0; i < check->n_steps; i++)
		if (check->steps[i].verb == CONF_STEP_START_TLS)
			return true;
	return false;
}

/* Does the check need the files of the SSL block: is its kind, or a step of its dialogue, TLS? */
bool conf_check_is_tls(const struct conf_check *check);

#endif
