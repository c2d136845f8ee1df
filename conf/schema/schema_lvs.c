/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of virtual servers and real servers. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

static const struct schema_choice schedulers[] = {
    {"rr", 0},  {"wrr", 0}, {"lc", 0}, {"wlc", 0}, {"lblc", 0}, {"lblcr", 0}, {"dh", 0}, {"sh", 0},
    {"sed", 0}, {"nq", 0},  {"mh", 0}, {"fo", 0},  {"ovf", 0},  {"twos", 0},  {0},
};

static const struct schema_choice methods[] = {
    {"NAT", CONF_METHOD_NAT},
    {"DR", CONF_METHOD_DR},
    {"TUN", CONF_METHOD_TUN},
    {"FNAT", CONF_METHOD_FNAT},
    {0}};

static const struct schema_choice protocols[] = {
    {"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"SCTP", IPPROTO_SCTP}, {0}};

static const struct schema_choice tunnels[] = {
    {"ipip", CONF_TUNNEL_IPIP}, {"gue", CONF_TUNNEL_GUE}, {"gre", CONF_TUNNEL_GRE}, {0}};

static const struct schema_choice flushes[] = {
    {"VS", CONF_FLUSH_OWN}, {"all", CONF_FLUSH_ALL}, {0}};

static const struct schema_choice families[] = {{"inet", AF_INET}, {"inet6", AF_INET6}, {0}};

/* keepalived's bound, 31 days. */
#define TIMEOUT_MAX_S 2678400
/* 31 days, and a day. */
#define DRAIN_MAX_S      2678400
#define SLOW_START_MAX_S 86400

/* The tables that have the fields of list elements. */
static const struct schema_table *const element_tables[] = {&schema_lvs, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_VIRTUAL_SERVER,
	.name = "virtual_server",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_SERVICE,
	.opens = SCHEMA_VIRTUAL_SERVER,
	.is_repeatable = true,
	.help =
	    "A service of the kernel's IPVS: address and port (every port when 0 or absent), what "
	    "the firewall has marked with a number, or all members of a virtual_server_group.",
    },
    {
	.id = KW_LVS_TIMEOUTS,
	.name = "lvs_timeouts",
	.in = {SCHEMA_GLOBAL_DEFS},
	.options = SCHEMA_TIMEOUTS_LINE,
	.fields = {GLOBAL_FIELD(timeouts)},
	.help = "Timeouts of the kernel's IPVS connections, for all services. lvsd puts back what was "
		"there before when it stops, and when the line is gone from the file.",
    },
    {
	.id = KW_TIMEOUT_TCP,
	.name = "tcp",
	.in = {SCHEMA_TIMEOUTS_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = TIMEOUT_MAX_S,
	.unit = "s",
	.fields = {GLOBAL_FIELD(timeouts.tcp, .label = "lvs_timeouts tcp")},
	.help = "Timeout of established TCP connections. 0 leaves the kernel's value unchanged, "
		"which is 900 at boot.",
    },
    {
	.id = KW_TIMEOUT_TCPFIN,
	.name = "tcpfin",
	.in = {SCHEMA_TIMEOUTS_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = TIMEOUT_MAX_S,
	.unit = "s",
	.fields = {GLOBAL_FIELD(timeouts.tcp_fin, .label = "lvs_timeouts tcpfin")},
	.help = "Timeout of TCP connections after a FIN. 0 leaves the kernel's value unchanged, "
		"which is 120 at boot.",
    },
    {
	.id = KW_TIMEOUT_UDP,
	.name = "udp",
	.in = {SCHEMA_TIMEOUTS_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = TIMEOUT_MAX_S,
	.unit = "s",
	.fields = {GLOBAL_FIELD(timeouts.udp, .label = "lvs_timeouts udp")},
	.help = "Timeout after a UDP datagram. 0 leaves the kernel's value unchanged, which is "
		"300 at boot.",
    },
    {
	.id = KW_LVS_FLUSH,
	.name = "lvs_flush",
	.in = {SCHEMA_GLOBAL_DEFS},
	.fields = {GLOBAL_FIELD(is_flushing)},
	.help = "When lvsd starts, it deletes all IPVS services that are not in the file, whoever "
		"made them. Services of the file keep their connections; keepalived makes them "
		"anew.",
    },
    {
	.id = KW_LVS_FLUSH_ON_STOP,
	.name = "lvs_flush_on_stop",
	.alias = "lvs_flush_onstop",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = flushes,
	.bare = "all",
	.fields = {GLOBAL_FIELD(flush_on_stop)},
	.help = "When lvsd stops, it deletes all IPVS services; with VS, only its own ones. When "
		"absent, the table stays, so that a restart cuts no connection; keepalived "
		"deletes its services then.",
    },
    {
	.id = KW_DRAIN_TIMEOUT,
	.name = "drain_timeout",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = DRAIN_MAX_S,
	.def = "300",
	.unit = "s",
	.is_own = true,
	.fields = {GLOBAL_FIELD(drain_timeout, .remark = FIELD_DRAINING)},
	.help = "How long a real server that is removed from the file keeps its connections. It "
		"gets weight 0, and is deleted when its last connection has ended, or after this "
		"time at the latest. 0 deletes it at once. Servers of UDP services and of "
		"services with ops are deleted at once in any case.",
    },
    {
	.id = KW_RECONCILE_INTERVAL,
	.name = "reconcile_interval",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 3600,
	.def = "5",
	.unit = "s",
	.is_own = true,
	.fields = {GLOBAL_FIELD(reconcile_interval)},
	.help = "How long after somebody else has changed the kernel's services they are as wanted "
		"again: lvsd looks at them when four fifths of it are over. Up to 64 services are "
		"read with their destinations each time; of more, each at least every 60 s.",
    },
    {
	.id = KW_MAINTENANCE_DIR,
	.name = "maintenance_dir",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.is_own = true,
	.fields = {GLOBAL_FIELD(maintenance_dir, .is_local = true)},
	.help = "A folder. While a file is in it whose name is that of a real server (ADDRESS, "
		"ADDRESS:PORT, or one of these with @ and the key of a service), the server is out of "
		"service, as with `lvsctl drain`. The first line of the file is the reason.",
    },
    {
	.id = KW_VERDICT_MAX_AGE,
	.name = "verdict_max_age",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 86400,
	.def = "60",
	.unit = "s",
	.is_own = true,
	.fields = {GLOBAL_FIELD(verdict_max_age, .is_local = true)},
	.help = "A new lvsd, or a director that replaces another one, begins with the last verdicts "
		"about its checks if they are not older. 0: it begins without a verdict.",
    },
    {
	.id = KW_THROUGH_VIP_MARKS,
	.name = "through_vip_marks",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "FIRST",
	.min = 1,
	.max = UINT32_MAX - CONF_THROUGH_MARKS + 1,
	.def = "1275068416",
	.is_own = true,
	.fields = {GLOBAL_FIELD(through_vip_marks, .is_local = true)},
	.help = "First of the 16777216 firewall marks that lvsd may use for checks with through_vip. Nothing "
		"else on the director may use them.",
	.example = "through_vip_marks 1275068416",
    },
    {
	.id = KW_EXCLUSIVE,
	.name = "exclusive",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.is_own = true,
	.fields = {GLOBAL_FIELD(is_exclusive)},
	.help = "lvsd deletes each IPVS service that is not in the file, at the start and "
		"whenever it finds one.",
    },
    {
	.id = KW_VIRTUAL_SERVER_GROUP,
	.name = "virtual_server_group",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = SVCKEY_GROUP_MAX - 1,
	.opens = SCHEMA_VIRTUAL_SERVER_GROUP,
	.is_repeatable = true,
	.help = "Services that share one virtual_server: each becomes a service of the kernel, the "
		"real servers are checked once for all. At most 65536 members in all groups.",
    },
    {
	.id = KW_SERVICE_MEMBER,
	.name = "MEMBER",
	.in = {SCHEMA_VIRTUAL_SERVER_GROUP},
	.type = SCHEMA_TYPE_MEMBER,
	.is_item = true,
	.is_required = true,
	.is_repeatable = true,
	.fields = {GROUP_LIST(lines, n_lines, CONF_OBJECT_GROUP_LINE, element_tables),
		   VALUE_FIELD(CONF_OBJECT_GROUP_LINE, FIELD_LINE)},
	.help = "An address, a range of addresses, or a firewall mark. A range ends with its last "
		"octet (IPv4, decimal) or last group (IPv6, hex), with a whole address, or is a "
		"network with all of its addresses. Without a port, or with 0, every port is meant. "
		"A mark is of the family of the addresses beside it, else of the real servers, "
		"unless it says so.",
    },
    {
	.id = KW_LVS_SCHED,
	.name = "lvs_sched",
	.alias = "lb_algo",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schedulers,
	.def = "wlc",
	.fields = {SERVICE_FIELD(scheduler)},
	.help =
	    "Scheduler that chooses the real server of a new connection. Each is a module of the "
	    "kernel, ip_vs_NAME, which the kernel loads when it has it; twos begins with Linux "
	    "6.6.",
    },
    {
	.id = KW_FLAG_1,
	.name = "flag-1",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[0])},
	.help = "First flag of the scheduler: for sh and mh what sh-fallback and mh-fallback say.",
    },
    {
	.id = KW_FLAG_2,
	.name = "flag-2",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[1])},
	.help = "Second flag of the scheduler: for sh and mh what sh-port and mh-port say.",
    },
    {
	.id = KW_FLAG_3,
	.name = "flag-3",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[2])},
	.help = "Third flag of the scheduler; none of the kernel's uses it.",
    },
    {
	.id = KW_SH_PORT,
	.name = "sh-port",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[1], .is_spelling = true)},
	.help = "The scheduler sh hashes the client's port beside its address.",
    },
    {
	.id = KW_SH_FALLBACK,
	.name = "sh-fallback",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[0], .is_spelling = true)},
	.help = "The scheduler sh takes another server for a client whose own has weight 0 or is "
		"above its uthreshold.",
    },
    {
	.id = KW_MH_PORT,
	.name = "mh-port",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[1], .is_spelling = true)},
	.help = "The scheduler mh hashes the client's port beside its address.",
    },
    {
	.id = KW_MH_FALLBACK,
	.name = "mh-fallback",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(scheduler_flags[0], .is_spelling = true)},
	.help = "The scheduler mh takes another server for a client whose own has weight 0 or is "
		"above its uthreshold.",
    },
    {
	.id = KW_OPS,
	.name = "ops",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(is_one_packet)},
	.help = "One-packet scheduling: each datagram is scheduled by itself, without a "
		"connection entry. For services by UDP or by firewall mark.",
    },
    {
	.id = KW_HASHED,
	.name = "hashed",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.no_effect = "the kernel hashes each service by itself",
	.help = "No effect, as in keepalived.",
    },
    {
	.id = KW_LVS_METHOD,
	.name = "lvs_method",
	.alias = "lb_kind",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = methods,
	.options = SCHEMA_TUNNEL_LINE,
	.def = "NAT",
	.fields = {SERVICE_FIELD(tunnel), SERVER_FIELD(tunnel)},
	.help =
	    "How packets reach the real servers; in real_server, how they reach that one. After "
	    "TUN may stand how they are wrapped, which is plain ipip when absent.",
    },
    {
	.id = KW_TUNNEL_TYPE,
	.name = "type",
	.in = {SCHEMA_TUNNEL_LINE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = tunnels,
	.help = "Encapsulation; ipip when absent; gue needs port.",
    },
    {
	.id = KW_TUNNEL_PORT,
	.name = "port",
	.in = {SCHEMA_TUNNEL_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.help = "UDP port on which the real servers take gue.",
    },
    {
	.id = KW_TUNNEL_NOCSUM,
	.name = "nocsum",
	.in = {SCHEMA_TUNNEL_LINE},
	.help = "No checksum of the encapsulation: what holds without a word.",
    },
    {
	.id = KW_TUNNEL_CSUM,
	.name = "csum",
	.in = {SCHEMA_TUNNEL_LINE},
	.help = "The encapsulation has a checksum; gue and gre.",
    },
    {
	.id = KW_TUNNEL_REMCSUM,
	.name = "remcsum",
	.in = {SCHEMA_TUNNEL_LINE},
	.help = "Remote checksum offload; gue.",
    },
    {
	.id = KW_PROTOCOL,
	.name = "protocol",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = protocols,
	.is_any_case = true,
	.def = "UDP",
	.help = "Transport protocol of the service; without effect on a firewall mark.",
    },
    {
	.id = KW_IP_FAMILY,
	.name = "ip_family",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = families,
	.help = "Family of a service by firewall mark; when absent, that of its real servers.",
    },
    {
	.id = KW_PERSISTENCE_TIMEOUT,
	.name = "persistence_timeout",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 2678400,
	.bare = "360",
	.unit = "s",
	.fields = {SERVICE_FIELD(persistence_timeout)},
	.help = "How long further connections of a client go to the same real server. When "
		"absent, each connection is scheduled anew; but a service for every port has 360 "
		"s, since the kernel has no such service without persistence.",
    },
    {
	.id = KW_PERSISTENCE_GRANULARITY,
	.name = "persistence_granularity",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CLIENTS,
	.min = 1,
	.max = 128,
	.fields = {SERVICE_RULED(granularity_ipv4)},
	.help = "Clients of one network are one client to persistence: an IPv4 netmask or an IPv6 "
		"prefix length. Without persistence_timeout the service is persistent for 360 s.",
    },
    {
	.id = KW_PERSISTENCE_ENGINE,
	.name = "persistence_engine",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = CONF_ENGINE_MAX - 1,
	.fields = {SERVICE_FIELD(persistence_engine)},
	.help =
	    "What makes a client the same besides its network: sip goes by the Call-ID of SIP over "
	    "UDP, and with persistence_granularity 0.0.0.0 by it alone. Without ops the first "
	    "Call-ID of a client's port decides for all that come from it. Module ip_vs_pe_NAME of "
	    "the kernel.",
    },
    {
	.id = KW_QUORUM,
	.name = "quorum",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.def = "1",
	.fields = {SERVICE_FIELD(quorum)},
	.help = "The service is up while the weights of its real servers that are up have at "
		"least this sum.",
    },
    {
	.id = KW_HYSTERESIS,
	.name = "hysteresis",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "0",
	.fields = {SERVICE_FIELD(hysteresis)},
	.help = "The service comes up when the sum of weights reaches quorum plus this number, "
		"and goes down when the sum is below quorum minus this number.",
    },
    {
	.id = KW_OMEGA,
	.name = "omega",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(is_omega)},
	.help = "When lvsd stops, notify_down and quorum_down run as if all real servers had gone "
		"down.",
    },
    {
	.id = KW_SERVICE_DRAIN_TIMEOUT,
	.name = "drain_timeout",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = DRAIN_MAX_S,
	.unit = "s",
	.is_own = true,
	.fields = {SERVICE_FIELD(drain_timeout, .remark = FIELD_DRAINING)},
	.help = "How long a real server of this service that leaves keeps its connections; as "
		"global_defs says when absent.",
    },
    {
	.id = KW_DRAIN_ON_FAILURE,
	.name = "drain_on_failure",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.is_own = true,
	.fields = {SERVICE_FIELD(is_drained_on_failure)},
	.help = "A server whose check fails keeps its connections as well, with weight 0, as "
		"drain_timeout says; else it is taken out at once.",
    },
    {
	.id = KW_SLOW_START,
	.name = "slow_start",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = SLOW_START_MAX_S,
	.def = "0",
	.unit = "s",
	.is_own = true,
	.fields = {SERVICE_FIELD(slow_start)},
	.help = "A server that comes back gets its weight in steps over this time; 0 gives it at "
		"once. Ten steps at most, four with sh, dh and mh, which rebuild a table at each.",
    },
    {
	.id = KW_INHIBIT_ON_FAILURE,
	.name = "inhibit_on_failure",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.fields = {SERVER_FIELD(is_inhibiting)},
	.help = "A server that is down stays in the table with weight 0, so that its connections "
		"go on; in virtual_server, the default of its real servers.",
    },
    {
	.id = KW_SORRY_SERVER,
	.name = "sorry_server",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_ENDPOINT,
	.fields = {SERVICE_RULED(has_sorry_server)},
	.help = "Server of last resort, which serves with weight 1 while the quorum is lost; the "
		"service's port when absent. It may be one of the real servers: that one then "
		"serves whatever its checks say, unless lvsctl drain took it out.",
    },
    {
	.id = KW_SORRY_SERVER_INHIBIT,
	.name = "sorry_server_inhibit",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.fields = {SERVICE_FIELD(is_sorry_inhibiting)},
	.help = "While the sorry server is not needed, it stays in the kernel's table with weight "
		"0.",
    },
    {
	.id = KW_SORRY_SERVER_LVS_METHOD,
	.name = "sorry_server_lvs_method",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = methods,
	.options = SCHEMA_TUNNEL_LINE,
	.fields = {SERVICE_FIELD(sorry_server.tunnel)},
	.help = "How packets reach the sorry server; as lvs_method says when absent.",
    },
    {
	.id = KW_REAL_SERVER,
	.name = "real_server",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_ENDPOINT,
	.opens = SCHEMA_REAL_SERVER,
	.is_repeatable = true,
	.fields = {SERVER_RULED(id, .is_local = true)}, /* both must agree on ep, not on id */
	.help = "A server of the pool: address and port; the service's port when absent.",
    },
    {
	.id = KW_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = INT32_MAX,
	.fields = {SERVER_FIELD(weight)},
	.help = "Share of the new connections that the server gets; with 0 it gets none. When "
		"absent, the weight of the virtual_server counts.",
    },
    {
	.id = KW_SERVICE_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = INT32_MAX,
	.def = "1",
	.fields = {SERVICE_FIELD(weight)},
	.help = "Default for the weight of the real servers.",
    },
    {
	.id = KW_UTHRESHOLD,
	.name = "uthreshold",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "0",
	.unit = "connections",
	.fields = {SERVER_FIELD(upper_threshold)},
	.help = "A server with so many connections gets no new ones; 0: no limit.",
    },
    {
	.id = KW_LTHRESHOLD,
	.name = "lthreshold",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "0",
	.unit = "connections",
	.fields = {SERVER_FIELD(lower_threshold)},
	.help = "A server that had reached uthreshold gets new connections again when it has "
		"fewer than this number; 0: fewer than three quarters of uthreshold.",
    },
    {
	.id = KW_WARMUP,
	.name = "warmup",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER, SCHEMA_TIMED_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "0.5",
	.unit = "s",
	.fields = {CHECK_FIELD(warmup_us)},
	.help = "Within this time comes the first probe of a check that is new; further out, the "
		"default of checks inside. keepalived's default is delay_loop, so that its first "
		"verdicts may take a minute.",
    },
    {
	.id = KW_HA_SUSPEND,
	.name = "ha_suspend",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.no_effect =
	    "servers are probed also while another director holds the address, so that this "
	    "one knows them when it takes over",
	.help = "Nothing here; keepalived probes only while the service's address is its own.",
    },
    {
	.id = KW_SNMP_NAME,
	.name = "snmp_name",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.no_effect = "lvsd has no SNMP agent",
	.help = "Nothing here; a label of keepalived's SNMP tables.",
    },
    {
	.id = KW_SERVER_RETRY,
	.name = "retry",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.fields = {CHECK_FIELD(retry, .is_spelling = true)},
	.help = "Default of the checks' retry.",
    },
};

const struct schema_table schema_lvs = {rows, sizeof(rows) / sizeof(rows[0])};
