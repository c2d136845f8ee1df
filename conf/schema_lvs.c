/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of virtual servers and real servers. */
#include "conf/conf.h"
#include "conf/schema.h"

static const struct schema_choice schedulers[] = {
    {"rr", 0},  {"wrr", 0}, {"lc", 0}, {"wlc", 0}, {"lblc", 0}, {"lblcr", 0}, {"dh", 0}, {"sh", 0},
    {"sed", 0}, {"nq", 0},  {"mh", 0}, {"fo", 0},  {"ovf", 0},  {"twos", 0},  {0},
};

static const struct schema_choice methods[] = {
    {"NAT", CONF_METHOD_NAT}, {"DR", CONF_METHOD_DR}, {"TUN", CONF_METHOD_TUN}, {0}};

static const struct schema_choice protocols[] = {
    {"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"SCTP", IPPROTO_SCTP}, {0}};

static const struct schema_choice families[] = {{"inet", AF_INET}, {"inet6", AF_INET6}, {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_VIRTUAL_SERVER,
	.name = "virtual_server",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_SERVICE,
	.opens = SCHEMA_VIRTUAL_SERVER,
	.is_repeatable = true,
	.help =
	    "A service of the kernel's IPVS: address and port (every port when 0 or absent), or "
	    "what the firewall has marked with a number.",
    },
    {
	.id = KW_LVS_SCHED,
	.name = "lvs_sched",
	.alias = "lb_algo",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schedulers,
	.def = "wlc",
	.help = "Scheduler that chooses the real server of a new connection.",
    },
    {
	.id = KW_LVS_METHOD,
	.name = "lvs_method",
	.alias = "lb_kind",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = methods,
	.def = "NAT",
	.help = "How packets reach the real servers; in real_server, how they reach that one.",
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
	.help = "How long a client stays with its real server; not at all when absent.",
    },
    {
	.id = KW_QUORUM,
	.name = "quorum",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.def = "1",
	.help = "Weight of real servers that must be up for the service to be up.",
    },
    {
	.id = KW_HYSTERESIS,
	.name = "hysteresis",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "0",
	.help = "The quorum is reached at quorum plus this weight, and lost below quorum minus it.",
    },
    {
	.id = KW_OMEGA,
	.name = "omega",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.help = "When lvsd stops, notify_down and quorum_down run as if all servers went down.",
    },
    {
	.id = KW_INHIBIT_ON_FAILURE,
	.name = "inhibit_on_failure",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.help = "A server that is down stays in the table with weight 0, so that its connections "
		"go on; in virtual_server, the default of its real servers.",
    },
    {
	.id = KW_SORRY_SERVER,
	.name = "sorry_server",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_ENDPOINT,
	.help = "Server of last resort, which serves while the quorum is lost; the service's port "
		"when absent.",
    },
    {
	.id = KW_SORRY_SERVER_INHIBIT,
	.name = "sorry_server_inhibit",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.help = "The sorry server stays in the table with weight 0 while it is not needed.",
    },
    {
	.id = KW_SORRY_SERVER_LVS_METHOD,
	.name = "sorry_server_lvs_method",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = methods,
	.help = "How packets reach the sorry server; as lvs_method says when absent.",
    },
    {
	.id = KW_REAL_SERVER,
	.name = "real_server",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_ENDPOINT,
	.opens = SCHEMA_REAL_SERVER,
	.is_repeatable = true,
	.help = "A server of the pool: address and port; the service's port when absent.",
    },
    {
	.id = KW_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = INT32_MAX,
	.def = "1",
	.help = "Share of the load; 0 takes no new connections.",
    },
    {
	.id = KW_SERVER_RETRY,
	.name = "retry",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.help = "Default of the checks' retry.",
    },
};

const struct schema_table schema_lvs = {rows, sizeof(rows) / sizeof(rows[0])};
