/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the top level, of global_defs and of SSL. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

/* The greatest startup_gate. */
#define GATE_MAX_US (INT64_C(3600) * 1000000)

static const struct schema_keyword rows[] = {
    {
	.id = KW_GLOBAL_DEFS,
	.name = "global_defs",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_GLOBAL_DEFS,
	.is_merged = true,
	.help = "Settings of the whole director.",
    },
    {
	.id = KW_ROUTER_ID,
	.name = "router_id",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.fields = {GLOBAL_FIELD(router_id, .is_local = true)},
	.help = "Name of this director in messages; the host's name when absent.",
    },
    {
	.id = KW_SCRIPT_USER,
	.name = "script_user",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_USER,
	.fields = {GLOBAL_RULED(script_user)},
	.help = "User, and optionally a group, with which scripts run that name no user "
		"themselves. When absent, the user keepalived_script if there is one, else root.",
    },
    {
	.id = KW_ENABLE_SCRIPT_SECURITY,
	.name = "enable_script_security",
	.in = {SCHEMA_GLOBAL_DEFS},
	.fields = {GLOBAL_FIELD(is_script_security)},
	.help = "lvsd does not run a script as root if another user than root could change the "
		"script or a directory above it.",
    },
    {
	.id = KW_STARTUP_GATE,
	.name = "startup_gate",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = GATE_MAX_US,
	.def = "5",
	.unit = "s",
	.is_own = true,
	.fields = {GLOBAL_FIELD(startup_gate_us, .remark = "a start that waits now keeps its time")},
	.help = "How long after the start VRRP waits at most for the first verdicts of the health checks "
		"before it may claim an address. After a start, and after a fault of its interface, silence "
		"then counts for an instance when a frame of another machine has come, or this time is over: "
		"the switch port may not forward yet. 0 does not wait.",
    },
    {
	.id = KW_ACCEPT_IGNORED,
	.name = "accept_ignored",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "KEYWORD ...",
	.min = 1,
	.max = INT32_MAX,
	.is_repeatable = true,
	.is_own = true,
	.help = "Keywords of the class dangerous that this file may have though lvsd ignores them. "
		"A file with another one is refused.",
	.example = "accept_ignored DNS_CHECK bfd_instance",
    },
    {
	.id = KW_LVS_SYNC_DAEMON,
	.name = "lvs_sync_daemon",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_INTERFACE,
	.options = SCHEMA_SYNC_DAEMON_LINE,
	.is_forgiving = true,
	.fields = {GLOBAL_FIELD(sync_daemon)},
	.help = "Interface on which the kernel sends and receives connection entries.",
    },
    {
	.id = KW_SYNC_INST,
	.name = "inst",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "INSTANCE",
	.max = CONF_NAME_MAX - 1,
	.may_omit_name = true,
	.fields = {SYNC_FIELD(instance, .is_local = true,
		   .remark = "inst only gives the default id")},
	.help = "VRRP instance whose virtual_router_id is the default of id.",
    },
    {
	.id = KW_SYNC_ID,
	.name = "id",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.fields = {SYNC_FIELD(syncid, .is_always = true, .is_restart = true, .remark = FIELD_THREADS)},
	.help = "Sync id that both directors share; that of inst, else 0, when absent.",
    },
    {
	.id = KW_SYNC_MAXLEN,
	.name = "maxlen",
	.in = {SCHEMA_SYNC_DAEMON_LINE, SCHEMA_SYNC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65507,
	.unit = "bytes",
	.fields = {SYNC_FIELD(maxlen, .is_restart = true, .remark = FIELD_THREADS)},
	.help = "Largest datagram; the kernel's own choice when absent.",
    },
    {
	.id = KW_SYNC_PORT,
	.name = "port",
	.in = {SCHEMA_SYNC_DAEMON_LINE, SCHEMA_SYNC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.fields = {SYNC_FIELD(port, .is_restart = true, .remark = FIELD_THREADS)},
	.help = "UDP port; 8848, the kernel's default, when absent.",
    },
    {
	.id = KW_SYNC_TTL,
	.name = "ttl",
	.in = {SCHEMA_SYNC_DAEMON_LINE, SCHEMA_SYNC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.fields = {SYNC_FIELD(ttl, .is_restart = true, .remark = FIELD_THREADS)},
	.help =
	    "TTL of the datagrams; 1, the kernel's default, when absent. lvsd's own hello and "
	    "heartbeat are sent with TTL 255 then, and taken with 255 alone, so that they come "
	    "from this link. When given, they are sent with it (with 255 if it is 1), and one "
	    "that arrives with up to as much is taken too: routers may be between the directors, "
	    "but whoever can send to the group from afar can then forge them.",
    },
    {
	.id = KW_SYNC_GROUP,
	.name = "group",
	.in = {SCHEMA_SYNC_DAEMON_LINE, SCHEMA_SYNC},
	.type = SCHEMA_TYPE_ADDRESS,
	.fields = {SYNC_FIELD(group, .is_restart = true, .remark = FIELD_THREADS)},
	.help = "Multicast group; 224.0.0.81, the kernel's default, when absent.",
    },
    {
	.id = KW_SSL,
	.name = "SSL",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_SSL,
	.help = "Certificates for SSL_GET checks: which authorities they trust, and which "
		"certificate they show.",
    },
    {
	.id = KW_SSL_CA,
	.name = "ca",
	.in = {SCHEMA_SSL},
	.type = SCHEMA_TYPE_PATH,
	.fields = {GLOBAL_FIELD(tls.ca, .label = "SSL ca")},
	.help = "File with the certificates of the authorities. A server whose certificate is not "
		"signed by one of them fails the check (keepalived verifies nothing). When absent, any "
		"certificate is accepted.",
    },
    {
	.id = KW_SSL_CERTIFICATE,
	.name = "certificate",
	.in = {SCHEMA_SSL},
	.type = SCHEMA_TYPE_PATH,
	.fields = {GLOBAL_FIELD(tls.certificate, .label = "SSL certificate")},
	.help = "File with the certificate that the checks show to servers that ask for one. It "
		"needs key.",
    },
    {
	.id = KW_SSL_KEY,
	.name = "key",
	.in = {SCHEMA_SSL},
	.type = SCHEMA_TYPE_PATH,
	.fields = {GLOBAL_FIELD(tls.key, .label = "SSL key")},
	.help = "File with the private key of certificate.",
    },
    {
	.id = KW_SSL_PASSWORD,
	.name = "password",
	.in = {SCHEMA_SSL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "PASSWORD",
	.max = 255,
	.is_secret = true,
	.fields = {GLOBAL_FIELD(tls.password, .label = "SSL password")},
	.help = "Password of the private key.",
    },
};

const struct schema_table schema_global = {rows, sizeof(rows) / sizeof(rows[0])};
